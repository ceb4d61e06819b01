//! `changes` and `notes`: what is told, and from where on.

use serde_json::{Value, json};

use super::{Socket, told};
use crate::support::TestApp;

const CHANGES: &str = "subscription($after: Int, $filter: ChangeFilter) { changes(after: $after, filter: $filter) { number } }";

/// A record with one revision of each sort; the ids of what is in it.
fn record(test: &TestApp) -> [String; 4] {
    let (iran, oman) = (test.actor("iran"), test.actor("oman")); // 1, 2
    test.actor("qatar"); // 3
    let tie = test.tie("iran", "oman"); // 4
    let note =
        json!({ "headline": "Talks", "body": "They talk.", "asOf": "2026-02", "actors": ["oman"] });
    let note = test.done("createNote", &note, "note { id }"); // 5
    let note = note["note"]["id"].as_str().unwrap().to_owned();
    let input = json!({ "id": tie, "label": "host of talks" });
    test.done("updateRelationship", &input, "relationship { id }"); // 6
    let viewpoint = json!({
        "title": "A reading", "thesis": "So it is.",
        "positions": [{ "relationship": tie, "stance": "DISPUTES", "argument": "Not so." }],
    });
    test.done("createViewpoint", &viewpoint, "viewpoint { id }"); // 7
    test.done(
        "retire",
        &json!({ "id": note, "reason": "twice" }),
        "changes { kind }",
    ); // 8
    test.done(
        "createSource",
        &json!({ "title": "A report" }),
        "source { id }",
    ); // 9
    [iran, oman, tie, note]
}

fn numbers(test: &TestApp, filter: &Value, count: usize) -> Vec<u64> {
    // The last revision passes every filter of these tests, or the one before would not be the last.
    let told = told(
        test,
        CHANGES,
        json!({ "after": 0, "filter": filter }),
        count,
    );
    told.iter()
        .map(|data| data["changes"]["number"].as_u64().unwrap())
        .collect()
}

#[test]
fn every_revision_after_a_number_is_told_and_then_each_new_one() {
    let test = TestApp::empty();
    record(&test);
    let mut socket = Socket::greeted(&test.url);
    socket.subscribe("1", CHANGES, json!({ "after": 7 }));
    assert_eq!(socket.data("1")["changes"]["number"], 8);
    assert_eq!(socket.data("1")["changes"]["number"], 9);
    test.actor("new");
    assert_eq!(socket.data("1")["changes"]["number"], 10);
}

#[test]
fn without_a_number_only_what_comes_from_now_on_is_told() {
    let test = TestApp::empty();
    record(&test);
    let mut stream = super::Stream::again(
        &test.url,
        "subscription { changes { number message snapshotAfter { revision } } }",
        None,
    );
    // The place is told as soon as the subscription has begun.
    while stream.lines.next().unwrap().unwrap() != "id: 9" {}
    test.actor("new");
    test.actor("newer");
    for number in [10, 11] {
        let change = &stream.data()["changes"];
        assert_eq!(change["number"], number);
        assert_eq!(change["snapshotAfter"]["revision"], number);
    }
}

#[test]
fn an_event_is_read_at_its_own_revision() {
    let test = TestApp::empty();
    let id = test.actor("a");
    let rename = |name: &str| {
        test.done(
            "updateActor",
            &json!({ "id": id, "name": name }),
            "actor { id }",
        )
    };
    rename("b");
    rename("c");
    let query = "subscription { changes(after: 0) { number changes { nodes { record { ... on Actor { name } } } } } }";
    let told = told(&test, query, json!({}), 3);
    let names: Vec<_> = told
        .iter()
        .map(|data| data["changes"]["changes"]["nodes"][0]["record"]["name"].clone())
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn a_filter_takes_the_revisions_with_a_change_that_passes_all_of_it() {
    let test = TestApp::empty();
    let [iran, _, tie, note] = record(&test);
    let all = |filter: Value, wanted: &[u64]| {
        // One that passes closes the list, so that nothing more can have come before it.
        assert_eq!(numbers(&test, &filter, wanted.len()), wanted, "{filter}");
    };
    all(json!({ "record": ["NOTE"] }), &[5, 8]);
    all(json!({ "record": ["RELATIONSHIP", "SOURCE"] }), &[4, 6, 9]);
    all(json!({ "change": ["UPDATED", "RETIRED"] }), &[6, 8]);
    all(json!({ "record": ["NOTE"], "change": ["RETIRED"] }), &[8]);
    all(json!({ "touching": [tie] }), &[4, 6]);
    all(json!({ "touching": [note] }), &[5, 8]);
    // An actor's relationships, notes and viewpoints are its own.
    all(json!({ "touching": [iran] }), &[1, 4, 6, 7]);
    all(json!({ "touching": ["oman"] }), &[2, 4, 5, 6, 7, 8]);
    all(json!({ "touching": ["iran", "qatar"] }), &[1, 3, 4, 6, 7]);
    all(json!({ "touching": ["iran"], "change": ["UPDATED"] }), &[6]);
    all(json!({ "author": ["admin"], "record": ["SOURCE"] }), &[9]);
    // Nobody else wrote anything: the next is what comes.
    let mut socket = Socket::greeted(&test.url);
    let filter = json!({ "author": ["somebody"] });
    socket.subscribe("1", CHANGES, json!({ "after": 0, "filter": filter }));
    socket.subscribe("2", CHANGES, json!({ "after": 9 }));
    test.actor("new");
    assert_eq!(socket.data("2")["changes"]["number"], 10);
}

#[test]
fn a_filter_by_what_is_not_there_is_an_error() {
    let test = TestApp::empty();
    let mut socket = Socket::greeted(&test.url);
    socket.subscribe(
        "1",
        CHANGES,
        json!({ "filter": { "touching": ["nobody"] } }),
    );
    let told = socket.hear();
    assert_eq!(told["type"], "error");
    assert!(
        told["payload"][0]["message"]
            .as_str()
            .unwrap()
            .contains("nobody"),
        "{told}"
    );
}

#[test]
fn a_number_that_is_not_there_yet_is_an_error_that_says_so() {
    let test = TestApp::empty();
    record(&test);
    for query in [
        "subscription { changes(after: 10) { number } }",
        "subscription { notes(after: 10) { id } }",
        "subscription { relationshipEvents(after: 10) { cursor } }",
        r#"subscription { relationshipEvents(after: "10.2026-03-01.r1") { cursor } }"#,
    ] {
        let mut socket = Socket::greeted(&test.url);
        socket.subscribe("1", query, json!({}));
        let told = socket.hear();
        assert_eq!(told["type"], "error");
        let message = told["payload"][0]["message"].as_str().unwrap();
        assert!(
            message.contains("10") && message.contains("newest is 9"),
            "{message}"
        );
    }
}

#[test]
fn notes_are_told_as_they_come_into_the_lists() {
    let test = TestApp::empty();
    for slug in ["iran", "oman"] {
        test.actor(slug);
    }
    let note = |headline: &str, actors: &[&str]| {
        let input = json!({ "headline": headline, "body": "…", "asOf": "2026", "actors": actors });
        let payload = test.done("createNote", &input, "note { id }");
        payload["note"]["id"].as_str().unwrap().to_owned()
    };
    let (first, _) = (note("one", &["iran"]), note("two", &["oman"]));
    // A correction is no new note, a note that comes to be about an actor is new to it.
    test.done(
        "updateNote",
        &json!({ "id": first, "headline": "one!" }),
        "note { id }",
    );
    let actors = json!({ "id": first, "actors": ["iran", "oman"] });
    test.done("updateNote", &actors, "note { id }");
    test.done(
        "retire",
        &json!({ "id": first, "reason": "?" }),
        "changes { kind }",
    );
    test.done(
        "restore",
        &json!({ "id": first, "reason": "!" }),
        "changes { kind }",
    );
    note("three", &["iran"]);

    let headlines = |query: &str, count: usize| -> Vec<Value> {
        let told = told(&test, query, json!({}), count);
        let notes = told.iter().map(|data| data["notes"]["headline"].clone());
        notes.collect()
    };
    let all = "subscription { notes(after: 0) { headline } }";
    assert_eq!(headlines(all, 4), ["one", "two", "one!", "three"]);
    let oman = r#"subscription { notes(actor: "oman", after: 0) { headline } }"#;
    assert_eq!(headlines(oman, 3), ["two", "one!", "one!"]);
    let later = r#"subscription { notes(actor: "iran", after: 6) { headline } }"#;
    assert_eq!(headlines(later, 2), ["one!", "three"]);
}

#[test]
fn the_notes_of_one_revision_are_taken_up_in_the_middle() {
    let test = TestApp::iran("2026-03-01");
    let query = "subscription { notes(after: 0) { id version } }";
    let mut stream = super::Stream::again(&test.url, query, None);
    let (first, second) = (stream.next().unwrap(), stream.next().unwrap());
    assert_eq!(second.json()["data"]["notes"]["version"], 1);
    let mut stream = super::Stream::again(&test.url, query, first.id.as_deref());
    assert_eq!(stream.next().unwrap(), second);
}
