//! `foedera log`.

use std::io::{BufWriter, Write as _};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::config::DataArgs;
use crate::read::history::RevisionFilter;
use crate::read::record;
use crate::snapshot::Snapshot;
use crate::transfer::report::{self, Format};

use super::when::When;

#[derive(Args, Debug)]
pub(super) struct LogArgs {
    /// Only revisions made by this author
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Only revisions that changed this record: its id, or an actor's slug. For an actor also those
    /// that changed its relationships, the notes about it, and the viewpoints that it holds or that
    /// speak of it
    #[arg(long, value_name = "SLUG|ID")]
    touching: Option<String>,
    /// Only revisions committed then or later: an instant such as 2026-03-01T12:00:00Z, or a day,
    /// month or year in UTC
    #[arg(long, value_name = "TIME")]
    since: Option<When>,
    /// Only revisions committed then or earlier; a day, month or year counts to its end
    #[arg(long, value_name = "TIME")]
    until: Option<When>,
    /// At most so many, the newest [default: all]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// A JSON object a line, with every change and every field before and after
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: DataArgs,
}

pub(super) fn run(args: &LogArgs) -> Result<()> {
    let data = super::existing(&args.place)?;
    let ledger = super::open_to_read(&data)?;
    let printed = print(args, &ledger.snapshot());
    ledger.close();
    printed
}

fn print(args: &LogArgs, at: &Snapshot) -> Result<()> {
    let touching = args.touching.as_deref().map(|name| {
        record::named(at, name)?.with_context(|| {
            format!("there is no record {name:?}; give its id, or the slug of an actor")
        })
    });
    let filter = RevisionFilter {
        author: args.author.clone(),
        touching: touching.transpose()?,
        from: args.since.map(|when| when.first),
        to: args.until.map(|when| when.last),
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let limit = args.limit.unwrap_or(usize::MAX);
    report::log(at, &filter, limit, Format::of(args.json), &mut out)?;
    Ok(out.flush()?)
}
