//! What axum can do at most: `limit PORT BYTES…` answers `POST /BYTES` with a fixed body of that size.

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<()> {
    let mut given = std::env::args().skip(1);
    let port: u16 = given.next().context("a port")?.parse()?;
    let mut routes = Router::new();
    for size in given {
        let body = Bytes::from(vec![b'x'; size.parse()?]);
        let answer = async move || ([(CONTENT_TYPE, "application/json")], body.clone());
        routes = routes.route(&format!("/{size}"), post(answer));
    }
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, routes).await?)
}
