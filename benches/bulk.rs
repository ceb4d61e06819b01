//! A large import, and what it leaves: `cargo bench --bench bulk -- [RELATIONSHIPS] [ACTORS]`.
//!
//! Pipes a made-up record (`common/world.rs`) into `foedera import fixture -`, then starts the server
//! on it, and waits until everything can be searched. Prints Markdown tables.
#![allow(
    missing_docs,
    clippy::cast_sign_loss,
    clippy::doc_markdown,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for developers, which may stop where something is wrong"
)]

#[path = "common/figures.rs"]
mod figures;
#[path = "common/process.rs"]
mod process;
#[path = "common/served.rs"]
mod served;
#[path = "common/world.rs"]
mod world;

use std::io::{BufWriter, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use figures::{spread, spreads};
use process::{size, status};
use serde_json::json;
use served::{BINARY, Served};
use world::{Numbers, Size};

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

    let server = Served::start(&data);
    let start = server.start;
    let resident = status(server.id(), "VmRSS");
    // Of actors that have few relationships and many.
    let mut numbers = Numbers(1);
    let card = "query($slug: String!) { actor(slug: $slug) { name relationships(first: 20) { edges {
        counterpart { name } node { kind alignment areas { domain } citations { source { title } } } } } } }";
    let mut read = |server: &Served| {
        let slug = format!("actor-{}", numbers.skewed(of.actors));
        server.ask(card, &json!({ "slug": slug })).1
    };
    let (searched, meanwhile) = server.until_searched(&mut read);
    let pause = Duration::from_millis(5);
    let afterwards: Vec<f64> = (0..1_000)
        .map(|_| {
            std::thread::sleep(pause);
            read(&server)
        })
        .collect();
    server.stop();
    let server = Served::start(&data);
    let (again, _) = server.until_searched(&mut read);
    drop(server);

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
    println!("| a first start until all can be searched | {searched:.1} s |");
    println!("| any other start until then | {again:.1} s |");
    println!(
        "| the index of searches on disk | {} MiB |",
        size(&data.join("search")) >> 20
    );
    spreads("cards, one every 5 ms");
    spread("while the index of searches is made", &meanwhile);
    spread("afterwards", &afterwards);
}
