//! The front door.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Site;
use super::encoding::{Coding, Packed};
use super::error::Problem;
use super::headers::guard_page;

const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Foedera</title>
<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}a{color:#0b4f9e}dt{font-weight:600;margin-top:1rem}dd{margin:0}</style>
</head>
<body>
<main>
<h1>Foedera</h1>
<p>A dated, sourced, disputable record of who stands with whom.</p>
<dl>
<dt><a href="/playground">Playground</a></dt><dd>Ask the record, with worked examples and the documentation of every field.</dd>
<dt><a href="/schema.graphql">schema.graphql</a></dt><dd>The schema, for code generators.</dd>
<dt><code>/graphql</code></dt><dd>The API: POST a query as JSON, or GET it with <code>?query=</code>.</dd>
<dt><code>/briefs/SLUG.html</code>, <code>/actors/SLUG/relationships.html</code></dt><dd>Documents of live data, also as Markdown, CSV, JSON-LD and XLSX.</dd>
<dt><a href="/health/ready">Health</a>, <a href="/metrics">metrics</a></dt><dd>For operators.</dd>
</dl>
</main>
</body>
</html>
"#;

/// The page has a style of its own, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// Links, for people and for programs.
pub(super) async fn page(headers: HeaderMap) -> Response {
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    if accepts.contains("text/html") {
        let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        let mut response = (kind, PAGE).into_response();
        guard_page(&mut response, POLICY);
        return response;
    }
    let links = json!({
        "name": "foedera",
        "version": env!("CARGO_PKG_VERSION"),
        "graphql": "/graphql",
        "playground": "/playground",
        "schema": "/schema.graphql",
        "health": { "live": "/health/live", "ready": "/health/ready" },
        "metrics": "/metrics",
    });
    (
        [(header::CONTENT_TYPE, "application/json")],
        links.to_string(),
    )
        .into_response()
}

/// The schema as text, where it is told.
pub(super) async fn schema(State(site): State<Site>, headers: HeaderMap) -> Response {
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| crate::graphql::sdl().into());
    static PACKED: Packed = Packed::new();
    if !site.introspection {
        let detail = "this server does not tell its schema";
        return Problem::new(StatusCode::NOT_FOUND, detail).into_response();
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    let mut response = kind.into_response();
    PACKED.respond(&mut response, &TEXT, Coding::wanted(&headers));
    response
}
