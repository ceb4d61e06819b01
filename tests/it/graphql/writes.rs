//! Creating, updating, ending, retiring; what is told when something is wrong.

use serde_json::json;

use crate::support::{TestApp, told};

fn problem(code: &str, path: &str) -> (String, String) {
    (code.to_owned(), path.to_owned())
}

#[test]
fn writing_without_a_token_is_refused_and_changes_nothing() {
    let test = TestApp::empty();
    let query = r#"mutation { createActor(input: {name: "A", kind: STATE}) { actor { id } } }"#;
    let answer = test.post(&json!({ "query": query }), None);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(
        test.query("{ latestRevision }"),
        json!({ "latestRevision": 0 })
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_path() {
    let test = TestApp::empty();
    let source = test.done("createSource", &json!({ "title": "S" }), "source { id }");
    test.actor("a");
    let input = json!({
        "from": "a",
        "to": source["source"]["id"],
        "kind": "ALLIANCE",
        "alignment": "ALLY",
        "against": ["nobody", "a", "a"],
        "period": { "start": "2024", "end": "2020" },
        "areas": [{ "domain": "TRADE", "description": " ", "citations": [{ "source": "source_zz" }] }],
        "citations": [{ "source": "#later" }],
    });
    let payload = test.mutate("createRelationship", &input, "relationship { id }");
    assert_eq!(payload["relationship"], json!(null));
    assert_eq!(payload["revision"], json!(null));
    let mut problems = told(&payload);
    problems.sort();
    assert_eq!(
        problems,
        [
            problem("DUPLICATE", "input.against.2"),
            problem("INVALID_PERIOD", "input.period.end"),
            problem("NOT_FOUND", "input.against.0"),
            problem("NOT_FOUND", "input.areas.0.citations.0.source"),
            problem("NOT_FOUND", "input.citations.0.source"),
            problem("REQUIRED", "input.areas.0.description"),
            problem("WRONG_KIND", "input.to"),
        ]
    );
}

#[test]
fn what_is_given_twice_is_told_at_its_own_place_behind_what_is_not_there() {
    let test = TestApp::empty();
    test.actor("a");
    test.actor("b");
    let tie = test.tie("a", "b");
    let note = json!({ "headline": "News", "body": "Text", "asOf": "2026", "actors": ["a", "nobody", "a"] });
    assert_eq!(
        told(&test.mutate("createNote", &note, "note { id }")),
        [
            problem("NOT_FOUND", "input.actors.1"),
            problem("DUPLICATE", "input.actors.2"),
        ]
    );
    let position = |tie: &str| json!({ "relationship": tie, "stance": "SUPPORTS" });
    let positions = [position(&tie), position("relationship_9"), position(&tie)];
    let view = json!({ "title": "View", "thesis": "Thesis", "positions": positions });
    assert_eq!(
        told(&test.mutate("createViewpoint", &view, "viewpoint { id }")),
        [
            problem("NOT_FOUND", "input.positions.1.relationship"),
            problem("DUPLICATE", "input.positions.2"),
        ]
    );
}

#[test]
fn an_update_leaves_what_is_absent_and_clears_what_is_null() {
    let test = TestApp::empty();
    let input = json!({ "name": "A", "kind": "STATE", "summary": "text", "country": "ir" });
    let made = test.done("createActor", &input, "actor { id country }");
    assert_eq!(made["actor"]["country"], "IR");
    let id = made["actor"]["id"].clone();
    let fields =
        "actor { name summary country version } changes { kind fields { path before after } }";
    let payload = test.done("updateActor", &json!({ "id": id, "summary": null }), fields);
    assert_eq!(
        payload["actor"],
        json!({ "name": "A", "summary": null, "country": "IR", "version": 2 })
    );
    assert_eq!(
        payload["changes"],
        json!([{ "kind": "UPDATED", "fields": [{ "path": "summary", "before": "text", "after": null }] }])
    );
    let required = test.mutate(
        "updateActor",
        &json!({ "id": id, "name": null }),
        "actor { id }",
    );
    assert_eq!(told(&required), [problem("REQUIRED", "input.name")]);
}

#[test]
fn an_update_that_changes_nothing_makes_no_revision() {
    let test = TestApp::empty();
    let id = test.actor("a");
    let payload = test.done(
        "updateActor",
        &json!({ "id": id, "name": "a" }),
        "actor { slug }",
    );
    assert_eq!(payload["revision"], json!(null));
    assert_eq!(payload["actor"]["slug"], "a");
    assert_eq!(test.query("{ latestRevision }")["latestRevision"], 1);
}

#[test]
fn a_version_that_has_passed_is_a_conflict() {
    let test = TestApp::empty();
    let id = test.actor("a");
    test.done(
        "updateActor",
        &json!({ "id": id, "name": "b", "expectedVersion": 1 }),
        "actor { id }",
    );
    let late = json!({ "id": id, "name": "c", "expectedVersion": 1 });
    let payload = test.mutate("updateActor", &late, "actor { id }");
    assert_eq!(
        told(&payload),
        [problem("CONFLICT", "input.expectedVersion")]
    );
    assert_eq!(
        test.query(r#"{ actor(slug: "a") { name } }"#)["actor"]["name"],
        "b"
    );
}

#[test]
fn a_slug_is_nobody_elses_and_its_former_ones_lead_on() {
    let test = TestApp::empty();
    let id = test.actor("old");
    test.done(
        "updateActor",
        &json!({ "id": id, "slug": "new" }),
        "actor { id }",
    );
    let data =
        test.query(r#"{ old: actor(slug: "old") { slug } new: actor(slug: "new") { slug } }"#);
    assert_eq!(
        data,
        json!({ "old": { "slug": "new" }, "new": { "slug": "new" } })
    );
    for slug in ["old", "new"] {
        let input = json!({ "name": "B", "slug": slug, "kind": "STATE" });
        let payload = test.mutate("createActor", &input, "actor { id }");
        assert_eq!(told(&payload), [problem("TAKEN", "input.slug")]);
    }
    let made = test.done(
        "createActor",
        &json!({ "name": "Old!", "kind": "STATE" }),
        "actor { slug }",
    );
    assert_eq!(made["actor"]["slug"], "old-2");
    let bad = test.mutate(
        "createActor",
        &json!({ "name": "B", "slug": "No Slug", "kind": "STATE" }),
        "actor { id }",
    );
    assert_eq!(told(&bad), [problem("INVALID", "input.slug")]);
}

#[test]
fn a_dry_run_tells_what_would_change_and_changes_nothing() {
    let test = TestApp::empty();
    let input = json!({ "name": "A", "kind": "STATE", "dryRun": true });
    let fields =
        "actor { slug name } changes { kind record { id } revision { number } fields { path } }";
    let payload = test.done("createActor", &input, fields);
    assert_eq!(payload["actor"], json!({ "slug": "a", "name": "A" }));
    assert_eq!(payload["revision"], json!(null));
    assert_eq!(payload["changes"][0]["kind"], "CREATED");
    assert_eq!(payload["changes"][0]["revision"], json!(null));
    assert_eq!(
        test.query(r#"{ latestRevision actor(slug: "a") { id } }"#),
        json!({ "latestRevision": 0, "actor": null })
    );
}

#[test]
fn a_retry_under_the_same_key_is_carried_out_once() {
    let test = TestApp::empty();
    let input = json!({ "name": "A", "kind": "STATE", "idempotencyKey": "k1" });
    let first = test.done("createActor", &input, "actor { id }");
    let again = test.done("createActor", &input, "actor { id }");
    assert_eq!(
        (&first["replayed"], &again["replayed"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(first["actor"], again["actor"]);
    assert_eq!(first["revision"], again["revision"]);
    let other = json!({ "name": "B", "kind": "STATE", "idempotencyKey": "k1" });
    let payload = test.mutate("createActor", &other, "actor { id }");
    assert_eq!(
        told(&payload),
        [problem("IDEMPOTENCY_KEY_REUSED", "input.idempotencyKey")]
    );
    assert_eq!(test.query("{ latestRevision }")["latestRevision"], 1);
}

#[test]
fn a_relationship_ends_on_its_last_day() {
    let test = TestApp::empty();
    test.actor("a");
    test.actor("b");
    let id = test.tie("a", "b");
    let early = json!({ "id": id, "end": "1999" });
    let payload = test.mutate("endRelationship", &early, "relationship { id }");
    assert_eq!(told(&payload), [problem("INVALID_PERIOD", "input.end")]);
    let fields = "relationship { period { start end status } validity }";
    let payload = test.done(
        "endRelationship",
        &json!({ "id": id, "end": "2024-12-08" }),
        fields,
    );
    assert_eq!(
        payload["relationship"],
        json!({ "period": { "start": "2000", "end": "2024-12-08", "status": "ENDED" }, "validity": "NO" })
    );
    let again = test.mutate(
        "endRelationship",
        &json!({ "id": id, "end": "2025" }),
        "relationship { id }",
    );
    assert_eq!(told(&again), [problem("NO_CHANGE", "input.end")]);
}

#[test]
fn a_retired_record_leaves_the_lists_and_comes_back() {
    let test = TestApp::empty();
    let (a, _) = (test.actor("a"), test.actor("b"));
    let tie = test.tie("a", "b");
    let needed = test.mutate("retire", &json!({ "id": a }), "record { id }");
    assert_eq!(told(&needed), [problem("IN_USE", "input.id")]);
    let input = json!({ "id": tie, "reason": "entered twice" });
    let payload = test.done("retire", &input, "record { id } changes { kind reason }");
    assert_eq!(
        payload["changes"],
        json!([{ "kind": "RETIRED", "reason": "entered twice" }])
    );
    test.done("retire", &json!({ "id": a }), "record { id }");
    let query = json!({ "query": format!(r#"{{ node(id: "{tie}") {{ id }} actors {{ totalCount }} relationships {{ totalCount }} }}"#) });
    let data = &test.post(&query, None)["data"];
    assert_eq!(data["node"], json!(null));
    assert_eq!(
        (
            &data["actors"]["totalCount"],
            &data["relationships"]["totalCount"]
        ),
        (&json!(1), &json!(0))
    );
    let early = test.mutate("restore", &json!({ "id": tie }), "record { id }");
    assert_eq!(told(&early), [problem("RETIRED", "input.id")]);
    let gone = test.mutate(
        "updateActor",
        &json!({ "id": a, "name": "x" }),
        "actor { id }",
    );
    assert_eq!(told(&gone), [problem("RETIRED", "input.id")]);
    for id in [&a, &tie] {
        test.done("restore", &json!({ "id": id }), "record { id }");
    }
    assert_eq!(
        test.query("{ relationships { totalCount } }")["relationships"]["totalCount"],
        1
    );
}

#[test]
fn a_brief_answers_with_what_its_sections_find() {
    let test = TestApp::empty();
    for slug in ["a", "b", "c", "d"] {
        test.actor(slug);
    }
    let first = test.tie("a", "b");
    let second = test.tie("a", "c");
    let input = json!({
        "question": "Who stands with A?", "summary": "Some.", "actors": ["a"],
        "sections": [{ "title": "All", "actor": "a", "filter": { "alignment": ["ALLY"] }, "order": [second] }],
    });
    let fields =
        "brief { slug sections { actor { slug } relationships { totalCount nodes { id } } } }";
    let payload = test.done("createBrief", &input, fields);
    assert_eq!(payload["brief"]["slug"], "who-stands-with-a");
    let list = &payload["brief"]["sections"][0]["relationships"];
    assert_eq!(list["nodes"], json!([{ "id": second }, { "id": first }]));
    test.tie("a", "d");
    let data = test.query(
        r#"{ brief(slug: "who-stands-with-a") { sections { relationships { totalCount } } } }"#,
    );
    assert_eq!(
        data["brief"]["sections"][0]["relationships"]["totalCount"],
        3
    );
}

#[test]
fn a_date_that_does_not_exist_is_refused_with_what_to_write() {
    let test = TestApp::empty();
    let query = r#"mutation { createNote(input: {headline: "h", body: "b", asOf: "2024-02-30"}) { note { id } } }"#;
    let answer = test.post(&json!({ "query": query }), Some(crate::support::TOKEN));
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("2024-02-30") && message.contains("write 2024"),
        "{message}"
    );
}
