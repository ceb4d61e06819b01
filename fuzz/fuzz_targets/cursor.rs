//! A cursor of a list, as text (`t`) or as the bytes that are packed in it (`b`), and the place at which a
//! stream of events goes on (`e`).
#![no_main]

use axum::http::{HeaderValue, Request};
use foedera_fuzz::{SERVED, packed};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

const LISTS: &str = "query($c: String) {
    actors(first: 2, after: $c) { nodes { id } }
    byDate: relationships(last: 2, before: $c, orderBy: [{ field: START, direction: ASC }]) { nodes { id } }
    byName: actors(first: 2, after: $c, orderBy: [{ field: NAME, direction: DESC }]) { nodes { id } }
    revisions(first: 2, after: $c) { nodes { number } }
}";
const EVENTS: &str = "subscription($c: ID) { relationshipEvents(after: $c) { kind cursor } }";

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    let text = || String::from_utf8_lossy(rest);
    let body = |query: &str, cursor: &str| json!({ "query": query, "variables": { "c": cursor } });
    match kind {
        b'e' => {
            let request =
                Request::post("/graphql/stream").header("content-type", "application/json");
            SERVED.begin(request, body(EVENTS, &text()).to_string());
            if let Ok(id) = HeaderValue::from_bytes(rest) {
                let request = Request::post("/graphql/stream")
                    .header("content-type", "application/json")
                    .header("last-event-id", id);
                SERVED.begin(request, body(EVENTS, "0").to_string());
            }
        }
        b'b' => list(body(LISTS, &packed(rest))),
        _ => list(body(LISTS, &text())),
    }
});

fn list(body: serde_json::Value) {
    let told = SERVED.post(body.to_string());
    let told = String::from_utf8_lossy(&told);
    assert!(!told.contains("VALIDATION_FAILED"), "{told}");
}
