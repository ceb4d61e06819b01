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
        Err(message) => return unauthenticated(media, message),
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
            return write(media, written(&GraphqlResponse::from_errors(vec![error])));
        }
    };
    let operation = asked.operation_in(&document);
    if method == Method::GET
        && operation.is_some_and(|operation| operation.ty != OperationType::Query)
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
    write(media, carry_out(site, viewer, asked, document).await)
}

/// What came of an operation.
pub(in crate::http) struct Outcome {
    /// Whether it got as far as being executed.
    pub(in crate::http) executed: bool,
    /// The answer as JSON. Without having been executed it has no `data` at all.
    pub(in crate::http) body: String,
}

/// Carries out a query or a mutation whose document passed the guard.
pub(in crate::http) async fn carry_out(
    site: &Site,
    viewer: Viewer,
    asked: Asked,
    document: ExecutableDocument,
) -> Outcome {
    let began = Instant::now();
    let kind = match asked.operation_in(&document).map(|operation| operation.ty) {
        Some(OperationType::Query) => Operation::Query,
        Some(OperationType::Mutation) => Operation::Mutation,
        Some(OperationType::Subscription) | None => Operation::Invalid,
    };
    let follows = asked
        .operation_in(&document)
        .is_some_and(|operation| operation.ty == OperationType::Subscription);
    let request = if follows {
        let elsewhere = "a subscription goes over WebSocket to /graphql/ws, or as Server-Sent Events from /graphql/stream";
        Err(coded("BAD_REQUEST", elsewhere.to_owned()))
    } else {
        prepare(viewer, &asked, document)
    };
    let mut response = match request {
        Ok(request) => {
            // One moment for the whole operation, whatever is written meanwhile.
            let pinned = Pinned::newest(site.app.ledger.snapshot());
            execute(site, request.data(pinned)).await
        }
        Err(error) => GraphqlResponse::from_errors(vec![error]),
    };
    error::finish(&mut response);
    site.app
        .metrics
        .observe(kind, !response.errors.is_empty(), began.elapsed());
    written(&response)
}

/// The request as the executor takes it, if its variables are all there.
pub(in crate::http) fn prepare(
    viewer: Viewer,
    asked: &Asked,
    document: ExecutableDocument,
) -> Result<async_graphql::Request, ServerError> {
    let given = asked.variables.clone().unwrap_or_default();
    if let Some(error) = asked
        .operation_in(&document)
        .and_then(|operation| missing_variable(operation, &given))
    {
        return Err(error);
    }
    // The document is parsed; its text is not read again.
    let mut request = async_graphql::Request::new("")
        .variables(Variables::from_json(serde_json::Value::Object(given)))
        .data(viewer);
    if let Some(name) = &asked.operation_name {
        request = request.operation_name(name);
    }
    request.set_parsed_query(document);
    Ok(request)
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

/// Parses a document and has the guard measure it.
pub(in crate::http) fn parse(query: &str, site: &Site) -> Result<ExecutableDocument, ServerError> {
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

impl Asked {
    /// The operation that is asked for: the one of this name, or the only one.
    pub(in crate::http) fn operation_in<'a>(
        &self,
        document: &'a ExecutableDocument,
    ) -> Option<&'a OperationDefinition> {
        let name = self.operation_name.as_deref();
        let mut operations = document.operations.iter();
        let found = match name {
            Some(name) => operations.find(|(own, _)| own.is_some_and(|own| own.as_str() == name)),
            None => operations.next(),
        };
        found.map(|(_, operation)| &operation.node)
    }
}

/// async-graphql notices a missing variable only where a field uses it, and answers with data then.
fn missing_variable(
    operation: &OperationDefinition,
    given: &serde_json::Map<String, serde_json::Value>,
) -> Option<ServerError> {
    let wanted = operation.variable_definitions.iter().map(|one| &one.node);
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

pub(in crate::http) fn coded(code: &'static str, message: String) -> ServerError {
    let mut error = ServerError::new(message, None);
    error
        .extensions
        .get_or_insert_default()
        .set("code", Value::from(code));
    error
}

/// The answer to a token that is not valid.
pub(in crate::http) fn unauthenticated(media: Media, message: String) -> Response {
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
    response
}

/// The answer to what is not carried out.
pub(in crate::http) fn refuse(media: Media, refusal: &Refusal) -> Response {
    let error = json!({ "message": refusal.message, "extensions": { "code": refusal.code } });
    respond(
        refusal.status,
        media,
        json!({ "errors": [error] }).to_string(),
    )
}

/// An answer as JSON.
pub(in crate::http) fn written(response: &GraphqlResponse) -> Outcome {
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
    let body = serde_json::to_string(&body).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer cannot be written as JSON");
        let message = "the server made a mistake; the operator finds it in the log";
        let code = json!({ "code": error::INTERNAL });
        json!({ "errors": [{ "message": message, "extensions": code }] }).to_string()
    });
    Outcome { executed, body }
}

fn write(media: Media, outcome: Outcome) -> Response {
    let status = match media {
        Media::Graphql if !outcome.executed => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    respond(status, media, outcome.body)
}

fn respond(status: StatusCode, media: Media, body: String) -> Response {
    let kind = match media {
        Media::Graphql => GRAPHQL_JSON,
        Media::Json => PLAIN_JSON,
    };
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}
