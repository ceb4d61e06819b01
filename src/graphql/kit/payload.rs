//! What mutations answer.

use async_graphql::{Result, SimpleObject};
use foedera_macros::Fields;

use crate::auth::Role;
use crate::graphql::kit::connection::Listed as _;
use crate::graphql::revision::{Change, Revision};
use crate::ledger::command::Edit;
use crate::ledger::review::Filed;
use crate::ledger::{Action, Command, Committed, Problem, ProblemCode, Refusal};

use crate::read::history;

use super::context::Ask;
use super::input::Wish;

/// Something in the input that you can mend.
#[derive(Clone, Debug, SimpleObject, Fields)]
pub struct UserError {
    /// What sort of problem it is.
    pub code: ProblemCode,
    /// What is wrong, and what to do.
    pub message: String,
    /// The way to the field of the input that is at fault.
    pub path: Vec<String>,
}

impl From<Problem> for UserError {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code,
            message: problem.message,
            path: problem.path,
        }
    }
}

/// What became of a mutation, before it takes the shape of a payload.
pub enum Outcome {
    /// It was carried out, or would be.
    Done(Box<Committed>),
    /// It became a proposal. What it would do, unless it had been proposed before.
    Proposed(Box<Filed>),
    /// It has problems.
    Problems(Vec<UserError>),
}

/// Carries out one edit.
///
/// # Errors
/// When the store cannot keep it.
pub async fn carry_out(ask: &Ask, edit: (Edit, Wish)) -> Result<Outcome> {
    let (edit, wish) = edit;
    act(ask, Action::One(edit), wish).await
}

/// Carries out an action.
///
/// # Errors
/// When the store cannot keep it.
pub async fn act(ask: &Ask, action: Action, wish: Wish) -> Result<Outcome> {
    let command = Command {
        approval: None,
        author: ask.viewer().name().to_owned(),
        message: wish.message,
        idempotency_key: wish.idempotency_key,
        dry_run: wish.dry_run,
        action,
    };
    let proposes = ask.viewer().role() < Role::Editor && !command.dry_run;
    let done = if proposes {
        let filed = ask.app().desk.propose(command).await;
        filed.map(|filed| Outcome::Proposed(Box::new(filed)))
    } else {
        let committed = ask.app().ledger.commit(command).await;
        committed.map(|committed| Outcome::Done(Box::new(committed)))
    };
    done.or_else(|refusal| problems(refusal).map(Outcome::Problems))
}

/// What the user can mend.
///
/// # Errors
/// When it is nothing that the user can mend.
pub fn problems(refusal: Refusal) -> Result<Vec<UserError>> {
    match refusal {
        Refusal::Problems(problems) => Ok(problems.into_iter().map(Into::into).collect()),
        Refusal::Store(_) => Err(refusal.into()),
    }
}

/// The parts of a payload that all have in common.
#[derive(Default)]
pub struct Common {
    /// The revision that it made.
    pub revision: Option<Revision>,
    /// What changed.
    pub changes: Vec<Change>,
    /// Whether it had been done before.
    pub replayed: bool,
}

impl From<&Committed> for Common {
    fn from(committed: &Committed) -> Self {
        let (at, revision) = (&committed.snapshot, committed.revision.as_ref());
        // The snapshot of a dry run is one revision ahead of what is recorded, as for a real one.
        let number = revision.map_or(at.revision(), |revision| revision.header.number);
        let first = revision.map_or_else(
            || at.state().changes() + 1 - committed.changes.len() as u64,
            |revision| revision.header.first_change,
        );
        let steps = history::of_changes(at, number, first, &committed.changes).into_iter();
        Self {
            changes: match revision {
                Some(_) => steps.map(|step| Change::new(at, step)).collect(),
                None => steps.map(|step| Change::tried(at, step)).collect(),
            },
            revision: revision.map(|_| Revision::at(at, number)),
            replayed: committed.replayed,
        }
    }
}

/// Declares a payload. Each field of its own is made of what was committed.
macro_rules! payload {
    ($(#[doc = $about:tt])+ $payload:ident {
        $($(#[doc = $what:tt])+ $field:ident: $object:ty = $make:expr,)*
    }) => {
        $(#[doc = $about])+
        #[derive(async_graphql::SimpleObject, foedera_macros::Fields)]
        pub struct $payload {
            $($(#[doc = $what])+ pub $field: Option<$object>,)*
            /// The proposal that it became, because it needs the approval of an editor.
            pub proposal: Option<$crate::graphql::proposal::Proposal>,
            /// The revision that it made. Null where there are user errors, for a dry run, for a proposal,
            /// and where the record says all that already.
            pub revision: Option<$crate::graphql::revision::Revision>,
            /// What changed, or would change if it were no dry run or proposal.
            pub changes: Vec<$crate::graphql::revision::Change>,
            /// Everything that is wrong with the input. Nothing was done unless this is empty.
            pub user_errors: Vec<$crate::graphql::kit::payload::UserError>,
            /// Whether this had been done before under the same idempotency key, and was not done again.
            pub replayed: bool,
        }

        impl From<$crate::graphql::kit::payload::Outcome> for $payload {
            fn from(outcome: $crate::graphql::kit::payload::Outcome) -> Self {
                use $crate::graphql::kit::payload::{Common, Outcome};
                match outcome {
                    Outcome::Done(committed) => {
                        let Common { revision, changes, replayed } = Common::from(&*committed);
                        $(let $field = {
                            let make: fn(&$crate::ledger::Committed) -> Option<$object> = $make;
                            make(&committed)
                        };)*
                        let (proposal, user_errors) = (None, Vec::new());
                        Self { $($field,)* proposal, revision, changes, user_errors, replayed }
                    }
                    Outcome::Proposed(filed) => {
                        let $crate::ledger::review::Filed { proposal, tried } = *filed;
                        let proposal = $crate::graphql::proposal::Proposal::of(proposal);
                        let replayed = tried.is_none();
                        let common = tried.as_ref().map(Common::from).unwrap_or_default();
                        $(let $field = {
                            let make: fn(&$crate::ledger::Committed) -> Option<$object> = $make;
                            tried.as_ref().and_then(make)
                        };)*
                        Self {
                            $($field,)*
                            proposal: Some(proposal),
                            revision: None,
                            changes: common.changes,
                            user_errors: Vec::new(),
                            replayed,
                        }
                    }
                    Outcome::Problems(user_errors) => Self {
                        $($field: None,)*
                        proposal: None,
                        revision: None,
                        changes: Vec::new(),
                        user_errors,
                        replayed: false,
                    },
                }
            }
        }
    };
}
pub(crate) use payload;
