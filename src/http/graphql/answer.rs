//! Carrying a request out, and writing what comes of it.

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::auth::Viewer;
use crate::graphql::execute::{Answer, OperationType};
use crate::graphql::kit::context::{Ask, Pinned};
use crate::graphql::kit::error::coded_error;
use crate::http::{Site, headers, receipts};
use crate::telemetry::Operation;

use super::kept::When;
use super::request::{Asked, Media, Refusal};
use super::wishes::{Behind, Wishes};

const GRAPHQL_JSON: &str = "application/graphql-response+json; charset=utf-8";
const PLAIN_JSON: &str = "application/json; charset=utf-8";

/// What is answered.
pub(super) struct Answered {
    pub(super) response: Response,
    /// The body of the response.
    pub(super) body: Bytes,
    /// When it is true, where it is the whole answer to a query.
    pub(super) true_at: Option<When>,
}

impl From<Response> for Answered {
    fn from(response: Response) -> Self {
        Self {
            response,
            body: Bytes::new(),
            true_at: None,
        }
    }
}

/// Carries a request out.
pub(super) async fn carry_out(
    site: &Site,
    viewer: Viewer,
    asked: Asked,
    wishes: Wishes,
    media: Media,
    method: &Method,
) -> Answered {
    let began = Instant::now();
    let observe = |operation, name, failed| {
        site.finished(operation, name, failed, began.elapsed());
    };
    let question = match asked.question() {
        Ok(question) => question,
        Err(refusal) => return refuse(media, &refusal).into(),
    };
    let prepared = match site.executor.prepare(question) {
        Ok(prepared) => prepared,
        Err(faults) => {
            observe(Operation::Invalid, None, true);
            return write(media, &faults.into()).into();
        }
    };
    if method == Method::GET && !prepared.is_query() {
        let refusal = Refusal {
            status: StatusCode::METHOD_NOT_ALLOWED,
            code: "METHOD_NOT_ALLOWED",
            message: "a GET request can only query; send this by POST".to_owned(),
        };
        let mut response = refuse(media, &refusal);
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response.into();
    }
    let operation = match prepared.kind() {
        OperationType::Query => Operation::Query,
        OperationType::Mutation => Operation::Mutation,
        OperationType::Subscription => Operation::Invalid,
    };
    if let Err(behind) = wishes.wait(site).await {
        observe(operation, prepared.name(), true);
        return write(media, &not_reached(behind)).into();
    }
    // One moment for the whole operation, whatever is written meanwhile.
    let pinned = Pinned::newest(&site.app.ledger);
    let ask = Ask::new(site.app.clone(), viewer, pinned.clone());
    let answer = site.executor.execute(&prepared, &ask).await;
    observe(operation, prepared.name(), !answer.errors.is_empty());
    let extensions = wishes
        .receipt
        .then(|| receipts::extensions(site, &prepared, &pinned, &answer));
    let body = body(&answer, extensions.as_ref());
    let mut response = respond(status(media, &answer), media, body.clone());
    if answer.data.is_some() {
        // What a mutation wrote is in the newest revision there is now.
        let revision = if prepared.is_query() {
            pinned.at().revision()
        } else {
            site.app.ledger.revision()
        };
        headers::set_revision(&mut response, revision);
    }
    let settled = pinned.is_settled() && !prepared.asks_about_the_schema();
    if pinned.is_private() {
        headers::never_keep(&mut response);
    } else if method == Method::GET && answer.is_whole() && settled {
        headers::keep_for_ever(&mut response, &site.app.auth);
    }
    let true_at = When::of(&pinned);
    let keeps = prepared.is_query() && answer.is_whole() && !pinned.is_private();
    Answered {
        response,
        body,
        true_at: keeps.then_some(true_at),
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
    let error = json!({ "message": refusal.message, "extensions": { "code": refusal.code } });
    respond(
        refusal.status,
        media,
        json!({ "errors": [error] }).to_string(),
    )
}

fn write(media: Media, answer: &Answer) -> Response {
    respond(status(media, answer), media, body(answer, None))
}

fn status(media: Media, answer: &Answer) -> StatusCode {
    match media {
        Media::Graphql if answer.data.is_none() => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    }
}

/// Writes an answer. `data` goes out in the very bytes that receipts are made of.
pub(in crate::http) fn body(answer: &Answer, extensions: Option<&serde_json::Value>) -> Bytes {
    let Answer { data, errors } = answer;
    let mut body = Vec::with_capacity(data.as_ref().map_or(0, Vec::len) + 64);
    let mut member = |name: &str, json: &[u8]| {
        body.extend_from_slice(if body.is_empty() { b"{\"" } else { b",\"" });
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(b"\":");
        body.extend_from_slice(json);
    };
    if let Some(data) = data {
        member("data", data);
    }
    if !errors.is_empty() {
        // Plain values into memory: this cannot fail.
        member("errors", &serde_json::to_vec(errors).unwrap_or_default());
    }
    if let Some(extensions) = extensions {
        member("extensions", extensions.to_string().as_bytes());
    }
    body.push(b'}');
    body.into()
}

fn respond(status: StatusCode, media: Media, body: impl Into<Body>) -> Response {
    let kind = match media {
        Media::Graphql => GRAPHQL_JSON,
        Media::Json => PLAIN_JSON,
    };
    (status, [(header::CONTENT_TYPE, kind)], body.into()).into_response()
}
