//! Foedera measured beside others that serve the same record, and against what the machine can do.
//!
//! `run.sh` builds what is needed and starts this. Servers run on one core, load and this program on the
//! other. What it finds goes to the standard output as Markdown, and on request into a document.

mod bench;
mod client;
mod database;
mod feed;
mod figures;
mod growth;
mod hot;
mod load;
mod peers;
mod questions;
mod reads;
mod same;
mod searches;
mod server;
mod writes;

#[path = "../../common/process.rs"]
mod process;
#[path = "../../common/world.rs"]
mod world;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};

use bench::{Bench, Scale};
use figures::Report;
use peers::Peer;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Import, start, memory, disk
    Growth,
    /// The six queries, each answer carried out, beside the peers
    Reads,
    /// One answer that is kept, against a fixed body
    Hot,
    /// Paths, differences, facets
    Searches,
    /// Durable commits, and reads meanwhile
    Writes,
    /// Thousands of sockets that follow the record
    Feed,
}

/// Measures Foedera beside its peers.
#[derive(Debug, Parser)]
#[command(name = "run.sh")]
struct Options {
    /// How large a record
    #[arg(value_enum, ignore_case = true)]
    scale: Scale,
    /// How often each is measured, in turn with the others
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many seconds each time
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// What to measure
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Part::Growth, Part::Reads, Part::Hot, Part::Searches, Part::Writes, Part::Feed])]
    parts: Vec<Part>,
    /// Beside whom; nobody, where nobody is named [default: all; for L nobody, as the others do not fit into memory]
    #[arg(long, value_enum, value_delimiter = ',', num_args = 0..)]
    peers: Option<Vec<Peer>>,
    /// Put the tables into this document, in place of those of the same size
    #[arg(long)]
    write: Option<PathBuf>,
    /// The program to measure
    #[arg(long)]
    foedera: PathBuf,
    /// Where to put records and lists of requests
    #[arg(long)]
    work: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let bench = Bench::new(&options)?;
    let mut report = Report::new(&bench);
    let growth = growth::import(&bench)?;
    for part in Part::value_variants() {
        if !options.parts.contains(part) {
            continue;
        }
        eprintln!("{part:?}");
        match part {
            Part::Growth => growth::measure(&bench, &growth, &mut report)?,
            Part::Reads => reads::measure(&bench, &mut report)?,
            Part::Hot => hot::measure(&bench, &mut report)?,
            Part::Searches => searches::measure(&bench, &mut report)?,
            Part::Writes => writes::measure(&bench, &mut report)?,
            Part::Feed => feed::measure(&bench, &mut report)?,
        }
    }
    let text = report.finish();
    println!("{text}");
    if let Some(document) = &options.write {
        figures::put_into(document, options.scale, &text)
            .with_context(|| format!("cannot write {}", document.display()))?;
    }
    Ok(())
}
