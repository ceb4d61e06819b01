//! Who is asking: the bearer token of a request.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::app::App;
use crate::auth::{AuthError, Viewer};

/// Who is asking, or why the token is not taken. Each route words the refusal in its own format.
pub(super) struct Asking(pub(super) Result<Viewer, AuthError>);

impl<S: Send + Sync> FromRequestParts<S> for Asking
where
    App: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let Some(value) = parts.headers.get(AUTHORIZATION) else {
            return Ok(Self(Ok(Viewer::Anonymous)));
        };
        let token = value
            .to_str()
            .ok()
            .and_then(bearer)
            .ok_or(AuthError::BadToken);
        Ok(Self(token.and_then(|token| app.tokens.viewer(Some(token)))))
    }
}

/// The token of a value such as `Bearer TOKEN`.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
