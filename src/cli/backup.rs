//! `foedera backup` and `foedera restore`, on a directory or through a running server.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::auth::agent;
use crate::config::DataArgs;
use crate::store::{Log as _, Store};
use crate::transfer::backup::{self, BackupError};

use super::progress::Progress;
use super::server::{Server, ServerArgs, reached};

#[derive(Args, Debug)]
pub(super) struct BackupArgs {
    /// The file to write; - writes to the standard output
    file: PathBuf,
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    place: DataArgs,
}

#[derive(Args, Debug)]
pub(super) struct RestoreArgs {
    /// The backup
    file: PathBuf,
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    place: DataArgs,
}

pub(super) fn backup(args: &BackupArgs) -> Result<()> {
    if super::is_dash(&args.file) {
        return write(args, &mut std::io::stdout().lock()).map(|_| ());
    }
    if !args.server.given() {
        super::existing(&args.place)?;
    }
    let mut count = 0;
    super::export::write_whole(&args.file, |out| {
        count = write(args, out)?;
        Ok(())
    })?;
    say!("Saved {count} revisions in {}.", args.file.display());
    Ok(())
}

fn write(args: &BackupArgs, out: &mut impl Write) -> Result<u32> {
    if let Some(Server { url, bearer }) = args.server.find("/admin/backup")? {
        let sent = agent(None)
            .get(&url)
            .header("authorization", &bearer)
            .call();
        let mut response = reached(&url, sent)?;
        if !response.status().is_success() {
            refused(&mut response)?;
        }
        let mut body = response.into_body();
        // Read as it is copied, so that one that breaks off is noticed.
        let mut copy = Copying {
            from: body.as_reader(),
            to: out,
        };
        return Ok(backup::read::<BackupError>(&mut copy, |_| Ok(()))?);
    }
    let data = super::existing(&args.place)?;
    let store = Store::open(&data)?;
    let newest = store.head().map_or(0, |revision| revision.header.number);
    let mut progress = Progress::new("revisions saved");
    backup::write(&store, newest, out, |count| progress.at(count.into()))?;
    progress.finish();
    Ok(newest)
}

/// Tells why a server refused.
fn refused(response: &mut ureq::http::Response<ureq::Body>) -> Result<()> {
    let body = response.body_mut().read_to_string().unwrap_or_default();
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let detail = answer["detail"].as_str().unwrap_or("no reason given");
    bail!("the server refused: {detail}")
}

/// Writes down what is read through it.
struct Copying<'a, R, W> {
    from: R,
    to: &'a mut W,
}

impl<R: std::io::Read, W: Write> std::io::Read for Copying<'_, R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.to.write_all(&buffer[..count])?;
        Ok(count)
    }
}

pub(super) fn restore(args: &RestoreArgs) -> Result<()> {
    let cannot = || format!("cannot read {}", args.file.display());
    if let Some(Server { url, bearer }) = args.server.find("/admin/restore")? {
        let file = File::open(&args.file).with_context(cannot)?;
        let sent = agent(None)
            .post(&url)
            .header("authorization", &bearer)
            .send(file);
        let mut response = reached(&url, sent)?;
        if !response.status().is_success() {
            refused(&mut response)?;
        }
        let answer: serde_json::Value =
            serde_json::from_str(&response.body_mut().read_to_string()?).unwrap_or_default();
        say!(
            "{} revisions restored; the record is at revision {}.",
            answer["restored"],
            answer["revision"]
        );
        return Ok(());
    }
    File::open(&args.file).with_context(cannot)?;
    let data = args.place.directory()?;
    let app = super::open(&data)?;
    let mut progress = Progress::new("revisions restored");
    let open = || File::open(&args.file).map(|file| BufReader::with_capacity(1 << 18, file));
    let count = backup::restore(&app.ledger, open, |count| progress.at(count.into()))?;
    progress.finish();
    let newest = app.ledger.snapshot().revision();
    app.close();
    say!("{count} revisions restored; the record is at revision {newest}.");
    Ok(())
}
