//! What a start mends of a log whose writer did not come to its end.

use crate::model::Revision;

use super::StoreError;
use super::engine::Engine;
use super::journal::Journal;
use super::keys::{self, Pairs};

/// The newest revision of the log, once it is mended: with what only the journal had of it, and without
/// what is newer than the last acknowledged revision and has only a part of its changes.
pub(super) fn recover(
    engine: &Engine,
    journal: &Journal,
    acknowledged: u32,
) -> Result<Option<Revision>, StoreError> {
    give_back(engine, journal)?;
    take_off(engine, acknowledged)?;
    engine.newest()
}

/// Gives the engine what only the journal has. It is asked for each key, for of a batch that failed it may
/// have a part. What it has stays as it is: text may have been taken out of it.
fn give_back(engine: &Engine, journal: &Journal) -> Result<(), StoreError> {
    let mut missing = Pairs::new();
    for (key, value) in journal.left()?.into_iter().flatten() {
        if engine.get(&key)?.is_none() {
            missing.push((key, value));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let given = engine.write_through(&missing);
    given.map_err(StoreError::ReadOnly)
}

/// Takes off what a batch that failed left of revisions that nobody was told of. A change that stayed would
/// stand in the way of the one that gets its number.
fn take_off(engine: &Engine, acknowledged: u32) -> Result<(), StoreError> {
    let mut last = None;
    if acknowledged > 0 {
        last = engine.revision(acknowledged)?;
        if last.is_none() {
            // Lost, or damaged: whoever opens the log tells so.
            return Ok(());
        }
    }
    let after = |last: &Option<Revision>| match last.as_ref().map(|last| &last.header) {
        Some(last) => (last.number + 1, last.first_change + u64::from(last.changes)),
        None => (1, 0),
    };
    while let Some(next) = engine.revision(after(&last).0)? {
        if !engine.has_changes_of(&next)? {
            break;
        }
        last = Some(next);
    }
    let (revision, change) = after(&last);
    let mut left = engine.keys(&keys::revision(revision), &keys::revision(u32::MAX))?;
    left.extend(engine.keys(&keys::change(change), &keys::change(u64::MAX))?);
    if left.is_empty() {
        return Ok(());
    }
    tracing::warn!(
        revision,
        keys = left.len(),
        "a write that failed left a part of a revision that nobody was told of; it is taken off"
    );
    let taken = engine.remove(&left);
    taken.map_err(StoreError::ReadOnly)
}
