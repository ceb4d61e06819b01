//! The body of a request, whole: of a size that is taken, in a time that is waited for.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};

use crate::graphql::kit::guard::Excess;

use super::Site;
use super::graphql::Refusal;

/// A body, or why it is not taken. Each route words the refusal in its own format.
pub(super) struct Whole(pub(super) Result<Bytes, Refusal>);

impl FromRequest<Site> for Whole {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Self::Rejection> {
        if let Err(refusal) = is_plain(request.headers()) {
            return Ok(Self(Err(refusal)));
        }
        let announced = announced(request.headers());
        let patience = Duration::from_secs(site.limits.body_seconds);
        // A timer is set only for a body that is not there yet.
        let reading = Bytes::from_request(request, site);
        let read = match tokio::time::timeout(patience, reading).await {
            Ok(read) => read.map_err(|rejection| refused(&rejection, site.body_limit, announced)),
            Err(_) => Err(too_slow()),
        };
        Ok(Self(read))
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

fn refused(rejection: &BytesRejection, limit: usize, announced: Option<u64>) -> Refusal {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let limit = limit as u64;
        let excess = Excess {
            what: "bytes of body",
            found: announced.unwrap_or(limit + 1),
            limit,
        };
        return Refusal::too_much(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", excess);
    }
    Refusal::bad("the request body broke off")
}

fn too_slow() -> Refusal {
    Refusal::new(
        StatusCode::REQUEST_TIMEOUT,
        "BODY_TOO_SLOW",
        "the request body did not come in time",
    )
}
