//! What the naive model found once, each as the smallest case.

use serde_json::{Value, json};

use crate::support::TestApp;

fn id(payload: &Value, name: &str) -> Value {
    payload[name]["id"].clone()
}

fn pair() -> TestApp {
    let test = TestApp::empty();
    test.actor("a");
    test.actor("b");
    test
}

#[test]
fn a_pairs_notes_are_those_that_are_about_it_at_the_moment() {
    let test = pair();
    let tie = test.tie("a", "b");
    let note = json!({ "headline": "News", "body": "Text", "asOf": "2024" });
    let note = id(&test.done("createNote", &note, "note { id }"), "note");
    test.done(
        "updateNote",
        &json!({ "id": note, "relationships": [tie] }),
        "note { id }",
    );
    test.done(
        "updateNote",
        &json!({ "id": note, "relationships": [] }),
        "note { id }",
    );
    let count = "dyad(a: \"a\", b: \"b\") { notes { totalCount } }";
    let read = test.query(&format!(
        "{{ {count} before: at(revision: 4) {{ {count} }} about: at(revision: 5) {{ {count} }} }}"
    ));
    assert_eq!(read["before"]["dyad"]["notes"]["totalCount"], 0);
    assert_eq!(read["about"]["dyad"]["notes"]["totalCount"], 1);
    assert_eq!(read["dyad"]["notes"]["totalCount"], 0);
}

#[test]
fn a_chain_is_walked_as_of_the_actor_that_each_step_leaves() {
    let test = pair();
    test.actor("c");
    test.tie("a", "b");
    test.tie("b", "c");
    let read = test.query(
        r#"{ on: paths(from: "a", to: "c", filter: { role: FROM }) { length } back: paths(from: "c", to: "a", filter: { role: FROM }) { length } }"#,
    );
    assert_eq!(read, json!({ "on": [{ "length": 2 }], "back": [] }));
}

#[test]
fn two_viewpoints_that_show_the_same_words_do_not_differ() {
    let test = pair();
    let tie = json!({ "from": "a", "to": "b", "kind": "ALLIANCE", "alignment": "ALLY", "label": "pact", "period": { "start": "2000" } });
    let tie = id(
        &test.done("createRelationship", &tie, "relationship { id }"),
        "relationship",
    );
    let view = |label: Value| {
        let position = json!({ "relationship": tie, "stance": "SUPPORTS", "label": label });
        let input = json!({ "title": "View", "thesis": "Thesis", "positions": [position] });
        id(
            &test.done("createViewpoint", &input, "viewpoint { id }"),
            "viewpoint",
        )
    };
    let (silent, same, other) = (view(Value::Null), view(json!("pact")), view(json!("show")));
    let differ = |a: &Value, b: &Value| {
        let read = test.query(&format!(
            "{{ compareViewpoints(a: {a}, b: {b}) {{ totalCount }} }}"
        ));
        read["compareViewpoints"]["totalCount"].clone()
    };
    assert_eq!(differ(&silent, &same), 0);
    assert_eq!(differ(&silent, &other), 1);
}

#[test]
fn a_viewpoint_that_spoke_of_a_relationship_before_it_moved_is_none_of_the_new_ends() {
    let test = pair();
    test.actor("c");
    let tie = test.tie("a", "b");
    let input = json!({ "title": "View", "thesis": "Thesis", "positions": [{ "relationship": tie, "stance": "DISPUTES" }] });
    let view = id(
        &test.done("createViewpoint", &input, "viewpoint { id }"),
        "viewpoint",
    );
    test.done(
        "updateViewpoint",
        &json!({ "id": view, "positions": [] }),
        "viewpoint { id }",
    );
    test.done(
        "updateRelationship",
        &json!({ "id": tie, "from": "c" }),
        "relationship { id }",
    );
    let read = test.query(r#"{ revisions(touching: "c") { nodes { number } } }"#);
    // The actor itself and the relationship, which is now its own.
    assert_eq!(
        read["revisions"]["nodes"],
        json!([{ "number": 7 }, { "number": 4 }, { "number": 3 }])
    );
}

#[test]
fn a_merged_slug_leads_to_the_survivor_when_that_has_lost_its_text() {
    let test = pair();
    test.done(
        "mergeActors",
        &json!({ "duplicate": "a", "survivor": "b" }),
        "actor { id }",
    );
    test.done(
        "redact",
        &json!({ "id": "actor_2", "reason": "an order" }),
        "record { id }",
    );
    let read = test.query(r#"{ actor(slug: "a") { id } actors(filter: { slug: ["a"] }) { nodes { id } } dyad(a: "a", b: "a") { a { id } } }"#);
    let survivor = json!({ "id": "actor_2" });
    assert_eq!(
        read,
        json!({ "actor": survivor, "actors": { "nodes": [survivor] }, "dyad": { "a": survivor } })
    );
}

#[test]
fn a_qualified_date_is_as_wide_in_a_filter_of_notes() {
    let test = pair();
    for as_of in ["2024~", "2026"] {
        let note = json!({ "headline": as_of, "body": "Text", "asOf": as_of });
        test.done("createNote", &note, "note { id }");
    }
    let read = test.query(r#"{ from: notes(filter: { asOfFrom: "2025-06" }) { nodes { asOf } } to: notes(filter: { asOfTo: "2025?" }) { nodes { asOf } } }"#);
    let both = json!({ "nodes": [{ "asOf": "2026" }, { "asOf": "2024~" }] });
    assert_eq!(read, json!({ "from": both, "to": both }));
}

#[test]
fn against_the_empty_record_everything_is_discovered() {
    let test = pair();
    let tie = test.tie("a", "b");
    let read = test.query(&format!(
        r#"{{ diff(from: {{ revision: 0 }}, to: {{}}) {{ nodes {{ kinds }} }}
             since: diff(from: {{ knownAt: "1999-01-01T00:00:00Z" }}, to: {{}}) {{ nodes {{ kinds }} }}
             relationship(id: "{tie}") {{ versionsBetween(from: {{ revision: 0 }}, to: {{}}) {{ nodes {{ kinds }} }} }} }}"#
    ));
    let discovered = json!({ "nodes": [{ "kinds": ["DISCOVERED"] }] });
    assert_eq!(read["diff"], discovered);
    assert_eq!(read["relationship"]["versionsBetween"], discovered);
    // An instant is a time, and it began after that one.
    assert_eq!(read["since"]["nodes"], json!([{ "kinds": ["STARTED"] }]));
}

#[test]
fn what_ended_within_the_earlier_year_has_ended_by_the_next() {
    let test = pair();
    let tie = test.tie("a", "b");
    test.done(
        "endRelationship",
        &json!({ "id": tie, "end": "2024-05" }),
        "relationship { id }",
    );
    let kinds = |from: &str, to: &str| {
        let read = test.query(&format!(
            r#"{{ diff(from: {{ validOn: "{from}" }}, to: {{ validOn: "{to}" }}) {{ nodes {{ kinds }} }} }}"#
        ));
        read["diff"]["nodes"].clone()
    };
    assert_eq!(kinds("2024", "2025"), json!([{ "kinds": ["ENDED"] }]));
    assert_eq!(kinds("2023", "2024"), json!([]));
    assert_eq!(kinds("2025", "2026"), json!([]));
}

#[test]
fn an_end_is_news_and_not_a_correction_of_how_long_it_was_observed() {
    let test = pair();
    let tie = json!({ "from": "a", "to": "b", "kind": "SPONSORSHIP", "alignment": "ALLY", "period": { "start": "2000", "observedUntil": "2017" } });
    let tie = id(
        &test.done("createRelationship", &tie, "relationship { id }"),
        "relationship",
    );
    // The clock of the test stands on the first of March 2026.
    test.done(
        "endRelationship",
        &json!({ "id": tie, "end": "2026-03-01" }),
        "relationship { id }",
    );
    let read =
        test.query("{ diff(from: { revision: 3 }, to: {}) { nodes { kinds fields { path } } } }");
    assert_eq!(
        read["diff"]["nodes"],
        json!([{ "kinds": ["ENDED"], "fields": [{ "path": "period.end" }, { "path": "period.status" }, { "path": "period.observedUntil" }] }])
    );
}
