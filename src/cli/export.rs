//! `foedera export`.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use crate::config::DataArgs;
use crate::transfer::fixture;

#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// The format of the file
    #[arg(default_value = "fixture")]
    format: Format,
    /// The file to write; - writes to the standard output
    #[arg(default_value = "-")]
    file: PathBuf,
    #[command(flatten)]
    place: DataArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Foedera's own format: the present state as one JSON file
    Fixture,
}

pub(super) fn run(args: &ExportArgs) -> Result<()> {
    let data = super::existing(&args.place)?;
    let (app, _) = super::open(&data)?;
    let snapshot = app.ledger.snapshot();
    let Format::Fixture = args.format;
    if super::is_dash(&args.file) {
        let mut out = BufWriter::new(std::io::stdout().lock());
        fixture::export(&snapshot, &mut out)?;
        out.flush()?;
    } else {
        write_whole(&args.file, |out| Ok(fixture::export(&snapshot, out)?))?;
        say!(
            "Wrote revision {} to {}.",
            snapshot.revision(),
            args.file.display()
        );
    }
    drop(snapshot);
    app.close();
    Ok(())
}

/// Writes a file so that it is there whole or not at all.
pub(super) fn write_whole(
    path: &std::path::Path,
    write: impl FnOnce(&mut BufWriter<&mut std::fs::File>) -> Result<()>,
) -> Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| std::path::Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
    {
        let mut out = BufWriter::with_capacity(1 << 18, draft.as_file_mut());
        write(&mut out).with_context(cannot)?;
        out.flush().with_context(cannot)?;
    }
    draft.as_file().sync_all().with_context(cannot)?;
    draft.persist(path).with_context(cannot)?;
    Ok(())
}
