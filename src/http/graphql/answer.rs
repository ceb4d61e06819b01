//! Carrying a request out, and writing what comes of it.

use std::time::Instant;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Response as GraphqlResponse, ServerError, Value, Variables};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::auth::Viewer;
use crate::graphql::kit::context::Pinned;
use crate::graphql::kit::{error, guard};
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
    let document = match parse(query, site) {
        Ok(document) => document,
        Err(error) => {
            site.app
                .metrics
                .observe(Operation::Invalid, true, began.elapsed());
            return write(media, &GraphqlResponse::from_errors(vec![error]));
        }
    };
    let operation =
        operation(&document, asked.operation_name.as_deref()).map(|operation| operation.ty);
    if method == Method::GET && operation.is_some_and(|operation| operation != OperationType::Query)
    {
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
    let given = asked.variables.unwrap_or_default();
    if let Some(error) = missing_variable(&document, asked.operation_name.as_deref(), &given) {
        site.app
            .metrics
            .observe(Operation::Invalid, true, began.elapsed());
        return write(media, &GraphqlResponse::from_errors(vec![error]));
    }
    let variables = serde_json::Value::Object(given);
    let pinned = Pinned::newest(site.app.ledger.snapshot());
    let mut request = async_graphql::Request::new(query)
        .variables(Variables::from_json(variables))
        .data(viewer)
        // One moment for the whole operation, whatever is written meanwhile.
        .data(pinned.clone());
    if let Some(name) = asked.operation_name {
        request = request.operation_name(name);
    }
    request.set_parsed_query(document);
    let mut response = execute(site, request).await;
    error::finish(&mut response);
    let operation = match operation {
        Some(OperationType::Query) => Operation::Query,
        Some(OperationType::Mutation) => Operation::Mutation,
        _ => Operation::Invalid,
    };
    site.app
        .metrics
        .observe(operation, !response.errors.is_empty(), began.elapsed());
    write(media, &response)
}

async fn execute(site: &Site, request: async_graphql::Request) -> GraphqlResponse {
    let limit = site.operation_timeout;
    match tokio::time::timeout(limit, site.schema.execute(request)).await {
        Ok(response) => response,
        Err(_) => GraphqlResponse::from_errors(vec![coded(
            "OPERATION_TIMEOUT",
            format!(
                "the operation took longer than {} s; ask for less at a time",
                limit.as_secs()
            ),
        )]),
    }
}

fn parse(query: &str, site: &Site) -> Result<ExecutableDocument, ServerError> {
    let guarded = |error: &guard::GuardError| coded(error.code(), error.to_string());
    guard::check_text(query, &site.limits).map_err(|error| guarded(&error))?;
    let document = parse_query(query).map_err(|error| {
        let mut told = coded(
            "GRAPHQL_PARSE_FAILED",
            "the document is not GraphQL".to_owned(),
        );
        told.locations = error.positions().collect();
        if let Some(at) = told.locations.first() {
            told.message = format!(
                "the document has a syntax error at line {}, column {}",
                at.line, at.column
            );
        }
        told
    })?;
    guard::check(&document, &site.limits).map_err(|error| guarded(&error))?;
    Ok(document)
}

/// The operation that is asked for: the one of this name, or the only one.
fn operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a OperationDefinition> {
    let mut operations = document.operations.iter();
    let found = match name {
        Some(name) => operations.find(|(own, _)| own.is_some_and(|own| own.as_str() == name)),
        None => operations.next(),
    };
    found.map(|(_, operation)| &operation.node)
}

/// async-graphql notices a missing variable only where a field uses it, and answers with data then.
fn missing_variable(
    document: &ExecutableDocument,
    name: Option<&str>,
    given: &serde_json::Map<String, serde_json::Value>,
) -> Option<ServerError> {
    let wanted = operation(document, name)?
        .variable_definitions
        .iter()
        .map(|one| &one.node);
    let mut missing = wanted.filter(|variable| {
        let value = given.get(variable.name.node.as_str());
        !variable.var_type.node.nullable
            && variable.default_value.is_none()
            && value.is_none_or(serde_json::Value::is_null)
    });
    let name = &missing.next()?.name.node;
    Some(coded(
        "BAD_USER_INPUT",
        format!("the variable ${name} must have a value"),
    ))
}

fn coded(code: &'static str, message: String) -> ServerError {
    let mut error = ServerError::new(message, None);
    error
        .extensions
        .get_or_insert_default()
        .set("code", Value::from(code));
    error
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
fn write(media: Media, response: &GraphqlResponse) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a Value>,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        errors: &'a [ServerError],
    }
    let executed = response.errors.is_empty()
        || response.data != Value::Null
        || response.errors.iter().any(|error| !error.path.is_empty());
    let body = Body {
        data: executed.then_some(&response.data),
        errors: &response.errors,
    };
    let status = match media {
        Media::Graphql if !executed => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    match serde_json::to_string(&body) {
        Ok(text) => respond(status, media, text),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn respond(status: StatusCode, media: Media, body: String) -> Response {
    let kind = match media {
        Media::Graphql => GRAPHQL_JSON,
        Media::Json => PLAIN_JSON,
    };
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}
