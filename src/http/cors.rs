//! Pages of other origins.

use std::time::Duration;

use axum::http::{Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::entrance::REQUEST_ID;
use super::headers;

/// Lets pages of these origins use the API; a star lets all in.
pub(super) fn layer(origins: &[String]) -> CorsLayer {
    let allowed = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| origin.parse().ok()))
    };
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::CONTENT_TYPE,
            header::AUTHORIZATION,
            header::ACCEPT,
            headers::MIN_REVISION,
            headers::RECEIPT,
            headers::COST,
        ])
        .expose_headers([
            headers::REVISION,
            headers::REPR_DIGEST,
            REQUEST_ID,
            headers::RATE_LIMIT,
            headers::RATE_LIMIT_POLICY,
            header::RETRY_AFTER,
            header::ETAG,
        ])
        .max_age(Duration::from_secs(3_600))
}
