//! What the log comes to: revision by revision, the state.

use crate::snapshot::State;
use crate::store::{Entry, Log, StoreError};

/// Folds a log from its beginning. `progress` is told how many revisions are done.
///
/// # Errors
/// When the log cannot be read or does not fold.
pub fn fold(log: &dyn Log, progress: impl FnMut(u32)) -> Result<State, StoreError> {
    fold_on(State::default(), log, progress)
}

/// Folds what a log has after a state.
pub(super) fn fold_on(
    mut state: State,
    log: &dyn Log,
    mut progress: impl FnMut(u32),
) -> Result<State, StoreError> {
    for entry in log.read(state.revision() + 1) {
        let entry = next(&state, entry)?;
        fold_entry(&mut state, &entry)?;
        progress(state.revision());
    }
    Ok(state)
}

/// What is read of the log after a state; an error says at which revision.
pub(super) fn next(state: &State, read: Result<Entry, StoreError>) -> Result<Entry, StoreError> {
    read.map_err(|error| error.within(format_args!("at revision {}", state.revision() + 1)))
}

pub(super) fn fold_entry(state: &mut State, entry: &Entry) -> Result<(), StoreError> {
    let number = state.revision() + 1;
    apply(state, entry).map_err(|error| error.within(format_args!("at revision {number}")))
}

fn apply(state: &mut State, entry: &Entry) -> Result<(), StoreError> {
    let header = &entry.revision.header;
    let (number, first) = (state.revision() + 1, state.changes() + 1);
    if header.number != number {
        let what = format!("revision {} stands in its place", header.number);
        return Err(StoreError::Damaged(what));
    }
    if header.first_change != first {
        let what = format!(
            "it begins with change {}, and not {first}",
            header.first_change
        );
        return Err(StoreError::Damaged(what));
    }
    for change in entry.decode_changes()? {
        state.apply(&change)?;
    }
    state.commit(&entry.revision);
    Ok(())
}
