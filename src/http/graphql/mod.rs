//! GraphQL over HTTP, by the draft at <https://graphql.github.io/graphql-over-http/draft/>.
//!
//! The stock handlers of async-graphql-axum answer malformed requests with 200, carry out mutations
//! by GET and take any content type; these do not. `request` and `wishes` read what a client sends,
//! `answer` carries it out and writes what comes of it.

mod answer;
mod request;
mod wishes;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::auth::Viewer;

use super::viewer::Asking;
use super::{Site, headers};

use answer::{answer, refuse};
use request::{Media, Refusal, is_json, negotiate, read_body, read_parameters};
use wishes::Wishes;

pub(super) use answer::{OPERATION_TIMEOUT, Outcome, Prepared, carry_out};
pub(super) use request::Question;

/// `POST /graphql`.
pub(super) async fn post(
    State(site): State<Site>,
    Asking(asking): Asking,
    given: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let media = match negotiate(&given) {
        Ok(media) => media,
        Err(refusal) => return refuse(Media::Json, &refusal),
    };
    let read = || {
        is_json(&given)?;
        let body = body.map_err(|rejection| Refusal {
            status: rejection.status(),
            code: "BODY_TOO_LARGE",
            message: "the request body is too large or broke off".to_owned(),
        })?;
        let asked = read_body(&body)?;
        let wishes = Wishes::read(asked.extensions.as_ref(), &given)?;
        Ok((asked, wishes))
    };
    let (asked, wishes) = match read() {
        Ok(read) => read,
        Err(refusal) => return refuse(media, &refusal),
    };
    let asking = asking.map_err(|error| error.to_string());
    answer(&site, asking, asked, wishes, media, &Method::POST).await
}

/// `GET /graphql`: queries only. A browser without one is shown the playground.
pub(super) async fn get(
    State(site): State<Site>,
    Asking(asking): Asking,
    RawQuery(parameters): RawQuery,
    given: HeaderMap,
) -> Response {
    let parameters = parameters.unwrap_or_default();
    let asking = asking.map_err(|error| error.to_string());
    let mut response = got(&site, asking, &parameters, &given).await;
    headers::or_ask_again(&mut response);
    let by = HeaderValue::from_static("accept, foedera-receipt");
    response.headers_mut().insert(header::VARY, by);
    response
}

async fn got(
    site: &Site,
    asking: Result<Viewer, String>,
    parameters: &str,
    given: &HeaderMap,
) -> Response {
    let accepts = given
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("");
    if parameters.is_empty() && accepts.contains("text/html") {
        return Redirect::temporary("/playground").into_response();
    }
    let media = match negotiate(given) {
        Ok(media) => media,
        Err(refusal) => return refuse(Media::Json, &refusal),
    };
    let read = || {
        let asked = read_parameters(parameters)?;
        let wishes = Wishes::read(asked.extensions.as_ref(), given)?;
        Ok((asked, wishes))
    };
    match read() {
        Ok((asked, wishes)) => answer(site, asking, asked, wishes, media, &Method::GET).await,
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
