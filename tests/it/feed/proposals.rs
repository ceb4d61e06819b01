//! The queue of proposals, followed.

use serde_json::{Value, json};

use super::{Socket, Stream, serving};
use crate::support::{TOKEN, TestApp};

const EVENTS: &str = "subscription($after: Int) { proposalEvents(after: $after) { place proposal { id status author comments { text } } } }";

fn give(test: &TestApp, name: &str, role: &str) -> String {
    let query = format!(
        r#"mutation {{ createToken(input: {{ name: "{name}", role: {role} }}) {{ secret }} }}"#
    );
    let answer = test.post(&json!({ "query": query }), Some(TOKEN));
    answer["data"]["createToken"]["secret"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn act(test: &TestApp, token: &str, mutation: &str) {
    let query = format!("mutation {{ {mutation} {{ userErrors {{ message }} }} }}");
    let answer = test.post(&json!({ "query": query }), Some(token));
    let payload = answer["data"].as_object().unwrap().values().next().unwrap();
    assert_eq!(payload["userErrors"], json!([]), "{answer}");
}

fn greeted(test: &TestApp, secret: &str) -> Socket {
    let mut socket = Socket::open(&test.url);
    let payload = json!({ "authorization": format!("Bearer {secret}") });
    socket.say(json!({ "type": "connection_init", "payload": payload }));
    assert_eq!(socket.hear(), json!({ "type": "connection_ack" }));
    socket
}

fn event(place: u32, id: u32, status: &str, author: &str, comments: &[&str]) -> Value {
    let comments: Vec<_> = comments
        .iter()
        .map(|text| json!({ "text": text }))
        .collect();
    json!({ "proposalEvents": { "place": place, "proposal": {
        "id": format!("proposal_{id}"), "status": status, "author": author, "comments": comments } } })
}

#[test]
fn an_editor_follows_the_queue_and_a_contributor_what_is_the_contributors_own() {
    let test = serving(|_| {});
    let [ana, boris] = ["ana", "boris"].map(|name| give(&test, name, "CONTRIBUTOR"));
    let clara = give(&test, "clara", "EDITOR");
    let (mut all, mut own) = (greeted(&test, &clara), greeted(&test, &boris));
    all.follow("all", EVENTS, json!({}));
    own.follow("own", EVENTS, json!({}));
    act(
        &test,
        &ana,
        r#"createActor(input: { name: "A", kind: STATE })"#,
    );
    assert_eq!(all.data("all"), event(1, 1, "OPEN", "ana", &[]));
    act(
        &test,
        &boris,
        r#"createActor(input: { name: "B", kind: STATE })"#,
    );
    assert_eq!(all.data("all"), event(2, 2, "OPEN", "boris", &[]));
    assert_eq!(own.data("own"), event(2, 2, "OPEN", "boris", &[]));
    act(
        &test,
        &clara,
        r#"commentOnProposal(input: { id: "proposal_2", text: "why?" })"#,
    );
    assert_eq!(own.data("own"), event(3, 2, "OPEN", "boris", &["why?"]));
    act(
        &test,
        &clara,
        r#"approveProposal(input: { id: "proposal_2" })"#,
    );
    assert_eq!(own.data("own"), event(4, 2, "APPROVED", "boris", &["why?"]));

    // Whoever comes back later is told each once, as it is now.
    let mut later = greeted(&test, &clara);
    later.subscribe("later", EVENTS, json!({ "after": 0 }));
    assert_eq!(later.data("later"), event(1, 1, "OPEN", "ana", &[]));
    assert_eq!(
        later.data("later"),
        event(4, 2, "APPROVED", "boris", &["why?"])
    );
    later.subscribe("rest", EVENTS, json!({ "after": 3 }));
    assert_eq!(
        later.data("rest"),
        event(4, 2, "APPROVED", "boris", &["why?"])
    );
}

#[test]
fn nobody_else_follows_it() {
    let test = serving(|_| {});
    let mut stream = Stream::post(&test.url, EVENTS, json!({}));
    let told: Value = serde_json::from_str(&stream.next().unwrap().data).unwrap();
    assert_eq!(told["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let mut reader = greeted(&test, &give(&test, "ana", "READER"));
    reader.subscribe("a", EVENTS, json!({}));
    let told = reader.hear();
    assert_eq!(
        told["payload"][0]["extensions"]["code"], "FORBIDDEN",
        "{told}"
    );
}
