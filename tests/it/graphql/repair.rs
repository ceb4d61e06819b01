//! Undo and repair: merge, revert, retire and restore, redact.

use foedera::ledger::verify::verify;
use serde_json::{Value, json};

use crate::support::{TestApp, told};

fn whole(test: &TestApp) {
    verify(test.app.ledger.log(), |_| {}).unwrap();
    let folded = foedera::ledger::fold(test.app.ledger.log(), |_| {}).unwrap();
    assert!(*test.app.ledger.snapshot().state() == folded);
}

#[test]
fn a_record_with_retired_actors_and_relationships_is_exported_and_imported() {
    let test = TestApp::empty();
    let (a, _) = (test.actor("a"), test.actor("b"));
    let tie = test.tie("a", "b");
    let note = json!({ "headline": "News", "body": "Text", "asOf": "2024", "actors": ["b"], "relationships": [tie] });
    test.done("createNote", &note, "note { id }");
    test.done("retire", &json!({ "id": tie }), "record { id }");
    test.done("retire", &json!({ "id": a }), "record { id }");
    let other = TestApp::empty();
    other.import(&test.export());
    assert_eq!(other.export(), test.export());
}

#[test]
fn a_merged_actor_leads_to_the_survivor_and_its_past_stays_readable() {
    let test = TestApp::empty();
    let (old, new) = (test.actor("persia"), test.actor("iran"));
    test.actor("iraq");
    let war = test.tie("persia", "iraq");
    let twice = test.tie("iran", "iraq");
    let itself = test.tie("persia", "iran");
    let note =
        json!({ "headline": "News", "body": "Text", "asOf": "2024", "actors": ["persia", "iran"] });
    test.done("createNote", &note, "note { id }");
    let before = test.app.ledger.snapshot().revision();

    let input = json!({ "duplicate": "persia", "survivor": "iran", "reason": "one state" });
    let payload = test.done(
        "mergeActors",
        &input,
        "actor { id slug aliases { text } } changes { kind } merge { selfRelations { id } duplicates { a { id } b { id } } }",
    );
    assert_eq!(
        payload["actor"],
        json!({ "id": new, "slug": "iran", "aliases": [{ "text": "persia" }] })
    );
    assert_eq!(
        payload["merge"],
        json!({
            "selfRelations": [{ "id": itself }],
            "duplicates": [{ "a": { "id": war }, "b": { "id": twice } }],
        })
    );
    let read = test.query(&format!(
        r#"{{ bySlug: actor(slug: "persia") {{ id }} byId: actor(id: "{old}") {{ id relationships {{ totalCount }} notes {{ nodes {{ actors {{ slug }} }} }} }}
            node(id: "{old}") {{ id }}
            at(revision: {before}) {{ actor(id: "{old}") {{ id slug history {{ nodes {{ kind }} }} relationships {{ totalCount }} }} bySlug: actor(slug: "persia") {{ id }} }} }}"#
    ));
    assert_eq!(
        read,
        json!({
            "bySlug": { "id": new },
            "byId": { "id": new, "relationships": { "totalCount": 2 }, "notes": { "nodes": [{ "actors": [{ "slug": "iran" }] }] } },
            "node": { "id": new },
            "at": {
                "actor": { "id": old, "slug": "persia", "history": { "nodes": [{ "kind": "CREATED" }] }, "relationships": { "totalCount": 2 } },
                "bySlug": { "id": old },
            },
        })
    );
    // Writes that name the old one mean the survivor.
    let tie = json!({ "from": old, "to": "iraq", "kind": "RIVALRY", "alignment": "RIVAL" });
    let payload = test.done("createRelationship", &tie, "relationship { from { slug } }");
    assert_eq!(payload["relationship"]["from"]["slug"], "iran");
    let payload = test.mutate("restore", &json!({ "id": old }), "record { id }");
    assert_eq!(
        told(&payload),
        [("INVALID".to_owned(), "input.id".to_owned())]
    );
    whole(&test);

    let other = TestApp::empty();
    other.import(&test.export());
    assert_eq!(other.export(), test.export());
}

#[test]
fn a_merge_is_undone_by_reverting_its_revision() {
    let test = TestApp::empty();
    let (old, new) = (test.actor("persia"), test.actor("iran"));
    test.actor("iraq");
    test.tie("persia", "iraq");
    test.tie("persia", "iran");
    let before = test.export();
    let merged = test.done(
        "mergeActors",
        &json!({ "duplicate": old, "survivor": new }),
        "actor { id }",
    );
    let number = &merged["revision"]["number"];
    test.done(
        "revertRevision",
        &json!({ "number": number }),
        "changes { kind }",
    );
    assert_eq!(test.export(), before);
    let read = test.query(r#"{ a: actor(slug: "persia") { id } b: actor(slug: "iran") { id } }"#);
    assert_eq!(read, json!({ "a": { "id": old }, "b": { "id": new } }));
    whole(&test);
}

#[test]
fn a_merge_whose_reversion_is_reverted_holds_again() {
    let test = TestApp::empty();
    let (old, new) = (test.actor("persia"), test.actor("iran"));
    test.actor("iraq");
    test.tie("persia", "iraq");
    test.tie("persia", "iran");
    let merge = json!({ "duplicate": old, "survivor": new, "reason": "one state" });
    let merged = test.done("mergeActors", &merge, "actor { id }");
    let after = test.export();
    let mut number = merged["revision"]["number"].clone();
    for _ in 0..2 {
        let input = json!({ "number": number });
        let payload = test.done("revertRevision", &input, "changes { kind }");
        number = payload["revision"]["number"].clone();
    }
    assert_eq!(test.export(), after);
    let read = test.query(&format!(
        r#"{{ a: actor(slug: "persia") {{ id }} b: actor(id: "{old}") {{ id }}
            reverted: at(revision: 7) {{ actor(id: "{old}") {{ id history(first: 1) {{ nodes {{ kind reason }} }} }} }} }}"#
    ));
    assert_eq!(
        read,
        json!({
            "a": { "id": new },
            "b": { "id": new },
            "reverted": { "actor": { "id": old, "history": { "nodes": [{ "kind": "RESTORED", "reason": "revision 6 is reverted" }] } } },
        })
    );
    whole(&test);
}

#[test]
fn a_revision_is_reverted_and_the_reversion_too() {
    let test = TestApp::empty();
    test.actor("a");
    test.actor("b");
    let tie = test.tie("a", "b");
    let update = json!({
        "note": { "headline": "The pact ends", "body": "Text", "asOf": "2025-01", "relationships": [tie], "actors": ["a", "#c"] },
        "changes": [
            { "createActor": { "ref": "c", "slug": "c", "name": "C", "kind": "STATE" } },
            { "endRelationship": { "id": tie, "end": "2025-01" } },
            { "createRelationship": { "from": "b", "to": "#c", "kind": "ALLIANCE", "alignment": "ALLY" } },
        ],
    });
    let before = test.query("{ relationships(filter: { period: ALL }) { nodes { id period { end status } } } actors { nodes { slug } } notes { totalCount } }");
    let number = test.done("recordUpdate", &update, "note { id }")["revision"]["number"].clone();
    let after = test.export();
    let payload = test.done(
        "revertRevision",
        &json!({ "number": number, "message": "the news was wrong" }),
        "changes { kind reason }",
    );
    assert_eq!(payload["changes"].as_array().unwrap().len(), 4);
    assert_eq!(
        test.query("{ relationships(filter: { period: ALL }) { nodes { id period { end status } } } actors { nodes { slug } } notes { totalCount } }"),
        before
    );
    let again = &payload["revision"]["number"];
    test.done(
        "revertRevision",
        &json!({ "number": again }),
        "changes { kind }",
    );
    assert_eq!(test.export(), after);
    whole(&test);
}

#[test]
fn a_reversion_that_would_undo_later_work_names_it_and_does_nothing() {
    let test = TestApp::empty();
    let a = test.actor("a");
    test.done(
        "updateActor",
        &json!({ "id": a, "name": "A" }),
        "actor { id }",
    );
    let payload = test.mutate(
        "revertRevision",
        &json!({ "number": 1 }),
        "changes { kind }",
    );
    assert_eq!(
        told(&payload),
        [("CONFLICT".to_owned(), "input.number".to_owned())]
    );
    assert!(
        payload["userErrors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("revision 2")
    );

    // Once the later change is undone, so can the earlier be: the record is as it was left.
    test.done(
        "revertRevision",
        &json!({ "number": 2 }),
        "changes { kind }",
    );
    test.done(
        "revertRevision",
        &json!({ "number": 1 }),
        "changes { kind }",
    );
    assert_eq!(
        test.query("{ actors { totalCount } }")["actors"]["totalCount"],
        0
    );
    test.done("restore", &json!({ "id": a }), "record { id }");

    test.actor("b");
    test.tie("a", "b");
    let payload = test.mutate(
        "revertRevision",
        &json!({ "number": 6 }),
        "changes { kind }",
    );
    assert_eq!(
        told(&payload),
        [("IN_USE".to_owned(), "input.number".to_owned())]
    );
    let payload = test.mutate(
        "revertRevision",
        &json!({ "number": 99 }),
        "changes { kind }",
    );
    assert_eq!(
        told(&payload),
        [("NOT_FOUND".to_owned(), "input.number".to_owned())]
    );
    assert_eq!(test.app.ledger.snapshot().revision(), 7);
}

fn everywhere(test: &TestApp) -> String {
    let mut log = Vec::new();
    let newest = test.app.ledger.snapshot().revision();
    foedera::transfer::backup::write(test.app.ledger.log(), newest, &mut log, |_| {}).unwrap();
    String::from_utf8_lossy(&log).into_owned() + &test.export()
}

#[test]
fn redacted_text_is_gone_from_every_version_and_the_chain_still_verifies() {
    let test = TestApp::empty();
    let input = json!({ "title": "Report", "url": "https://example.org/report" });
    let source = test.done("createSource", &input, "source { id }")["source"]["id"].clone();
    let input = json!({ "slug": "jane-roe", "name": "Jane Roe", "kind": "PERSON", "summary": "Born in Springfield" });
    let person = test.done("createActor", &input, "actor { id }")["actor"]["id"].clone();
    test.actor("b");
    let input = json!({ "from": person, "to": "b", "kind": "INFLUENCE", "alignment": "ALLY", "summary": "Kept",
        "citations": [{ "source": source, "quote": "whispered words", "locator": "p. 7" }] });
    let tie = test.done("createRelationship", &input, "relationship { id }")["relationship"]["id"]
        .clone();
    test.done(
        "updateActor",
        &json!({ "id": person, "slug": "j-roe", "summary": "Lives in Shelbyville" }),
        "actor { id }",
    );
    let hash = test.query("{ revision(number: 2) { hash } }");

    let input = json!({ "id": tie, "source": source, "reason": "the publisher asked" });
    test.done("redact", &input, "record { id }");
    let read = test.query(&format!(r"{{ relationship(id: {tie}) {{ summary citations {{ quote locator source {{ title }} }} }} }}"));
    assert_eq!(
        read["relationship"],
        json!({ "summary": "Kept", "citations": [{ "quote": null, "locator": null, "source": { "title": "Report" } }] })
    );
    let input = json!({ "id": person, "reason": "a court order", "dryRun": true });
    let payload = test.done("redact", &input, "record { id } changes { kind reason }");
    assert_eq!(
        payload["changes"],
        json!([{ "kind": "REDACTED", "reason": "a court order" }])
    );
    assert!(
        everywhere(&test).contains("Springfield"),
        "a dry run did something"
    );
    let input = json!({ "id": person, "reason": "a court order" });
    test.done("redact", &input, "record { id } changes { kind reason }");

    let left = everywhere(&test);
    for gone in [
        "Jane",
        "jane",
        "j-roe",
        "Springfield",
        "Shelbyville",
        "whispered",
        "p. 7",
    ] {
        assert!(!left.contains(gone), "{gone:?} is still there");
    }
    assert_eq!(test.query("{ revision(number: 2) { hash } }"), hash);
    let read = test.query(&format!(
        r#"{{ gone: actor(slug: "jane-roe") {{ id }} actor(id: {person}) {{ name kind summary history {{ nodes {{ kind reason revision {{ author committedAt }} }} }} }}
            at(revision: 2) {{ actor(id: {person}) {{ name summary }} }} }}"#
    ));
    assert_eq!(read["gone"], Value::Null);
    assert_eq!(read["actor"]["name"], "[redacted]");
    assert_eq!(
        read["at"]["actor"],
        json!({ "name": "[redacted]", "summary": null })
    );
    assert_eq!(
        read["actor"]["history"]["nodes"][0]["reason"],
        "a court order"
    );
    assert_eq!(
        read["actor"]["history"]["nodes"][0]["revision"]["author"],
        "admin"
    );
    let payload = test.mutate("redact", &input, "record { id }");
    assert_eq!(
        told(&payload),
        [("NO_CHANGE".to_owned(), "input.id".to_owned())]
    );
    let payload = test.mutate(
        "revertRevision",
        &json!({ "number": 7 }),
        "changes { kind }",
    );
    assert_eq!(
        told(&payload),
        [("INVALID".to_owned(), "input.number".to_owned())]
    );
    whole(&test);
    let other = TestApp::empty();
    other.import(&test.export());
    assert_eq!(other.export(), test.export());
}
