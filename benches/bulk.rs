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
    dead_code,
    reason = "a program for developers, which may stop where something is wrong; it takes what it needs of the common parts"
)]

#[path = "common/process.rs"]
mod process;
#[path = "common/server.rs"]
mod server;
#[path = "common/world.rs"]
mod world;

use process::size;
use server::Server;
use world::Size;

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
    let import = server::import(&data, |mut out| world::write_fixture(&mut out, of));
    let disk = size(&data);
    let server = Server::on(&data, &[]);

    let each = |bytes: f64| bytes / of.relationships as f64;
    println!("| figure | value |\n|---|---|");
    println!(
        "| relationships / actors | {} / {} |",
        of.relationships, of.actors
    );
    println!(
        "| import | {:.1} s, {:.0} records/s |",
        import.seconds,
        of.records() as f64 / import.seconds
    );
    println!("| peak memory of the import | {} MiB |", import.peak >> 10);
    println!(
        "| disk | {} MiB, {:.0} bytes a relationship |",
        disk >> 20,
        each(disk as f64)
    );
    println!("| start to ready | {:.1} s |", server.start);
    println!(
        "| memory of the server after the start | {} MiB, {:.0} bytes a relationship |",
        server.resident >> 10,
        each(server.resident as f64 * 1024.0)
    );
}
