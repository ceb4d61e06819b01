//! Carrying a request out, and writing what comes of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Response as GraphqlResponse, ServerError, Value, Variables};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::auth::Viewer;
use crate::graphql::kit::context::Pinned;
use crate::graphql::kit::{error, guard};
use crate::http::{Site, headers, receipts};
use crate::telemetry::Operation;

use super::request::{Asked, Media, Question, Refusal};
use super::wishes::{Behind, Wishes};

const GRAPHQL_JSON: &str = "application/graphql-response+json; charset=utf-8";
const PLAIN_JSON: &str = "application/json; charset=utf-8";

/// The code of an operation that took too long.
pub(in crate::http) const OPERATION_TIMEOUT: &str = "OPERATION_TIMEOUT";

/// A question whose document was read and measured.
pub(in crate::http) struct Prepared {
    question: Question,
    document: ExecutableDocument,
}

/// What came of an operation.
pub(in crate::http) struct Outcome {
    /// The bytes of `data`; none where the operation was not carried out.
    pub(in crate::http) data: Option<String>,
    /// What went wrong.
    pub(in crate::http) errors: Vec<ServerError>,
}

impl Prepared {
    /// Reads and measures the document.
    ///
    /// # Errors
    /// When it is not GraphQL or would cost too much.
    pub(in crate::http) fn parse(question: Question, site: &Site) -> Result<Self, ServerError> {
        let document = parse(&question.query, site)?;
        Ok(Self { question, document })
    }

    /// What sort of operation is asked for; none where there is no such operation.
    pub(in crate::http) fn kind(&self) -> Option<OperationType> {
        let name = self.question.operation_name.as_deref();
        operation(&self.document, name).map(|operation| operation.ty)
    }
}

impl Outcome {
    fn refused(error: ServerError) -> Self {
        Self {
            data: None,
            errors: vec![error],
        }
    }
}

pub(super) async fn answer(
    site: &Site,
    asking: Result<Viewer, String>,
    asked: Asked,
    wishes: Wishes,
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
    let Some(query) = asked.query else {
        return refuse(
            media,
            &Refusal::bad("query is missing: the GraphQL document, a string"),
        );
    };
    let question = Question {
        query,
        operation_name: asked.operation_name,
        variables: asked.variables.unwrap_or_default(),
    };
    let observe = |operation, failed| {
        site.app.metrics.observe(operation, failed, began.elapsed());
    };
    let prepared = match Prepared::parse(question, site) {
        Ok(prepared) => prepared,
        Err(error) => {
            observe(Operation::Invalid, true);
            return write(media, &Outcome::refused(error), None);
        }
    };
    let kind = prepared.kind();
    if method == Method::GET && kind.is_some_and(|kind| kind != OperationType::Query) {
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
    let operation = match kind {
        Some(OperationType::Query) => Operation::Query,
        Some(OperationType::Mutation) => Operation::Mutation,
        _ => Operation::Invalid,
    };
    if let Err(behind) = wishes.wait(site).await {
        observe(operation, true);
        return write(media, &Outcome::refused(not_reached(behind)), None);
    }
    let limit = site.operation_timeout.saturating_sub(began.elapsed());
    let pinned = Pinned::newest(&site.app.ledger);
    let question = wishes.receipt.then(|| prepared.question.clone());
    let may_settle = method == Method::GET && !asks_of_schema(&prepared.question.query);
    let outcome = carry_out(site, viewer, prepared, &pinned, limit).await;
    observe(operation, !outcome.errors.is_empty());
    let is_query = kind == Some(OperationType::Query);
    let receipt = |question| receipts::extensions(site, &question, is_query, &pinned, &outcome);
    let extensions = question.map(receipt);
    let mut response = write(media, &outcome, extensions);
    if outcome.data.is_some() {
        // What a mutation wrote is in the newest revision there is now.
        let newest = || site.app.ledger.snapshot().revision();
        let read = pinned.at().revision();
        headers::set_revision(&mut response, if is_query { read } else { newest() });
    }
    let whole = outcome.data.is_some() && outcome.errors.is_empty();
    if may_settle && whole && pinned.is_settled() {
        headers::keep_for_ever(&mut response);
    }
    response
}

/// Whether a document asks what the schema is, which changes with the program.
fn asks_of_schema(query: &str) -> bool {
    let named = |name: &str| query.matches(name).count();
    named("__schema") > 0 || named("__type") > named("__typename")
}

/// Carries an operation out at a moment, for at most so long.
pub(in crate::http) async fn carry_out(
    site: &Site,
    viewer: Viewer,
    prepared: Prepared,
    pinned: &Arc<Pinned>,
    limit: Duration,
) -> Outcome {
    let Prepared { question, document } = prepared;
    let name = question.operation_name.as_deref();
    if let Some(error) = missing_variable(&document, name, &question.variables) {
        return Outcome::refused(error);
    }
    let variables = serde_json::Value::Object(question.variables);
    let mut request = async_graphql::Request::new(question.query)
        .variables(Variables::from_json(variables))
        .data(viewer)
        // One moment for the whole operation, whatever is written meanwhile.
        .data(pinned.clone());
    if let Some(name) = question.operation_name {
        request = request.operation_name(name);
    }
    request.set_parsed_query(document);
    let mut response = execute(site, request, limit).await;
    error::finish(&mut response);
    // A request that did not get as far as being executed has no `data` at all.
    let executed = response.errors.is_empty()
        || response.data != Value::Null
        || response.errors.iter().any(|error| !error.path.is_empty());
    if !executed {
        return Outcome {
            data: None,
            errors: response.errors,
        };
    }
    match serde_json::to_string(&response.data) {
        Ok(data) => Outcome {
            data: Some(data),
            errors: response.errors,
        },
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            let message = "the answer cannot be written".to_owned();
            Outcome::refused(coded(error::INTERNAL, message))
        }
    }
}

async fn execute(site: &Site, request: async_graphql::Request, limit: Duration) -> GraphqlResponse {
    match tokio::time::timeout(limit, site.schema.execute(request)).await {
        Ok(response) => response,
        Err(_) => GraphqlResponse::from_errors(vec![coded(
            OPERATION_TIMEOUT,
            format!(
                "the operation took longer than {} s; ask for less at a time",
                site.operation_timeout.as_secs()
            ),
        )]),
    }
}

fn not_reached(behind: Behind) -> ServerError {
    let mut error = coded("REVISION_NOT_REACHED", behind.to_string());
    error
        .extensions
        .get_or_insert_default()
        .set("newestRevision", Value::from(behind.newest));
    error
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

/// Writes an answer. `data` goes out in the very bytes that receipts are made of.
fn write(media: Media, outcome: &Outcome, extensions: Option<serde_json::Value>) -> Response {
    let data = outcome.data.as_ref().map(|data| format!("\"data\":{data}"));
    let errors = match serde_json::to_string(&outcome.errors) {
        Ok(errors) => Some(errors).filter(|_| !outcome.errors.is_empty()),
        Err(error) => {
            tracing::error!(%error, "errors cannot be written as JSON");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let errors = errors.map(|errors| format!("\"errors\":{errors}"));
    let extensions = extensions.map(|extensions| format!("\"extensions\":{extensions}"));
    let members: Vec<_> = [data, errors, extensions].into_iter().flatten().collect();
    let status = match media {
        Media::Graphql if outcome.data.is_none() => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    respond(status, media, format!("{{{}}}", members.join(",")))
}

fn respond(status: StatusCode, media: Media, body: String) -> Response {
    let kind = match media {
        Media::Graphql => GRAPHQL_JSON,
        Media::Json => PLAIN_JSON,
    };
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}
