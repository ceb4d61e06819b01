//! A span of each request, where traces are asked for.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, Version};
use axum::middleware::Next;
use axum::response::Response;

use crate::telemetry::traces::{Asked, Place};

use super::entrance::{REQUEST_ID, unbroken};

/// Answers a request within a span of its own. `scheme` is that by which clients connect.
pub(super) async fn traced(
    State(scheme): State<&'static str>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let asked = Asked {
        method: known(request.method()),
        route: route.map(MatchedPath::as_str),
        path: request.uri().path(),
        scheme,
        version: version(request.version()),
        headers: request.headers(),
    };
    let place = Place::of_request(&asked);
    let id = request.headers().get(REQUEST_ID).cloned();
    let answering = unbroken(next.run(request));
    let response = place.clone().around(answering).await;
    let id = id.as_ref().and_then(|id| id.to_str().ok());
    place.end_request(response.status().as_u16(), id);
    response
}

/// The methods that are told apart: clients may think of others without end.
fn known(method: &Method) -> Option<&'static str> {
    const KNOWN: [&str; 9] = [
        "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE",
    ];
    KNOWN.into_iter().find(|known| method.as_str() == *known)
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        _ => "1.1",
    }
}
