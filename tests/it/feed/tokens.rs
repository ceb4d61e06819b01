//! Tokens of connections that stay open.

use foedera::auth::Rules;
use foedera::model::Clock;
use serde_json::{Value, json};

use super::{Socket, serving};
use crate::support::{TOKEN, TestApp, noon, web};

const CHANGES: &str = "subscription { changes { number } }";

/// Gives out a token; its id and its secret.
fn give(test: &TestApp, role: &str) -> (String, String) {
    let query = format!(
        r#"mutation {{ createToken(input: {{ name: "ana", role: {role} }}) {{ token {{ id }} secret }} }}"#
    );
    let answer = test.post(&json!({ "query": query }), Some(TOKEN));
    let made = &answer["data"]["createToken"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["token"]["id"]), text(&made["secret"]))
}

fn revoke(test: &TestApp, id: &str) {
    let query = format!(
        r#"mutation {{ revokeToken(input: {{ id: "{id}" }}) {{ userErrors {{ code }} }} }}"#
    );
    let answer = test.post(&json!({ "query": query }), Some(TOKEN));
    assert_eq!(answer["data"]["revokeToken"]["userErrors"], json!([]));
}

fn greeted(test: &TestApp, secret: &str) -> Socket {
    let mut socket = Socket::open(&test.url);
    let payload = json!({ "authorization": format!("Bearer {secret}") });
    socket.say(json!({ "type": "connection_init", "payload": payload }));
    assert_eq!(socket.hear(), json!({ "type": "connection_ack" }));
    socket
}

#[test]
fn a_socket_does_what_the_token_of_its_greeting_may() {
    let test = serving(|_| {});
    let (_, secret) = give(&test, "EDITOR");
    let mut socket = greeted(&test, &secret);
    socket.subscribe(
        "a",
        r#"mutation { createActor(input: {name: "A", kind: STATE}) { revision { author } } }"#,
        json!({}),
    );
    let made = socket.data("a");
    assert_eq!(
        made,
        json!({ "createActor": { "revision": { "author": "ana" } } })
    );
}

#[test]
fn a_token_that_is_revoked_ends_what_was_opened_with_it() {
    let test = serving(|_| {});
    let (id, secret) = give(&test, "EDITOR");
    let mut socket = greeted(&test, &secret);
    socket.follow("a", CHANGES, json!({}));
    test.actor("a");
    assert_eq!(socket.data("a"), json!({ "changes": { "number": 1 } }));
    revoke(&test, &id);
    test.actor("b");
    let told = socket.hear();
    assert_eq!((&told["type"], &told["id"]), (&json!("error"), &json!("a")));
    let code = &told["payload"][0]["extensions"]["code"];
    assert_eq!(code, "UNAUTHENTICATED");
    socket.subscribe("b", "{ latestRevision }", json!({}));
    let (code, reason) = socket.closed();
    assert_eq!(
        (code, &*reason),
        (4403, "Forbidden: the token is no longer valid")
    );
}

#[test]
fn where_reading_needs_a_token_the_greeting_must_bring_one() {
    let rules = Rules {
        admin_token: Some(TOKEN),
        reads_need_token: true,
        ..Rules::default()
    };
    let clock: Clock = noon("2026-03-01");
    let test = TestApp::behind(tempfile::tempdir().unwrap(), clock, web(), rules);
    let mut socket = Socket::open(&test.url);
    socket.say(json!({ "type": "connection_init" }));
    assert_eq!(
        socket.closed(),
        (4403, "Forbidden: reading needs a token".to_owned())
    );
    let (_, secret) = give(&test, "READER");
    let mut socket = greeted(&test, &secret);
    socket.subscribe("a", "{ latestRevision }", json!({}));
    assert_eq!(socket.data("a"), json!({ "latestRevision": 0 }));
}
