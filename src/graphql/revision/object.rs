//! The types `Revision` and `Change`: how the record came to say what it says.

use std::sync::OnceLock;

use async_graphql::{Json, Result, SimpleObject};
use foedera_macros::{Fields, object};
use serde_json::Value;

use crate::graphql::kit::connection::{Connection, Listed};
use crate::graphql::moment::Snapshot as Moment;
use crate::graphql::record::Node;
use crate::model::{self, ChangeKind, Timestamp};
use crate::read::history::{self, Step};
use crate::read::page::Asked;
use crate::snapshot::Snapshot;
use crate::store::StoreError;

/// One atomic change of the record. What it says of itself is read when a field first needs it.
pub struct Revision {
    at: Snapshot,
    number: u32,
    loaded: OnceLock<model::Revision>,
}

impl Listed for Revision {
    type Id = u32;
    fn at(snapshot: &Snapshot, number: u32) -> Self {
        Self {
            at: snapshot.clone(),
            number,
            loaded: OnceLock::new(),
        }
    }
}

impl Revision {
    fn loaded(&self) -> Result<&model::Revision> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        let found = self.at.documents().store().header(self.number)?;
        let found = found
            .ok_or_else(|| StoreError::Damaged(format!("revision {} is missing", self.number)))?;
        Ok(self.loaded.get_or_init(|| found))
    }
}

/// One atomic change of the record, numbered from 1. Nothing is ever overwritten: every revision can
/// be read again.
#[object]
impl Revision {
    /// Its number.
    fn number(&self) -> u32 {
        self.number
    }

    /// When it was committed.
    fn committed_at(&self) -> Timestamp {
        self.at.recorded_at(self.number)
    }

    /// Who made it.
    fn author(&self) -> Result<&str> {
        Ok(&self.loaded()?.header.author)
    }

    /// Who approved it, where its author could only propose it; null otherwise.
    fn approved_by(&self) -> Result<Option<&str>> {
        Ok(self.loaded()?.header.approved_by.as_deref())
    }

    /// Why.
    fn message(&self) -> Result<Option<&str>> {
        Ok(self.loaded()?.header.message.as_deref())
    }

    /// What it changed, in order.
    fn changes(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Change>> {
        let steps = history::of_revision(&self.at, self.number)?.unwrap_or_default();
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::of_items(&self.at, &steps, &asked, |step| {
            Ok(Change::new(&self.at, step.clone()))
        })
    }

    /// The hash that chains it to the one before: BLAKE3 over `previousHash` and the digest of what
    /// it holds, in hexadecimal.
    fn hash(&self) -> Result<String> {
        Ok(self.loaded()?.hash.to_string())
    }

    /// The hash of the revision before; zeros for the first.
    fn previous_hash(&self) -> Result<String> {
        Ok(self.loaded()?.previous.to_string())
    }

    /// The whole record as it was just before this revision.
    fn snapshot_before(&self) -> Moment {
        Moment::of(self.at.at(self.number.saturating_sub(1)))
    }

    /// The whole record as this revision left it.
    fn snapshot_after(&self) -> Moment {
        Moment::of(self.at.at(self.number))
    }
}

/// What happened to one record in one revision.
#[derive(Clone)]
pub struct Change {
    at: Snapshot,
    step: Step,
    dry: bool,
}

impl Change {
    /// A change of a revision that was made.
    pub fn new(at: &Snapshot, step: Step) -> Self {
        Self {
            at: at.clone(),
            step,
            dry: false,
        }
    }

    /// A change of a dry run, whose revision was not made.
    pub fn tried(at: &Snapshot, step: Step) -> Self {
        Self {
            dry: true,
            ..Self::new(at, step)
        }
    }
}

/// What happened to one record in one revision.
#[object]
impl Change {
    /// The revision. Null for a dry run, which makes none.
    fn revision(&self) -> Option<Revision> {
        (!self.dry).then(|| Revision::at(&self.at, self.step.revision))
    }

    /// What happened to the record.
    fn kind(&self) -> ChangeKind {
        self.step.kind
    }

    /// The record, as it was after the revision.
    fn record(&self) -> Option<Node> {
        Node::any(&self.at.at(self.step.revision), self.step.id)
    }

    /// Why this record was retired, restored, merged or redacted.
    fn reason(&self) -> Option<&str> {
        self.step.reason.as_deref()
    }

    /// The fields that changed.
    fn fields(&self) -> Result<Vec<FieldChange>> {
        let fields = self.step.fields(&self.at)?;
        Ok(fields.into_iter().map(Into::into).collect())
    }

    /// The whole record as it was just before the revision.
    fn snapshot_before(&self) -> Moment {
        Moment::of(self.at.at(self.step.revision.saturating_sub(1)))
    }

    /// The whole record as the revision left it.
    fn snapshot_after(&self) -> Moment {
        Moment::of(self.at.at(self.step.revision))
    }
}

/// A field that has another value than before.
#[derive(SimpleObject, Fields)]
pub struct FieldChange {
    /// Which field: names joined by dots, such as `period.end`.
    path: String,
    /// Its value before; null where it had none.
    before: Option<Json<Value>>,
    /// Its value after; null where it has none.
    after: Option<Json<Value>>,
}

impl From<model::FieldChange> for FieldChange {
    fn from(change: model::FieldChange) -> Self {
        Self {
            path: change.path,
            before: change.before.map(Json),
            after: change.after.map(Json),
        }
    }
}
