//! `foedera verify` and `foedera reindex`.

use anyhow::Result;

use crate::app::SEARCH_FOLDER;
use crate::config::DataArgs;
use crate::ledger::verify::verify as check;
use crate::read::search;
use crate::store::{Store, rewrite};

use super::progress::Progress;

pub(super) fn verify(place: &DataArgs) -> Result<()> {
    let data = super::existing(place)?;
    let store = Store::open(&data)?;
    let mut progress = Progress::new("revisions checked");
    let report = check(&store, |count| progress.at(count.into()))?;
    progress.finish();
    say!(
        "The record is whole: {} revisions, {} changes, hash {}.",
        report.revisions,
        report.changes,
        report.hash
    );
    Ok(())
}

pub(super) fn reindex(place: &DataArgs) -> Result<()> {
    let data = super::existing(place)?;
    let mut progress = Progress::new("revisions written");
    let count = rewrite(&data, |count| progress.at(count.into()))?;
    let seconds = progress.finish();
    let size = Store::open(&data)?.size_on_disk();
    say!("{count} revisions written anew in {seconds:.1} s; the log takes {size} bytes now.");
    let ledger = super::open_to_read(&data)?;
    let mut progress = Progress::new("revisions indexed");
    let known = search::rebuild(&data.join(SEARCH_FOLDER), &ledger.snapshot(), |count| {
        progress.at(count.into());
    })?;
    let seconds = progress.finish();
    ledger.close();
    say!("The search index is made anew, up to revision {known}, in {seconds:.1} s.");
    Ok(())
}
