//! The playground: GraphiQL with everything that it needs inside the binary, so that it works without
//! a network and nothing leaves the machine.

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::encoding::{Coding, Packed};
use super::headers::guard_page;

const PAGE: &str = include_str!("assets/index.html");

/// GraphiQL puts styles and small pictures into the page; nothing may come from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// Assets never change within a version.
const TAG: &str = concat!("\"", env!("CARGO_PKG_VERSION"), "\"");

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// Each file with its content type.
const ASSETS: [(&str, &str, &str); 9] = [
    ("react.js", JAVASCRIPT, include_str!("assets/react.js")),
    (
        "react-dom.js",
        JAVASCRIPT,
        include_str!("assets/react-dom.js"),
    ),
    (
        "graphiql.js",
        JAVASCRIPT,
        include_str!("assets/graphiql.js"),
    ),
    ("graphiql.css", CSS, include_str!("assets/graphiql.css")),
    (
        "explorer.js",
        JAVASCRIPT,
        include_str!("assets/explorer.js"),
    ),
    ("explorer.css", CSS, include_str!("assets/explorer.css")),
    (
        "playground.js",
        JAVASCRIPT,
        include_str!("assets/playground.js"),
    ),
    ("playground.css", CSS, include_str!("assets/playground.css")),
    (
        "favicon.svg",
        "image/svg+xml",
        include_str!("assets/favicon.svg"),
    ),
];

/// The page and its assets.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/playground", get(page))
        .route("/playground/assets/{file}", get(asset))
}

async fn page() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    let mut response = (headers, PAGE).into_response();
    guard_page(&mut response, POLICY);
    response
}

async fn asset(Path(file): Path<String>, asked: HeaderMap) -> Response {
    static PACKED: [Packed; ASSETS.len()] = [const { Packed::new() }; ASSETS.len()];
    let place = ASSETS.iter().position(|(name, ..)| *name == file);
    let Some(((_, kind, text), packed)) = place.map(|place| (ASSETS[place], &PACKED[place])) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let caching = [
        (
            header::CACHE_CONTROL,
            "public, max-age=86400, must-revalidate",
        ),
        (header::ETAG, TAG),
    ];
    let known = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        // Packed it has the same with a word behind it.
        .is_some_and(|tag| tag.starts_with(TAG.trim_end_matches('"')));
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let mut response = (caching, [(header::CONTENT_TYPE, kind)]).into_response();
    let body = Bytes::from_static(text.as_bytes());
    packed.respond(&mut response, &body, Coding::wanted(&asked));
    response
}
