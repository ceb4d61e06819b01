//! The program that is measured: an import into a directory, a server on it.

use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::status;

const BINARY: &str = env!("CARGO_BIN_EXE_foedera");

/// What an import took.
pub struct Imported {
    /// The seconds.
    pub seconds: f64,
    /// The most memory at once, in KiB.
    pub peak: u64,
}

/// Imports what is written into a pipe.
pub fn import(data: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Imported {
    let began = Instant::now();
    let mut import = Command::new(BINARY)
        .args(["import", "fixture", "-", "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = BufWriter::with_capacity(1 << 20, import.stdin.take().unwrap());
    write(&mut pipe)
        .and_then(|()| pipe.flush())
        .expect("the import reads to the end");
    drop(pipe);
    let mut peak = 0;
    let done = loop {
        peak = peak.max(status(import.id(), "VmHWM"));
        if let Some(done) = import.try_wait().unwrap() {
            break done;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(done.success(), "the import failed");
    Imported {
        seconds: began.elapsed().as_secs_f64(),
        peak,
    }
}

/// A server that runs until this is dropped.
pub struct Server {
    child: Child,
    /// Where it answers.
    pub url: String,
    /// The seconds from the start until it was ready.
    pub start: f64,
    /// Its memory when it was ready, in KiB.
    pub resident: u64,
}

impl Server {
    /// Starts a server on a directory.
    pub fn on(data: &Path, more: &[&str]) -> Self {
        let began = Instant::now();
        let mut child = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "error"])
            .args(more)
            .arg("--data")
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for line in lines.map_while(Result::ok) {
            if let Some(found) = line
                .split_whitespace()
                .find(|word| word.ends_with("/graphql"))
            {
                found.clone_into(&mut url);
            }
            if line.contains("Ctrl-C") {
                break;
            }
        }
        assert!(!url.is_empty(), "the server did not start");
        let (start, resident) = (began.elapsed().as_secs_f64(), status(child.id(), "VmRSS"));
        Self {
            child,
            url,
            start,
            resident,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
