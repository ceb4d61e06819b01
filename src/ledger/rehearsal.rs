//! What commands would do, one after the other, without any of it being written.
//!
//! A single dry run sees the record as it is. The batches of an import build on each other, so a dry run
//! of a whole import needs a record of its own: a copy of the state, which costs nothing to make, and what
//! the batches put on top of it.

use crate::model::revision::Header;
use crate::model::{Change, Clock, Revision};
use crate::snapshot::{Documents, Pending, Snapshot, State};

use super::plan::Plan;
use super::{Command, Refusal};

/// A record on which commands are tried out.
pub struct Rehearsal {
    state: State,
    pending: Pending,
    documents: Documents,
    clock: Clock,
}

impl Rehearsal {
    pub(super) fn new(state: State, documents: Documents, clock: Clock) -> Self {
        Self {
            state,
            pending: Pending::default(),
            documents,
            clock,
        }
    }

    /// What a command would change; the commands after it see that as done.
    ///
    /// # Errors
    /// When the command has problems, or the store cannot be read.
    pub fn try_out(&mut self, command: &Command) -> Result<Vec<Change>, Refusal> {
        let documents = self.documents.with_pending(self.pending.clone());
        let plan = Plan::make(command, self.state.clone(), documents)?;
        if !plan.problems.is_empty() {
            return Err(Refusal::Problems(plan.problems));
        }
        if plan.changes.is_empty() {
            return Ok(plan.changes);
        }
        let header = Header {
            number: self.state.revision() + 1,
            committed_at: self.clock.now(),
            author: command.author.clone(),
            approved_by: None,
            message: command.message.clone(),
            subject: plan.subject,
            idempotency: None,
            first_change: self.state.changes() + 1,
            changes: plan.changes.len() as u32,
        };
        // Nobody sees the hash of a revision that is never written.
        let revision = Revision::seal(header, &[], [], self.state.hash());
        self.state = plan.state;
        self.state.commit(&revision);
        self.pending = plan.pending.union(std::mem::take(&mut self.pending));
        Ok(plan.changes)
    }

    /// The record as the commands would leave it.
    pub fn snapshot(&self) -> Snapshot {
        let documents = self.documents.with_pending(self.pending.clone());
        let today = self.clock.now().day();
        Snapshot::newest(self.state.clone().into(), documents, today)
    }
}
