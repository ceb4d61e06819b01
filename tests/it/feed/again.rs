//! What one was told is told to others who ask the same, and to nobody who asks something else.

use serde_json::json;

use super::lists::Days;
use super::{Socket, told};
use crate::support::TestApp;

const NAMES: &str = "subscription($after: Int, $names: Boolean = true) { changes(after: $after) {
    number changes { nodes { record { ... on Actor { slug name @include(if: $names) } } } }
    snapshotAfter { validOn } } }";

#[test]
fn each_is_told_what_its_own_words_and_variables_ask() {
    let test = TestApp::empty();
    let mut socket = Socket::greeted(&test.url);
    let other = NAMES.replace("name @include", "called: name @include");
    let variables = json!({});
    socket.follow("1", NAMES, variables.clone());
    socket.follow("2", NAMES, variables.clone());
    socket.follow("3", NAMES, json!({ "names": false }));
    socket.follow("4", &other, variables);
    test.actor("oman");
    let mut heard: Vec<_> = (0..4)
        .map(|_| {
            let message = socket.hear();
            let nodes = &message["payload"]["data"]["changes"]["changes"]["nodes"];
            (
                message["id"].as_str().unwrap().to_owned(),
                nodes[0]["record"].clone(),
            )
        })
        .collect();
    heard.sort_by(|a, b| a.0.cmp(&b.0));
    let all = json!({ "slug": "oman", "name": "oman" });
    let wanted = [
        ("1", all.clone()),
        ("2", all),
        ("3", json!({ "slug": "oman" })),
        ("4", json!({ "slug": "oman", "called": "oman" })),
    ];
    assert_eq!(heard, wanted.map(|(id, record)| (id.to_owned(), record)));
}

#[test]
fn what_was_taken_out_of_the_record_is_not_told_again() {
    let test = TestApp::empty();
    let id = test.actor("jane-roe");
    let name = |count| {
        let told = told(&test, NAMES, json!({ "after": 0 }), count);
        told[0]["changes"]["changes"]["nodes"][0]["record"]["name"].clone()
    };
    assert_eq!(name(1), "jane-roe");
    let input = json!({ "id": id, "reason": "a court order" });
    test.done("redact", &input, "record { id }");
    assert_eq!(name(2), "[redacted]");
}

#[test]
fn on_another_day_a_revision_is_told_as_of_that_day() {
    let days = Days::until_an_hour_before_the_end_of("2026-02-28");
    days.test.actor("oman");
    let day = || {
        let told = told(&days.test, NAMES, json!({ "after": 0 }), 1);
        told[0]["changes"]["snapshotAfter"]["validOn"].clone()
    };
    assert_eq!(day(), "2026-02-28");
    assert_eq!(day(), "2026-02-28");
    days.pass(1);
    assert_eq!(day(), "2026-03-01");
}
