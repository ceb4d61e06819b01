//! What `relationshipEvents` tells adds up to what lists hold.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::lists::EVENTS;
use super::{Stream, chance};
use crate::support::TestApp;

/// What is in a list at a revision, asked plainly.
fn listed(test: &TestApp, revision: u64, actor: Option<&str>, filter: &Value) -> BTreeSet<String> {
    let list = "relationships(filter: $filter, first: 100) { nodes { id } }";
    let query = match actor {
        Some(actor) => format!(r#"actor(slug: "{actor}") {{ {list} }}"#),
        None => list.to_owned(),
    };
    let query =
        format!("query($filter: RelationshipFilter) {{ at(revision: {revision}) {{ {query} }} }}");
    let data = test.query_with(&query, json!({ "filter": filter }));
    let at = match actor {
        Some(_) => &data["at"]["actor"],
        None => &data["at"],
    };
    let nodes = at["relationships"]["nodes"].as_array();
    let ids = nodes.into_iter().flatten().map(|node| node["id"].as_str());
    ids.map(|id| id.unwrap().to_owned()).collect()
}

#[test]
fn whoever_adds_up_the_events_has_the_list_at_every_revision() {
    let test = super::serving(|web| web.pace.heartbeat = Duration::from_millis(30));
    let mut pick = chance(11);
    let (actors, mut ties, mut sources, mut viewpoints) = (
        ["a", "b", "c", "d", "e"],
        Vec::new(),
        Vec::new(),
        Vec::new(),
    );
    let ids = actors.map(|slug| test.actor(slug));
    let id_of = |payload: &Value, name: &str| payload[name]["id"].as_str().unwrap().to_owned();
    for step in 0..160 {
        let tiers = [json!("CORE"), json!("VARYING"), Value::Null];
        let kinds = ["STATE", "ARMED_GROUP"];
        let reason = |id: &String| json!({ "id": id, "reason": "so" });
        match pick(10) {
            0..=2 if ties.len() < 12 => {
                let from = pick(4);
                let input = json!({
                    "from": actors[from], "to": actors[from + 1], "kind": "ALLIANCE",
                    "alignment": "ALLY", "tier": tiers[pick(3)],
                    "period": { "start": "2000", "end": (["2020", "2026-01"][pick(2)]) },
                });
                let made = test.mutate("createRelationship", &input, "relationship { id }");
                ties.extend(made["relationship"]["id"].as_str().map(str::to_owned));
            }
            3 => {
                let input =
                    json!({ "title": format!("s {step}"), "publisher": (["P", "Q"][pick(2)]) });
                sources.push(id_of(
                    &test.done("createSource", &input, "source { id }"),
                    "source",
                ));
            }
            4 if !sources.is_empty() => {
                let input = json!({ "id": sources[pick(sources.len())], "publisher": (["P", "Q"][pick(2)]) });
                test.mutate("updateSource", &input, "source { id }");
            }
            5 => {
                let input = json!({ "id": ids[pick(5)], "kind": kinds[pick(2)] });
                test.mutate("updateActor", &input, "actor { id }");
            }
            6 if !ties.is_empty() => {
                let position = json!({ "relationship": ties[pick(ties.len())], "stance": "DISPUTES", "argument": "No." });
                let input = json!({ "title": "V", "thesis": "T", "positions": [position] });
                let made = test.mutate("createViewpoint", &input, "viewpoint { id }");
                viewpoints.extend(made["viewpoint"]["id"].as_str().map(str::to_owned));
            }
            7 if !viewpoints.is_empty() => {
                let id = &viewpoints[pick(viewpoints.len())];
                test.mutate(
                    ["retire", "restore"][pick(2)],
                    &reason(id),
                    "changes { kind }",
                );
            }
            8 if !ties.is_empty() => {
                let id = &ties[pick(ties.len())];
                test.mutate(
                    ["retire", "restore"][pick(2)],
                    &reason(id),
                    "changes { kind }",
                );
            }
            _ if !ties.is_empty() => {
                let cited: Vec<_> = (0..pick(3).min(sources.len()))
                    .map(|at| json!({ "source": sources[(step + at) % sources.len()] }))
                    .collect();
                let against = [json!([]), json!(["e"])][pick(2)].clone();
                let input = json!({
                    "id": ties[pick(ties.len())], "tier": tiers[pick(3)], "citations": cited, "against": against,
                    "period": { "start": "2000", "end": ([Some("2020"), Some("2027"), None][pick(3)]) },
                });
                test.mutate("updateRelationship", &input, "relationship { id }");
            }
            _ => {}
        }
    }
    let merge = json!({ "duplicate": ids[1], "survivor": ids[3], "reason": "the same" });
    test.mutate("mergeActors", &merge, "actor { id }");
    let newest = test.query("{ latestRevision }")["latestRevision"]
        .as_u64()
        .unwrap();
    assert!(newest > 60, "{newest} revisions");

    for (actor, filter) in [
        (None, json!({})),
        (None, json!({ "tier": ["CORE"], "period": "ALL" })),
        (None, json!({ "evidence": ["CORROBORATED"] })),
        (
            None,
            json!({ "against": { "kind": ["ARMED_GROUP"] }, "period": "ALL" }),
        ),
        (None, json!({ "contested": true })),
        (
            None,
            json!({ "not": { "counterpart": { "kind": ["STATE"] } } }),
        ),
        (
            None,
            json!({ "or": [{ "contested": true }, { "evidence": ["UNCITED"], "tier": ["CORE"] }] }),
        ),
        (Some("c"), json!({})),
        (
            Some("d"),
            json!({ "role": "TO", "counterpart": { "kind": ["STATE"] } }),
        ),
        (Some("b"), json!({ "against": { "slug": ["e"] } })),
    ] {
        let query = json!({ "actor": actor, "filter": filter, "after": 0 });
        let mut stream = Stream::post(&test.url, EVENTS, query);
        let (mut list, mut at) = (BTreeSet::new(), 0);
        loop {
            let told = stream.next_before(&format!("{newest}.2026-03-01"));
            let told = told.map(|event| event.json()["data"]["relationshipEvents"].clone());
            let number = |event: &Value| event["revision"]["number"].as_u64().unwrap();
            let revision = told.as_ref().map_or(newest + 1, number);
            while at < revision {
                // It is part of the other since the last revision, and now names that.
                let actor = actor.map(|slug| if slug == "b" { "d" } else { slug });
                let plain = listed(&test, at, actor, &filter);
                assert_eq!(list, plain, "{actor:?} {filter} at {at}");
                at += 1;
            }
            let Some(event) = told else { break };
            let id = event["relationship"]["id"].as_str().unwrap().to_owned();
            match event["kind"].as_str().unwrap() {
                "ENTERS" => assert!(list.insert(id), "{event} is in the list already"),
                "LEAVES" => assert!(list.remove(&id), "{event} is not in the list"),
                _ => assert!(list.contains(&id), "{event} is not in the list"),
            }
        }
    }
}
