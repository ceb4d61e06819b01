//! Deciding on proposals.

use std::sync::Arc;

use crate::ledger::command::{Approval, Command};
use crate::ledger::{Committed, Problem, ProblemCode, Refusal};
use crate::model::RecordId;
use crate::store::{Store, StoreError};

use super::conflict::{Conflict, conflicts};
use super::desk::Desk;
use super::proposal::{Decision, Proposal, ProposalStatus};
use super::refusal::{one_problem, problem, said};

impl Desk {
    /// Carries a proposal out, in the name of its author and of who approves it; or tells what that would
    /// do. What has changed under it is a problem, unless it is to be carried out in spite of that.
    ///
    /// # Errors
    /// When it has problems, or the store cannot keep it.
    pub async fn approve(
        &self,
        id: u32,
        by: &str,
        in_spite: bool,
        dry_run: bool,
    ) -> Result<(Arc<Proposal>, Committed), Refusal> {
        let _one = self.0.changing.lock().await;
        let proposal = self.open_one(id)?;
        if proposal.author == by {
            let message = "somebody else has to approve what you proposed";
            return Err(problem(ProblemCode::NotYours, &["id"], message));
        }
        let now = self.0.ledger.snapshot();
        if !in_spite {
            let found = conflicts(&proposal, &now)?;
            if !found.is_empty() {
                let told = found.iter().map(in_the_way).collect();
                return Err(Refusal::Problems(told));
            }
        }
        let seen = proposal.touches().filter_map(|(id, _)| {
            let version = now.version(id)?;
            Some((id, version.number))
        });
        let command = Command {
            author: proposal.author.clone(),
            message: proposal.message.clone(),
            idempotency_key: Some(proposal.key.clone()),
            dry_run,
            action: proposal.action.clone().ok_or_else(gone)?,
            approval: Some(Approval {
                by: by.to_owned(),
                seen: seen.collect(),
            }),
        };
        let committed = self.0.ledger.commit(command).await?;
        if dry_run {
            return Ok((Arc::new(proposal), committed));
        }
        // It may have been carried out before, when it could not be noted.
        let made = committed.revision.as_ref().map(|made| &made.header);
        let first = made.and_then(|made| made.approved_by.clone());
        let decision = Decision {
            by: first.unwrap_or_else(|| by.to_owned()),
            at: self.0.ledger.now(),
            reason: None,
            revision: made.map(|made| made.number),
        };
        let proposal = decided(&proposal, ProposalStatus::Approved, decision);
        Ok((self.keep(proposal).await?, committed))
    }

    /// Ends a proposal without carrying it out: rejects it, or takes it back.
    ///
    /// # Errors
    /// When it is not open, the reason is empty or too long, or the store cannot keep it.
    pub async fn close(
        &self,
        id: u32,
        by: &str,
        reason: Option<&str>,
    ) -> Result<Arc<Proposal>, Refusal> {
        let _one = self.0.changing.lock().await;
        let proposal = self.open_one(id)?;
        let status = match reason {
            Some(_) => ProposalStatus::Rejected,
            None if proposal.author != by => {
                let message = "only its author takes a proposal back; reject it, with a reason";
                return Err(problem(ProblemCode::NotYours, &["id"], message));
            }
            None => ProposalStatus::Withdrawn,
        };
        let decision = Decision {
            by: by.to_owned(),
            at: self.0.ledger.now(),
            reason: reason.map(|reason| said("reason", reason)).transpose()?,
            revision: None,
        };
        self.keep(decided(&proposal, status, decision)).await
    }

    /// Takes the words out of the proposals that touch a record whose text was taken out. Those that are
    /// open are rejected.
    ///
    /// # Errors
    /// When the store cannot keep that.
    pub async fn redact(&self, id: RecordId, by: &str) -> Result<(), Refusal> {
        let _one = self.0.changing.lock().await;
        for proposal in self.list() {
            if !proposal.changes.iter().any(|change| change.id == id) {
                continue;
            }
            let decision = proposal.decision.clone().unwrap_or_else(|| Decision {
                by: by.to_owned(),
                at: self.0.ledger.now(),
                reason: Some("text of a record that it touches was taken out".to_owned()),
                revision: None,
            });
            let status = match proposal.status {
                ProposalStatus::Open => ProposalStatus::Rejected,
                ended => ended,
            };
            let mut left = decided(&proposal, status, decision);
            left.message = None;
            left.comments.clear();
            left.changes.iter_mut().for_each(|change| {
                change.fields.clear();
                change.reason = None;
            });
            self.write(left, Store::overwrite_setting).await?;
        }
        Ok(())
    }

    fn open_one(&self, id: u32) -> Result<Proposal, Refusal> {
        let proposal = self.existing(id)?;
        match &proposal.decision {
            None => Ok(proposal),
            Some(decision) => {
                let message = format!("{} has decided on it already", decision.by);
                Err(problem(ProblemCode::NoChange, &["id"], message))
            }
        }
    }
}

/// The same proposal, ended. What was to be done is not needed any more.
pub(super) fn decided(proposal: &Proposal, status: ProposalStatus, decision: Decision) -> Proposal {
    Proposal {
        status,
        decision: Some(decision),
        action: None,
        ..proposal.clone()
    }
}

fn gone() -> Refusal {
    StoreError::Damaged("an open proposal does not say what is to be done".to_owned()).into()
}

/// What is told of a conflict to whoever would approve.
fn in_the_way(conflict: &Conflict) -> Problem {
    let revisions: Vec<_> = conflict.revisions.iter().map(u32::to_string).collect();
    let fields: Vec<_> = conflict.fields.iter().map(|field| &*field.path).collect();
    let message = format!(
        "{} has changed since, in revision {}{}{}; look at the conflicts and decide",
        conflict.id,
        revisions.join(", "),
        if fields.is_empty() { "" } else { ": " },
        fields.join(", ")
    );
    one_problem(ProblemCode::Conflict, &["id"], message)
}
