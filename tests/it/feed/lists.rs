//! `relationshipEvents`: what enters a list, changes in it and leaves it.

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::{Event, Socket, Stream, told};
use crate::support::{TestApp, web};
use foedera::model::Clock;

pub(super) const EVENTS: &str = "subscription($actor: ID, $filter: RelationshipFilter, $after: ID) {
    relationshipEvents(actor: $actor, filter: $filter, after: $after) {
        kind validOn cursor revision { number } relationship { id label tier validity } before { tier }
    }
}";

/// A day that a test can let pass.
pub(super) struct Days {
    pub(super) test: TestApp,
    now: &'static AtomicI64,
}

const DAY: i64 = 86_400_000;

impl Days {
    /// An empty record, an hour before the end of a day.
    pub(super) fn until_an_hour_before_the_end_of(day: &str) -> Self {
        let day: foedera::model::PartialDate = day.parse().unwrap();
        let late = i64::from(day.last_day().0) * DAY + 23 * 3_600_000;
        let now: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(late)));
        let dir = tempfile::tempdir().unwrap();
        let test = TestApp::serve(dir, Clock::Set(now), web());
        Self { test, now }
    }

    pub(super) fn pass(&self, days: i64) {
        self.now.fetch_add(days * DAY, Ordering::Relaxed);
    }
}

/// A relationship of two new actors; its id.
fn tie(test: &TestApp, name: &str, more: Value) -> String {
    for end in ["a", "b"] {
        test.actor(&format!("{name}-{end}"));
    }
    let mut input = json!({
        "from": format!("{name}-a"), "to": format!("{name}-b"), "label": name,
        "kind": "ALLIANCE", "alignment": "ALLY", "period": { "start": "2000" },
    });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let payload = test.done("createRelationship", &input, "relationship { id }");
    payload["relationship"]["id"].as_str().unwrap().to_owned()
}

/// Kind, label and the number of the revision, in short.
fn short(data: &Value) -> String {
    let event = &data["relationshipEvents"];
    let by = match &event["revision"]["number"] {
        Value::Null => event["validOn"].as_str().unwrap().to_owned(),
        number => number.to_string(),
    };
    let label = event["relationship"]["label"].as_str().unwrap();
    format!("{} {label} {by}", event["kind"].as_str().unwrap())
}

fn events(test: &TestApp, variables: Value, count: usize) -> Vec<String> {
    told(test, EVENTS, variables, count)
        .iter()
        .map(short)
        .collect()
}

#[test]
fn a_relationship_enters_changes_and_leaves_by_revisions() {
    let test = TestApp::empty();
    let update = |id: &str, change: Value| {
        let mut input = change;
        input["id"] = json!(id);
        test.done("updateRelationship", &input, "relationship { id }")
    };
    let one = tie(&test, "one", json!({ "tier": "VARYING" })); // 3
    let two = tie(&test, "two", json!({ "tier": "CORE" })); // 6: enters
    update(&one, json!({ "tier": "CORE" })); // 7: enters
    update(&two, json!({ "summary": "Long and close." })); // 8: changes
    update(&one, json!({ "tier": "MAJOR_POWER" })); // 9: leaves
    update(&one, json!({ "summary": "Elsewhere." })); // 10: is not in the list
    test.done(
        "retire",
        &json!({ "id": two, "reason": "a mistake" }),
        "changes { kind }",
    ); // 11: leaves
    test.done(
        "restore",
        &json!({ "id": two, "reason": "none" }),
        "changes { kind }",
    ); // 12: enters
    let input = json!({ "id": two, "end": "2026-02-27" });
    test.done("endRelationship", &input, "relationship { id }"); // 13: is no longer current
    let core = json!({ "filter": { "tier": ["CORE"] }, "after": 0 });
    let all = [
        "ENTERS two 6",
        "ENTERS one 7",
        "CHANGES two 8",
        "LEAVES one 9",
        "LEAVES two 11",
        "ENTERS two 12",
        "LEAVES two 13",
    ];
    assert_eq!(events(&test, core.clone(), 7), all);
    let of_two = json!({ "actor": "two-b", "filter": { "tier": ["CORE"] }, "after": "8" });
    let own = ["LEAVES two 11", "ENTERS two 12", "LEAVES two 13"];
    assert_eq!(events(&test, of_two, 3), own);

    // Each is read at its own revision.
    let told = told(&test, EVENTS, core, 4);
    let tiers = |at: usize| {
        let event = &told[at]["relationshipEvents"];
        (
            event["before"]["tier"].clone(),
            event["relationship"]["tier"].clone(),
        )
    };
    assert_eq!(tiers(0), (Value::Null, json!("CORE")));
    assert_eq!(tiers(1), (json!("VARYING"), json!("CORE")));
    assert_eq!(tiers(3), (json!("CORE"), json!("MAJOR_POWER")));
}

#[test]
fn a_relationship_enters_and_leaves_by_the_calendar_alone() {
    let days = Days::until_an_hour_before_the_end_of("2026-02-28");
    let test = &days.test;
    let last_day = json!({ "period": { "start": "2000-01-01", "end": "2026-02-28" } });
    tie(test, "ending", last_day);
    tie(
        test,
        "beginning",
        json!({ "period": { "start": "2026-03-01" } }),
    );
    tie(test, "lasting", json!({}));
    let follow = |more: Value| {
        let mut variables = json!({ "after": 9 });
        let fields = more.as_object().unwrap().clone();
        variables.as_object_mut().unwrap().extend(fields);
        let mut socket = Socket::greeted(&test.url);
        socket.follow("1", EVENTS, variables);
        socket
    };
    let mut now = follow(json!({}));
    let mut past = follow(json!({ "filter": { "period": "PAST" } }));
    let mut one = follow(json!({ "actor": "beginning-a" }));
    days.pass(1);
    assert_eq!(short(&now.data("1")), "LEAVES ending 2026-03-01");
    let event = now.data("1");
    assert_eq!(short(&event), "ENTERS beginning 2026-03-01");
    let event = &event["relationshipEvents"];
    assert_eq!(event["relationship"]["validity"], "CERTAIN");
    assert_eq!(short(&past.data("1")), "ENTERS ending 2026-03-01");
    assert_eq!(short(&one.data("1")), "ENTERS beginning 2026-03-01");
    // What comes after is about the new day.
    tie(test, "new", json!({}));
    let event = now.data("1");
    assert_eq!(short(&event), "ENTERS new 12");
    assert_eq!(event["relationshipEvents"]["validOn"], "2026-03-01");
}

#[test]
fn days_that_passed_meanwhile_are_told_in_their_place() {
    let days = Days::until_an_hour_before_the_end_of("2026-02-28");
    let test = &days.test;
    let filter = json!({ "tier": ["CORE"] });
    let tie = |name: &str, start: &str, end: Value| {
        let status = if end.is_null() { "ONGOING" } else { "ENDED" };
        let period = json!({ "start": start, "end": end, "status": status });
        tie(test, name, json!({ "tier": "CORE", "period": period }))
    };
    tie("first", "2026-03-02", json!("2026-03-03"));
    let mut stream = Stream::post(&test.url, EVENTS, json!({ "filter": filter }));
    while stream.id.is_none() {
        let line = stream.lines.next().unwrap().unwrap();
        stream.id = line.strip_prefix("id: ").map(str::to_owned);
    }
    let from = stream.id.take().unwrap();
    drop(stream);
    days.pass(2);
    tie("second", "2026-02", Value::Null);
    days.pass(3);
    tie("third", "2026-03-20", Value::Null);
    let again = json!({ "filter": filter, "after": from });
    let all = [
        "ENTERS first 2026-03-02",
        "ENTERS second 6",
        "LEAVES first 2026-03-04",
    ];
    assert_eq!(events(test, again, 3), all);
    // From each of them on the rest is the same.
    let mut stream = Stream::post(
        &test.url,
        EVENTS,
        json!({ "filter": filter, "after": from }),
    );
    for told in 1..3 {
        let cursor = stream.data()["relationshipEvents"]["cursor"].clone();
        let rest = json!({ "filter": filter, "after": cursor });
        assert_eq!(events(test, rest, 3 - told), all[told..]);
    }
}

#[test]
fn the_events_of_one_revision_are_taken_up_in_the_middle() {
    let test = TestApp::iran("2026-03-01");
    let query =
        r#"subscription { relationshipEvents(after: "0", filter: { tier: [CORE] }) { cursor } }"#;
    let mut stream = Stream::again(&test.url, query, None);
    let all: Vec<Event> = (0..6).map(|_| stream.next().unwrap()).collect();
    for (told, event) in all.iter().enumerate() {
        let mut stream = Stream::again(&test.url, query, event.id.as_deref());
        for later in &all[told + 1..] {
            assert_eq!(stream.next().unwrap(), *later);
        }
        let cursor = &event.json()["data"]["relationshipEvents"]["cursor"];
        assert_eq!(*cursor, json!(event.id));
    }
}

#[test]
fn what_changes_elsewhere_moves_relationships_too() {
    let test = TestApp::empty();
    let one = tie(&test, "one", json!({})); // 3
    let source = |title: &str, publisher: &str| {
        let input = json!({ "title": title, "publisher": publisher });
        let payload = test.done("createSource", &input, "source { id }");
        payload["source"]["id"].as_str().unwrap().to_owned()
    };
    let sources = [source("A", "P"), source("B", "P")]; // 4, 5
    test.actor("foe"); // 6
    let citations = sources.each_ref().map(|source| json!({ "source": source }));
    let input = json!({ "id": one, "citations": citations, "against": ["foe"] });
    test.done("updateRelationship", &input, "relationship { id }"); // 7
    // The source has another publisher after all.
    let input = json!({ "id": sources[1], "publisher": "Q" });
    test.done("updateSource", &input, "source { id }"); // 8
    let input = json!({ "id": "foe", "kind": "ARMED_GROUP" });
    let foe = test.query(r#"{ actor(slug: "foe") { id } }"#)["actor"]["id"].clone();
    test.done(
        "updateActor",
        &json!({ "id": foe, "kind": input["kind"] }),
        "actor { id }",
    ); // 9
    let position = json!({ "relationship": one, "stance": "DISPUTES", "argument": "No." });
    let viewpoint = json!({ "title": "V", "thesis": "T", "positions": [position] });
    let payload = test.done("createViewpoint", &viewpoint, "viewpoint { id }"); // 10
    let viewpoint = json!({ "id": payload["viewpoint"]["id"], "reason": "x" });
    test.done("retire", &viewpoint, "changes { kind }"); // 11
    let other = test.query(r#"{ actor(slug: "one-b") { id } }"#)["actor"]["id"].clone();
    let country = json!({ "id": other, "country": "IR" });
    test.done("updateActor", &country, "actor { id }"); // 12

    let told =
        |filter: Value, count: usize| events(&test, json!({ "filter": filter, "after": 0 }), count);
    assert_eq!(
        told(json!({ "evidence": ["CORROBORATED"] }), 1),
        ["ENTERS one 8"]
    );
    assert_eq!(
        told(json!({ "against": { "kind": ["ARMED_GROUP"] } }), 1),
        ["ENTERS one 9"]
    );
    assert_eq!(
        told(json!({ "contested": true }), 2),
        ["ENTERS one 10", "LEAVES one 11"]
    );
    assert_eq!(
        told(json!({ "counterpart": { "country": ["IR"] } }), 1),
        ["ENTERS one 12"]
    );
}

#[test]
fn whoever_follows_a_duplicate_goes_on_with_the_survivor() {
    let test = TestApp::empty();
    tie(&test, "old", json!({}));
    tie(&test, "new", json!({}));
    let mut socket = Socket::greeted(&test.url);
    socket.follow("1", EVENTS, json!({ "actor": "old-a", "after": 6 }));
    let merge = json!({ "duplicate": "old-a", "survivor": "new-a", "reason": "the same" });
    test.done("mergeActors", &merge, "actor { id }");
    let mut told = [short(&socket.data("1")), short(&socket.data("1"))];
    told.sort_unstable();
    assert_eq!(told, ["CHANGES old 7", "ENTERS new 7"]);
}
