//! Who is asking: the bearer token of a request.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::auth::{AuthError, Viewer};

use super::Site;
use super::error::Problem;
use super::peer::{Peer, address};

/// Who is asking, or why the token is not taken. Each route words the refusal in its own format.
pub(super) struct Asking(pub(super) Result<Viewer, AuthError>);

impl FromRequestParts<Site> for Asking {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let peer = Peer::of(&parts.extensions);
        Ok(Self::of(site, peer, &parts.headers).await)
    }
}

impl Asking {
    /// Who is asking with these headers, from there.
    pub(super) async fn of(site: &Site, peer: Option<Peer>, headers: &HeaderMap) -> Self {
        // What is no bearer token is tried as one all the same, and is none.
        let token = headers
            .get(AUTHORIZATION)
            .map(|value| value.to_str().ok().and_then(bearer).unwrap_or_default());
        let from = address(peer, headers, site.address_header.as_ref());
        Self(site.app.auth.viewer(token, from).await)
    }
}

/// The token of a value such as `Bearer TOKEN`.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Lets through whoever may read the record.
pub(super) async fn readers_only(
    State(_): State<Site>,
    Asking(asking): Asking,
    request: Request,
    next: Next,
) -> Response {
    match asking {
        Ok(_) => next.run(request).await,
        Err(error) => refusal(&error),
    }
}

/// The status and the code by which a refusal is known.
pub(super) fn status(error: &AuthError) -> (StatusCode, &'static str) {
    match error {
        AuthError::BadToken
        | AuthError::Expired(_)
        | AuthError::Revoked
        | AuthError::NeedsToken => (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
        AuthError::NoRole | AuthError::NoName => (StatusCode::FORBIDDEN, "FORBIDDEN"),
        AuthError::TooManyTries(_) => (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_TRIES"),
        AuthError::KeysUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "KEYS_UNAVAILABLE"),
    }
}

/// The refusal of a route other than GraphQL.
pub(super) fn refusal(error: &AuthError) -> Response {
    let (status, code) = status(error);
    let mut response = Problem::new(status, error.to_string())
        .with("code", code)
        .into_response();
    say_when(&mut response, error);
    response
}

/// Says when to try again, where that helps.
pub(super) fn say_when(response: &mut Response, error: &AuthError) {
    let seconds = match error {
        AuthError::TooManyTries(seconds) => *seconds,
        AuthError::KeysUnavailable => 10,
        _ => return,
    };
    let seconds = HeaderValue::from(seconds);
    response.headers_mut().insert(RETRY_AFTER, seconds);
}
