//! `recordQuality`: what editors can mend.

use serde_json::{Value, json};

use crate::support::TestApp;

/// A record with one fault of each sort.
const FAULTY: &str = r#"{
  "format": "foedera-fixture/1",
  "actors": [
    { "slug": "a", "name": "Aland", "kind": "STATE", "identifiers": [{ "scheme": "cow", "value": "1" }] },
    { "slug": "b", "name": "Bland", "kind": "STATE", "aliases": [{ "text": "The Middle", "language": "en" }] },
    { "slug": "c", "name": "Cland", "kind": "GOVERNMENT", "active": { "start": "1950", "end": "1999-06-30", "status": "ENDED" } },
    { "slug": "alone", "name": "Nobody's friend", "kind": "STATE" },
    { "slug": "foe", "name": "Everybody's foe", "kind": "STATE" },
    { "slug": "twin", "name": "the middle", "kind": "STATE", "identifiers": [{ "scheme": "cow", "value": "1" }] }
  ],
  "sources": [
    { "key": "good", "title": "Good", "publisher": "P", "kind": "NEWS", "reliability": "A" },
    { "key": "other", "title": "Other", "publisher": "Q", "kind": "NEWS", "reliability": "B" },
    { "key": "poor", "title": "Poor", "publisher": "R", "kind": "NEWS", "reliability": "F" },
    { "key": "idle", "title": "Idle", "kind": "NEWS", "reliability": "A" }
  ],
  "relationships": [
    { "key": "sound", "from": "a", "to": "b", "kind": "ALLIANCE", "alignment": "ALLY", "period": { "start": "2000", "status": "ONGOING" },
      "citations": [{ "source": "good" }, { "source": "other" }], "against": ["foe"] },
    { "key": "uncited", "from": "a", "to": "b", "kind": "RIVALRY", "assertion": "DENIED", "alignment": "RIVAL", "period": { "start": "1980", "end": "1990", "status": "ENDED" } },
    { "key": "single", "from": "a", "to": "twin", "kind": "OTHER", "alignment": "NEUTRAL", "period": { "start": "2000", "status": "ONGOING" },
      "citations": [{ "source": "good" }], "areas": [
        { "domain": "TRADE", "description": "Ships", "citations": [{ "source": "good" }] },
        { "domain": "ENERGY", "description": "Gas" } ] },
    { "key": "low", "from": "b", "to": "twin", "kind": "OTHER", "alignment": "NEUTRAL", "period": { "start": "2000", "end": "2001", "status": "ENDED" },
      "citations": [{ "source": "poor" }] },
    { "key": "outlived", "from": "c", "to": "a", "kind": "OTHER", "alignment": "ALLY", "period": { "start": "1949", "status": "ONGOING" },
      "citations": [{ "source": "good" }, { "source": "other" }] },
    { "key": "twice", "from": "b", "to": "a", "kind": "ALLIANCE", "alignment": "PARTNER", "period": { "start": "2010", "status": "ONGOING" },
      "citations": [{ "source": "good" }, { "source": "other" }], "against": ["foe"] },
    { "key": "before", "from": "a", "to": "b", "kind": "ALLIANCE", "alignment": "PARTNER", "period": { "start": "1990", "end": "1995", "status": "ENDED" },
      "citations": [{ "source": "good" }, { "source": "other" }], "against": ["foe"] }
  ],
  "viewpoints": [
    { "key": "v", "title": "V", "thesis": "V", "positions": [{ "relationship": "low", "stance": "DISPUTES" }] }
  ]
}"#;

fn faulty() -> TestApp {
    let test = TestApp::on("2026-03-01");
    test.import(FAULTY);
    test
}

/// The lists of relationships by name, each as the periods of what is in it, which tell them apart.
fn lists(test: &TestApp, at: &str, of: &str) -> Value {
    let ties = [
        "uncited",
        "singleSource",
        "lowReliability",
        "contested",
        "stale(days: 30)",
    ];
    let ties: Vec<_> = ties
        .iter()
        .map(|list| format!("{list} {{ totalCount nodes {{ kind period {{ start }} }} }}"))
        .collect();
    let query = format!(
        "{{ at{at} {{ recordQuality{of} {{ {} }} }} }}",
        ties.join(" ")
    );
    test.query(&query)["at"]["recordQuality"].clone()
}

fn tie(kind: &str, start: &str) -> Value {
    json!({ "kind": kind, "period": { "start": start } })
}

fn listed(nodes: &[Value]) -> Value {
    json!({ "totalCount": nodes.len(), "nodes": nodes })
}

#[test]
fn claims_are_listed_by_what_is_wrong_with_their_sources() {
    let test = faulty();
    let found = lists(&test, "", "");
    assert_eq!(found["uncited"], listed(&[tie("RIVALRY", "1980")]));
    // One publisher is one publisher, however little it is worth.
    assert_eq!(
        found["singleSource"],
        listed(&[tie("OTHER", "2000"), tie("OTHER", "2000")])
    );
    assert_eq!(found["lowReliability"], listed(&[tie("OTHER", "2000")]));
    assert_eq!(found["contested"], listed(&[tie("OTHER", "2000")]));
    assert_eq!(found["stale"], listed(&[]));
    let data = test.query(
        "{ recordQuality { uncitedAreas { totalCount nodes { relationship { to { slug } } areas { domain } } } } }",
    );
    assert_eq!(
        data["recordQuality"]["uncitedAreas"],
        json!({ "totalCount": 1, "nodes": [{ "relationship": { "to": { "slug": "twin" } }, "areas": [{ "domain": "ENERGY" }] }] })
    );
}

#[test]
fn stale_claims_are_those_that_hold_on_the_day() {
    let found = lists(&faulty(), r#"(validOn: "2026-04-01")"#, "");
    assert_eq!(
        found["stale"],
        listed(&[
            tie("ALLIANCE", "2000"),
            tie("OTHER", "2000"),
            tie("OTHER", "1949"),
            tie("ALLIANCE", "2010"),
        ])
    );
    let usual = faulty().query(
        r#"{ year: at(validOn: "2027-03-01") { recordQuality { stale { totalCount } } } more: at(validOn: "2027-03-02") { recordQuality { stale { totalCount } } } }"#,
    );
    assert_eq!(usual["year"]["recordQuality"]["stale"]["totalCount"], 0);
    assert_eq!(usual["more"]["recordQuality"]["stale"]["totalCount"], 4);
}

#[test]
fn periods_that_contradict_their_actors_are_told_with_the_end_at_fault() {
    let data = faulty().query(
        "{ recordQuality { periodConflicts { totalCount nodes { relationship { period { start } } contradictions { actor { slug } kind } } } } }",
    );
    let at = |kind: &str| json!({ "actor": { "slug": "c" }, "kind": kind });
    assert_eq!(
        data["recordQuality"]["periodConflicts"],
        json!({ "totalCount": 1, "nodes": [{
            "relationship": { "period": { "start": "1949" } },
            "contradictions": [at("BEFORE_START"), at("AFTER_END")],
        }] })
    );
}

#[test]
fn what_nothing_leads_to_is_listed() {
    let data = faulty().query(
        "{ recordQuality { unconnectedActors { totalCount nodes { slug } } unusedSources { totalCount nodes { title } } } }",
    );
    assert_eq!(
        data["recordQuality"],
        json!({
            // In opposition to whom a relationship is, has something to do with it.
            "unconnectedActors": { "totalCount": 1, "nodes": [{ "slug": "alone" }] },
            "unusedSources": { "totalCount": 1, "nodes": [{ "title": "Idle" }] },
        })
    );
}

#[test]
fn what_looks_like_one_is_told_in_pairs() {
    let data = faulty().query(
        "{ recordQuality { duplicateRelationships { totalCount nodes { a { period { start } } b { period { start } } } } duplicateActors { totalCount nodes { a { slug } b { slug } shared } } } }",
    );
    let from = |start: &str| json!({ "period": { "start": start } });
    assert_eq!(
        data["recordQuality"],
        json!({
            // An alliance runs both ways; one of another time is another one.
            "duplicateRelationships": { "totalCount": 1, "nodes": [{ "a": from("2000"), "b": from("2010") }] },
            "duplicateActors": { "totalCount": 2, "nodes": [
                { "a": { "slug": "a" }, "b": { "slug": "twin" }, "shared": ["cow:1"] },
                { "a": { "slug": "b" }, "b": { "slug": "twin" }, "shared": ["the middle"] },
            ] },
        })
    );
}

#[test]
fn a_report_about_one_actor_keeps_to_what_concerns_it() {
    let test = faulty();
    let found = lists(&test, "", r#"(actor: "b")"#);
    assert_eq!(found["uncited"], listed(&[tie("RIVALRY", "1980")]));
    assert_eq!(found["singleSource"], listed(&[tie("OTHER", "2000")]));
    let query = r"query Of($actor: ID) { recordQuality(actor: $actor) { actor { slug }
        unconnectedActors { totalCount } unusedSources { totalCount } periodConflicts { totalCount }
        duplicateRelationships { totalCount } duplicateActors { totalCount } } }";
    let counts = |actor: &str| {
        let data = test.query_with(query, json!({ "actor": actor }));
        let report = &data["recordQuality"];
        assert_eq!(report["actor"]["slug"], actor);
        let lists = [
            "unconnectedActors",
            "unusedSources",
            "periodConflicts",
            "duplicateRelationships",
            "duplicateActors",
        ];
        lists.map(|list| report[list]["totalCount"].as_u64().unwrap())
    };
    assert_eq!(counts("b"), [0, 0, 0, 1, 1]);
    assert_eq!(counts("c"), [0, 0, 1, 0, 0]);
    assert_eq!(counts("twin"), [0, 0, 0, 0, 2]);
    assert_eq!(counts("alone"), [1, 0, 0, 0, 0]);
    let errors = test.errors(r#"{ recordQuality(actor: "nobody") { actor { slug } } }"#);
    assert_eq!(errors[0]["message"], r#"there is no actor "nobody""#);
}

#[test]
fn who_mends_what_is_on_a_page_goes_on_behind_it() {
    let test = TestApp::on("2026-03-01");
    for slug in ["a", "b", "c", "d", "e"] {
        test.actor(slug);
    }
    let ties: Vec<_> = ["b", "c", "d", "e"].map(|to| test.tie("a", to)).into();
    let page = |after: Option<&str>| {
        let query = "query($after: String) { recordQuality { uncited(first: 2, after: $after) { totalCount pageInfo { endCursor } nodes { id } } } }";
        test.query_with(query, json!({ "after": after }))["recordQuality"]["uncited"].clone()
    };
    let first = page(None);
    assert_eq!(
        first["nodes"],
        json!([{ "id": ties[0] }, { "id": ties[1] }])
    );
    let source = test.done("createSource", &json!({ "title": "S" }), "source { id }");
    let cite = json!({ "id": ties[0], "citations": [{ "source": source["source"]["id"] }] });
    test.done("updateRelationship", &cite, "relationship { id }");
    let second = page(first["pageInfo"]["endCursor"].as_str());
    assert_eq!(second["totalCount"], 3);
    assert_eq!(
        second["nodes"],
        json!([{ "id": ties[2] }, { "id": ties[3] }])
    );
}
