//! The one mapping from the errors of the floors below to `errors` entries with a code.
//!
//! A resolver uses `?` on any error; async-graphql keeps the value as the source of the entry, and
//! [`finish_one`] finds it there.

use async_graphql::{Error, ErrorExtensions, ServerError, Value};

use crate::ledger::Refusal;
use crate::model::id::IdError;
use crate::read::ReadError;
use crate::store::StoreError;

use super::guard::Excess;

/// What the client sent makes no sense.
pub const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
/// The server failed.
pub const INTERNAL: &str = "INTERNAL_SERVER_ERROR";
/// The document is not valid.
pub const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";
/// It is no GraphQL request.
pub const BAD_REQUEST: &str = "BAD_REQUEST";
/// It took too long.
pub const TIMEOUT: &str = "OPERATION_TIMEOUT";
/// The document or its operation passes a bound.
pub const TOO_COSTLY: &str = "DOCUMENT_TOO_COSTLY";
/// The document cannot be parsed.
pub const UNREADABLE: &str = "GRAPHQL_PARSE_FAILED";
/// The budget of the token or address is spent for this minute.
pub const RATE_LIMITED: &str = "RATE_LIMITED";
/// The server does as much as it can already.
pub const OVERLOADED: &str = "OVERLOADED";
/// The search index cannot be asked for now.
pub const SEARCH_UNAVAILABLE: &str = "SEARCH_UNAVAILABLE";
/// The server takes no writes for now.
pub const READ_ONLY: &str = "READ_ONLY";

/// An error with a code of its own.
pub fn coded(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// An entry of `errors` about the request as a whole.
pub fn coded_error(code: &'static str, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    set_code(&mut error, code);
    error
}

/// An entry about a bound that is passed, with the figures for programs.
pub fn excess_error(code: &'static str, excess: Excess) -> ServerError {
    let mut error = coded_error(code, excess.to_string());
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("limit", excess.limit);
    extensions.set("found", excess.found);
    error
}

/// The code of an entry, where it has one.
pub fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

/// Gives an entry a code.
pub fn set_code(error: &mut ServerError, code: &'static str) {
    error
        .extensions
        .get_or_insert_default()
        .set("code", Value::from(code));
}

/// Gives an entry the code of what caused it, and keeps inner matters inside.
pub fn finish_one(error: &mut ServerError) {
    if code(error).is_some() {
        return;
    }
    let code = if let Some(source) = error.source::<ReadError>() {
        match source {
            ReadError::Store(_) => INTERNAL,
            ReadError::NoIndex(_) => SEARCH_UNAVAILABLE,
            _ => BAD_USER_INPUT,
        }
    } else if error.source::<IdError>().is_some() {
        BAD_USER_INPUT
    } else if let Some(StoreError::ReadOnly(_) | StoreError::Conflict { .. }) = error
        .source::<StoreError>()
        .or_else(|| match error.source::<Refusal>() {
            Some(Refusal::Store(error)) => Some(error),
            _ => None,
        })
    {
        READ_ONLY
    } else if error.source::<StoreError>().is_some() || error.source::<Refusal>().is_some() {
        INTERNAL
    } else if error.path.is_empty() {
        // The document did not validate, or a variable did not coerce.
        INVALID
    } else {
        BAD_USER_INPUT
    };
    if code == INTERNAL {
        tracing::error!(error = %error.message, path = ?error.path, "a resolver failed");
        "the server could not read its record; the operator finds the reason in the log"
            .clone_into(&mut error.message);
    }
    set_code(error, code);
}
