//! Whom a socket is opened for.

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::auth::{AuthError, Viewer};
use crate::http::Site;
use crate::http::budget::Payer;
use crate::http::error::Problem;
use crate::http::peer::{Peer, address};
use crate::http::viewer::{Asking, refusal};
use crate::telemetry::traces::Place;

use super::message::PROTOCOL;
use super::socket::{Client, Connection};
use super::streams::full;

/// What one socket reads and writes at a time. Larger messages make room for themselves.
const BUFFER: usize = 1 << 10;

/// `GET /graphql/ws`, or CONNECT over HTTP/2.
pub(crate) async fn handshake(
    State(site): State<Site>,
    Asking(asking): Asking,
    peer: Option<Extension<Peer>>,
    payer: Payer,
    headers: HeaderMap,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => {
            let detail = format!(
                "this is the address of a WebSocket with the subprotocol {PROTOCOL}: {rejection}"
            );
            return Problem::new(rejection.status(), detail).into_response();
        }
    };
    if !is_welcome(&headers, &uri, &site.origins) {
        let detail = "pages of this origin may not open sockets here; the operator can name it with --cors-origin";
        return Problem::new(StatusCode::FORBIDDEN, detail).into_response();
    }
    let viewer = match asking {
        Ok(viewer) => viewer,
        // Pages cannot give a header here: the greeting has to bring the token.
        Err(AuthError::NeedsToken) => Viewer::Anonymous,
        Err(error) => return refusal(&error),
    };
    let Some(seat) = site.streams.enter() else {
        return full();
    };
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        // Somewhat above what is taken, so that a message that is a little too large is told why.
        .max_message_size(site.body_limit.saturating_mul(2))
        .max_frame_size(site.body_limit.saturating_mul(2))
        .protocols([PROTOCOL]);
    let peer = peer.map(|Extension(peer)| peer);
    let client = Client {
        viewer,
        address: address(peer, &headers, site.address_header.as_ref()),
        payer,
    };
    let place = Place::here();
    upgrade.on_upgrade(move |socket| place.around(Connection::serve(socket, site, client, seat)))
}

/// Whether a socket may be opened from where this request comes: from no page of a browser, from a page
/// of this host, or from one that the operator lets in. Browsers ask for no leave themselves.
fn is_welcome(headers: &HeaderMap, uri: &Uri, origins: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    let from = origin.split_once("://").map(|(_, host)| host);
    let own = from.is_some_and(|from| host.is_some_and(|host| from.eq_ignore_ascii_case(host)));
    own || origins
        .iter()
        .any(|allowed| allowed == "*" || allowed == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn welcome(origin: Option<&str>, origins: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "example.org:8080".parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        let origins: Vec<_> = origins.iter().map(|&origin| origin.to_owned()).collect();
        is_welcome(&headers, &Uri::from_static("/graphql/ws"), &origins)
    }

    #[test]
    fn pages_of_other_hosts_are_let_in_only_by_name() {
        assert!(welcome(None, &[]));
        assert!(welcome(Some("http://example.org:8080"), &[]));
        assert!(!welcome(Some("http://example.org"), &[]));
        assert!(!welcome(
            Some("https://evil.example"),
            &["https://good.example"]
        ));
        assert!(!welcome(Some("null"), &[]));
        assert!(welcome(
            Some("https://good.example"),
            &["https://good.example"]
        ));
        assert!(welcome(Some("https://any.example"), &["*"]));
    }
}
