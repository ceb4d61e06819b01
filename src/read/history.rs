//! What a revision changed, field by field.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::model::change::{FieldChange, compare};
use crate::model::{Change, ChangeKind, RecordId, Revision, record};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

/// One change of a revision, ready to be shown.
#[derive(Clone, Debug)]
pub struct Step {
    /// The record that changed.
    pub id: RecordId,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Why, where a reason was given for this record.
    pub reason: Option<String>,
    /// The fields that changed, with their values before and after.
    pub fields: Vec<FieldChange>,
}

/// A revision and its changes; none where the record has none of this number.
///
/// # Errors
/// When the store cannot read it.
pub fn revision(
    snapshot: &Snapshot,
    number: u32,
) -> Result<Option<(Revision, Vec<Change>)>, StoreError> {
    let entry = snapshot.documents().store().revision(number)?;
    entry
        .map(|entry| Ok((entry.revision.clone(), entry.decode_changes()?)))
        .transpose()
}

/// What some changes did, given that `before` is the revision that they were made upon.
///
/// # Errors
/// When the store cannot read what the records said before.
pub fn steps<'a>(
    snapshot: &Snapshot,
    before: u32,
    changes: impl IntoIterator<Item = &'a Change>,
) -> Result<Vec<Step>, StoreError> {
    let nothing = Value::Object(Map::new());
    // A record may change twice in one revision; the second change starts from the first.
    let mut now: HashMap<RecordId, Value> = HashMap::new();
    let mut steps = Vec::new();
    for change in changes {
        let (id, kind) = (change.id(), change.kind());
        let (fields, reason) = match change {
            Change::Created { record, .. } => {
                let after = record::fields(record);
                let fields = compare(&nothing, &after);
                now.insert(id, after);
                (fields, None)
            }
            Change::Updated { record, .. } => {
                let old = match now.remove(&id) {
                    Some(old) => old,
                    None => snapshot
                        .record_at(id, before)?
                        .map_or_else(|| nothing.clone(), |record| record::fields(&record)),
                };
                let after = record::fields(record);
                let fields = compare(&old, &after);
                now.insert(id, after);
                (fields, None)
            }
            Change::Retired { reason, .. } | Change::Restored { reason, .. } => {
                (Vec::new(), reason.clone())
            }
        };
        steps.push(Step {
            id,
            kind,
            reason,
            fields,
        });
    }
    Ok(steps)
}
