//! A large import, and what it leaves: `cargo bench --bench bulk -- [RELATIONSHIPS] [ACTORS]`.
//!
//! Pipes a made-up record (`common/world.rs`) into `foedera import fixture -`, then starts the server
//! on it. Prints a Markdown table.
#![allow(
    missing_docs,
    clippy::cast_sign_loss,
    clippy::doc_markdown,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for developers, which may stop where something is wrong"
)]

#[path = "common/process.rs"]
mod process;
#[path = "common/world.rs"]
mod world;

use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use process::{size, status};
use world::Size;

const BINARY: &str = env!("CARGO_BIN_EXE_foedera");

fn main() {
    let given: Vec<usize> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let of = Size {
        relationships: given.first().copied().unwrap_or(1_000_000),
        actors: given.get(1).copied().unwrap_or(100_000),
    };
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");

    let began = Instant::now();
    let mut import = Command::new(BINARY)
        .args(["import", "fixture", "-", "--data"])
        .arg(&data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = BufWriter::with_capacity(1 << 20, import.stdin.take().unwrap());
    world::write_fixture(&mut pipe, of)
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
    let took = began.elapsed().as_secs_f64();
    let disk = size(&data);

    let began = Instant::now();
    let mut server = Command::new(BINARY)
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "error",
            "--data",
        ])
        .arg(&data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let _ready = lines
        .map_while(Result::ok)
        .find(|line| line.contains("Ctrl-C"))
        .expect("the server starts");
    let start = began.elapsed().as_secs_f64();
    let resident = status(server.id(), "VmRSS");
    server.kill().unwrap();
    server.wait().unwrap();

    let each = |bytes: f64| bytes / of.relationships as f64;
    println!("| figure | value |\n|---|---|");
    println!(
        "| relationships / actors | {} / {} |",
        of.relationships, of.actors
    );
    println!(
        "| import | {took:.1} s, {:.0} records/s |",
        of.records() as f64 / took
    );
    println!("| peak memory of the import | {} MiB |", peak >> 10);
    println!(
        "| disk | {} MiB, {:.0} bytes a relationship |",
        disk >> 20,
        each(disk as f64)
    );
    println!("| start to ready | {start:.1} s |");
    println!(
        "| memory of the server after the start | {} MiB, {:.0} bytes a relationship |",
        resident >> 10,
        each(resident as f64 * 1024.0)
    );
}
