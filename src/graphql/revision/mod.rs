//! Revisions and changes: how the record came to say what it says.

use std::sync::Arc;

use async_graphql::{Json, Object, Result, SimpleObject};
use serde_json::Value;

use crate::graphql::kit::connection::PageInfo;
use crate::graphql::record::Node;
use crate::model::{self, ChangeKind, Timestamp};
use crate::read::history::{self, Step};
use crate::read::page::{self, Asked, Order};
use crate::snapshot::Snapshot;

/// One atomic change of the record, numbered from 1.
#[derive(Clone)]
pub struct Revision {
    at: Snapshot,
    revision: model::Revision,
    changes: Option<Arc<[model::Change]>>,
}

impl Revision {
    /// A revision whose changes are at hand.
    pub fn with_changes(
        at: Snapshot,
        revision: model::Revision,
        changes: Arc<[model::Change]>,
    ) -> Self {
        Self {
            at,
            revision,
            changes: Some(changes),
        }
    }

    /// The revision of this number.
    ///
    /// # Errors
    /// When the store cannot read it, or there is none.
    pub fn numbered(at: &Snapshot, number: u32) -> Result<Self> {
        let found = history::revision(at, number)?;
        let (revision, changes) = found.ok_or_else(|| {
            crate::store::StoreError::Damaged(format!("revision {number} is missing"))
        })?;
        Ok(Self {
            at: at.clone(),
            revision,
            changes: Some(changes.into()),
        })
    }
}

/// One atomic change of the record, numbered from 1. Nothing is ever overwritten: every revision can
/// be read again.
#[Object]
impl Revision {
    /// Its number.
    async fn number(&self) -> u32 {
        self.revision.header.number
    }

    /// When it was committed.
    async fn committed_at(&self) -> Timestamp {
        self.revision.header.committed_at
    }

    /// Who made it.
    async fn author(&self) -> &str {
        &self.revision.header.author
    }

    /// Why.
    async fn message(&self) -> Option<&str> {
        self.revision.header.message.as_deref()
    }

    /// What it changed, in order.
    async fn changes(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<ChangeConnection> {
        let changes = self.changes.clone().unwrap_or_default();
        let places: Vec<u32> = (0..changes.len() as u32).collect();
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let page = page::cut(&places, &Order::of_entry(), self.at.revision(), &asked)?;
        Ok(ChangeConnection {
            at: self.at.clone(),
            revision: self.revision.clone(),
            changes,
            page,
        })
    }

    /// The hash that chains it to the one before: BLAKE3 over `previousHash` and the digest of what
    /// it holds, in hexadecimal.
    async fn hash(&self) -> String {
        self.revision.hash.to_string()
    }

    /// The hash of the revision before; zeros for the first.
    async fn previous_hash(&self) -> String {
        self.revision.previous.to_string()
    }
}

/// A page of changes.
pub struct ChangeConnection {
    at: Snapshot,
    revision: model::Revision,
    changes: Arc<[model::Change]>,
    page: page::Page<u32>,
}

impl ChangeConnection {
    fn change(&self, place: u32) -> Change {
        Change {
            at: self.at.clone(),
            revision: Some(self.revision.clone()),
            all: self.changes.clone(),
            place: place as usize,
        }
    }
}

/// A page of changes, by the Relay cursor connections specification.
#[Object]
impl ChangeConnection {
    /// What is on the page, each with its cursor.
    async fn edges(&self) -> Vec<ChangeEdge> {
        let edge = |edge: &page::Edge<u32>| ChangeEdge {
            cursor: edge.cursor.clone(),
            node: self.change(edge.id),
        };
        self.page.edges.iter().map(edge).collect()
    }

    /// What is on the page, without the cursors.
    async fn nodes(&self) -> Vec<Change> {
        self.page
            .edges
            .iter()
            .map(|edge| self.change(edge.id))
            .collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }

    /// How many there are in the whole list.
    async fn total_count(&self) -> usize {
        self.changes.len()
    }
}

/// A change with its place in the list.
#[derive(Clone, SimpleObject)]
pub struct ChangeEdge {
    /// Its place: give it as `after`.
    cursor: String,
    /// The change.
    node: Change,
}

/// What happened to one record in one revision.
#[derive(Clone)]
pub struct Change {
    at: Snapshot,
    revision: Option<model::Revision>,
    all: Arc<[model::Change]>,
    place: usize,
}

impl Change {
    /// The changes of a revision, or of a dry run.
    pub fn list(
        at: &Snapshot,
        revision: Option<model::Revision>,
        all: Arc<[model::Change]>,
    ) -> Vec<Self> {
        let change = |place| Self {
            at: at.clone(),
            revision: revision.clone(),
            all: all.clone(),
            place,
        };
        (0..all.len()).map(change).collect()
    }

    /// What it did. Only earlier changes of the same record can bear on that.
    fn step(&self) -> Result<Option<Step>> {
        // For a dry run the snapshot is one revision ahead of what is recorded, as for a real one.
        let number = self
            .revision
            .as_ref()
            .map_or(self.at.revision(), |r| r.header.number);
        let id = self.all[self.place].id();
        let own = self.all[..=self.place].iter().filter(|one| one.id() == id);
        let steps = history::steps(&self.at, number.saturating_sub(1), own)?;
        Ok(steps.into_iter().next_back())
    }
}

/// What happened to one record in one revision.
#[Object]
impl Change {
    /// The revision. Null for a dry run, which makes none.
    async fn revision(&self) -> Option<Revision> {
        let revision = self.revision.clone()?;
        Some(Revision::with_changes(
            self.at.clone(),
            revision,
            self.all.clone(),
        ))
    }

    /// What happened to the record.
    async fn kind(&self) -> ChangeKind {
        self.all[self.place].kind()
    }

    /// The record, as it is after the revision.
    async fn record(&self) -> Option<Node> {
        Node::any(&self.at, self.all[self.place].id())
    }

    /// Why this record was retired or restored.
    async fn reason(&self) -> Option<String> {
        match &self.all[self.place] {
            model::Change::Retired { reason, .. } | model::Change::Restored { reason, .. } => {
                reason.clone()
            }
            _ => None,
        }
    }

    /// The fields that changed.
    async fn fields(&self) -> Result<Vec<FieldChange>> {
        let step = self.step()?;
        Ok(step
            .into_iter()
            .flat_map(|step| step.fields)
            .map(Into::into)
            .collect())
    }
}

/// A field that has another value than before.
#[derive(SimpleObject)]
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
