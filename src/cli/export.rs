//! `foedera export`.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, ValueEnum};
use tempfile::NamedTempFile;

use crate::config::DataArgs;
use crate::snapshot::Snapshot;
use crate::transfer::export::{self, Report};
use crate::transfer::fixture;

use super::progress::Progress;

#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// The format of the file
    #[arg(default_value = "fixture")]
    format: Format,
    /// The file to write; - writes to the standard output. For csv: a new folder
    #[arg(default_value = "-")]
    file: PathBuf,
    /// The revision to export; the newest if nothing is given
    #[arg(long, value_name = "NUMBER")]
    revision: Option<u32>,
    #[command(flatten)]
    place: DataArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Foedera's own format: the present state as one JSON file
    Fixture,
    /// Every version of every record, one JSON object a line
    Jsonl,
    /// A folder of CSV files, a table each
    Csv,
    /// An SQLite database of the same tables, with a view and what each column means
    Sqlite,
    /// Linked data for RDF tools: schema.org, PROV-O and our own words
    Jsonld,
    /// A STIX 2.1 bundle
    Stix,
    /// A graph of actors for Gephi, yEd, NetworkX
    Graphml,
    /// A graph of actors for Graphviz
    Dot,
}

pub(super) fn run(args: &ExportArgs) -> Result<()> {
    let data = super::existing(&args.place)?;
    let ledger = super::open_to_read(&data)?;
    let newest = ledger.snapshot();
    if let Some(revision) = args.revision {
        let last = newest.revision();
        ensure!(
            revision <= last,
            "there is no revision {revision}; the newest is {last}"
        );
    }
    let snapshot = newest.at(args.revision.unwrap_or(u32::MAX));
    let mut progress = Progress::new("written");
    let report = match (args.format, super::is_dash(&args.file)) {
        (Format::Csv, true) => bail!("csv needs a folder: foedera export csv FOLDER"),
        (Format::Sqlite, true) => bail!("sqlite needs a file: foedera export sqlite FILE"),
        (Format::Csv, false) => folder(&snapshot, &args.file, &mut progress)?,
        (Format::Sqlite, false) => place(&args.file, |draft| {
            let told = &mut |count| progress.at(count);
            Ok(export::database(&snapshot, draft.path(), told)?)
        })?,
        (format, true) => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            let report = write(&snapshot, format, &mut out, &mut progress)?;
            out.flush()?;
            report
        }
        (format, false) => write_whole(&args.file, |out| {
            write(&snapshot, format, out, &mut progress)
        })?,
    };
    progress.finish();
    if !super::is_dash(&args.file) {
        let (revision, file) = (snapshot.revision(), args.file.display());
        say!("Wrote revision {revision} to {file}.");
    }
    // Beside the standard output, which may be the file.
    for (what, count) in &report.left_out {
        eprintln!("left out, because the format cannot say it: {count} {what}");
    }
    drop((snapshot, newest));
    ledger.close();
    Ok(())
}

fn write(
    at: &Snapshot,
    format: Format,
    out: &mut impl Write,
    progress: &mut Progress,
) -> Result<Report> {
    let told = &mut |count| progress.at(count);
    Ok(match format {
        Format::Fixture => {
            fixture::export(at, out)?;
            Report::default()
        }
        Format::Jsonl => export::lines(at, out, told)?,
        Format::Jsonld => export::linked(at, out, told)?,
        Format::Stix => export::stix(at, out, told)?,
        Format::Graphml => export::graphml(at, out, told)?,
        Format::Dot => export::dot(at, out, told)?,
        Format::Csv | Format::Sqlite => bail!("it is not written as a stream"),
    })
}

/// Writes a folder: its files are moved there when all of them are whole.
fn folder(at: &Snapshot, path: &Path, progress: &mut Progress) -> Result<Report> {
    let cannot = || format!("cannot write {}", path.display());
    ensure!(
        !path.exists(),
        "{} is there already; name a new folder",
        path.display()
    );
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or_else(|| Path::new("."));
    let draft = tempfile::Builder::new()
        .prefix(".foedera-export-")
        .tempdir_in(parent)
        .with_context(cannot)?;
    let report = export::files(at, draft.path(), &mut |count| progress.at(count))?;
    // A draft is for its maker only; what comes of it is an ordinary folder.
    let made = parent.join(path.file_name().unwrap_or_default());
    std::fs::create_dir(&made).with_context(cannot)?;
    for file in std::fs::read_dir(draft.path()).with_context(cannot)? {
        let file = file.with_context(cannot)?;
        std::fs::rename(file.path(), made.join(file.file_name())).with_context(cannot)?;
    }
    Ok(report)
}

/// Writes a file so that it is there whole or not at all.
pub(super) fn write_whole<T>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&mut std::fs::File>) -> Result<T>,
) -> Result<T> {
    place(path, |draft| {
        let mut out = BufWriter::with_capacity(1 << 18, draft.as_file_mut());
        let written = write(&mut out)?;
        out.flush()?;
        Ok(written)
    })
}

/// Moves a file to its place when it is whole.
fn place<T>(path: &Path, write: impl FnOnce(&mut NamedTempFile) -> Result<T>) -> Result<T> {
    let cannot = || format!("cannot write {}", path.display());
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut draft = NamedTempFile::new_in(folder).with_context(cannot)?;
    let written = write(&mut draft).with_context(cannot)?;
    draft.as_file().sync_all().with_context(cannot)?;
    draft.persist(path).with_context(cannot)?;
    Ok(written)
}
