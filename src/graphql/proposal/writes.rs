//! Talking of proposals, and deciding on them.

use std::sync::Arc;

use async_graphql::{ID, InputObject, Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::kit::context::Ask;
use crate::graphql::kit::payload::{Common, UserError, problems};
use crate::graphql::revision::{Change, Revision};
use crate::ledger::Refusal;
use crate::ledger::review;

use super::object::Proposal;
use super::reads::Sees;

/// Something to be said of a proposal.
#[derive(Clone, Debug, InputObject)]
pub struct CommentOnProposalInput {
    /// The proposal.
    pub id: ID,
    /// What is to be said; at most 5,000 characters.
    pub text: String,
}

/// A proposal to be made part of the record.
#[derive(Clone, Debug, InputObject)]
pub struct ApproveProposalInput {
    /// The proposal.
    pub id: ID,
    /// Whether it is to be carried out even where the record has changed in the same fields since: then it
    /// says what the proposal says. Look at `conflicts` first.
    #[graphql(default = false)]
    pub despite_conflicts: bool,
    /// Only check, and tell in `changes` what it would change today.
    #[graphql(default = false)]
    pub dry_run: bool,
}

/// A proposal to be rejected.
#[derive(Clone, Debug, InputObject)]
pub struct RejectProposalInput {
    /// The proposal.
    pub id: ID,
    /// Why; its author reads it. At most 5,000 characters.
    pub reason: String,
}

/// A proposal to be taken back.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawProposalInput {
    /// The proposal.
    pub id: ID,
}

/// What became of a proposal.
#[derive(Default, SimpleObject, Fields)]
pub struct ProposalPayload {
    /// The proposal as it is now. Null where there are user errors.
    pub proposal: Option<Proposal>,
    /// The revision that it became. Null unless it was approved.
    pub revision: Option<Revision>,
    /// What it changed, or would change if it were no dry run.
    pub changes: Vec<Change>,
    /// Everything that is in the way. Nothing was done unless this is empty.
    pub user_errors: Vec<UserError>,
}

impl ProposalPayload {
    fn of(done: std::result::Result<Arc<review::Proposal>, Refusal>) -> Result<Self> {
        Ok(match done {
            Ok(proposal) => Self {
                proposal: Some(Proposal::of(proposal)),
                ..Self::default()
            },
            Err(refusal) => Self {
                user_errors: problems(refusal)?,
                ..Self::default()
            },
        })
    }
}

/// The mutations of proposals.
#[derive(Default)]
pub struct ProposalWrites;

#[object]
impl ProposalWrites {
    /// Says something of a proposal: an editor of any, a contributor of the contributor's own.
    ///
    /// Needs the role CONTRIBUTOR.
    async fn comment_on_proposal(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which proposal, and what to say.")] input: CommentOnProposalInput,
    ) -> Result<ProposalPayload> {
        ask.contributor()?;
        let (id, by) = (visible(ask, &input.id), ask.viewer().name());
        ProposalPayload::of(ask.app().desk.comment(id, by, &input.text).await)
    }

    /// Makes a proposal part of the record: one revision, which names its author and whoever approved it.
    /// Where the record has changed since in fields that the proposal changes too, that is told as
    /// CONFLICT, and nothing is done.
    ///
    /// Needs the role EDITOR.
    async fn approve_proposal(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which proposal.")] input: ApproveProposalInput,
    ) -> Result<ProposalPayload> {
        ask.editor()?;
        let (id, by) = (Proposal::number(&input.id), ask.viewer().name());
        let desk = &ask.app().desk;
        let (in_spite, dry_run) = (input.despite_conflicts, input.dry_run);
        match desk.approve(id, by, in_spite, dry_run).await {
            Ok((proposal, committed)) => {
                let Common {
                    revision, changes, ..
                } = Common::from(&committed);
                Ok(ProposalPayload {
                    proposal: Some(Proposal::of(proposal)),
                    revision,
                    changes,
                    user_errors: Vec::new(),
                })
            }
            Err(refusal) => ProposalPayload::of(Err(refusal)),
        }
    }

    /// Rejects a proposal, with a reason that its author reads.
    ///
    /// Needs the role EDITOR.
    async fn reject_proposal(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which proposal, and why.")] input: RejectProposalInput,
    ) -> Result<ProposalPayload> {
        ask.editor()?;
        let (id, by) = (Proposal::number(&input.id), ask.viewer().name());
        ProposalPayload::of(ask.app().desk.close(id, by, Some(&input.reason)).await)
    }

    /// Takes a proposal of one's own back.
    ///
    /// Needs the role CONTRIBUTOR.
    async fn withdraw_proposal(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which proposal.")] input: WithdrawProposalInput,
    ) -> Result<ProposalPayload> {
        ask.contributor()?;
        let (id, by) = (visible(ask, &input.id), ask.viewer().name());
        ProposalPayload::of(ask.app().desk.close(id, by, None).await)
    }
}

/// The number of a proposal; that of none where the viewer may not see it.
fn visible(ask: &Ask, id: &str) -> u32 {
    let number = Proposal::number(id);
    let found = ask.app().desk.get(number);
    let seen = found.is_some_and(|found| Sees::of(ask.viewer()).sees(&found));
    if seen { number } else { Proposal::NONE }
}
