//! What is at which URL? Every route on one screen.

mod admin;
mod error;
mod feed;
mod finished;
mod graphql;
mod headers;
mod health;
mod layers;
mod listen;
mod patience;
mod peer;
pub mod playground;
mod receipts;
mod serve;
mod tls;
mod viewer;
mod welcome;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};

use crate::app::App;
use crate::graphql::execute::Executor;
use crate::graphql::kit::guard::Limits;

pub use feed::{Pace, Streams};
pub use layers::Web;
pub use listen::{Listener, ServeError, listen, listen_on_socket};
pub use serve::serve;
pub use tls::{Tls, TlsError};

/// What the routes share.
#[derive(Clone)]
pub struct Site {
    app: App,
    executor: Arc<Executor>,
    kept: Arc<graphql::Kept>,
    body_limit: usize,
    origins: Arc<[String]>,
    streams: Streams,
    behind_proxy: bool,
    /// From when on an operation is a slow one.
    slow: Option<Duration>,
}

impl FromRef<Site> for App {
    fn from_ref(site: &Site) -> Self {
        site.app.clone()
    }
}

/// All routes over a program. What follows the record over them takes its place in `streams`.
pub fn router(app: App, web: &Web, streams: Streams) -> Router {
    let site = Site {
        executor: Arc::new(Executor::new(
            app.clone(),
            Limits::default(),
            web.operation_timeout,
        )),
        kept: Arc::new(graphql::Kept::new(web.answer_cache)),
        app,
        body_limit: web.body_limit,
        origins: web.cors_origins.as_slice().into(),
        streams,
        behind_proxy: web.behind_proxy,
        slow: web.slow,
    };
    // What tells nothing of the record, and what asks for a token by itself.
    let open = Router::new()
        .route("/", get(welcome::page))
        .route("/schema.graphql", get(welcome::schema))
        .merge(playground::router())
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route(
            "/graphql",
            get(graphql::get)
                .post(graphql::post)
                .fallback(graphql::other_method),
        )
        .route("/graphql/ws", any(feed::handshake))
        .route(
            "/graphql/stream",
            get(feed::get)
                .post(feed::post)
                .fallback(graphql::other_method),
        )
        .route("/admin/backup", get(admin::backup))
        .fallback(any(error::not_found));
    // Whatever tells of the record is for those who may read it.
    let guarded = Router::new()
        .route("/receipts", post(receipts::post))
        .route("/receipts/{token}", get(receipts::get))
        .route("/receipts/{token}/data", get(receipts::data))
        .route("/metrics", get(health::metrics))
        .route_layer(from_fn_with_state(site.clone(), viewer::readers_only));
    let bounded = open
        .merge(guarded)
        .layer(axum::extract::DefaultBodyLimit::max(web.body_limit));
    // A backup is as large as the record.
    let unbounded = Router::new()
        .route("/admin/restore", post(admin::restore))
        .layer(axum::extract::DefaultBodyLimit::disable());
    layers::around(bounded.merge(unbounded).with_state(site), web)
}
