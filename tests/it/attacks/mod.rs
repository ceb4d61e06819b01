//! Attacks on a server, with what comes back: the server lives, others are served, memory is given back.

mod bodies;
mod documents;
mod noise;
mod slow;
mod table;
mod text;
mod wire;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::{BINARY, Server, status};

/// How long what must come is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long an attack goes on, and the reading beside it.
const A_WHILE: Duration = Duration::from_millis(250);

/// A server with the Iran record, in a process of its own.
pub struct Target {
    server: Server,
    /// Host and port.
    address: String,
    _dir: tempfile::TempDir,
}

impl Target {
    fn with(flags: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new(BINARY);
        command.args(["serve", "--seed", "iran"]).args(flags);
        let server = Server::run(command, &dir.path().join("data")).unwrap();
        let address = server.url.trim_start_matches("http://").to_owned();
        Self {
            server,
            address,
            _dir: dir,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    /// Sends bytes, and reads what comes back until the server closes the connection.
    fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // A server that has heard enough need not read on.
        let _ = stream.write_all(bytes);
        let mut told = Vec::new();
        let _ = stream.read_to_end(&mut told);
        String::from_utf8_lossy(&told).into_owned()
    }

    /// Posts a body to the API; what came back in a few words: the status, and the code.
    fn post(&self, headers: &str, body: &[u8]) -> String {
        let length = body.len();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n",
            self.address
        );
        in_short(&self.raw(&[head.as_bytes(), body].concat()))
    }

    fn ask(&self, query: &str) -> String {
        let body = json!({ "query": query }).to_string();
        self.post("content-type: application/json\r\n", body.as_bytes())
    }

    /// The memory that the process holds, in MiB.
    fn memory(&self) -> u64 {
        status(self.server.child.id(), "VmRSS:").unwrap() >> 10
    }

    /// The median time of a small request on a connection that is kept, until told to stop.
    fn median(&self, stop: &AtomicBool) -> Duration {
        let mut stream = self.connect();
        let body = r#"{"query":"{ actor(slug: \"iran\") { name } }"}"#;
        let length = body.len();
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let mut times = Vec::new();
        let mut buffer = [0; 4_096];
        while !stop.load(Ordering::Relaxed) || times.is_empty() {
            let began = Instant::now();
            stream.write_all(request.as_bytes()).unwrap();
            let mut told = Vec::new();
            while !told.ends_with(b"}}}") {
                let count = stream.read(&mut buffer).unwrap();
                assert!(count > 0, "{}", String::from_utf8_lossy(&told));
                told.extend_from_slice(&buffer[..count]);
            }
            times.push(began.elapsed());
            std::thread::sleep(Duration::from_millis(1));
        }
        times.sort_unstable();
        times[times.len() / 2]
    }

    /// Attacks for a while; what came back the last time, and the median of somebody else meanwhile.
    fn suffer(&self, attack: &dyn Fn(&Self) -> String) -> (String, Duration) {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| self.median(&stop));
            let began = Instant::now();
            let mut told = attack(self);
            while began.elapsed() < A_WHILE {
                let again = attack(self);
                assert_eq!(again, told, "the answer changes");
                told = again;
            }
            stop.store(true, Ordering::Relaxed);
            (told, reader.join().unwrap())
        })
    }
}

/// The status of an answer, and the code of its error or what it says of it.
fn in_short(answer: &str) -> String {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return "closed".to_owned();
    };
    let status = head.split(' ').nth(1).unwrap_or("");
    let told: Value = serde_json::from_str(body).unwrap_or_default();
    let code = told["errors"][0]["extensions"]["code"].as_str();
    for secret in ["/src/", "panicked", "stack backtrace", ".rs:", "RUST_"] {
        assert!(!answer.contains(secret), "{answer}");
    }
    match code {
        Some(code) => format!("{status} {code}"),
        None => status.to_owned(),
    }
}
