//! A server of the Iran record, asked without a socket in between.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode, request};
use foedera::config::Limits;
use foedera::http::{Pace, Streams, Web, router};
use foedera::transfer::fixture;
use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::runtime::Runtime;
use tower_service::Service as _;

use crate::{Provider, Record};

/// The header in which a request says where it comes from.
const ADDRESS: &str = "x-forwarded-for";

/// A server that runs.
pub struct Served {
    pub provider: Provider,
    routes: Router,
    runtime: Runtime,
    requests: AtomicU32,
    _record: Record,
}

/// The server, started when it is first asked.
pub static SERVED: LazyLock<Served> = LazyLock::new(Served::start);

impl Served {
    fn start() -> Self {
        let provider = Provider::new();
        let record = Record::open(Some(provider.config()));
        let ledger = &record.app.ledger;
        fixture::import(ledger, fixture::IRAN.as_bytes(), "fuzz", "fuzz", |_| {})
            .expect("our own fixture is right");
        let web = Web {
            answer_cache: 0,
            address_header: Some(ADDRESS.to_owned()),
            trusted: HashMap::from([("known".to_owned(), "{ latestRevision }".to_owned())]),
            limits: Limits {
                // Within what an answer of some milliseconds costs: what takes long finds little.
                cost: 20_000,
                batch: 4,
                ..Limits::default()
            },
            ..Web::default()
        };
        let streams = Streams::new(10, Pace::default());
        Self {
            provider,
            routes: router(record.app.clone(), &web, streams),
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .expect("there is room for a runtime"),
            requests: AtomicU32::new(0),
            _record: record,
        }
    }

    /// What a request is answered with: JSON, errors with a code, and no fault of the server's. Each request comes from an
    /// address of its own, so that none is refused for what others did.
    pub fn ask(&self, request: request::Builder, body: impl Into<Body>) -> Bytes {
        let (status, body) = self.call(request, body, async |response: Response<Body>| {
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
            body.expect("a body in memory")
        });
        assert_sound(status, &body);
        let told: Value = serde_json::from_slice(&body).expect("an answer is JSON");
        // A list of requests is answered by a list.
        let answers = told
            .as_array()
            .map_or(std::slice::from_ref(&told), Vec::as_slice);
        let errors = answers
            .iter()
            .filter_map(|answer| answer["errors"].as_array());
        for error in errors.flatten() {
            let code = error["extensions"]["code"].as_str();
            assert!(
                code.is_some_and(|code| code != "INTERNAL_SERVER_ERROR"),
                "{error}"
            );
        }
        body
    }

    /// The first piece of the event stream that a request is answered with, or else the refusal.
    pub fn begin(&self, request: request::Builder, body: impl Into<Body>) {
        let (status, first) = self.call(request, body, async |response: Response<Body>| {
            let first = response.into_body().into_data_stream().next().await;
            let first = first.expect("a stream says something at once");
            first.expect("a body in memory")
        });
        assert_sound(status, &first);
    }

    /// What a GraphQL request in JSON is answered with.
    pub fn post(&self, body: impl Into<Body>) -> Bytes {
        let request = Request::post("/graphql").header("content-type", "application/json");
        self.ask(request, body)
    }

    fn call<T>(
        &self,
        request: request::Builder,
        body: impl Into<Body>,
        read: impl AsyncFnOnce(Response<Body>) -> T,
    ) -> (StatusCode, T) {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let from = std::net::Ipv4Addr::from(number).to_string();
        let request = request.header(ADDRESS, from).body(body.into());
        let request = request.expect("what is put in is checked before");
        let mut routes = self.routes.clone();
        self.runtime.block_on(async move {
            let response = match routes.call(request).await {
                Ok(response) => response,
                Err::<_, Infallible>(never) => match never {},
            };
            let status = response.status();
            (status, read(response).await)
        })
    }
}

/// No panic: it is caught, and told as a mistake of the server.
fn assert_sound(status: StatusCode, body: &[u8]) {
    let told = String::from_utf8_lossy(body);
    assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "{told}");
}
