//! The way in for every request: an id, a line of the log, headers that every answer has, and an end to
//! panics.
//!
//! Nearly all requests are GraphQL. They go to their handler at once: a router makes copies and boxes of
//! its routes for each request, and layers around them do so again (decision 51).

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use hyper::body::Incoming;
use tower_service::Service as _;
use tracing::Instrument as _;

use super::error::Problem;
use super::peer::Peer;
use super::{Site, graphql};

/// The header of the id by which logs know a request.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The way in. Every connection has a clone, which is one count more.
#[derive(Clone)]
pub(super) struct Entrance(Arc<Inside>);

struct Inside {
    site: Site,
    routes: Router,
    /// Whether GraphQL may pass by the routes: not where they have layers of their own.
    short: bool,
    ids: RequestIds,
}

impl Entrance {
    pub(super) fn new(site: Site, routes: Router, short: bool) -> Self {
        Self(Arc::new(Inside {
            site,
            routes,
            short,
            ids: RequestIds::default(),
        }))
    }

    /// Answers a request that comes from there.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: Option<Peer>) -> Response {
        let began = Instant::now();
        let request = request.map(Body::new);
        let given = request.headers().get(REQUEST_ID).cloned();
        let id = given.unwrap_or_else(|| self.0.ids.next());
        let (method, path) = (request.method(), request.uri().path());
        let span = tracing::info_span!("request", %method, path, id = id.to_str().unwrap_or(""));
        let answering = unbroken(self.pass(request, peer, &id)).instrument(span.clone());
        let mut response = answering.await;
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, id);
        for (name, value) in [
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            let value = HeaderValue::from_static(value);
            headers.entry(name).or_insert(value);
        }
        span.in_scope(|| {
            let (status, millis) = (
                response.status().as_u16(),
                began.elapsed().as_secs_f64() * 1e3,
            );
            tracing::debug!(status, millis, "answered");
        });
        response
    }

    fn pass(
        &self,
        mut request: Request<Body>,
        peer: Option<Peer>,
        id: &HeaderValue,
    ) -> BoxFuture<'static, Response> {
        let Inside { site, routes, .. } = &*self.0;
        // Only a router answers HEAD without a body.
        if self.0.short && request.uri().path() == graphql::PATH && request.method() != Method::HEAD
        {
            return Box::pin(graphql::serve(site.clone(), peer, request));
        }
        request.headers_mut().insert(REQUEST_ID, id.clone());
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        let answering = routes.clone().call(request);
        Box::pin(answering.map(|answered| match answered {
            Ok(response) => response,
        }))
    }
}

/// Answers, even if that panics: a panic is a fault of ours, and whoever asked learns no more than that.
pub(super) async fn unbroken(answering: impl Future<Output = Response>) -> Response {
    let panicked = |_: Box<dyn Any + Send>| {
        tracing::error!("a request panicked");
        let detail = "the server made a mistake; the operator finds it in the log";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
    };
    let answering = AssertUnwindSafe(answering).catch_unwind();
    answering.await.unwrap_or_else(panicked)
}

/// Names of requests: one of the program's start, and a number. Unlike UUIDs they need no randomness
/// for each request, which would be a call to the operating system.
struct RequestIds {
    start: u64,
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        let mut start = [0; 8];
        // Where there is no randomness, requests of two starts have the same names.
        let _ = getrandom::fill(&mut start);
        Self {
            start: u64::from_le_bytes(start),
            next: AtomicU64::new(0),
        }
    }
}

impl RequestIds {
    fn next(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = format!("{:016x}-{number:x}", self.start);
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static(""))
    }
}
