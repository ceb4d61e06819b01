//! What happens when data come again, when people have changed what came, and who is taken for whom.

use serde_json::json;

use super::{faults, import, import_as, relationships};
use crate::support::TestApp;

const MAPPING: &str = r#"
format = "foedera-mapping/1"
name = "ties"
[source.data]
key = "ties"
title = "Ties"
kind = "DATASET"
[actor.a]
name = "{a}"
kind = "STATE"
identifiers = [{ scheme = "ties", value = "{ia}" }]
[actor.b]
name = "{b}"
kind = "STATE"
identifiers = [{ scheme = "ties", value = "{ib}" }]
[relationship.tie]
key = "ties-{ia}-{ib}"
from = "a"
to = "b"
kind = "ALLIANCE"
alignment = "ALLY"
label = "{label}"
period = { start = "{start}" }
citations = [{ source = "data" }]
"#;

const TABLE: &str =
    "a,ia,b,ib,label,start\nArcadia,1,Boeotia,2,pact,1990\nArcadia,1,Chalcis,3,pact,1991\n";

#[test]
fn a_changed_file_changes_what_changed_and_nothing_else() {
    let test = TestApp::empty();
    let first = import(&test, MAPPING, TABLE.as_bytes()).unwrap();
    assert_eq!((first.created, first.revisions), (6, 1));
    let second = import(&test, MAPPING, TABLE.as_bytes()).unwrap();
    assert!(second.unchanged() && second.revisions == 0);
    let changed = TABLE
        .replace("pact,1991", "treaty,1991")
        .replace("Boeotia", "Beotia");
    let third = import(&test, MAPPING, changed.as_bytes()).unwrap();
    assert_eq!((third.created, third.updated, third.revisions), (0, 2, 1));
    let revision = test.query("{ revision(number: 2) { author changes { nodes { record { id } fields { path before after } } } } }");
    assert_eq!(revision["revision"]["author"], "import ties");
    let fields = revision["revision"]["changes"]["nodes"].to_string();
    assert!(
        fields.contains("treaty") && fields.contains("Beotia"),
        "{fields}"
    );
}

#[test]
fn two_of_a_table_never_become_one_actor_of_the_record_by_their_names() {
    let test = TestApp::iran("2026-03-10");
    let table =
        "a,ia,b,ib,label,start\nHezbollah,1,Boeotia,2,pact,1990\nHizbullah,3,Boeotia,2,pact,1991\n";
    let first = import(&test, MAPPING, table.as_bytes()).unwrap();
    assert_eq!(first.matched.count, 1, "{:?}", first.matched);
    let query = r#"{ actor(slug: "hezbollah") { identifiers { scheme value } } }"#;
    let identifiers = test.query(query)["actor"]["identifiers"].to_string();
    assert!(
        identifiers.contains(r#""scheme":"ties","value":"1""#),
        "{identifiers}"
    );
    let second = import(&test, MAPPING, table.as_bytes()).unwrap();
    assert!(second.unchanged(), "{second:?}");
}

#[test]
fn what_somebody_has_changed_is_left_alone() {
    let test = TestApp::empty();
    import(&test, MAPPING, TABLE.as_bytes()).unwrap();
    let ties =
        test.query("{ relationships(filter: { period: ALL }) { nodes { id to { slug } } } }");
    let id = ties["relationships"]["nodes"][0]["id"].clone();
    test.done(
        "updateRelationship",
        &json!({ "id": id, "label": "an editor's words" }),
        "relationship { id }",
    );
    test.done(
        "updateActor",
        &json!({ "id": "arcadia", "name": "Arkadia" }),
        "actor { id }",
    );
    let changed = TABLE.replace("pact", "treaty");
    let report = import(&test, MAPPING, changed.as_bytes()).unwrap();
    assert_eq!(report.updated, 2, "{report:?}");
    assert_eq!(report.kept.count, 1);
    assert_eq!(report.kept.first[0].key, "ties-1-2");
    assert_eq!(report.kept.first[0].author, "admin");
    let query = r#"{ actor(slug: "arcadia") { name aliases { text } relationships(filter: { period: ALL }) { nodes { label } } } }"#;
    assert_eq!(
        test.query(query)["actor"],
        json!({ "name": "Arkadia", "aliases": [{ "text": "Arcadia" }],
            "relationships": { "nodes": [{ "label": "an editor's words" }, { "label": "treaty" }] } })
    );
    assert!(
        import(&test, MAPPING, changed.as_bytes())
            .unwrap()
            .unchanged()
    );
}

#[test]
fn a_dry_run_tells_all_and_writes_nothing() {
    let test = TestApp::empty();
    let before = test.export();
    let tried = import_as(&test, MAPPING, &[("t.csv", TABLE.as_bytes())], |wishes| {
        wishes.dry_run = true
    })
    .unwrap();
    assert_eq!(test.export(), before);
    assert_eq!(
        (tried.created, tried.dry_run, tried.revisions),
        (6, true, 0)
    );
    let mut done = import_as(&test, MAPPING, &[("t.csv", TABLE.as_bytes())], |_| {}).unwrap();
    (done.dry_run, done.revisions) = (true, 0);
    assert_eq!(done, tried);
}

#[test]
fn what_is_no_longer_in_the_data_is_listed_and_on_request_retired() {
    let test = TestApp::empty();
    import(&test, MAPPING, TABLE.as_bytes()).unwrap();
    let shorter = TABLE.lines().take(2).collect::<Vec<_>>().join("\n");
    let listed = import(&test, MAPPING, shorter.as_bytes()).unwrap();
    assert_eq!((listed.gone.count, listed.retired), (1, 0));
    assert_eq!(relationships(&test).len(), 2);
    let files = [("t.csv", shorter.as_bytes())];
    let retired = import_as(&test, MAPPING, &files, |wishes| {
        wishes.retire_missing = true
    })
    .unwrap();
    assert_eq!((retired.gone.count, retired.retired), (1, 1));
    assert_eq!(relationships(&test).len(), 1);
    let back = import(&test, MAPPING, TABLE.as_bytes()).unwrap();
    assert_eq!(back.retired, 1);
    assert_eq!(relationships(&test).len(), 2);
}

#[test]
fn an_actor_is_found_by_identifier_then_by_name_and_never_by_a_likeness() {
    let test = TestApp::empty();
    for (slug, name, value) in [
        ("first", "Somebody else", Some("1")),
        ("boeotia", "Boeotia", None),
        ("hezbollah", "Hezbollah", None),
        ("georgia", "Georgia", Some("77")),
        ("georgia-us", "Georgia", None),
        ("georgia-uk", "Georgia", None),
        ("iran", "Iran", None),
    ] {
        let identifiers: Vec<_> = value
            .iter()
            .map(|value| json!({ "scheme": "ties", "value": value }))
            .collect();
        let input =
            json!({ "slug": slug, "name": name, "kind": "STATE", "identifiers": identifiers });
        test.done("createActor", &input, "actor { id }");
    }
    let table = "a,ia,b,ib,label,start\nArcadia,1,boeotia,2,,1990\nHizbullah,4,Georgia,5,,1990\nGovernment of Iran,6,حزب الله,7,,1990\n";
    let report = import(&test, MAPPING, table.as_bytes()).unwrap();
    let matched: Vec<_> = report
        .matched
        .first
        .iter()
        .map(|m| (m.actor.as_str(), m.by.as_str()))
        .collect();
    assert_eq!(
        matched,
        [("first", "ties 1"), ("boeotia", "the name \"boeotia\"")]
    );
    let mut near: Vec<_> = report
        .near
        .first
        .iter()
        .map(|n| (n.name.as_str(), n.actor.as_str()))
        .collect();
    near.sort_unstable();
    assert_eq!(
        near,
        [
            ("Georgia", "georgia-uk"),
            ("Georgia", "georgia-us"),
            ("Government of Iran", "iran"),
            ("Hizbullah", "hezbollah"),
            ("حزب الله", "hezbollah"),
        ]
    );
    let scores = report.near.first.iter().map(|near| near.score);
    assert!(
        scores.clone().all(|score| (0.89..1.0).contains(&score)),
        "{:?}",
        scores.collect::<Vec<_>>()
    );
    // New ones are new, whatever they are like; the next run finds them by their identifiers.
    let answer = test.query(r#"{ actors(filter: { slug: ["hizbullah", "georgia-2", "government-of-iran"] }) { totalCount } }"#);
    assert_eq!(answer["actors"]["totalCount"], 3);
    assert!(
        import(&test, MAPPING, table.as_bytes())
            .unwrap()
            .unchanged()
    );
}

#[test]
fn the_report_says_what_there_is_to_mend() {
    let test = TestApp::empty();
    let mapping = MAPPING.replace("citations = [{ source = \"data\" }]", "")
        + "[relationship.again]\nkey = \"again-{ia}-{ib}\"\nfrom = \"a\"\nto = \"b\"\nkind = \"ALLIANCE\"\nalignment = \"ALLY\"\n[actor.c]\nname = \"{label}\"\nkind = \"STATE\"\nidentifiers = [{ scheme = \"labels\", value = \"{ia}{ib}\" }]\n";
    let table =
        "a,ia,b,ib,label,start\nArcadia,1,Boeotia,2,Twin,1990\nArcadia,1,Chalcis,3,Twin,1991\n";
    let report = import(&test, &mapping, table.as_bytes()).unwrap();
    let quality = report.quality.unwrap();
    let counts: Vec<_> = quality.lists().iter().map(|(_, list)| list.count).collect();
    // Two Twins that are one, two relationships said twice, the Twins without any, four without a citation,
    // and a source that nothing cites.
    assert_eq!(counts, [1, 2, 0, 2, 4, 1], "{quality:?}");
    assert_eq!(
        quality.duplicate_actors.first,
        ["twin-2 and twin share twin"]
    );
}

#[test]
fn a_problem_of_one_record_does_not_keep_the_others_out() {
    let test = TestApp::empty();
    let mapping = MAPPING.replace("kind = \"STATE\"\nidentifiers = [{ scheme = \"ties\", value = \"{ib}\" }]", "kind = \"STATE\"\ncountry = \"{label}\"\nidentifiers = [{ scheme = \"ties\", value = \"{ib}\" }]");
    let table =
        "a,ia,b,ib,label,start\nArcadia,1,Boeotia,2,XX,1990\nArcadia,1,Chalcis,3,Atlantis,1991\n";
    let report = import(&test, &mapping, table.as_bytes()).unwrap();
    let told = faults(&report);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("table.csv, line 3: chalcis: country: \"ATLANTIS\" is no country code"),
        "{told:?}"
    );
    assert!(
        told[1].starts_with("table.csv, line 3: ties-1-3: to: there is no actor \"chalcis\""),
        "{told:?}"
    );
    assert_eq!(relationships(&test).len(), 1);
}
