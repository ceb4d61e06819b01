//! A cursor of a list.
#![no_main]

use axum::http::Request;
use foedera_fuzz::PROGRAM;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|cursor: &str| {
    let query = "query($c: String) { actors(first: 2, after: $c) { nodes { id } } relationships(last: 2, before: $c, orderBy: [{ field: START, direction: ASC }]) { nodes { id } } }";
    let body = serde_json::json!({ "query": query, "variables": { "c": cursor } });
    let request = Request::post("/graphql").header("content-type", "application/json");
    PROGRAM.ask(request.body(body.to_string().into()).expect("a request"));
});
