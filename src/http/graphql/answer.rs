//! Carrying a request out, and writing what comes of it.

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::json;

use crate::auth::Viewer;
use crate::config::StatusCodes;
use crate::graphql::execute::{Answer, OperationType, Prepared};
use crate::graphql::kit::context::{Ask, Pinned};
use crate::graphql::kit::error::{self, coded_error};
use crate::graphql::kit::guard::Excess;
use crate::http::budget::{Tab, spent};
use crate::http::{Site, headers, receipts};
use crate::telemetry::Operation;

use super::kept::When;
use super::request::{Asked, Media, Refusal};
use super::trusted::NOT_FOUND;
use super::wishes::{Behind, Wishes};

const GRAPHQL_JSON: &str = "application/graphql-response+json; charset=utf-8";
/// Part of what was asked for: a status of the draft's own.
const PARTIAL: u16 = 294;
const PLAIN_JSON: &str = "application/json; charset=utf-8";

/// What is answered.
pub(super) struct Answered {
    pub(super) response: Response,
    /// The body of the response.
    pub(super) body: Bytes,
    /// When it is true, where it is the whole answer to a query.
    pub(super) true_at: Option<When>,
    /// Whether it may be packed. What a mutation tells may hold secrets beside what others have written,
    /// and the size of both packed together tells of them.
    pub(super) packs: bool,
}

impl Answered {
    /// What is answered to a request that is not carried out.
    fn refused(media: Media, refusal: &Refusal) -> Self {
        let body = Bytes::from(told(refusal));
        Self {
            response: respond(refused_status(media, refusal), media, body.clone()),
            body,
            true_at: None,
            packs: false,
        }
    }

    /// An answer without data.
    fn faults(media: Media, answer: Answer) -> Self {
        let status = status(media, &answer);
        let body = Bytes::from(answer.into_body(None));
        Self {
            response: respond(status, media, body.clone()),
            body,
            true_at: None,
            packs: false,
        }
    }
}

/// Makes a request ready to be carried out.
///
/// # Errors
/// What is answered where it cannot be.
pub(super) fn prepare(site: &Site, asked: Asked, media: Media) -> Result<Prepared, Box<Answered>> {
    let began = Instant::now();
    let (question, learnable) = site
        .documents
        .question(asked)
        .map_err(|refusal| Answered::refused(media, &refusal))?;
    let prepared = site.executor.prepare(question).map_err(|faults| {
        site.finished(Operation::Invalid, None, true, began);
        Answered::faults(media, faults.into())
    })?;
    site.documents.learn(learnable);
    Ok(prepared)
}

/// Carries a request out.
pub(super) async fn carry_out(
    site: &Site,
    viewer: Viewer,
    prepared: &Prepared,
    wishes: Wishes,
    media: Media,
    method: &Method,
    tab: &mut Tab,
) -> Answered {
    let began = Instant::now();
    if method == Method::GET && !prepared.is_query() {
        let message = "a GET request can only query; send this by POST";
        let refusal = Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            message,
        );
        let mut answered = Answered::refused(media, &refusal);
        let allowed = HeaderValue::from_static("POST");
        answered
            .response
            .headers_mut()
            .insert(header::ALLOW, allowed);
        return answered;
    }
    if let Err(excess) = tab.charge(prepared.cost()) {
        return Answered::refused(media, &spent(excess));
    }
    let Ok(_place) = site.places.try_acquire() else {
        return Answered::refused(media, &overloaded(site));
    };
    let operation = match prepared.kind() {
        OperationType::Query => Operation::Query,
        OperationType::Mutation => Operation::Mutation,
        OperationType::Subscription => Operation::Invalid,
    };
    if let Err(behind) = wishes.wait(site).await {
        site.finished(operation, Some(prepared), true, began);
        return Answered::faults(media, not_reached(behind));
    }
    // One moment for the whole operation, whatever is written meanwhile.
    let pinned = Pinned::newest(&site.app.ledger);
    let ask = Ask::new(site.app.clone(), viewer, pinned.clone());
    let answer = site.executor.execute(prepared, &ask).await;
    site.finished(operation, Some(prepared), !answer.errors.is_empty(), began);
    let mut extensions = wishes
        .receipt
        .then(|| receipts::extensions(site, prepared, &pinned, &answer));
    if wishes.cost {
        let cost = json!({ "estimated": prepared.cost(), "limit": site.limits.cost });
        extensions.get_or_insert_with(|| json!({}))["cost"] = cost;
    }
    let (has_data, is_whole) = (answer.data.is_some(), answer.is_whole());
    let status = status(media, &answer);
    let body = Bytes::from(answer.into_body(extensions.as_ref()));
    let mut response = respond(status, media, body.clone());
    if has_data {
        // What a mutation wrote is in the newest revision there is now.
        let revision = if prepared.is_query() {
            pinned.at().revision()
        } else {
            site.app.ledger.revision()
        };
        headers::set_revision(&mut response, revision);
    }
    let settled = pinned.is_settled() && !prepared.asks_about_the_schema() && !prepared.searches();
    if pinned.is_private() {
        headers::never_keep(&mut response);
    } else if method == Method::GET && is_whole && settled {
        headers::keep_for_ever(&mut response, &site.app.auth);
    }
    let true_at = When::of(&pinned);
    let keeps = prepared.is_query() && is_whole && !pinned.is_private() && !prepared.searches();
    Answered {
        response,
        body,
        true_at: keeps.then_some(true_at),
        packs: prepared.is_query() && !pinned.is_private(),
    }
}

/// The refusal of one operation more than are carried out at a time.
pub(in crate::http) fn overloaded(site: &Site) -> Refusal {
    let excess = Excess {
        what: "operations before it",
        found: site.limits.concurrent,
        limit: site.limits.concurrent,
    };
    Refusal {
        message: "the server carries out as many operations as it can; try again a little later"
            .to_owned(),
        ..Refusal::too_much(StatusCode::SERVICE_UNAVAILABLE, error::OVERLOADED, excess)
    }
}

fn not_reached(behind: Behind) -> Answer {
    let mut error = coded_error("REVISION_NOT_REACHED", behind.to_string());
    error
        .extensions
        .get_or_insert_default()
        .set("newestRevision", behind.newest);
    vec![error].into()
}

pub(in crate::http) fn refuse(media: Media, refusal: &Refusal) -> Response {
    respond(refused_status(media, refusal), media, told(refusal))
}

fn refused_status(media: Media, refusal: &Refusal) -> StatusCode {
    match media.codes {
        StatusCodes::Earlier if refusal.status == StatusCode::UNPROCESSABLE_ENTITY => {
            StatusCode::BAD_REQUEST
        }
        // What clients look for in the body, and not beyond a status that tells of an error.
        StatusCodes::Earlier if !media.graphql && refusal.code == NOT_FOUND => StatusCode::OK,
        _ => refusal.status,
    }
}

/// A refusal as JSON.
fn told(refusal: &Refusal) -> String {
    let mut error = json!({ "message": refusal.message, "extensions": { "code": refusal.code } });
    if let Some(excess) = refusal.excess {
        error["extensions"]["limit"] = excess.limit.into();
        error["extensions"]["found"] = excess.found.into();
    }
    json!({ "errors": [error] }).to_string()
}

/// The status of an answer, by the draft of GraphQL over HTTP or as it was before.
fn status(media: Media, answer: &Answer) -> StatusCode {
    let draft = media.codes == StatusCodes::Draft;
    if answer.data.is_some() {
        let partial = draft && media.graphql && !answer.errors.is_empty();
        return StatusCode::from_u16(if partial { PARTIAL } else { 200 }).unwrap_or_default();
    }
    if !draft && !media.graphql {
        return StatusCode::OK;
    }
    let code = answer.errors.first().and_then(error::code);
    match refused_with(code.unwrap_or_default()) {
        StatusCode::UNPROCESSABLE_ENTITY if !draft => StatusCode::BAD_REQUEST,
        status => status,
    }
}

/// The status for an operation that was not carried out.
fn refused_with(code: &str) -> StatusCode {
    match code {
        error::UNREADABLE | error::BAD_REQUEST | "REVISION_NOT_REACHED" => StatusCode::BAD_REQUEST,
        "INTROSPECTION_OFF" => StatusCode::FORBIDDEN,
        "UNAUTHENTICATED" => StatusCode::UNAUTHORIZED,
        error::OVERLOADED | error::READ_ONLY => StatusCode::SERVICE_UNAVAILABLE,
        error::INTERNAL => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

pub(super) fn respond(status: StatusCode, media: Media, body: impl Into<Body>) -> Response {
    // Whoever takes only application/json is told errors as what they are, by the draft.
    let kind = if media.graphql || (media.codes == StatusCodes::Draft && !status.is_success()) {
        GRAPHQL_JSON
    } else {
        PLAIN_JSON
    };
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = HeaderValue::from_static("1");
        response.headers_mut().insert(header::RETRY_AFTER, soon);
    }
    response
}
