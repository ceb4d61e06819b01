//! Filters, orders, pages, facets.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::TestApp;

fn count(test: &TestApp, filter: &str) -> u64 {
    let query = format!("{{ relationships(filter: {filter}) {{ totalCount }} }}");
    test.query(&query)["relationships"]["totalCount"]
        .as_u64()
        .unwrap()
}

#[test]
fn filters_combine_with_and_or_not() {
    let test = TestApp::iran("2026-03-10");
    let all = count(
        &test,
        "{period: ALL, assertion: [AFFIRMED, ALLEGED, DENIED]}",
    );
    let current = count(&test, "{}");
    let memberships = count(&test, "{kind: [MEMBERSHIP]}");
    assert!(memberships > 0 && memberships < current && current < all);
    assert_eq!(
        count(&test, "{not: {kind: [MEMBERSHIP]}}"),
        current - memberships
    );
    assert_eq!(
        count(
            &test,
            "{or: [{kind: [MEMBERSHIP]}, {not: {kind: [MEMBERSHIP]}}]}"
        ),
        current
    );
    assert_eq!(
        count(&test, "{and: [{kind: [MEMBERSHIP]}, {kind: [CONFLICT]}]}"),
        0
    );
    assert_eq!(count(&test, "{kind: []}"), 0);
    let past = count(&test, "{period: PAST}");
    let future = count(&test, "{period: FUTURE}");
    assert_eq!(past + current + future, count(&test, "{period: ALL}"));
}

#[test]
fn a_negated_filter_has_no_silent_conditions() {
    let test = TestApp::iran("2026-03-10");
    let past = |filter: &str| count(&test, &format!("{{period: PAST, {filter}}}"));
    let ended_rivalries = past("kind: [RIVALRY]");
    assert!(ended_rivalries > 0);
    assert_eq!(
        past("not: {kind: [RIVALRY]}"),
        count(&test, "{period: PAST}") - ended_rivalries
    );
}

#[test]
fn counterparts_sources_and_opponents_can_be_asked_for() {
    let test = TestApp::iran("2026-03-10");
    assert!(count(&test, r#"{counterpart: {slug: ["houthis"]}}"#) > 0);
    assert!(count(&test, r#"{counterpart: {name: "hizbullah"}}"#) > 0);
    assert!(count(&test, r#"{against: {slug: ["israel"]}}"#) > 0);
    let data = test.query("{ sources(first: 1) { nodes { id } } }");
    let source = data["sources"]["nodes"][0]["id"].as_str().unwrap();
    assert!(count(&test, &format!(r#"{{source: "{source}", period: ALL}}"#)) > 0);
    let graded = ["UNCITED", "SINGLE_SOURCE", "CORROBORATED"]
        .map(|grade| count(&test, &format!("{{evidence: [{grade}]}}")));
    assert_eq!(graded.iter().sum::<u64>(), count(&test, "{}"));
    let contested = count(&test, "{contested: true}");
    assert_eq!(
        contested + count(&test, "{contested: false}"),
        count(&test, "{}")
    );
}

#[test]
fn the_role_is_seen_from_the_actor_at_hand() {
    let test = TestApp::iran("2026-03-10");
    let data = test.query(
        r#"{ actor(slug: "oman") { from: relationships(filter: {role: FROM}) { edges { role node { from { slug } } } } to: relationships(filter: {role: TO}) { edges { role node { to { slug } } } } } }"#,
    );
    for (list, role, end) in [("from", "FROM", "from"), ("to", "TO", "to")] {
        for edge in data["actor"][list]["edges"].as_array().unwrap() {
            assert_eq!(edge["role"], role);
            assert_eq!(edge["node"][end]["slug"], "oman");
        }
    }
}

#[test]
fn facets_count_the_whole_list_and_not_the_page() {
    let test = TestApp::iran("2026-03-10");
    let data = test.query(
        r#"{ actor(slug: "iran") { relationships(first: 1) { totalCount facets { kind { value count } tier { value count } domain { value } } } } }"#,
    );
    let list = &data["actor"]["relationships"];
    let kinds = list["facets"]["kind"].as_array().unwrap();
    let sum: u64 = kinds
        .iter()
        .map(|facet| facet["count"].as_u64().unwrap())
        .sum();
    assert_eq!(sum, list["totalCount"].as_u64().unwrap());
    assert_eq!(list["facets"]["tier"].as_array().unwrap().len(), 3);
}

#[test]
fn a_page_that_cannot_be_is_refused_with_the_reason() {
    let test = TestApp::empty();
    for (arguments, reason) in [
        (
            "first: 101",
            "first can be at most 100, and 101 was asked for",
        ),
        ("first: -1", "must not be negative"),
        ("last: 1000", "last can be at most 100"),
        ("first: 1, last: 1", "give first or last"),
        (r#"after: "nonsense""#, "not of this list"),
        (r#"before: "AAAA""#, "not of this list"),
    ] {
        let errors = test.errors(&format!("{{ actors({arguments}) {{ totalCount }} }}"));
        assert!(
            errors[0]["message"].as_str().unwrap().contains(reason),
            "{errors:#}"
        );
        assert_eq!(errors[0]["extensions"]["code"], "BAD_USER_INPUT");
    }
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let test = TestApp::iran("2026-03-10");
    let data =
        test.query("{ actors(first: 1, orderBy: [{field: NAME}]) { pageInfo { endCursor } } }");
    let cursor = data["actors"]["pageInfo"]["endCursor"].as_str().unwrap();
    let errors = test.errors(&format!(
        r#"{{ actors(after: "{cursor}") {{ totalCount }} }}"#
    ));
    assert_eq!(errors[0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[test]
fn differences_come_by_the_page_and_say_of_each_what_happened() {
    let test = TestApp::empty();
    for slug in ["a", "b", "c", "d", "e"] {
        test.actor(slug);
    }
    let ties = ["b", "c", "d", "e"].map(|to| test.tie("a", to));
    for tie in [&ties[0], &ties[2], &ties[3]] {
        let end = json!({ "id": tie, "end": "2024-05" });
        test.done("endRelationship", &end, "relationship { id }");
    }
    let page = |rest: &str| {
        let read = test.query(&format!(
            r#"{{ diff(actor: "a", from: {{ validOn: "2024-01-01" }}, to: {{ validOn: "2025-01-01" }}, first: 2{rest}) {{
                 totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ kinds relationship {{ id }} }} }} }}"#
        ));
        read["diff"].clone()
    };
    let ended = |tie: &String| json!({ "kinds": ["ENDED"], "relationship": { "id": tie } });
    let first = page("");
    assert_eq!(first["totalCount"], 3);
    assert_eq!(first["nodes"], json!([ended(&ties[0]), ended(&ties[2])]));
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let second = page(&format!(", after: {}", first["pageInfo"]["endCursor"]));
    assert_eq!(second["totalCount"], 3);
    assert_eq!(second["nodes"], json!([ended(&ties[3])]));
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
    assert_eq!(page(", kinds: [STARTED]")["totalCount"], 0);
    assert_eq!(page(", kinds: [STARTED, ENDED]")["totalCount"], 3);
}

const ORDERS: [&str; 4] = [
    "",
    "orderBy: [{field: NAME}]",
    "orderBy: [{field: UPDATED, direction: DESC}]",
    "orderBy: [{field: KIND}, {field: NAME, direction: DESC}]",
];

/// One step of a writer while somebody walks the list.
#[derive(Clone, Debug)]
enum Write {
    Create(u8),
    Rename(u8, u8),
    Retire(u8),
}

fn writes() -> impl Strategy<Value = Vec<Write>> {
    let write = prop_oneof![
        any::<u8>().prop_map(Write::Create),
        (any::<u8>(), any::<u8>()).prop_map(|(which, name)| Write::Rename(which, name)),
        any::<u8>().prop_map(Write::Retire),
    ];
    prop::collection::vec(write, 0..4)
}

fn carry_out(test: &TestApp, write: &Write, ids: &mut Vec<String>, gone: &mut BTreeSet<String>) {
    let pick = |ids: &[String], which: u8| ids[which as usize % ids.len()].clone();
    match write {
        Write::Create(name) => {
            let input = json!({ "name": format!("n{name:03}"), "kind": "OTHER" });
            let made = test.done("createActor", &input, "actor { id }");
            ids.push(made["actor"]["id"].as_str().unwrap().to_owned());
        }
        Write::Rename(which, name) => {
            let id = pick(ids, *which);
            if !gone.contains(&id) {
                let input = json!({ "id": id, "name": format!("n{name:03}") });
                test.done("updateActor", &input, "actor { id }");
            }
        }
        Write::Retire(which) => {
            let id = pick(ids, *which);
            if gone.insert(id.clone()) {
                test.done("retire", &json!({ "id": id }), "record { id }");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_walk_meets_each_record_that_was_there_throughout_exactly_once(
        order in 0..ORDERS.len(),
        size in 1usize..4,
        forward in any::<bool>(),
        between in prop::collection::vec(writes(), 1..8),
    ) {
        let test = TestApp::empty();
        let mut ids: Vec<String> = (0..8).map(|n| test.actor(&format!("n{:03}", n * 30))).collect();
        let mut gone = BTreeSet::new();
        let at_first: BTreeSet<String> = ids.iter().cloned().collect();
        let mut met: Vec<String> = Vec::new();
        let mut cursor = Value::Null;
        let mut between = between.into_iter();
        loop {
            let order = ORDERS[order];
            let query = if forward {
                format!("query($c: String) {{ actors({order} first: {size}, after: $c) {{ nodes {{ id }} pageInfo {{ more: hasNextPage next: endCursor }} }} }}")
            } else {
                format!("query($c: String) {{ actors({order} last: {size}, before: $c) {{ nodes {{ id }} pageInfo {{ more: hasPreviousPage next: startCursor }} }} }}")
            };
            let data = test.query_with(&query, json!({ "c": cursor }));
            let mut page: Vec<String> = data["actors"]["nodes"].as_array().unwrap().iter()
                .map(|node| node["id"].as_str().unwrap().to_owned()).collect();
            if !forward {
                page.reverse();
            }
            met.extend(page);
            if data["actors"]["pageInfo"]["more"] == json!(false) {
                break;
            }
            cursor = data["actors"]["pageInfo"]["next"].clone();
            for write in between.next().unwrap_or_default() {
                carry_out(&test, &write, &mut ids, &mut gone);
            }
        }
        let distinct: BTreeSet<_> = met.iter().cloned().collect();
        prop_assert_eq!(distinct.len(), met.len(), "met twice: {:?}", met);
        for id in at_first.difference(&gone) {
            prop_assert!(distinct.contains(id), "{} was not met: {:?}", id, met);
        }
    }
}

#[test]
fn a_walk_through_notes_meets_each_once_while_their_dates_change() {
    let test = TestApp::empty();
    test.actor("actor");
    let mut ids = Vec::new();
    for day in 11..20 {
        let note = json!({ "headline": format!("of {day}"), "body": "Text", "asOf": format!("2020-03-{day}"), "actors": ["actor"] });
        let made = test.done("createNote", &note, "note { id }");
        ids.push(made["note"]["id"].as_str().unwrap().to_owned());
    }
    let lists = [
        "notes",
        r#"notes(filter: { actor: "actor" }"#,
        r#"actor(slug: "actor") { notes"#,
    ];
    for (list, end) in lists.into_iter().zip(["", "", " }"]) {
        let open = if list.contains("filter") { ", " } else { "(" };
        let mut met = Vec::new();
        let mut after = Value::Null;
        for page in 0..4 {
            let page_of = "first: 3, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }";
            let query = format!("query($after: String) {{ {list}{open}{page_of}{end} }}");
            let data = test.query_with(&query, json!({ "after": after }));
            let told = if end.is_empty() {
                &data["notes"]
            } else {
                &data["actor"]["notes"]
            };
            assert_eq!(told["totalCount"], 9);
            let nodes = told["nodes"].as_array().unwrap();
            met.extend(
                nodes
                    .iter()
                    .map(|node| node["id"].as_str().unwrap().to_owned()),
            );
            after = told["pageInfo"]["endCursor"].clone();
            assert_eq!(told["pageInfo"]["hasNextPage"], page < 2);
            if page == 2 {
                break;
            }
            // One that was met falls behind those to come, one to come rises before those that were met.
            let waits = ids.iter().find(|id| !met.contains(id)).unwrap();
            for (id, date) in [(&met[0], "2001"), (waits, "2024-05")] {
                test.done(
                    "updateNote",
                    &json!({ "id": id, "asOf": date }),
                    "note { id }",
                );
            }
        }
        assert_eq!(met.len(), 9);
        assert!(ids.iter().all(|id| met.contains(id)));
    }
}
