//! A server in a process of its own, and how it starts.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The binary that is measured.
pub const BINARY: &str = env!("CARGO_BIN_EXE_foedera");
/// The admin token of its servers.
pub const TOKEN: &str = "a token for benchmarks";
/// Between two readers that look in while something else is going on.
const PACE: Duration = Duration::from_millis(5);

/// A server that runs. It is killed when it goes out of scope.
pub struct Served {
    child: Child,
    pub url: String,
    agent: ureq::Agent,
    began: Instant,
    /// Seconds until it was ready.
    pub start: f64,
}

impl Served {
    /// Starts a server on a data directory that keeps no answers, and waits until it is ready.
    pub fn start(data: &Path) -> Self {
        let began = Instant::now();
        let mut child = Command::new(BINARY)
            .args(["serve", "--seed", "none", "--listen", "127.0.0.1:0"])
            .args(["--answer-cache-mib", "0", "--log", "error", "--data"])
            .arg(data)
            .env("FOEDERA_ADMIN_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        loop {
            let line = lines.next().expect("the server starts").unwrap();
            if let Some(found) = line
                .split_whitespace()
                .last()
                .filter(|_| line.contains("GraphQL"))
            {
                found.trim_end_matches("/graphql").clone_into(&mut url);
            }
            if line.contains("Ctrl-C") {
                break;
            }
        }
        Self {
            child,
            url,
            agent: ureq::Agent::config_builder().build().into(),
            began,
            start: began.elapsed().as_secs_f64(),
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The data of a question that must be answered, and the milliseconds until all of it was here.
    pub fn ask(&self, query: &str, variables: &Value) -> (Value, f64) {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let asked = Instant::now();
        let mut response = self
            .agent
            .post(format!("{}/graphql", self.url))
            .header("content-type", "application/json")
            .send(body)
            .unwrap();
        let text = response
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_string()
            .unwrap();
        let took = asked.elapsed().as_secs_f64() * 1e3;
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        assert!(answer["errors"].is_null(), "{query} {variables}: {answer}");
        (answer["data"].take(), took)
    }

    /// Tells the server to stop, and waits until it has.
    pub fn stop(mut self) {
        let id = self.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// Waits until all can be found by words: the seconds from the start until then, and the milliseconds
    /// that another question took meanwhile, put every five of them.
    pub fn until_searched(&self, mut read: impl FnMut(&Self) -> f64 + Send) -> (f64, Vec<f64>) {
        let found = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut reads = Vec::new();
                while !found.load(Ordering::Relaxed) {
                    reads.push(read(self));
                    std::thread::sleep(PACE);
                }
                reads
            });
            let asked = "{ search(query: \"a\", first: 1) { complete } }";
            while self.ask(asked, &Value::Null).0["search"]["complete"] != true {}
            let seconds = self.began.elapsed().as_secs_f64();
            found.store(true, Ordering::Relaxed);
            (seconds, reader.join().unwrap())
        })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
