//! Whether the server lives, whether it is ready, and what it counts.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Site;

fn json_body(status: StatusCode, body: &serde_json::Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

/// The process answers.
pub(super) async fn live() -> Response {
    json_body(StatusCode::OK, &json!({ "status": "live" }))
}

/// It reads and writes; 503 with the reason once a write has failed. Reads go on all the same.
pub(super) async fn ready(State(site): State<Site>) -> Response {
    let health = site.app.health();
    let status = if health.writable {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let word = if health.writable {
        "ready"
    } else {
        "read-only"
    };
    json_body(
        status,
        &json!({
            "status": word,
            "revision": health.revision,
            "reads": true,
            "writes": health.writable,
            "reason": health.reason,
        }),
    )
}

/// For Prometheus.
pub(super) async fn metrics(State(site): State<Site>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], site.app.metrics()).into_response()
}
