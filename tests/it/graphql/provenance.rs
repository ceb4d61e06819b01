//! Where claims come from: what cites a source, and filters by evidence.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::TestApp;

fn id(payload: &Value, of: &str) -> String {
    payload[of]["id"].as_str().unwrap().to_owned()
}

fn source(test: &TestApp, title: &str, publisher: &str, reliability: &str) -> String {
    let input = json!({ "title": title, "publisher": publisher, "reliability": reliability });
    id(
        &test.done("createSource", &input, "source { id }"),
        "source",
    )
}

/// A relationship with one area; its id. Each gets the sources cited for it.
fn tie(test: &TestApp, to: &str, own: &[&str], of_area: &[&str]) -> String {
    let cite = |sources: &[&str]| {
        let citation = |source: &&str| json!({ "source": source, "locator": format!("on {to}") });
        sources.iter().map(citation).collect::<Vec<_>>()
    };
    let input = json!({
        "from": "a", "to": to, "kind": "ALLIANCE", "alignment": "ALLY", "period": { "start": "2000" },
        "citations": cite(own),
        "areas": [{ "domain": "TRADE", "description": "Ships", "citations": cite(of_area) }],
    });
    id(
        &test.done("createRelationship", &input, "relationship { id }"),
        "relationship",
    )
}

fn world() -> TestApp {
    let test = TestApp::on("2026-03-01");
    for slug in ["a", "b", "c", "d", "e"] {
        test.actor(slug);
    }
    test
}

/// The counterparts of a's relationships that pass a filter.
fn others(test: &TestApp, at: &str, filter: &str) -> BTreeSet<String> {
    let query = format!(
        r#"{{ at{at} {{ actor(slug: "a") {{ relationships(filter: {filter}) {{ edges {{ counterpart {{ slug }} }} }} }} }} }}"#
    );
    let data = test.query(&query);
    let edges = data["at"]["actor"]["relationships"]["edges"]
        .as_array()
        .unwrap();
    let slug = |edge: &Value| edge["counterpart"]["slug"].as_str().unwrap().to_owned();
    edges.iter().map(slug).collect()
}

fn set(slugs: &[&str]) -> BTreeSet<String> {
    slugs.iter().map(|slug| (*slug).to_owned()).collect()
}

const CITED: &str = "citedBy(first: 2) { totalCount pageInfo { hasNextPage endCursor } nodes { record { id __typename } citations { domain locator quote } } }";

#[test]
fn a_source_lists_what_cites_it_and_where() {
    let test = world();
    let (used, idle) = (
        source(&test, "Used", "P", "A"),
        source(&test, "Idle", "P", "A"),
    );
    let note = json!({ "headline": "News", "body": "News", "asOf": "2026", "citations": [{ "source": used, "quote": "so it is" }] });
    let note = id(&test.done("createNote", &note, "note { id }"), "note");
    let in_area = tie(&test, "b", &[], &[&used]);
    let both = tie(&test, "c", &[&used, &idle, &used], &[&used]);
    tie(&test, "d", &[], &[]);
    let viewpoint =
        json!({ "title": "V", "thesis": "V", "positions": [], "citations": [{ "source": used }] });
    let viewpoint = test.done("createViewpoint", &viewpoint, "viewpoint { id }");

    let first = test.query(&format!(
        r#"{{ node(id: "{used}") {{ ... on Source {{ {CITED} }} }} }}"#
    ));
    let page = &first["node"]["citedBy"];
    assert_eq!(page["totalCount"], 4);
    assert_eq!(
        page["nodes"],
        json!([
            { "record": { "id": note, "__typename": "ContextNote" },
              "citations": [{ "domain": null, "locator": null, "quote": "so it is" }] },
            { "record": { "id": in_area, "__typename": "Relationship" },
              "citations": [{ "domain": "TRADE", "locator": "on b", "quote": null }] },
        ])
    );
    let after = page["pageInfo"]["endCursor"].as_str().unwrap();
    let rest = test.query(&format!(
        r#"{{ source(id: "{used}") {{ citedBy(after: "{after}") {{ pageInfo {{ hasNextPage }} nodes {{ record {{ id }} citations {{ domain }} }} }} }} }}"#
    ));
    let whole = json!({ "domain": null });
    assert_eq!(
        rest["source"]["citedBy"],
        json!({ "pageInfo": { "hasNextPage": false }, "nodes": [
            { "record": { "id": both }, "citations": [whole, whole, { "domain": "TRADE" }] },
            { "record": { "id": viewpoint["viewpoint"]["id"] }, "citations": [whole] },
        ] })
    );
}

#[test]
fn what_cites_a_source_is_told_as_of_the_moment() {
    let test = world();
    let (old, new) = (
        source(&test, "Old", "P", "A"),
        source(&test, "New", "P", "A"),
    );
    let moved = tie(&test, "b", &[&old], &[]);
    let retired = tie(&test, "c", &[&old], &[]);
    let before = test.query("{ latestRevision }")["latestRevision"].clone();
    let input = json!({ "id": moved, "citations": [{ "source": new }] });
    test.done("updateRelationship", &input, "relationship { id }");
    test.done("retire", &json!({ "id": retired }), "record { id }");
    let counts = |at: &str| {
        let count = |source: &str| {
            let query = format!(
                r#"{{ at{at} {{ source(id: "{source}") {{ citedBy {{ totalCount }} }} }} }}"#
            );
            test.query(&query)["at"]["source"]["citedBy"]["totalCount"].clone()
        };
        [count(&old), count(&new)]
    };
    assert_eq!(counts(""), [json!(0), json!(1)]);
    assert_eq!(
        counts(&format!("(revision: {before})")),
        [json!(2), json!(0)]
    );
}

#[test]
fn every_citation_of_the_seed_is_found_from_its_source() {
    let test = TestApp::iran("2026-03-10");
    let fixture: Value = serde_json::from_str(foedera::transfer::fixture::IRAN).unwrap();
    let mut citing = std::collections::BTreeMap::<String, usize>::new();
    for kind in ["relationships", "viewpoints", "notes"] {
        for record in fixture[kind].as_array().unwrap() {
            let areas = record["areas"].as_array().into_iter().flatten();
            let places = std::iter::once(record).chain(areas);
            let citations = places.filter_map(|place| place["citations"].as_array());
            let sources: BTreeSet<_> = citations
                .flatten()
                .map(|citation| citation["source"].as_str().unwrap())
                .collect();
            for source in sources {
                *citing.entry(source.to_owned()).or_default() += 1;
            }
        }
    }
    let sources = fixture["sources"].as_array().unwrap();
    let data = test.query("{ sources(first: 100) { nodes { title citedBy { totalCount } } } }");
    let nodes = data["sources"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), sources.len());
    for (node, source) in nodes.iter().zip(sources) {
        let expected = citing.get(source["key"].as_str().unwrap());
        assert_eq!(
            node["citedBy"]["totalCount"].as_u64().unwrap() as usize,
            expected.copied().unwrap_or(0),
            "{}",
            source["key"]
        );
    }
}

#[test]
fn evidence_counts_citations_sources_and_publishers_that_are_independent() {
    let test = world();
    let same = [
        source(&test, "One", "The Press", "A"),
        source(&test, "Two", "the press ", "A"),
    ];
    let nameless = [
        test.done("createSource", &json!({ "title": "N1" }), "source { id }"),
        test.done("createSource", &json!({ "title": "N2" }), "source { id }"),
    ];
    let nameless = nameless.map(|payload| id(&payload, "source"));
    let evidence = |to: &str, own: &[&str], of_area: &[&str]| {
        let id = tie(&test, to, own, of_area);
        let query = format!(
            r#"{{ relationship(id: "{id}") {{ evidence {{ citations sources publishers grade }} }} }}"#
        );
        let found = test.query(&query)["relationship"]["evidence"].clone();
        let count = |name: &str| found[name].as_u64().unwrap();
        let counts = [count("citations"), count("sources"), count("publishers")];
        (counts, found["grade"].as_str().unwrap().to_owned())
    };
    let graded = |counts: [u64; 3], grade: &str| (counts, grade.to_owned());
    assert_eq!(evidence("b", &[], &[]), graded([0, 0, 0], "UNCITED"));
    assert_eq!(
        evidence("c", &[&same[0], &same[1]], &[&same[0]]),
        graded([3, 2, 1], "SINGLE_SOURCE")
    );
    assert_eq!(
        evidence("d", &[&nameless[0]], &[]),
        graded([1, 1, 1], "SINGLE_SOURCE")
    );
    assert_eq!(
        evidence("e", &[&nameless[0], &same[1]], &[&nameless[1], &same[0]]),
        graded([4, 4, 3], "CORROBORATED")
    );
}

#[test]
fn reliability_and_uncited_areas_are_filters_that_combine() {
    let test = world();
    let good = source(&test, "Good", "P", "A");
    let poor = source(&test, "Poor", "Q", "E");
    tie(&test, "b", &[&good], &[&poor]);
    tie(&test, "c", &[&poor], &[]);
    tie(&test, "d", &[], &[&poor]);
    tie(&test, "e", &[], &[]);
    let found = |filter: &str| others(&test, "", filter);
    assert_eq!(found("{reliability: [A]}"), set(&["b"]));
    assert_eq!(found("{reliability: [E, F]}"), set(&["b", "c", "d"]));
    assert_eq!(found("{reliability: []}"), set(&[]));
    let low = "{reliability: [D, E, F], not: {reliability: [A, B, C]}}";
    assert_eq!(found(low), set(&["c", "d"]));
    // An area's citation is one of the claim.
    assert_eq!(found("{evidence: [UNCITED]}"), set(&["e"]));
    assert_eq!(found("{uncitedArea: true}"), set(&["c", "e"]));
    assert_eq!(found("{uncitedArea: false}"), set(&["b", "d"]));
    assert_eq!(
        found("{or: [{evidence: [UNCITED]}, {and: [{reliability: [A]}, {uncitedArea: false}]}]}"),
        set(&["b", "e"])
    );
    let data = test.query("{ sources(filter: {reliability: [E, F]}) { nodes { title } } }");
    assert_eq!(data["sources"]["nodes"], json!([{ "title": "Poor" }]));
}

#[test]
fn stale_is_what_holds_and_has_no_news_for_so_many_days() {
    let test = world();
    let note = |about: &str, as_of: &str| {
        let input =
            json!({ "headline": "N", "body": "N", "asOf": as_of, "relationships": [about] });
        test.done("createNote", &input, "note { id }");
    };
    tie(&test, "b", &[], &[]);
    let told = tie(&test, "c", &[], &[]);
    note(&told, "2026-06");
    let before = tie(&test, "d", &[], &[]);
    note(&before, "2025-12");
    let ended = tie(&test, "e", &[], &[]);
    let end = json!({ "id": ended, "end": "2026-02-01" });
    test.done("endRelationship", &end, "relationship { id }");
    // All of it was recorded on 1 March 2026.
    let found = |on: &str, filter: &str| others(&test, &format!(r#"(validOn: "{on}")"#), filter);
    let hundred = "{staleDays: 100, period: ALL}";
    assert_eq!(found("2026-03-01", hundred), set(&[]));
    assert_eq!(found("2026-06-09", hundred), set(&[]));
    assert_eq!(found("2026-06-10", hundred), set(&["b", "d"]));
    assert_eq!(found("2026-10-08", hundred), set(&["b", "d"]));
    assert_eq!(found("2026-10-09", hundred), set(&["b", "c", "d"]));
    // A month or a year is counted from its last day.
    assert_eq!(found("2026-10", hundred), set(&["b", "c", "d"]));
    assert_eq!(
        found("2026-10-09", "{not: {staleDays: 100}, period: ALL}"),
        set(&["e"])
    );
    assert_eq!(found("2026-10-09", "{staleDays: 2147483647}"), set(&[]));
    let errors = test.errors("{ relationships(filter: {staleDays: -1}) { totalCount } }");
    assert!(errors[0]["message"].is_string());
}

#[test]
fn a_section_of_a_brief_can_hold_any_of_these_filters() {
    let test = world();
    let poor = source(&test, "Poor", "Q", "E");
    tie(&test, "b", &[&poor], &[]);
    tie(&test, "c", &[], &[]);
    let section = |title: &str, filter: Value| json!({ "title": title, "filter": filter });
    let input = json!({ "question": "What is thin?", "summary": "This.", "slug": "thin", "sections": [
        section("Low", json!({ "reliability": ["E"], "uncitedArea": true })),
        section("Old", json!({ "and": [{ "staleDays": 30 }, { "not": { "reliability": ["E"] } }] })),
    ] });
    test.done("createBrief", &input, "brief { id }");
    let counts = |test: &TestApp, on: &str| {
        let query = format!(
            r#"{{ at(validOn: "{on}") {{ brief(slug: "thin") {{ sections {{ relationships {{ totalCount }} }} }} }} }}"#
        );
        let data = test.query(&query);
        let sections = data["at"]["brief"]["sections"].as_array().unwrap().clone();
        let count = |section: Value| section["relationships"]["totalCount"].clone();
        json!(sections.into_iter().map(count).collect::<Vec<_>>())
    };
    assert_eq!(counts(&test, "2026-03-01"), json!([1, 0]));
    assert_eq!(counts(&test, "2026-05-01"), json!([1, 1]));
    // The fixture says the same.
    let copy = TestApp::on("2026-03-01");
    copy.import(&test.export());
    assert_eq!(copy.export(), test.export());
    assert!(test.export().contains(r#""staleDays": 30"#));
    assert_eq!(counts(&copy, "2026-05-01"), json!([1, 1]));
}
