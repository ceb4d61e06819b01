//! async-graphql over plain vectors in memory: `vectors PORT FILE`.

mod schema;
mod world;

use std::fs::File;
use std::io::BufReader;

use anyhow::{Context as _, Result};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use tokio::net::TcpListener;

use schema::Schema;
use world::World;

#[tokio::main]
async fn main() -> Result<()> {
    let mut given = std::env::args().skip(1);
    let port: u16 = given.next().context("a port")?.parse()?;
    let lines = File::open(given.next().context("a file")?)?;
    let world = World::read(BufReader::with_capacity(1 << 20, lines))?;
    let schema = schema::schema(Box::leak(Box::new(world)));
    let routes = Router::new()
        .route("/graphql", post(answer))
        .with_state(schema);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, routes).await?)
}

async fn answer(
    State(schema): State<Schema>,
    Json(request): Json<async_graphql::Request>,
) -> impl IntoResponse {
    let response = schema.execute(request).await;
    let body = serde_json::to_vec(&response).unwrap_or_default();
    ([(CONTENT_TYPE, "application/json")], body)
}
