//! Carrying a request out, and writing what comes of it.

use std::time::Instant;

use apollo_compiler::executable::OperationType;
use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::auth::Viewer;
use crate::graphql::execute::{Answer, Faults};
use crate::graphql::kit::context::{Ask, Pinned};
use crate::http::Site;
use crate::telemetry::Operation;

use super::request::{Asked, Media, Refusal};

const GRAPHQL_JSON: &str = "application/graphql-response+json; charset=utf-8";
const PLAIN_JSON: &str = "application/json; charset=utf-8";

pub(super) async fn answer(
    site: &Site,
    asking: Result<Viewer, String>,
    asked: Asked,
    media: Media,
    method: &Method,
) -> Response {
    let began = Instant::now();
    let viewer = match asking {
        Ok(viewer) => viewer,
        Err(message) => {
            let refusal = Refusal {
                status: StatusCode::UNAUTHORIZED,
                code: "UNAUTHENTICATED",
                message,
            };
            let mut response = refuse(media, &refusal);
            let challenge = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
            return response;
        }
    };
    let Some(query) = &asked.query else {
        return refuse(
            media,
            &Refusal::bad("query is missing: the GraphQL document, a string"),
        );
    };
    let document = match site.executor.read(query) {
        Ok(document) => document,
        Err(faults) => return invalid(site, media, faults, began),
    };
    let operation = match document.operation(asked.operation_name.as_deref()) {
        Ok(operation) => operation,
        Err(faults) => return invalid(site, media, faults, began),
    };
    if method == Method::GET && !operation.is_query() {
        let refusal = Refusal {
            status: StatusCode::METHOD_NOT_ALLOWED,
            code: "METHOD_NOT_ALLOWED",
            message: "a GET request can only query; send this by POST".to_owned(),
        };
        let mut response = refuse(media, &refusal);
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    // One moment for the whole operation, whatever is written meanwhile.
    let pinned = Pinned::newest(site.app.ledger.snapshot());
    let ask = Ask::new(site.app.clone(), viewer, pinned);
    let given = asked.variables.unwrap_or_default();
    let answer = site
        .executor
        .execute(&document, operation, given, &ask)
        .await;
    let kind = match operation.operation_type {
        _ if answer.data.is_none() => Operation::Invalid,
        OperationType::Mutation => Operation::Mutation,
        _ => Operation::Query,
    };
    site.app
        .metrics
        .observe(kind, !answer.errors.is_empty(), began.elapsed());
    write(media, answer)
}

fn invalid(site: &Site, media: Media, faults: Faults, began: Instant) -> Response {
    site.app
        .metrics
        .observe(Operation::Invalid, true, began.elapsed());
    write(media, faults.into())
}

pub(super) fn refuse(media: Media, refusal: &Refusal) -> Response {
    let error = json!({ "message": refusal.message, "extensions": { "code": refusal.code } });
    respond(
        refusal.status,
        media,
        json!({ "errors": [error] }).to_string(),
    )
}

/// Writes an answer. A request that did not get as far as being executed has no `data` at all.
fn write(media: Media, answer: Answer) -> Response {
    let Answer { data, errors } = answer;
    let status = match media {
        Media::Graphql if data.is_none() => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let mut body = Vec::with_capacity(data.as_ref().map_or(0, Vec::len) + 64);
    body.push(b'{');
    if let Some(data) = &data {
        body.extend_from_slice(b"\"data\":");
        body.extend_from_slice(data);
    }
    if !errors.is_empty() {
        if data.is_some() {
            body.push(b',');
        }
        body.extend_from_slice(b"\"errors\":");
        if let Err(error) = serde_json::to_writer(&mut body, &errors) {
            tracing::error!(%error, "an answer cannot be written as JSON");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    }
    body.push(b'}');
    respond(status, media, body)
}

fn respond(status: StatusCode, media: Media, body: impl Into<Body>) -> Response {
    let kind = match media {
        Media::Graphql => GRAPHQL_JSON,
        Media::Json => PLAIN_JSON,
    };
    (status, [(header::CONTENT_TYPE, kind)], body.into()).into_response()
}
