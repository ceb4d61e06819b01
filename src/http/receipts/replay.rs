//! Asking again what a receipt says was asked, and why that may not give the same answer.

use std::time::Instant;

use async_graphql::ServerError;
use axum::http::StatusCode;

use crate::auth::Viewer;
use crate::graphql::execute::{Answer, Data};
use crate::graphql::kit::context::{Ask, Pinned};
use crate::graphql::kit::error::{INTERNAL, TIMEOUT, code};
use crate::http::Site;
use crate::http::error::Problem;
use crate::telemetry::Operation;

use super::receipt::{Receipt, TokenError};

/// An answer that was given again.
pub(super) struct Replay {
    pub(super) receipt: Receipt,
    pub(super) data: Data,
}

/// Why an answer is not given again.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("the token holds no query, and nothing else has receipts")]
    NoQuery,
    #[error(
        "the receipt is of revision {revision}, and this record ends at revision {newest}: it is of another record, or this one was restored from an older backup"
    )]
    NotThere { revision: u32, newest: u32 },
    #[error(
        "the receipt is of another record: its revision {revision} has another hash than the one here"
    )]
    AnotherRecord { revision: u32 },
    #[error("the document is not taken any more, since the schema or its limits have changed: {0}")]
    NotValid(String),
    #[error(
        "the answer is another one: revision {by}, which came later, took text out of the record for good"
    )]
    Redacted { by: u32 },
    #[error(
        "the same question has errors now: {0}; no text was taken out of the record since, so this version of the program reads it otherwise"
    )]
    Errors(String),
    #[error(
        "the answer is another one, and no text was taken out of the record since: this version of the program answers otherwise, or the receipt was changed"
    )]
    Differs,
    #[error("asking again took too long; try once more")]
    TimedOut,
    #[error("the server could not read its record; the operator finds the reason in the log")]
    Unreadable,
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        use Refused as R;
        let (status, code) = match &refused {
            R::Token(TokenError::Damaged) | R::NoQuery => {
                (StatusCode::BAD_REQUEST, "RECEIPT_DAMAGED")
            }
            R::Token(TokenError::Newer(_)) => (StatusCode::BAD_REQUEST, "RECEIPT_TOO_NEW"),
            R::NotThere { .. } => (StatusCode::NOT_FOUND, "REVISION_NOT_THERE"),
            R::AnotherRecord { .. } => (StatusCode::CONFLICT, "ANOTHER_RECORD"),
            R::NotValid(_) => (StatusCode::GONE, "NOT_VALID_ANY_MORE"),
            R::Redacted { .. } => (StatusCode::GONE, "REDACTED_SINCE"),
            R::Errors(_) | R::Differs => (StatusCode::CONFLICT, "ANSWER_DIFFERS"),
            R::TimedOut => (StatusCode::SERVICE_UNAVAILABLE, TIMEOUT),
            R::Unreadable => (StatusCode::INTERNAL_SERVER_ERROR, INTERNAL),
        };
        let problem = Self::new(status, refused.to_string()).with("code", code);
        match refused {
            R::NotThere { revision, newest } => problem
                .with("revision", revision)
                .with("newestRevision", newest),
            R::AnotherRecord { revision } => problem.with("revision", revision),
            R::Redacted { by } => problem.with("redactedBy", by),
            _ => problem,
        }
    }
}

/// Asks again.
///
/// # Errors
/// When the answer is not the same to the byte, or cannot be asked for.
pub(super) async fn replay(site: &Site, token: &str) -> Result<Replay, Refused> {
    let receipt = Receipt::read(token)?;
    let revision = receipt.revision;
    let newest = site.app.ledger.snapshot();
    if revision > newest.revision() {
        let newest = newest.revision();
        return Err(Refused::NotThere { revision, newest });
    }
    let hash = super::hash(site, revision).map_err(|error| {
        tracing::error!(%error, "the hash of a revision cannot be read");
        Refused::Unreadable
    })?;
    if hash.to_string() != receipt.revision_hash {
        return Err(Refused::AnotherRecord { revision });
    }
    let prepared = site
        .executor
        .prepare(receipt.question.clone())
        .map_err(|faults| Refused::NotValid(first(&faults)))?;
    if !prepared.is_query() {
        return Err(Refused::NoQuery);
    }
    let at = newest.at(revision).valid(receipt.valid_on);
    let pinned = Pinned::then(at, receipt.answered_at);
    let began = Instant::now();
    let ask = Ask::new(site.app.clone(), Viewer::Anonymous, pinned);
    let Answer { data, errors } = site.executor.execute(&prepared, &ask).await;
    let metrics = &site.app.metrics;
    metrics.observe(Operation::Query, !errors.is_empty(), began.elapsed());
    match data {
        Some(data) if errors.is_empty() && receipt.fits(data.json()) => {
            Ok(Replay { receipt, data })
        }
        data => Err(why(site, revision, data.is_some(), &errors)),
    }
}

/// Why the answer is not the one of the receipt.
fn why(site: &Site, revision: u32, executed: bool, errors: &[ServerError]) -> Refused {
    let has = |wanted: &str| errors.iter().any(|error| code(error) == Some(wanted));
    if has(INTERNAL) {
        return Refused::Unreadable;
    }
    if has(TIMEOUT) {
        return Refused::TimedOut;
    }
    if !executed {
        return Refused::NotValid(first(errors));
    }
    // Asked only now: text may have been taken out while the question was answered.
    let newest = site.app.ledger.snapshot();
    match newest.state().redaction_after(revision) {
        Some(by) => Refused::Redacted { by },
        None if errors.is_empty() => Refused::Differs,
        None => Refused::Errors(first(errors)),
    }
}

/// What the first of some errors says.
fn first(errors: &[ServerError]) -> String {
    errors
        .first()
        .map(|error| error.message.clone())
        .unwrap_or_default()
}
