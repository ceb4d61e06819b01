//! Single records, dyads, paths, common counterparts, ids.

use serde_json::json;

use crate::support::TestApp;

#[test]
fn a_record_is_found_by_its_id_whatever_its_kind() {
    let test = TestApp::iran("2026-03-10");
    let data = test.query(
        "{ actors(first: 1) { nodes { id } } relationships(first: 1) { nodes { id } } sources(first: 1) { nodes { id } } notes(first: 1) { nodes { id } } viewpoints(first: 1) { nodes { id } } briefs(first: 1) { nodes { id } } }",
    );
    let ids: Vec<_> = [
        "actors",
        "relationships",
        "sources",
        "notes",
        "viewpoints",
        "briefs",
    ]
    .map(|list| data[list]["nodes"][0]["id"].clone())
    .into();
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Recorded { version recordedAt updatedAt } } }";
    let found = test.query_with(query, json!({ "ids": ids }));
    let kinds: Vec<_> = found["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["__typename"].clone())
        .collect();
    assert_eq!(
        json!(kinds),
        json!([
            "Actor",
            "Relationship",
            "Source",
            "ContextNote",
            "Viewpoint",
            "Brief"
        ])
    );
    assert_eq!(found["nodes"][0]["version"], 1);
    assert_eq!(found["nodes"][0]["recordedAt"], "2026-03-10T12:00:00Z");
}

#[test]
fn the_id_of_another_kind_is_refused_by_name() {
    let test = TestApp::iran("2026-03-10");
    let errors = test.errors(r#"{ actor(id: "relationship_1") { name } }"#);
    assert_eq!(
        errors[0]["message"],
        "relationship_1 is the id of a relationship; the id of an actor is wanted here"
    );
    assert_eq!(errors[0]["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(errors[0]["path"], json!(["actor"]));
}

#[test]
fn what_is_not_there_is_null() {
    let test = TestApp::iran("2026-03-10");
    let data = test.query(
        r#"{ actor(slug: "nobody") { name } node(id: "actor_zzz") { id } dyad(a: "iran", b: "nobody") { contested } brief(slug: "none") { question } }"#,
    );
    assert_eq!(
        data,
        json!({ "actor": null, "node": null, "dyad": null, "brief": null })
    );
}

#[test]
fn a_dyad_shows_partners_that_are_rivals_too() {
    let test = TestApp::iran("2026-03-10");
    let data = test.query(
        r#"{ dyad(a: "turkey", b: "iran") { a { slug } alignments contested relationships { nodes { kind alignment positions { stance viewpoint { title } } } } viewpoints { title } } }"#,
    );
    let dyad = &data["dyad"];
    assert_eq!(dyad["a"]["slug"], "turkey");
    assert_eq!(dyad["alignments"], json!(["MIXED", "RIVAL"]));
    assert_eq!(dyad["relationships"]["nodes"].as_array().unwrap().len(), 2);
    assert!(dyad["viewpoints"].as_array().unwrap().len() >= 2);
}

#[test]
fn paths_come_shortest_first_and_go_through_nobody_twice() {
    let test = TestApp::empty();
    for slug in ["a", "b", "c", "d", "e"] {
        test.actor(slug);
    }
    for (from, to) in [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("d", "e")] {
        test.tie(from, to);
    }
    let data = test.query(r#"{ paths(from: "a", to: "e") { length actors { slug } relationships { from { slug } } } }"#);
    let walks: Vec<String> = data["paths"]
        .as_array()
        .unwrap()
        .iter()
        .map(|path| {
            let actors = path["actors"].as_array().unwrap().iter();
            actors
                .map(|actor| actor["slug"].as_str().unwrap())
                .collect()
        })
        .collect();
    assert_eq!(walks, ["ade", "abcde"]);
    assert_eq!(data["paths"][1]["length"], 4);
    let data = test.query(r#"{ paths(from: "a", to: "e", maxLength: 3) { length } }"#);
    assert_eq!(data["paths"].as_array().unwrap().len(), 1);
    let errors = test.errors(r#"{ paths(from: "a", to: "e", maxLength: 9) { length } }"#);
    assert!(
        errors[0]["message"]
            .as_str()
            .unwrap()
            .contains("maxLength must be from 1 to 8")
    );
}

#[test]
fn shared_counterparts_are_tied_to_all_of_them() {
    let test = TestApp::empty();
    for slug in ["a", "b", "c", "d"] {
        test.actor(slug);
    }
    for (from, to) in [("a", "c"), ("c", "b"), ("a", "d"), ("a", "b")] {
        test.tie(from, to);
    }
    let data = test.query(r#"{ sharedCounterparts(of: ["a", "b"]) { nodes { slug } } }"#);
    assert_eq!(
        data["sharedCounterparts"]["nodes"],
        json!([{ "slug": "c" }])
    );
}

#[test]
fn members_and_memberships_are_two_sides_of_one_thing() {
    let test = TestApp::iran("2026-03-10");
    let data = test.query(
        r#"{ actor(slug: "axis-of-resistance") { members { nodes { slug memberOf { nodes { slug } } } } } }"#,
    );
    let members = data["actor"]["members"]["nodes"].as_array().unwrap();
    assert!(members.len() >= 5, "{members:#?}");
    for member in members {
        let of = member["memberOf"]["nodes"].as_array().unwrap();
        assert!(
            of.iter().any(|actor| actor["slug"] == "axis-of-resistance"),
            "{member:#}"
        );
    }
}

#[test]
fn nothing_in_the_program_is_about_one_record() {
    let test = TestApp::on("2026-03-01");
    test.import(include_str!("../../../fixtures/nordic-baltic.json"));
    let data = test.query(
        r#"{ actor(slug: "finland") { allies { totalCount } memberOf { nodes { slug } } } briefs { nodes { slug sections { relationships { totalCount } } } } }"#,
    );
    assert!(data["actor"]["allies"]["totalCount"].as_u64().unwrap() >= 3);
    let sections = data["briefs"]["nodes"][0]["sections"].as_array().unwrap();
    assert!(
        sections
            .iter()
            .all(|s| s["relationships"]["totalCount"].as_u64().unwrap() > 0)
    );
}
