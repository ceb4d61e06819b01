//! What happens around every request: an id, a log line, bounds, headers.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{
    MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer,
};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;

use crate::config::{Limits, StatusCodes};

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
    /// From when on an operation is logged as a slow one.
    pub slow: Option<Duration>,
    /// The certificate, where the server itself speaks HTTPS.
    pub tls: Option<Tls>,
    /// How long sockets and event streams wait.
    pub pace: Pace,
    /// Which status codes an answer without data has.
    pub status_codes: StatusCodes,
    /// Whether the API tells its schema.
    pub introspection: bool,
    /// Whether names are suggested in place of those that there are not.
    pub suggestions: bool,
    /// The documents that clients may name, by their ids.
    pub trusted: HashMap<String, String>,
    /// Whether no others are carried out.
    pub only_trusted: bool,
    /// The header in which a proxy tells the address of the client; its last entry counts.
    pub address_header: Option<String>,
    /// How much may be asked for.
    pub limits: Limits,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            body_limit: 1 << 20,
            answer_cache: 64 << 20,
            operation_timeout: Duration::from_secs(30),
            cors_origins: Vec::new(),
            most_streams: 10_000,
            slow: None,
            tls: None,
            pace: Pace::default(),
            status_codes: StatusCodes::default(),
            introspection: true,
            suggestions: false,
            trusted: HashMap::new(),
            only_trusted: false,
            address_header: None,
            limits: Limits::default(),
        }
    }
}

/// The header of the id by which logs know a request.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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
    // One layer of several: the router boxes what each of its own layers answers.
    routes.layer(
        ServiceBuilder::new()
            .layer(SetRequestIdLayer::new(REQUEST_ID, RequestIds::default()))
            .layer(PropagateRequestIdLayer::new(REQUEST_ID))
            .layer(trace)
            .layer(header(header::REFERRER_POLICY, "no-referrer"))
            .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .option_layer((!web.cors_origins.is_empty()).then(|| cors(&web.cors_origins)))
            .layer(CatchPanicLayer::custom(panicked)),
    )
}

/// Names of requests: one of the program's start, and a number. Unlike UUIDs they need no randomness
/// for each request, which would be a call to the operating system.
#[derive(Clone)]
struct RequestIds {
    start: u64,
    next: Arc<AtomicU64>,
}

impl Default for RequestIds {
    fn default() -> Self {
        let mut start = [0; 8];
        // Where there is no randomness, requests of two starts have the same names.
        let _ = getrandom::fill(&mut start);
        Self {
            start: u64::from_le_bytes(start),
            next: Arc::default(),
        }
    }
}

impl MakeRequestId for RequestIds {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = format!("{:016x}-{number:x}", self.start);
        HeaderValue::try_from(id).ok().map(RequestId::new)
    }
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

/// A panic is a fault of ours; whoever asked learns no more than that.
fn panicked(_: Box<dyn Any + Send + 'static>) -> axum::response::Response {
    tracing::error!("a request panicked");
    let detail = "the server made a mistake; the operator finds it in the log";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
}
