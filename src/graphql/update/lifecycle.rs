//! Retiring and restoring records.

use async_graphql::{ID, InputObject, Result};
use foedera_macros::object;

use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::Wish;
use crate::graphql::kit::payload::{carry_out, payload};
use crate::graphql::record::Node;
use crate::ledger::Committed;
use crate::ledger::command::Edit;

macro_rules! lifecycle_input {
    ($(#[doc = $about:tt])+ $input:ident => $edit:ident) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, InputObject)]
        pub struct $input {
            /// The record, of any kind.
            pub id: ID,
            /// Why.
            pub reason: Option<String>,
            /// The version that you saw. If the record has changed since, nothing is done, and a
            /// CONFLICT is told.
            pub expected_version: Option<u32>,
            /// The message of the revision; the reason if nothing is given.
            pub message: Option<String>,
            /// A key of your own choice that makes a retry safe.
            pub idempotency_key: Option<String>,
            /// Only check, and tell in `changes` what would change.
            pub dry_run: Option<bool>,
        }

        impl $input {
            /// What to do, and how.
            pub fn edit(self) -> (Edit, Wish) {
                let wish = Wish {
                    message: self.message.or_else(|| self.reason.clone()),
                    idempotency_key: self.idempotency_key,
                    dry_run: self.dry_run.unwrap_or(false),
                };
                let edit = Edit::$edit {
                    id: self.id.0,
                    expected: self.expected_version,
                    reason: self.reason,
                };
                (edit, wish)
            }
        }
    };
}

lifecycle_input! {
    /// A record to be taken out of the lists.
    RetireInput => Retire
}

lifecycle_input! {
    /// A record to be brought back into the lists.
    RestoreInput => Restore
}

impl Node {
    /// The record that a command was about.
    pub(super) fn subject(committed: &Committed) -> Option<Self> {
        Self::any(&committed.snapshot, committed.subject?)
    }
}

payload! {
    /// What became of a retirement.
    RetirePayload {
        /// The record that left the lists. Null where there are user errors.
        record: Node = Node::subject,
    }
}

payload! {
    /// What became of a restoration.
    RestorePayload {
        /// The record that came back. Null where there are user errors.
        record: Node = Node::subject,
    }
}

/// The mutations that take records out of the lists and back.
#[derive(Default)]
pub struct LifecycleWrites;

#[object]
impl LifecycleWrites {
    /// Takes a record out of the lists: a mistake, a duplicate. Its history stays. For a relationship
    /// that has ended in the world, use `endRelationship`.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn retire(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which record, and why.")] input: RetireInput,
    ) -> Result<RetirePayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }

    /// Brings a retired record back into the lists.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn restore(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which record, and why.")] input: RestoreInput,
    ) -> Result<RestorePayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }
}
