//! A program with the Iran record, to be fed with noise.

use std::convert::Infallible;
use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use foedera::app::{App, Opening};
use foedera::http::{Pace, Streams, Web, router};
use foedera::model::{Clock, Timestamp};
use foedera::transfer::fixture;
use tokio::runtime::Runtime;
use tower_service::Service as _;

/// The program, and what its directory is deleted with.
pub struct Program {
    pub app: App,
    routes: Router,
    runtime: Runtime,
    _dir: tempfile::TempDir,
}

/// The program, opened when it is first asked for.
pub static PROGRAM: LazyLock<Program> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("there is room for a directory");
    let opening = Opening {
        data: dir.path(),
        cache_bytes: 8 << 20,
        admin_token: Some("token"),
        clock: Clock::Fixed(Timestamp(1_772_366_400_000)),
    };
    let (app, _) = App::open(&opening, |_| {}).expect("the record opens");
    fixture::import(&app.ledger, fixture::IRAN.as_bytes(), "fuzz", "fuzz", |_| {})
        .expect("our own fixture is right");
    let routes = router(app.clone(), &Web::default(), Streams::new(10, Pace::default()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("there is room for a runtime");
    Program {
        app,
        routes,
        runtime,
        _dir: dir,
    }
});

impl Program {
    /// What a request is answered with. It must be no fault of the server's, and JSON.
    pub fn ask(&self, request: Request<Body>) -> Bytes {
        let mut routes = self.routes.clone();
        let answer = self.runtime.block_on(async move {
            let response = match routes.call(request).await {
                Ok(response) => response,
                Err::<_, Infallible>(never) => match never {},
            };
            let status = response.status();
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
            (status, body.expect("a body in memory"))
        });
        let (status, body) = answer;
        assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "{body:?}");
        serde_json::from_slice::<serde_json::Value>(&body).expect("an answer is JSON");
        body
    }
}
