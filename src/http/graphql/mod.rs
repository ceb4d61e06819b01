//! GraphQL over HTTP, by the draft at <https://graphql.github.io/graphql-over-http/draft/>.
//!
//! The stock handlers of async-graphql-axum answer malformed requests with 200, carry out mutations
//! by GET and take any content type; these do not. `request` reads what a client sends, `answer`
//! carries it out and writes what comes of it.

mod answer;
mod request;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::Site;
use super::viewer::Asking;

pub(super) use answer::{carry_out, coded, parse, prepare, refuse, unauthenticated, written};
pub(super) use request::{Asked, Media, Refusal, is_json, read_body, read_parameters};

use answer::answer;
use request::negotiate;

/// `POST /graphql`.
pub(super) async fn post(
    State(site): State<Site>,
    Asking(asking): Asking,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let media = match negotiate(&headers) {
        Ok(media) => media,
        Err(refusal) => return refuse(Media::Json, &refusal),
    };
    let read = || {
        is_json(&headers)?;
        read_body(&body?)
    };
    let asked = match read() {
        Ok(asked) => asked,
        Err(refusal) => return refuse(media, &refusal),
    };
    answer(
        &site,
        asking.map_err(|error| error.to_string()),
        asked,
        media,
        &Method::POST,
    )
    .await
}

/// `GET /graphql`: queries only. A browser without one is shown the playground.
pub(super) async fn get(
    State(site): State<Site>,
    Asking(asking): Asking,
    RawQuery(parameters): RawQuery,
    headers: HeaderMap,
) -> Response {
    let parameters = parameters.unwrap_or_default();
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("");
    if parameters.is_empty() && accepts.contains("text/html") {
        return Redirect::temporary("/playground").into_response();
    }
    let media = match negotiate(&headers) {
        Ok(media) => media,
        Err(refusal) => return refuse(Media::Json, &refusal),
    };
    match read_parameters(&parameters) {
        Ok(asked) => {
            answer(
                &site,
                asking.map_err(|error| error.to_string()),
                asked,
                media,
                &Method::GET,
            )
            .await
        }
        Err(refusal) => refuse(media, &refusal),
    }
}

/// Any other method.
pub(super) async fn other_method() -> Response {
    let refusal = Refusal {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: "METHOD_NOT_ALLOWED",
        message: "send GraphQL requests by POST, or queries by GET".to_owned(),
    };
    let mut response = refuse(Media::Json, &refusal);
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}
