//! `recordUpdate`: news that changes several things at once.

use serde_json::{Value, json};

use crate::support::{TestApp, told};

fn news() -> Value {
    json!({
        "message": "A new pact",
        "note": {
            "headline": "A and C sign a pact", "body": "They did.", "asOf": "2026-02-14",
            "actors": ["a", "#c"], "relationships": ["#pact"], "citations": [{ "source": "#report" }],
        },
        "changes": [
            { "createSource": { "ref": "report", "title": "Report", "kind": "NEWS", "reliability": "B" } },
            { "createActor": { "ref": "c", "name": "C", "slug": "c", "kind": "STATE" } },
            { "createRelationship": {
                "ref": "pact", "from": "a", "to": "#c", "kind": "ALLIANCE", "alignment": "ALLY",
                "formality": "TREATY", "obligations": ["DEFENSE"], "period": { "start": "2026-02-14" },
                "areas": [{ "domain": "MILITARY", "description": "Exercises", "citations": [{ "source": "#report" }] }],
            } },
            { "updateActor": { "id": "#c", "summary": "Party to the pact." } },
        ],
    })
}

fn with_old_tie(test: &TestApp) -> String {
    test.actor("a");
    test.actor("b");
    test.tie("a", "b")
}

#[test]
fn a_note_a_source_an_actor_and_a_relationship_go_in_together() {
    let test = TestApp::empty();
    let old = with_old_tie(&test);
    let mut input = news();
    input["changes"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "endRelationship": { "id": old, "end": "2026-02-13" } }));
    let fields = "note { headline author actors { slug summary } relationships { to { slug } areas { citations { source { title } } } evidence { grade sources } } citations { source { title } } revision { number message changes { totalCount } } } changes { kind }";
    let payload = test.done("recordUpdate", &input, fields);
    let note = &payload["note"];
    assert_eq!(note["author"], "admin");
    assert_eq!(
        note["actors"][1],
        json!({ "slug": "c", "summary": "Party to the pact." })
    );
    assert_eq!(note["relationships"][0]["to"]["slug"], "c");
    assert_eq!(
        note["relationships"][0]["evidence"],
        json!({ "grade": "SINGLE_SOURCE", "sources": 1 })
    );
    assert_eq!(note["citations"][0]["source"]["title"], "Report");
    assert_eq!(
        note["revision"],
        json!({ "number": 4, "message": "A new pact", "changes": { "totalCount": 6 } })
    );
    let data = test.query(
        r#"{ actor(slug: "a") { relationships { nodes { to { slug } } } notes { totalCount } } }"#,
    );
    assert_eq!(
        data["actor"]["relationships"]["nodes"],
        json!([{ "to": { "slug": "c" } }])
    );
    assert_eq!(data["actor"]["notes"]["totalCount"], 1);
}

#[test]
fn one_problem_anywhere_and_nothing_is_done() {
    let test = TestApp::empty();
    test.actor("a");
    let mut input = news();
    input["changes"][2]["createRelationship"]["to"] = json!("#nobody");
    input["note"]["headline"] = json!("");
    let payload = test.mutate("recordUpdate", &input, "note { id }");
    let problem = |code: &str, path: &str| (code.to_owned(), path.to_owned());
    assert_eq!(
        told(&payload),
        [
            problem("NOT_FOUND", "input.changes.2.createRelationship.to"),
            problem("REQUIRED", "input.note.headline"),
        ]
    );
    assert_eq!(
        test.query(r#"{ latestRevision actor(slug: "c") { id } sources { totalCount } }"#),
        json!({ "latestRevision": 1, "actor": null, "sources": { "totalCount": 0 } })
    );
}

#[test]
fn a_later_part_does_not_refer_to_what_an_earlier_one_retired() {
    let test = TestApp::empty();
    for slug in ["a", "b", "c"] {
        test.actor(slug);
    }
    let tie =
        json!({ "ref": "pact", "from": "a", "to": "c", "kind": "ALLIANCE", "alignment": "ALLY" });
    let mut again = tie.clone();
    again["ref"] = json!("again");
    let input = json!({
        "note": { "headline": "News", "body": "Text", "asOf": "2026" },
        "changes": [
            { "createRelationship": tie },
            { "updateRelationship": { "id": "#pact", "to": "b" } },
            { "retire": { "id": "c" } },
            { "createRelationship": again },
        ],
    });
    let payload = test.mutate("recordUpdate", &input, "note { id }");
    let path = "input.changes.3.createRelationship.to";
    assert_eq!(told(&payload), [("RETIRED".to_owned(), path.to_owned())]);
}

#[test]
fn its_parts_have_no_message_key_or_dry_run_of_their_own() {
    let test = TestApp::empty();
    test.actor("a");
    let mut input = news();
    input["changes"][1]["createActor"]["dryRun"] = json!(true);
    let payload = test.mutate("recordUpdate", &input, "note { id }");
    let path = "input.changes.1.createActor".to_owned();
    assert_eq!(told(&payload), [("INVALID".to_owned(), path)]);
}

#[test]
fn a_dry_run_shows_the_whole_update() {
    let test = TestApp::empty();
    test.actor("a");
    let mut input = news();
    input["dryRun"] = json!(true);
    let payload = test.done(
        "recordUpdate",
        &input,
        "note { relationships { to { name } } } changes { kind record { __typename } }",
    );
    assert_eq!(payload["note"]["relationships"][0]["to"]["name"], "C");
    assert_eq!(payload["changes"].as_array().unwrap().len(), 5);
    assert_eq!(test.query("{ latestRevision }")["latestRevision"], 1);
}

#[test]
fn exactly_one_change_is_given_in_each_entry() {
    let test = TestApp::empty();
    let query = r#"mutation { recordUpdate(input: {note: {headline: "h", body: "b", asOf: "2024"}, changes: [{retire: {id: "x"}, createSource: {title: "t"}}]}) { note { id } } }"#;
    let answer = test.post(&json!({ "query": query }), Some(crate::support::TOKEN));
    assert!(answer["errors"][0]["message"].is_string(), "{answer:#}");
    assert_eq!(test.query("{ latestRevision }")["latestRevision"], 0);
}
