//! A proposal.

use serde::{Deserialize, Serialize};

use crate::ledger::command::Action;
use crate::model::{ChangeKind, Digest, FieldChange, RecordId, Timestamp};
use crate::read::history;
use crate::store::StoreError;

use super::super::Committed;

crate::model::vocabulary::vocabulary! {
    /// What has become of a proposal.
    ProposalStatus {
        /// An editor has to decide on it.
        Open = "OPEN",
        /// It is part of the record.
        Approved = "APPROVED",
        /// An editor did not want it, and said why.
        Rejected = "REJECTED",
        /// Its author took it back.
        Withdrawn = "WITHDRAWN",
    }
}

/// A wish to change the record, for an editor to decide on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// Its number, from 1.
    pub id: u32,
    /// What has become of it.
    pub status: ProposalStatus,
    /// Who made it.
    pub author: String,
    /// When.
    pub made_at: Timestamp,
    /// Why: the message of the revision that it may become.
    pub message: Option<String>,
    /// The revision upon which it was tried.
    pub base: u32,
    /// What it did when it was tried.
    pub changes: Vec<Proposed>,
    /// What was said of it.
    pub comments: Vec<Comment>,
    /// How it ended.
    pub decision: Option<Decision>,
    /// The number of the last change of any proposal, which was one of this.
    pub changed: u64,
    /// What is to be done; only while it is open.
    pub(super) action: Option<Action>,
    /// The key under which it is carried out, so that this is done once.
    pub(super) key: String,
    /// The author's own key for safe retries, and what it was used for.
    pub(super) retry: Option<(String, Digest)>,
}

/// What a proposal did to one record when it was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    /// What happened to the record.
    pub kind: ChangeKind,
    /// The record; a new one has another id when it is created in earnest.
    pub id: RecordId,
    /// Its version before; none for a new one.
    pub version: Option<u32>,
    /// Why, where a reason was given for this record.
    pub reason: Option<String>,
    /// The fields that changed.
    pub fields: Vec<FieldChange>,
}

/// What somebody said of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Who.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// How a proposal ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The revision that it became; none where the record said all that already.
    pub revision: Option<u32>,
}

impl Proposal {
    /// The records that it would change, each with the version that was there.
    pub fn touches(&self) -> impl Iterator<Item = (RecordId, u32)> + '_ {
        let old = |change: &Proposed| Some((change.id, change.version?));
        self.changes.iter().filter_map(old)
    }
}

/// What a command did when it was tried.
pub(super) fn tried(committed: &Committed) -> Result<Vec<Proposed>, StoreError> {
    let at = &committed.snapshot;
    let base = at.at(at.revision().saturating_sub(1));
    let first = at.state().changes() + 1 - committed.changes.len() as u64;
    let steps = history::of_changes(at, at.revision(), first, &committed.changes);
    let proposed = |step: history::Step| {
        Ok(Proposed {
            kind: step.kind,
            id: step.id,
            version: base.version(step.id).map(|version| version.number),
            fields: step.fields(at)?,
            reason: step.reason,
        })
    };
    steps.into_iter().map(proposed).collect()
}
