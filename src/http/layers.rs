//! What happens around every request: an id, a log line, bounds, headers.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;

use super::error::Problem;
use super::feed::Pace;
use super::headers;
use super::tls::Tls;

/// What the operator sets about the web side.
#[derive(Clone, Debug)]
pub struct Web {
    /// The largest request body in bytes.
    pub body_limit: usize,
    /// The bytes that answers may take which are kept to be given again.
    pub answer_cache: u64,
    /// The longest that one operation may take.
    pub operation_timeout: Duration,
    /// The origins whose pages may use the API; a star lets all in.
    pub cors_origins: Vec<String>,
    /// The most sockets and event streams that may be open at a time.
    pub most_streams: u32,
    /// Whether the addresses of clients come from a proxy.
    pub behind_proxy: bool,
    /// From when on an operation is logged as a slow one.
    pub slow: Option<Duration>,
    /// The certificate, where the server itself speaks HTTPS.
    pub tls: Option<Tls>,
    /// How long sockets and event streams wait.
    pub pace: Pace,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts the layers around the routes.
pub(super) fn around(routes: Router, web: &Web) -> Router {
    let trace = TraceLayer::new_for_http()
        .make_span_with(|request: &Request<_>| {
            let id = request
                .headers()
                .get(REQUEST_ID)
                .and_then(|id| id.to_str().ok());
            let (method, path) = (request.method(), request.uri().path());
            tracing::info_span!("request", %method, path, id = id.unwrap_or(""))
        })
        .on_request(())
        .on_response(|response: &Response<_>, took: Duration, _: &Span| {
            let status = response.status().as_u16();
            tracing::debug!(status, millis = took.as_secs_f64() * 1e3, "answered");
        })
        .on_failure(());
    let header = |name: HeaderName, value| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    routes
        .layer(RequestBodyTimeoutLayer::new(web.pace.patience))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(cors(&web.cors_origins))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(trace)
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

fn cors(origins: &[String]) -> CorsLayer {
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
        ])
        .expose_headers([headers::REVISION, headers::REPR_DIGEST, REQUEST_ID])
        .max_age(Duration::from_secs(3_600))
}

/// A panic is a fault of ours; whoever asked learns no more than that.
fn panicked(_: Box<dyn Any + Send + 'static>) -> axum::response::Response {
    tracing::error!("a request panicked");
    let detail = "the server made a mistake; the operator finds it in the log";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
}
