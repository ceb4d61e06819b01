//! The clients that front ends use: graphql-ws and graphql-sse, in Node.

use crate::process::{Server, TOKEN};
use crate::support::npm;

#[test]
fn graphql_ws_and_graphql_sse_subscribe_and_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"));
    let what = "graphql-ws and graphql-sse were";
    let Some(out) = npm::run("follow.mjs", &[&server.url, TOKEN], what) else {
        return;
    };
    for client in ["graphql-ws", "graphql-sse"] {
        let line = format!("{client}: 20 revisions, each once, over 3 connections");
        assert!(out.contains(&line), "{out}");
    }
}
