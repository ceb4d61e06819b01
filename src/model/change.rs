//! What happened to one record in one revision.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ChangeKind, Record, RecordId};

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
}

impl Change {
    /// The record that changed.
    pub fn id(&self) -> RecordId {
        match self {
            Self::Created { id, .. }
            | Self::Updated { id, .. }
            | Self::Retired { id, .. }
            | Self::Restored { id, .. } => *id,
        }
    }

    /// What happened to it.
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::Created { .. } => ChangeKind::Created,
            Self::Updated { .. } => ChangeKind::Updated,
            Self::Retired { .. } => ChangeKind::Retired,
            Self::Restored { .. } => ChangeKind::Restored,
        }
    }

    /// What the record says afterwards, where the change says it.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Created { record, .. } | Self::Updated { record, .. } => Some(record),
            Self::Retired { .. } | Self::Restored { .. } => None,
        }
    }
}

/// One field that a change gave another value.
#[derive(Clone, Debug, PartialEq)]
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
