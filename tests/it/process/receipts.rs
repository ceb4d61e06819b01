//! Receipts outlive the process, the engine's files and the directory.

use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Server, succeed};
use crate::support::agent;

const REVISIONS: u64 = 1_000;
const RECEIPTS: usize = 100;

/// Numbers that look random, and are the same each time.
struct Dice(u64);

impl Dice {
    /// A number from 0 to below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        // Knuth's constants for a linear congruential generator (MMIX).
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len())]
    }
}

/// A change at random. Some are refused, which is part of it.
fn change(dice: &mut Dice, place: usize) -> (&'static str, Value) {
    let (one, other) = (dice.roll(40) + 1, dice.roll(40) + 1);
    let id = |kind: &str, number: usize| {
        let digits = [
            "",
            &"0123456789abcdefghijklmnopqrstuvwxyz"[number % 36..=number % 36],
        ]
        .concat();
        if number < 36 {
            format!("{kind}_{digits}")
        } else {
            format!("{kind}_1{digits}")
        }
    };
    let alignment = dice.of(&["ALLY", "PARTNER", "RIVAL", "MIXED"]);
    let year = 1990 + dice.roll(40);
    match dice.roll(12) {
        0..=2 => (
            "createActor",
            json!({ "name": format!("Actor {place}"), "slug": format!("s{}", dice.roll(60)), "kind": "STATE" }),
        ),
        3 | 4 => (
            "updateActor",
            json!({ "id": id("actor", one), "name": format!("Name {place}"), "summary": format!("text {place}") }),
        ),
        5..=7 => (
            "createRelationship",
            json!({ "from": id("actor", one), "to": id("actor", other), "kind": "ALLIANCE", "alignment": alignment, "period": { "start": year.to_string() } }),
        ),
        8 => (
            "updateRelationship",
            json!({ "id": id("relationship", one), "alignment": alignment, "label": format!("label {place}") }),
        ),
        9 => (
            "endRelationship",
            json!({ "id": id("relationship", one), "end": (year + 5).to_string() }),
        ),
        10 => (
            "createNote",
            json!({ "headline": format!("News {place}"), "body": "Text", "asOf": year.to_string(), "actors": [id("actor", one)] }),
        ),
        _ => match dice.roll(3) {
            0 => (
                "retire",
                json!({ "id": id("relationship", one), "reason": "no more" }),
            ),
            1 => ("restore", json!({ "id": id("relationship", one) })),
            _ => (
                "mergeActors",
                json!({ "duplicate": id("actor", one), "survivor": id("actor", other), "reason": "the same" }),
            ),
        },
    }
}

/// A question at random.
fn question(dice: &mut Dice) -> Value {
    let slug = format!("s{}", dice.roll(60));
    let (query, variables) = match dice.roll(9) {
        0 => (
            "{ latestRevision at { revision validOn knownAt } }",
            json!({}),
        ),
        1 => (
            "query($slug: String!) { actor(slug: $slug) { id name version updatedAt relationships(first: 50, filter: { period: ALL }, orderBy: [{ field: START, direction: DESC }]) { totalCount facets { alignment { value count } } edges { cursor role counterpart { slug name } node { label validity } } } } }",
            json!({ "slug": slug }),
        ),
        2 => (
            "query($slug: String!) { actor(slug: $slug) { history(first: 50) { totalCount nodes { kind reason revision { number hash committedAt } fields { path before after } } } notes { nodes { headline } } } }",
            json!({ "slug": slug }),
        ),
        3 => (
            "{ actors(first: 100, orderBy: [{ field: NAME, direction: ASC }]) { totalCount pageInfo { endCursor hasNextPage } nodes { slug name } } }",
            json!({}),
        ),
        4 => (
            "{ relationships(first: 30, filter: { alignment: [ALLY, MIXED] }) { totalCount nodes { id version from { name } to { name } period { start end status } } } }",
            json!({}),
        ),
        5 => (
            "{ revisions(first: 15) { totalCount nodes { number author hash changes { totalCount nodes { kind record { id } } } } } }",
            json!({}),
        ),
        6 => (
            "{ diff(from: { validOn: \"2000-01-01\" }, to: {}, first: 20) { totalCount nodes { kinds fields { path } changes { kind } } } }",
            json!({}),
        ),
        7 => (
            "query($revision: Int!) { diff(from: { revision: $revision }, to: {}, first: 20) { totalCount nodes { kinds before { id } after { id } } } }",
            json!({ "revision": dice.roll(3) }),
        ),
        _ => (
            "query($slug: String!) { at(validOn: \"2010\") { actor(slug: $slug) { name allies { totalCount edges { counterpart { name } } } } notes(first: 10) { nodes { headline actors { slug } } } } }",
            json!({ "slug": slug }),
        ),
    };
    json!({ "query": query, "variables": variables, "extensions": { "receipt": true } })
}

fn post(server: &Server, body: &Value) -> Value {
    let request = agent().post(format!("{}/graphql", server.url));
    let mut answer = request
        .header("content-type", "application/json")
        .send(body.to_string())
        .unwrap();
    serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
}

/// Whether every receipt gives bytes with its hash.
fn all_replay(server: &Server, receipts: &[(String, String)], when: &str) {
    for (token, wanted) in receipts {
        let url = format!("{}/receipts/{token}/data", server.url);
        let mut answer = agent().get(url).call().unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        assert_eq!(answer.status(), 200, "{when}: {body}");
        let found: String = Sha256::digest(body.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(found, *wanted, "{when}: {body}");
    }
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_hundred_receipts_of_a_thousand_revisions_replay_after_restart_reindex_and_restore() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("backup"));
    let server = Server::start(&data);
    let mut dice = Dice(2026);
    let mut receipts = Vec::new();
    let (mut revision, mut tried) = (0, 0);
    while revision < REVISIONS {
        let (name, input) = change(&mut dice, tried);
        let mut kind = name.to_owned();
        kind[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {kind}Input!) {{ {name}(input: $input) {{ revision {{ number }} }} }}"
        );
        let answer = server.post(&query, &json!({ "input": input }));
        tried += 1;
        if let Some(number) = answer["data"][name]["revision"]["number"].as_u64() {
            revision = number;
        }
        // As often as there are receipts left for the revisions that are left, more or less.
        let left = (REVISIONS - revision.min(REVISIONS) + 1) as usize;
        if receipts.len() < RECEIPTS && dice.roll(left) < RECEIPTS - receipts.len() {
            let answer = post(&server, &question(&mut dice));
            assert_eq!(answer.get("errors"), None, "{answer:#}");
            let receipt = &answer["extensions"]["receipt"];
            let text = |name: &str| receipt[name].as_str().unwrap().to_owned();
            receipts.push((text("token"), text("sha256")));
        }
    }
    assert_eq!(receipts.len(), RECEIPTS);
    let mut hashes: Vec<_> = receipts.iter().map(|(_, sha256)| sha256).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert!(
        hashes.len() > RECEIPTS / 2,
        "too many answers are the same: {}",
        hashes.len()
    );

    all_replay(&server, &receipts, "at once");
    assert_eq!(server.stop(), Some(0));
    let server = Server::start(&data);
    all_replay(&server, &receipts, "after a restart");
    assert_eq!(server.stop(), Some(0));
    succeed(&["reindex", "--data", name(&data)]);
    let server = Server::start(&data);
    all_replay(&server, &receipts, "after a reindex");
    assert_eq!(server.stop(), Some(0));
    succeed(&["backup", name(&file), "--data", name(&data)]);
    let restored = dir.path().join("restored");
    succeed(&["restore", name(&file), "--data", name(&restored)]);
    let server = Server::start(&restored);
    all_replay(&server, &receipts, "after a restore");
}
