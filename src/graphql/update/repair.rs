//! Undoing a revision, and taking text out for good.

use async_graphql::{ID, InputObject, Result};
use foedera_macros::object;

use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::Wish;
use crate::graphql::kit::payload::{Outcome, UserError, act, payload};
use crate::graphql::record::Node;
use crate::ledger::{Action, ProblemCode};

/// A revision to be undone.
#[derive(Clone, Debug, InputObject)]
pub struct RevertRevisionInput {
    /// Its number.
    pub number: i32,
    /// Why: the message of the revision that undoes it.
    pub message: Option<String>,
    /// A key of your own choice that makes a retry safe.
    pub idempotency_key: Option<String>,
    /// Only check, and tell in `changes` what would change.
    pub dry_run: Option<bool>,
}

/// Text to be taken out for good.
#[derive(Clone, Debug, InputObject)]
pub struct RedactInput {
    /// The record, in the lists or not.
    pub id: ID,
    /// Only what its citations of this source quote, and where in it. All of its text if nothing is
    /// given: names, titles, summaries, labels, quotations, slugs and keys.
    pub source: Option<ID>,
    /// Why. It stays when the text is gone, so it must not repeat it.
    pub reason: String,
    /// A key of your own choice that makes a retry safe.
    pub idempotency_key: Option<String>,
    /// Only check, and tell in `changes` whether there is text to be taken out.
    pub dry_run: Option<bool>,
}

payload! {
    /// What became of an undoing.
    RevisionPayload {}
}

payload! {
    /// What became of a redaction.
    RedactPayload {
        /// The record as it is without the text. Null where there are user errors.
        record: Node = Node::subject,
    }
}

/// The mutations that repair the record.
#[derive(Default)]
pub struct RepairWrites;

#[object]
impl RepairWrites {
    /// Undoes a revision: makes a new one that gives every record that it changed what it said before.
    /// What it created is retired. If one of them has changed since, that is told, and nothing is done.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn revert_revision(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which revision, and why.")] input: RevertRevisionInput,
    ) -> Result<RevisionPayload> {
        ask.contributor()?;
        let Ok(number) = u32::try_from(input.number) else {
            let outcome = Outcome::Problems(vec![UserError {
                code: ProblemCode::Invalid,
                message: "revisions are numbered from 1".to_owned(),
                path: ["input", "number"].map(str::to_owned).into(),
            }]);
            return Ok(outcome.into());
        };
        let wish = Wish {
            message: input.message,
            idempotency_key: input.idempotency_key,
            dry_run: input.dry_run.unwrap_or(false),
        };
        Ok(act(ask, Action::Revert { number }, wish).await?.into())
    }

    /// Takes text out of every version of a record, out of the log, and so out of every backup made
    /// from now on: for law or safety. Proposals that touch the record lose their words too. Who did it, when and why stays, and the chain of hashes still
    /// verifies. It cannot be undone. The engine's files are written anew at the next start.
    ///
    /// Needs the role ADMIN.
    async fn redact(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which text, and why.")] input: RedactInput,
    ) -> Result<RedactPayload> {
        ask.admin()?;
        let wish = Wish {
            message: Some(input.reason.clone()),
            idempotency_key: input.idempotency_key,
            dry_run: input.dry_run.unwrap_or(false),
        };
        let action = Action::Redact {
            id: input.id.0,
            source: input.source.map(|id| id.0),
            reason: input.reason,
        };
        let outcome = act(ask, action, wish).await?;
        if let Outcome::Done(done) = &outcome
            && let (Some(id), Some(_)) = (done.subject, &done.revision)
        {
            let by = ask.viewer().name();
            ask.app().desk.redact(id, by).await?;
        }
        Ok(outcome.into())
    }
}
