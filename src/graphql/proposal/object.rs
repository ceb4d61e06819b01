//! The type `Proposal`, and what it is made of.

use std::sync::Arc;

use async_graphql::{ID, Json, Result, SimpleObject};
use foedera_macros::{Fields, object};
use serde_json::Value;

use crate::graphql::kit::connection::Listed as _;
use crate::graphql::kit::context::Ask;
use crate::graphql::record::Node;
use crate::graphql::revision::{FieldChange, Revision};
use crate::ledger::review::{self, ProposalStatus};
use crate::model::{ChangeKind, RecordId, Timestamp};
use crate::snapshot::Snapshot;

/// A wish of somebody who may not change the record, for an editor to decide on.
pub struct Proposal(pub(super) Arc<review::Proposal>);

impl Proposal {
    const PREFIX: &str = "proposal_";

    /// A proposal for the API.
    pub fn of(proposal: Arc<review::Proposal>) -> Self {
        Self(proposal)
    }

    /// The number of no proposal.
    pub(super) const NONE: u32 = 0;

    /// The number in an id of a proposal; that of none where it is no such id.
    pub(super) fn number(id: &str) -> u32 {
        let number = id.strip_prefix(Self::PREFIX);
        number
            .and_then(|number| number.parse().ok())
            .unwrap_or(Self::NONE)
    }
}

/// A wish of somebody who may not change the record, for an editor to decide on.
#[object]
impl Proposal {
    /// Its name in the API.
    fn id(&self) -> ID {
        format!("{}{}", Self::PREFIX, self.0.id).into()
    }

    /// What has become of it.
    fn status(&self) -> ProposalStatus {
        self.0.status
    }

    /// Who made it.
    fn author(&self) -> &str {
        &self.0.author
    }

    /// When it was made.
    fn made_at(&self) -> Timestamp {
        self.0.made_at
    }

    /// Why: the message of the revision that it may become.
    fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The number of the revision upon which it was made.
    fn base_revision(&self) -> u32 {
        self.0.base
    }

    /// What it did to each record when it was tried, upon `baseRevision`.
    fn changes(&self) -> Vec<ProposedChange> {
        let changes = (0..self.0.changes.len()).map(|place| ProposedChange {
            proposal: self.0.clone(),
            place,
        });
        changes.collect()
    }

    /// What has changed since and is in its way: fields that the record and the proposal have both given
    /// another value. Empty once it is decided on. What it does today, and what else may be wrong with it,
    /// `approveProposal` tells with `dryRun`.
    fn conflicts(&self, ask: &Ask) -> Result<Vec<ProposalConflict>> {
        if self.0.status != ProposalStatus::Open {
            return Ok(Vec::new());
        }
        // Not the moment that the request reads: the desk is of now.
        let now = ask.app().ledger.snapshot();
        let found = review::conflicts(&self.0, &now)?.into_iter();
        let conflict = found.map(|conflict| ProposalConflict {
            at: now.clone(),
            conflict,
        });
        Ok(conflict.collect())
    }

    /// What was said of it, in order.
    fn comments(&self) -> Vec<ProposalComment> {
        let comments = self.0.comments.iter().cloned();
        comments.map(Into::into).collect()
    }

    /// Who decided on it, or took it back; null while it is open.
    fn decided_by(&self) -> Option<&str> {
        Some(&self.0.decision.as_ref()?.by)
    }

    /// When that was.
    fn decided_at(&self) -> Option<Timestamp> {
        Some(self.0.decision.as_ref()?.at)
    }

    /// Why it was rejected.
    fn reason(&self) -> Option<&str> {
        self.0.decision.as_ref()?.reason.as_deref()
    }

    /// The revision that it became. Null unless it was approved, and where the record said all that
    /// already.
    fn revision(&self, ask: &Ask) -> Result<Option<Revision>> {
        let decision = self.0.decision.as_ref();
        let number = decision.and_then(|decision| decision.revision);
        Ok(number.map(|number| Revision::at(&ask.app().ledger.snapshot(), number)))
    }
}

/// What a proposal did to one record when it was tried.
pub struct ProposedChange {
    proposal: Arc<review::Proposal>,
    place: usize,
}

impl ProposedChange {
    fn own(&self) -> &review::Proposed {
        &self.proposal.changes[self.place]
    }
}

/// What a proposal did to one record when it was tried.
#[object]
impl ProposedChange {
    /// What happened to the record.
    fn kind(&self) -> ChangeKind {
        self.own().kind
    }

    /// The record as it is now; null for one that the proposal creates.
    fn record(&self, ask: &Ask) -> Result<Option<Node>> {
        let old = self.own().version;
        let now = ask.app().ledger.snapshot();
        Ok(old.and_then(|_| Node::any(&now, self.own().id)))
    }

    /// Why, where a reason was given for this record.
    fn reason(&self) -> Option<&str> {
        self.own().reason.as_deref()
    }

    /// The fields that changed. Where they name records that the proposal creates, the ids are those that
    /// these would have had then.
    fn fields(&self) -> Vec<FieldChange> {
        self.own().fields.iter().cloned().map(Into::into).collect()
    }
}

/// A record that has changed since a proposal was made, where the proposal wants to change it too.
pub struct ProposalConflict {
    at: Snapshot,
    conflict: review::Conflict,
}

/// A record that has changed since a proposal was made, where the proposal wants to change it too.
#[object]
impl ProposalConflict {
    /// The record as it is now.
    fn record(&self) -> Option<Node> {
        let id: RecordId = self.conflict.id;
        Node::any(&self.at, id)
    }

    /// The revisions that changed it since, newest first.
    fn revisions(&self) -> Vec<Revision> {
        let numbers = self.conflict.revisions.iter();
        numbers
            .map(|number| Revision::at(&self.at, *number))
            .collect()
    }

    /// The fields that both have changed. Empty where the record was retired, restored or merged since.
    fn fields(&self) -> Vec<ConflictingField> {
        let fields = self.conflict.fields.iter().cloned();
        fields.map(Into::into).collect()
    }
}

/// A field that the record and a proposal have both given another value.
#[derive(SimpleObject, Fields)]
pub struct ConflictingField {
    /// Which field: names joined by dots, such as `period.end`.
    path: String,
    /// Its value when the proposal was made.
    base: Option<Json<Value>>,
    /// Its value now.
    current: Option<Json<Value>>,
    /// Its value by the proposal; null where the proposal is about the record as a whole.
    proposed: Option<Json<Value>>,
}

impl From<review::Clash> for ConflictingField {
    fn from(clash: review::Clash) -> Self {
        Self {
            path: clash.path,
            base: clash.base.map(Json),
            current: clash.now.map(Json),
            proposed: clash.proposed.map(Json),
        }
    }
}

/// What somebody said of a proposal.
#[derive(SimpleObject, Fields)]
pub struct ProposalComment {
    /// Who said it.
    author: String,
    /// When.
    at: Timestamp,
    /// What.
    text: String,
}

impl From<review::Comment> for ProposalComment {
    fn from(comment: review::Comment) -> Self {
        let review::Comment { author, at, text } = comment;
        Self { author, at, text }
    }
}
