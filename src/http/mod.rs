//! What is at which URL? Every route on one screen.

mod admin;
mod alarm;
mod body;
mod budget;
mod certificate;
mod cors;
mod documents;
mod encoding;
mod entrance;
mod error;
mod feed;
mod finished;
mod graphql;
mod headers;
mod health;
mod import;
mod listen;
mod patience;
mod peer;
pub mod playground;
mod receipts;
mod serve;
mod tls;
#[cfg(feature = "otel")]
mod traced;
mod viewer;
mod web;
mod welcome;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::HeaderName;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use tokio::sync::Semaphore;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::app::App;
use crate::config::{Limits, StatusCodes};
use crate::graphql::execute::Executor;

use budget::Budgets;
use entrance::Entrance;

pub use certificate::{Lapse, Validity};
pub use feed::{Pace, Streams};
pub use graphql::read_manifest;
pub use listen::{Listener, ServeError, listen, listen_on_socket};
pub use serve::serve;
pub use tls::{Tls, TlsError};
pub use web::Web;

/// What the routes share.
#[derive(Clone)]
struct Site(Arc<Shared>);

/// What is shared.
struct Shared {
    app: App,
    executor: Executor,
    kept: graphql::Kept,
    ready: graphql::Ready,
    body_limit: usize,
    codes: StatusCodes,
    limits: Limits,
    introspection: bool,
    origins: Box<[String]>,
    streams: Streams,
    /// From when on an operation is a slow one.
    slow: Option<Duration>,
    /// The header in which a proxy tells the address of the client.
    address_header: Option<HeaderName>,
    /// What each may cost in a minute, if that is bounded.
    budgets: Option<Arc<Budgets>>,
    /// The documents that can be named.
    documents: graphql::Documents,
    /// The places of operations that are carried out.
    places: Arc<Semaphore>,
    /// Held by the import that runs.
    importing: Arc<tokio::sync::Mutex<()>>,
}

impl Deref for Site {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl FromRef<Site> for App {
    fn from_ref(site: &Site) -> Self {
        site.app.clone()
    }
}

/// The way in to a program. What follows the record takes its place in `streams`.
fn entrance(app: App, web: &Web, streams: Streams) -> Entrance {
    let site = Site(Arc::new(Shared {
        executor: Executor::new(web.limits.clone(), web.operation_timeout)
            .telling(web.introspection, web.suggestions),
        kept: graphql::Kept::new(web.answer_cache),
        ready: graphql::Ready::default(),
        app,
        body_limit: web.body_limit,
        codes: web.status_codes,
        limits: web.limits.clone(),
        introspection: web.introspection,
        origins: web.cors_origins.as_slice().into(),
        streams,
        slow: web.slow,
        address_header: web
            .address_header
            .as_deref()
            .and_then(|name| name.parse().ok()),
        budgets: Budgets::new(web.limits.budget),
        documents: graphql::Documents::new(&web.trusted, web.only_trusted),
        places: Arc::new(Semaphore::new(
            usize::try_from(web.limits.concurrent).map_or(Semaphore::MAX_PERMITS, |most| {
                most.min(Semaphore::MAX_PERMITS)
            }),
        )),
        importing: Arc::default(),
    }));
    // What tells nothing of the record, and what asks for a token by itself.
    let open = Router::new()
        .route("/", get(welcome::page))
        .route("/schema.graphql", get(welcome::schema))
        .merge(playground::router())
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route(graphql::PATH, any(graphql::route))
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
        .route("/briefs/{file}", get(documents::brief))
        .route("/actors/{slug}/{file}", get(documents::relationships))
        .route("/metrics", get(health::metrics))
        .route_layer(from_fn_with_state(site.clone(), viewer::readers_only));
    // A backup is as large as the record, and so may be what is imported.
    let unbounded = Router::new()
        .route("/admin/restore", post(admin::restore))
        .route("/admin/import/{format}", post(import::import))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyTimeoutLayer::new(web.pace.patience));
    let routes = open.merge(guarded).merge(unbounded);
    let routes = routes.with_state(site.clone());
    // Who lets other origins in, and who tells traces, does so around the routes.
    let short = web.cors_origins.is_empty() && !cfg!(feature = "otel");
    let routes = match &web.cors_origins[..] {
        [] => routes,
        origins => routes.layer(cors::layer(origins)),
    };
    #[cfg(feature = "otel")]
    let routes = {
        let scheme = web.tls.as_ref().map_or("http", |_| "https");
        routes.layer(from_fn_with_state(scheme, traced::traced))
    };
    Entrance::new(site, routes, short)
}
