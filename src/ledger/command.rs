//! What the record can be told to do. Plain data; `plan` decides.

use serde::{Deserialize, Serialize};

use super::draft::{
    ActorDraft, BriefDraft, CitationDraft, NoteDraft, Reference, RelationshipDraft, SourceDraft,
    ViewpointDraft,
};
use crate::model::{PartialDate, RecordId};

/// A wish to change the record: all of it is carried out, or none.
#[derive(Clone, Debug)]
pub struct Command {
    /// Who wishes it.
    pub author: String,
    /// Why.
    pub message: Option<String>,
    /// Makes a retry safe: the same key with the same action is carried out once.
    pub idempotency_key: Option<String>,
    /// Only tell what would change.
    pub dry_run: bool,
    /// What to do.
    pub action: Action,
    /// Who has approved it, where its author could not carry it out alone.
    pub approval: Option<Approval>,
}

/// The approval of a command.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Who approves it.
    pub by: String,
    /// The versions of records that were seen. If one has changed since, nothing is done.
    pub seen: Vec<(RecordId, u32)>,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// One change. Its problems are reported under `input`.
    One(Edit),
    /// A context note and the changes that the news brings about.
    Update {
        /// The note.
        note: Box<NoteDraft>,
        /// The changes, in order.
        changes: Vec<Edit>,
    },
    /// Undoes what a revision did, in a new revision.
    Revert {
        /// The revision.
        number: u32,
    },
    /// Takes text out of every version of a record, for law or safety.
    Redact {
        /// The record, in the lists or not.
        id: Reference,
        /// Only what its citations of this source quote; else all of its text.
        source: Option<Reference>,
        /// Why.
        reason: String,
    },
    /// Many changes, from an import. Problems are reported under the number of the change.
    Batch(Vec<Edit>),
}

/// One change of one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// Creates or updates an actor.
    Actor(Target, Box<ActorDraft>),
    /// Creates or updates a relationship.
    Relationship(Target, Box<RelationshipDraft>),
    /// Creates or updates a viewpoint.
    Viewpoint(Target, Box<ViewpointDraft>),
    /// Creates or updates a context note.
    Note(Target, Box<NoteDraft>),
    /// Creates or updates a source.
    Source(Target, Box<SourceDraft>),
    /// Creates or updates a brief.
    Brief(Target, Box<BriefDraft>),
    /// Ends a relationship.
    End {
        /// The relationship.
        id: Reference,
        /// The version that the user saw.
        expected: Option<u32>,
        /// The last day on which it held.
        end: PartialDate,
        /// What supports that, added to its citations.
        citations: Vec<CitationDraft>,
    },
    /// Takes a record out of the lists.
    Retire {
        /// The record.
        id: Reference,
        /// The version that the user saw.
        expected: Option<u32>,
        /// Why.
        reason: Option<String>,
    },
    /// Makes an actor part of another: they are one.
    Merge {
        /// The actor that is no longer one of its own.
        duplicate: Reference,
        /// The actor that it is part of from now on.
        survivor: Reference,
        /// The version of the duplicate that the user saw.
        expected: Option<u32>,
        /// Why.
        reason: Option<String>,
    },
    /// Brings a record back into the lists.
    Restore {
        /// The record.
        id: Reference,
        /// The version that the user saw.
        expected: Option<u32>,
        /// Why.
        reason: Option<String>,
    },
}

/// Which record an edit is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// A new one, which later changes of the same command may call `#name`.
    New(Option<String>),
    /// One of the record.
    Old {
        /// Which.
        id: Reference,
        /// The version that the user saw.
        expected: Option<u32>,
    },
    /// The one with the draft's slug or key, or a new one: imports. Nothing is written where it
    /// says the same already.
    ByKey {
        /// Whether it is to be out of the lists.
        retired: bool,
    },
}

impl Command {
    /// Whether it takes text out of the log, which is done apart from everything else.
    pub fn redacts(&self) -> bool {
        matches!(self.action, Action::Redact { .. })
    }
}

impl Action {
    /// The same, whatever the versions are that its author saw.
    #[must_use]
    pub fn at_any_version(mut self) -> Self {
        let edits = match &mut self {
            Self::One(edit) => std::slice::from_mut(edit),
            Self::Update { changes, .. } | Self::Batch(changes) => changes,
            Self::Revert { .. } | Self::Redact { .. } => &mut [],
        };
        edits.iter_mut().for_each(Edit::forget_version);
        self
    }
}

impl Edit {
    fn forget_version(&mut self) {
        match self {
            Self::Actor(target, _)
            | Self::Relationship(target, _)
            | Self::Viewpoint(target, _)
            | Self::Note(target, _)
            | Self::Source(target, _)
            | Self::Brief(target, _) => {
                if let Target::Old { expected, .. } = target {
                    *expected = None;
                }
            }
            Self::End { expected, .. }
            | Self::Retire { expected, .. }
            | Self::Merge { expected, .. }
            | Self::Restore { expected, .. } => *expected = None,
        }
    }

    /// The name of the field of `ChangeInput` that gives such an edit.
    pub fn name(&self) -> &'static str {
        let new = |target: &Target, create, update| match target {
            Target::New(_) | Target::ByKey { .. } => create,
            Target::Old { .. } => update,
        };
        match self {
            Self::Actor(target, _) => new(target, "createActor", "updateActor"),
            Self::Relationship(target, _) => {
                new(target, "createRelationship", "updateRelationship")
            }
            Self::Viewpoint(target, _) => new(target, "createViewpoint", "updateViewpoint"),
            Self::Note(target, _) => new(target, "createNote", "updateNote"),
            Self::Source(target, _) => new(target, "createSource", "updateSource"),
            Self::Brief(target, _) => new(target, "createBrief", "updateBrief"),
            Self::End { .. } => "endRelationship",
            Self::Merge { .. } => "mergeActors",
            Self::Retire { .. } => "retire",
            Self::Restore { .. } => "restore",
        }
    }
}
