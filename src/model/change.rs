//! What happened to one record in one revision.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ActorId, ChangeKind, Digest, Record, RecordId};

/// What happened to one record in one revision. This is what the log holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The record is new.
    Created {
        /// Its id.
        id: RecordId,
        /// What it says.
        record: Record,
    },
    /// The record says something else now.
    Updated {
        /// Its id.
        id: RecordId,
        /// What it says from now on.
        record: Record,
    },
    /// The record left the lists.
    Retired {
        /// Its id.
        id: RecordId,
        /// Why.
        reason: Option<String>,
    },
    /// The record came back into the lists.
    Restored {
        /// Its id.
        id: RecordId,
        /// Why.
        reason: Option<String>,
    },
    /// The actor became part of another.
    Merged {
        /// The actor that is no longer one of its own.
        id: ActorId,
        /// The actor that it is part of from now on.
        into: ActorId,
        /// Why.
        reason: Option<String>,
    },
    /// Text of the record was taken out of every version, for law or safety.
    Redacted {
        /// Its id.
        id: RecordId,
        /// Why.
        reason: String,
        /// The changes that lost text, by their numbers in the log, each with the digest of what
        /// stands there since.
        changes: Vec<(u64, Digest)>,
    },
}

impl Change {
    /// The record that changed.
    pub fn id(&self) -> RecordId {
        match self {
            Self::Created { id, .. }
            | Self::Updated { id, .. }
            | Self::Retired { id, .. }
            | Self::Restored { id, .. }
            | Self::Redacted { id, .. } => *id,
            Self::Merged { id, .. } => (*id).into(),
        }
    }

    /// What happened to it.
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::Created { .. } => ChangeKind::Created,
            Self::Updated { .. } => ChangeKind::Updated,
            Self::Retired { .. } => ChangeKind::Retired,
            Self::Restored { .. } => ChangeKind::Restored,
            Self::Merged { .. } => ChangeKind::Merged,
            Self::Redacted { .. } => ChangeKind::Redacted,
        }
    }

    /// What the record says afterwards, where the change says it.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Created { record, .. } | Self::Updated { record, .. } => Some(record),
            Self::Retired { .. }
            | Self::Restored { .. }
            | Self::Merged { .. }
            | Self::Redacted { .. } => None,
        }
    }

    /// Why this record was retired, restored, merged or redacted, where that was said.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Created { .. } | Self::Updated { .. } => None,
            Self::Retired { reason, .. }
            | Self::Restored { reason, .. }
            | Self::Merged { reason, .. } => reason.as_deref(),
            Self::Redacted { reason, .. } => Some(reason),
        }
    }
}

/// One field that a change gave another value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Where the field is: names joined by dots, such as `period.end`.
    pub path: String,
    /// Its value before, where it had one.
    pub before: Option<Value>,
    /// Its value after, where it has one.
    pub after: Option<Value>,
}

/// The fields in which two records differ, as JSON. Objects are compared field by field, lists whole.
pub fn compare(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut found = Vec::new();
    walk(&mut String::new(), before, after, &mut found);
    found
}

fn walk(path: &mut String, before: &Value, after: &Value, found: &mut Vec<FieldChange>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        if before != after {
            let given = |value: &Value| (!value.is_null()).then(|| value.clone());
            found.push(FieldChange {
                path: path.clone(),
                before: given(before),
                after: given(after),
            });
        }
        return;
    };
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    for name in new.keys().chain(gone) {
        let length = path.len();
        if length > 0 {
            path.push('.');
        }
        path.push_str(name);
        let field = |object: &serde_json::Map<String, Value>| {
            object.get(name).cloned().unwrap_or(Value::Null)
        };
        walk(path, &field(old), &field(new), found);
        path.truncate(length);
    }
}
