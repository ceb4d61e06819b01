//! Taking text out of the record for good: of every version of a record, in the log itself.
//!
//! What was committed is known by digests, so the chain goes on verifying; the revision that takes the
//! text out says who did it, when and why, and which changes it replaced by what.

use crate::model::redact::{self, Scope};
use crate::model::revision::Digest;
use crate::model::{Change, RecordId, SourceId, TypedId, shorten};
use crate::snapshot::{Snapshot, State};
use crate::store::{Replaced, Store, StoreError, codec};

use super::problem::{Problem, ProblemCode};

/// What a redaction comes to.
pub(super) struct Redaction {
    /// The change of its own revision.
    pub(super) change: Change,
    /// What stands in the place of each change that lost text.
    pub(super) replaced: Vec<Replaced>,
}

/// Plans a redaction.
///
/// # Errors
/// When the store cannot be read. The inner error is what the user can mend.
pub(super) fn plan(
    state: &State,
    store: &Store,
    id: &str,
    source: Option<&str>,
    reason: &str,
) -> Result<Result<Redaction, Vec<Problem>>, StoreError> {
    let problem = |field: &str, code, message: String| {
        Ok(Err(vec![Problem {
            code,
            path: ["input", field].map(str::to_owned).into(),
            message,
        }]))
    };
    if reason.trim().is_empty() {
        let message = "say why: that stays when the text is gone".to_owned();
        return problem("reason", ProblemCode::Required, message);
    }
    let id: RecordId = match id.parse() {
        Ok(id) => id,
        Err(error) => return problem("id", ProblemCode::Invalid, format!("{error}")),
    };
    if state.version(id, u32::MAX).is_none() {
        return problem("id", ProblemCode::NotFound, format!("there is no {id}"));
    }
    let scope = match source.map(SourceId::parse) {
        None => Scope::All,
        Some(Ok(source)) => Scope::Citations(source),
        Some(Err(error)) => return problem("source", ProblemCode::Invalid, error.to_string()),
    };
    let replaced = replace(state, store, id, scope)?;
    if replaced.is_empty() {
        let message = match source {
            Some(source) => format!("no version of {id} quotes {}", shorten(source)),
            None => format!("no version of {id} has any text left"),
        };
        return problem("id", ProblemCode::NoChange, message);
    }
    let changes = replaced
        .iter()
        .map(|(number, bytes)| (*number, Digest::of(bytes)))
        .collect();
    let reason = reason.trim().to_owned();
    Ok(Ok(Redaction {
        change: Change::Redacted {
            id,
            reason,
            changes,
        },
        replaced,
    }))
}

/// What is to stand in the place of each change of a record that has text in the scope.
fn replace(
    state: &State,
    store: &Store,
    id: RecordId,
    scope: Scope,
) -> Result<Vec<Replaced>, StoreError> {
    let mut found = Vec::new();
    for version in state.versions(id, u32::MAX).iter().rev() {
        let Some(entry) = store.revision(version.number)? else {
            continue;
        };
        for (number, bytes) in (entry.revision.header.first_change..).zip(&entry.changes) {
            let change = codec::decode_change(bytes)?;
            if change.id() != id {
                continue;
            }
            let left = redact::change(&change, scope);
            if left != change {
                found.push((number, codec::encode_redacted(bytes, &left)?));
            }
        }
    }
    Ok(found)
}

/// The record as a redaction would leave it cannot be shown before it is done, so a dry run shows it
/// as it is.
pub(super) fn tried(snapshot: Snapshot, change: Change) -> super::Committed {
    super::Committed {
        snapshot,
        revision: None,
        subject: Some(change.id()),
        changes: [change].into(),
        replayed: false,
    }
}
