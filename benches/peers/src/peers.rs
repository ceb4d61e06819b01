//! Who is measured, and how each is started.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde_json::json;

use crate::bench::{Bench, home};
use crate::client::Client;
use crate::database::Database;
use crate::server::{BOTH_CORES, Server, free_port};

/// The token that opens Foedera for writing.
pub const TOKEN: &str = "a-token-for-the-benchmark";

/// Those who serve the same record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    /// Mercurius (Fastify, JIT) over maps in memory
    Mercurius,
    /// async-graphql over plain vectors in memory
    Vectors,
    /// `PostGraphile` over `PostgreSQL`
    #[value(name = "postgraphile")]
    PostGraphile,
}

impl Peer {
    pub fn name(self) -> &'static str {
        match self {
            Self::Mercurius => "Mercurius, JIT, over maps",
            Self::Vectors => "async-graphql over vectors",
            Self::PostGraphile => "PostGraphile over PostgreSQL",
        }
    }

    pub fn start(self, bench: &Bench) -> Result<Server> {
        let port = free_port()?;
        let lines = bench.lines()?;
        match self {
            Self::Mercurius => {
                let mut command = node("mercurius/server.mjs");
                command.arg(port.to_string()).arg(lines);
                Server::start(&command, port)
            }
            Self::Vectors => {
                let mut command = beside("vectors")?;
                command.arg(port.to_string()).arg(lines);
                Server::start(&command, port)
            }
            Self::PostGraphile => {
                let database = Database::start(&lines)?;
                let mut command = node("postgraphile/server.mjs");
                command.args([port.to_string(), database.port.to_string()]);
                Ok(Server::start(&command, port)?.over(database))
            }
        }
    }
}

/// Foedera over a record. `answers` is how many MiB of answers it may keep to give them again.
pub fn foedera(bench: &Bench, data: &Path, answers: u32) -> Result<Server> {
    let port = free_port()?;
    let server = Server::start(&serve(bench, data, answers, port), port)?;
    // The index of searches is made beside the work, on the same core.
    let began = Instant::now();
    let mut client = Client::connect(port, None)?;
    let text = "{ search(query: \"a\", first: 1) { complete } }";
    while client.ask(text, &json!({}))?["search"]["complete"] != json!(true) {}
    let took = began.elapsed().as_secs_f64();
    eprintln!("  the index of searches was there {took:.1} s after the start");
    Ok(server)
}

/// How long Foedera takes to be ready on both cores, in seconds.
pub fn start_on_both(bench: &Bench, data: &Path) -> Result<f64> {
    let port = free_port()?;
    let server = Server::start_on(BOTH_CORES, &serve(bench, data, 0, port), port)?;
    Ok(server.start)
}

fn serve(bench: &Bench, data: &Path, answers: u32, port: u16) -> Command {
    let mut command = Command::new(&bench.foedera);
    command
        .args(["serve", "--seed", "none", "--log", "error"])
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .args(["--answer-cache-mib", &answers.to_string(), "--data"])
        .arg(data)
        .env("FOEDERA_ADMIN_TOKEN", TOKEN)
        .env("TOKIO_WORKER_THREADS", "1");
    command
}

/// A fixed body of each of these sizes.
pub fn limit(sizes: &[usize]) -> Result<Server> {
    let port = free_port()?;
    let mut command = beside("limit")?;
    command.arg(port.to_string());
    command.args(sizes.iter().map(ToString::to_string));
    Server::start(&command, port)
}

/// A program built with this one.
fn beside(name: &str) -> Result<Command> {
    let own = std::env::current_exe()?;
    let mut command = Command::new(
        own.parent()
            .context("programs lie in a directory")?
            .join(name),
    );
    command.env("TOKIO_WORKER_THREADS", "1");
    Ok(command)
}

fn node(script: &str) -> Command {
    let mut command = Command::new(home().join("node_modules/.bin/node"));
    command
        .arg("--max-old-space-size=16000")
        .arg(home().join(script))
        .env("NODE_ENV", "production")
        .env("GRAPHILE_ENV", "production");
    command
}
