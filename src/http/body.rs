//! The body of a request, whole: of a size that is taken, in a time that is waited for.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::graphql::kit::guard::Excess;

use super::Site;
use super::graphql::Refusal;

/// What a client sends: the headers, and the body or why it is not taken. Each route words the refusal in
/// its own format.
pub(super) struct Whole {
    pub(super) headers: HeaderMap,
    pub(super) body: Result<Bytes, Refusal>,
}

impl FromRequest<Site> for Whole {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let headers = parts.headers;
        let body = whole(site, &headers, body).await;
        Ok(Self { headers, body })
    }
}

/// The whole of a body.
///
/// # Errors
/// When it is not taken.
pub(super) async fn whole(site: &Site, headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    is_plain(headers)?;
    let patience = Duration::from_secs(site.limits.body_seconds);
    // A timer is set only for a body that is not there yet.
    let reading = Limited::new(body, site.body_limit).collect();
    match tokio::time::timeout(patience, reading).await {
        Ok(Ok(read)) => Ok(read.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(site, headers)),
        Ok(Err(_)) => Err(Refusal::bad("the request body broke off")),
        Err(_) => Err(too_slow()),
    }
}

/// Bodies are taken as they are: what unpacks to something else could unpack to anything.
fn is_plain(headers: &HeaderMap) -> Result<(), Refusal> {
    match headers.get(header::CONTENT_ENCODING) {
        None => Ok(()),
        Some(coding) if coding.as_bytes().eq_ignore_ascii_case(b"identity") => Ok(()),
        Some(_) => Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "send the body as it is, without a Content-Encoding",
        )),
    }
}

/// How large the client said that the body is.
fn announced(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

fn too_large(site: &Site, headers: &HeaderMap) -> Refusal {
    let limit = site.body_limit as u64;
    let excess = Excess {
        what: "bytes of body",
        found: announced(headers).unwrap_or(limit + 1),
        limit,
    };
    Refusal::too_much(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", excess)
}

fn too_slow() -> Refusal {
    Refusal::new(
        StatusCode::REQUEST_TIMEOUT,
        "BODY_TOO_SLOW",
        "the request body did not come in time",
    )
}
