//! Noise, made of what the doors know: every answer is JSON, and no fault of the server's. `just fuzz` goes on
//! for as long as one likes.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{TestApp, agent};

const CASES: u32 = 300;

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    })
}

/// What a body is answered with.
fn post(test: &TestApp, path: &str, body: &[u8]) -> (u16, String) {
    let request = agent()
        .post(format!("{}{path}", test.url))
        .header("content-type", "application/json");
    let mut answer = request.send(body).unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), text)
}

fn sound((status, text): (u16, String)) -> Result<(), TestCaseError> {
    prop_assert!(status != 500 && status != 502, "{} {}", status, text);
    let told: Result<Value, _> = serde_json::from_str(&text);
    prop_assert!(told.is_ok(), "{}", text);
    Ok(())
}

/// A document of words that the parser knows, in no order.
fn document() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        "$",
        "!",
        "=",
        "@",
        "...",
        "|",
        "&",
        "#\n",
        "\"",
        "\"\"\"",
        "\\u{",
        "query",
        "mutation",
        "subscription",
        "fragment",
        "on",
        "Query",
        "Actor",
        "actors",
        "actor",
        "node",
        "nodes",
        "first",
        "slug",
        "id",
        "name",
        "relationships",
        "__typename",
        "__schema",
        "types",
        "skip",
        "include",
        "if",
        "true",
        "false",
        "null",
        "1",
        "-1",
        "1e9",
        "99999999999999999999",
        "\"iran\"",
        "F",
        "x",
        "\u{feff}",
        "é",
        ",",
    ];
    prop::collection::vec(prop::sample::select(WORDS), 0..60).prop_map(|words| words.join(" "))
}

#[test]
fn documents_of_words_in_no_order() {
    let test = TestApp::iran("2026-03-01");
    let ask = |query: String| {
        sound(post(
            &test,
            "/graphql",
            json!({ "query": query }).to_string().as_bytes(),
        ))
    };
    runner().run(&document(), ask).unwrap();
}

#[test]
fn bodies_of_any_bytes() {
    let test = TestApp::empty();
    let whole = br#"{"query":"query($a:Int){latestRevision}","variables":{"a":1},"operationName":null,"extensions":{}}"#;
    let changed = (0..whole.len(), any::<u8>(), 0..whole.len()).prop_map(|(place, byte, end)| {
        let mut body = whole.to_vec();
        body[place] = byte;
        body.truncate(end.max(1));
        body
    });
    let body = prop_oneof![prop::collection::vec(any::<u8>(), 0..200), changed];
    runner()
        .run(&body, |body| sound(post(&test, "/graphql", &body)))
        .unwrap();
}

#[test]
fn cursors_and_ids_of_any_text() {
    let test = TestApp::iran("2026-03-01");
    let real = test.query("{ actors(first: 1) { pageInfo { endCursor } } }");
    let real = real["actors"]["pageInfo"]["endCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let near = (0..real.len(), "[A-Za-z0-9_-]").prop_map(move |(place, letter)| {
        let mut text = real.clone();
        text.replace_range(place..=place, &letter);
        text
    });
    let query = "query($c: String, $id: ID!) { actors(first: 2, after: $c) { nodes { id } } node(id: $id) { id } }";
    let ask = |text: String| {
        let body = json!({ "query": query, "variables": { "c": text, "id": text } });
        sound(post(&test, "/graphql", body.to_string().as_bytes()))
    };
    runner().run(&prop_oneof![".*", near], ask).unwrap();
}

#[test]
fn receipts_of_any_text() {
    let test = TestApp::empty();
    let real = test.post(
        &json!({ "query": "{ latestRevision }", "extensions": { "receipt": true } }),
        None,
    );
    let real = real["extensions"]["receipt"]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let near = (0..real.len(), "[A-Za-z0-9_-]{0,3}").prop_map(move |(place, letters)| {
        let mut text = real.clone();
        text.replace_range(place..=place, &letters);
        text
    });
    let ask = |text: String| sound(post(&test, "/receipts", text.as_bytes()));
    runner().run(&prop_oneof![".{0,100}", near], ask).unwrap();
}

#[test]
fn what_fixtures_are_made_of_in_noise_are_fixtures() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/fixture");
    let mut count = 0;
    for seed in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(seed.unwrap().path()).unwrap();
        TestApp::empty().import(&text);
        count += 1;
    }
    assert!(count >= 3, "{count}");
}
