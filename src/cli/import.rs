//! `foedera import`.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use crate::config::DataArgs;
use crate::transfer::fixture;

use super::progress::Progress;

#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    /// The format of the file
    format: Format,
    /// The file; - reads the standard input
    file: PathBuf,
    /// Whom the revisions name as their author
    #[arg(long, default_value = "import")]
    author: String,
    /// Why: the message of the revisions [default: the name of the file]
    #[arg(long)]
    message: Option<String>,
    #[command(flatten)]
    place: DataArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Foedera's own format, as `export` writes it
    Fixture,
}

pub(super) fn run(args: &ImportArgs) -> Result<()> {
    let file: Box<dyn Read> = if super::is_dash(&args.file) {
        Box::new(std::io::stdin())
    } else {
        let file = File::open(&args.file);
        Box::new(file.with_context(|| format!("cannot read {}", args.file.display()))?)
    };
    let data = args.place.directory()?;
    let (app, token) = super::open(&data)?;
    let name = || format!("Import of {}", args.file.display());
    let message = args.message.clone().unwrap_or_else(name);
    let mut progress = Progress::new("records");
    let read = match args.format {
        Format::Fixture => fixture::import(&app.ledger, file, &args.author, &message, |count| {
            progress.at(count);
        }),
    };
    let seconds = progress.finish();
    app.close();
    let report = read?;
    if report.changes == 0 {
        say!(
            "{} records read; the record says all that already, nothing was changed.",
            report.records
        );
    } else {
        say!(
            "{} records read, {} changes in {} revisions, in {seconds:.1} s ({:.0} records/s).",
            report.records,
            report.changes,
            report.revisions,
            report.records as f64 / seconds.max(1e-9),
        );
    }
    if let Some(token) = token {
        say!("The directory is new. Its admin token, shown only now: {token}");
    }
    Ok(())
}
