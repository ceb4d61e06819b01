//! A day in a newsroom: two contributors, an editor, and nothing lost.

use foedera::ledger::verify::verify;
use serde_json::{Value, json};

use super::{clock, give, serving};
use crate::support::TestApp;

/// The fields of a proposal that are looked at.
pub const FIELDS: &str = "id status author message baseRevision changes { kind record { id } reason fields { path before after } } conflicts { record { id } revisions { number author } fields { path base current proposed } } comments { author text } decidedBy reason revision { number author approvedBy message }";

/// Somebody with a token.
pub struct Person<'a> {
    pub test: &'a TestApp,
    pub token: String,
}

impl<'a> Person<'a> {
    pub fn new(test: &'a TestApp, name: &str, role: &str) -> Self {
        let (_, token) = give(test, name, role);
        Self { test, token }
    }

    /// The data of an answer that must have no errors.
    pub fn ask(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let answer = self.test.post(&body, Some(&self.token));
        assert_eq!(answer.get("errors"), None, "{answer:#}");
        answer["data"].clone()
    }

    /// The payload of a mutation.
    pub fn write(&self, name: &str, input: Value) -> Value {
        let kind = name[..1].to_uppercase() + &name[1..];
        let replayed = if name.ends_with("Proposal") {
            ""
        } else {
            "replayed"
        };
        let query = format!(
            "mutation($input: {kind}Input!) {{ {name}(input: $input) {{ proposal {{ {FIELDS} }} revision {{ number author approvedBy message }} changes {{ kind fields {{ path after }} }} {replayed} userErrors {{ code path message }} }} }}"
        );
        self.ask(&query, json!({ "input": input }))[name].clone()
    }

    /// The proposal that a write becomes.
    pub fn propose(&self, name: &str, input: Value) -> Value {
        let payload = self.write(name, input);
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        assert_eq!(payload["revision"], Value::Null);
        assert_eq!(payload["proposal"]["status"], "OPEN");
        payload["proposal"].clone()
    }

    pub fn approve(&self, proposal: &Value) -> Value {
        let payload = self.write("approveProposal", json!({ "id": proposal["id"] }));
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload
    }

    pub fn proposal(&self, id: &Value) -> Value {
        let query = format!("query($id: ID!) {{ proposal(id: $id) {{ {FIELDS} }} }}");
        self.ask(&query, json!({ "id": id }))["proposal"].clone()
    }

    /// The open proposals that this person sees, by author.
    pub fn queue(&self) -> Vec<String> {
        let query = "{ proposals(status: [OPEN]) { nodes { author } } }";
        let data = self.ask(query, json!({}));
        let nodes = data["proposals"]["nodes"].as_array().unwrap().iter();
        nodes
            .map(|node| node["author"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[test]
fn a_day_in_a_newsroom() {
    let test = serving(clock(), false);
    let [ana, boris] = ["ana", "boris"].map(|name| Person::new(&test, name, "CONTRIBUTOR"));
    let clara = Person::new(&test, "clara", "EDITOR");

    // Morning: two proposals. The record says nothing of them.
    let league = json!({ "name": "The League", "kind": "COALITION", "message": "a new league", "idempotencyKey": "league" });
    let payload = ana.write("createActor", league.clone());
    let first = payload["proposal"].clone();
    assert_eq!(payload["changes"][0]["kind"], "CREATED");
    let named = json!({ "path": "name", "before": null, "after": "The League" });
    let fields = first["changes"][0]["fields"].as_array().unwrap();
    assert!(fields.contains(&named), "{first:#}");
    assert_eq!(first["changes"][0]["record"], Value::Null);
    let again = ana.write("createActor", league);
    assert_eq!(
        (&again["proposal"]["id"], &again["replayed"]),
        (&first["id"], &json!(true))
    );
    let second = boris.propose(
        "recordUpdate",
        json!({
            "message": "talks",
            "note": { "headline": "Talks begin", "body": "An invented example.", "asOf": "2026-02", "actors": ["#a", "#b"] },
            "changes": [
                { "createActor": { "ref": "a", "name": "Arcadia", "kind": "STATE" } },
                { "createActor": { "ref": "b", "name": "Boeotia", "kind": "STATE" } },
                { "createRelationship": { "from": "#a", "to": "#b", "kind": "MEDIATION", "alignment": "PARTNER", "period": { "start": "2026-02" } } },
            ],
        }),
    );
    assert_eq!(test.query("{ latestRevision }")["latestRevision"], 0);
    assert_eq!(clara.queue(), ["ana", "boris"]);
    assert_eq!(boris.queue(), ["boris"]);

    // Noon: they talk. Nobody but editors reads what others propose.
    assert_eq!(boris.proposal(&first["id"]), Value::Null);
    let told = boris.write(
        "commentOnProposal",
        json!({ "id": first["id"], "text": "mine?" }),
    );
    assert_eq!(told["userErrors"][0]["code"], "NOT_FOUND");
    for (who, text) in [(&clara, "Which source says so?"), (&ana, "I shall look.")] {
        let said = who.write(
            "commentOnProposal",
            json!({ "id": first["id"], "text": text }),
        );
        assert_eq!(said["userErrors"], json!([]));
    }

    // Afternoon: one is approved, one rejected, mended and approved.
    let approved = clara.approve(&second);
    let revision =
        json!({ "number": 1, "author": "boris", "approvedBy": "clara", "message": "talks" });
    assert_eq!(approved["revision"], revision);
    assert_eq!(approved["proposal"]["revision"], revision);
    assert_eq!(approved["changes"].as_array().unwrap().len(), 4);
    let rejected = clara.write(
        "rejectProposal",
        json!({ "id": first["id"], "reason": "no source" }),
    );
    assert_eq!(rejected["proposal"]["status"], "REJECTED");
    let read = ana.proposal(&first["id"]);
    assert_eq!(
        (&read["reason"], &read["decidedBy"]),
        (&json!("no source"), &json!("clara"))
    );
    let comments = json!([
        { "author": "clara", "text": "Which source says so?" },
        { "author": "ana", "text": "I shall look." },
    ]);
    assert_eq!(read["comments"], comments);
    let third = ana.propose(
        "createActor",
        json!({ "name": "The League", "kind": "COALITION" }),
    );
    let made = clara.approve(&third);
    assert_eq!(made["revision"]["author"], "ana");
    assert_eq!(clara.queue(), [""; 0]);

    // Evening: all of it is there, by both names, and the chain holds.
    let data = test.query("{ actors { totalCount } notes { totalCount } revisions { nodes { number author approvedBy } } }");
    assert_eq!(
        data,
        json!({
            "actors": { "totalCount": 3 },
            "notes": { "totalCount": 1 },
            "revisions": { "nodes": [
                { "number": 2, "author": "ana", "approvedBy": "clara" },
                { "number": 1, "author": "boris", "approvedBy": "clara" },
            ] },
        })
    );
    verify(test.app.ledger.log(), |_| {}).unwrap();
}

#[test]
fn what_has_changed_under_a_proposal_is_shown_and_has_to_be_decided() {
    let test = serving(clock(), false);
    let id = test.actor("arcadia");
    let [ana, boris] = ["ana", "boris"].map(|name| Person::new(&test, name, "CONTRIBUTOR"));
    let clara = Person::new(&test, "clara", "EDITOR");
    let wish = json!({ "id": id, "summary": "By Ana", "name": "Arcadia", "expectedVersion": 1 });
    let summary = ana.propose("updateActor", wish);
    let country = boris.propose("updateActor", json!({ "id": id, "country": "GR" }));
    let retired = boris.propose("retire", json!({ "id": id, "reason": "a mistake" }));
    let own = clara.write("updateActor", json!({ "id": id, "summary": "By Clara" }));
    assert_eq!(own["revision"]["number"], 2);

    let conflicts = clara.proposal(&summary["id"])["conflicts"].clone();
    assert_eq!(
        conflicts,
        json!([{
            "record": { "id": id },
            "revisions": [{ "number": 2, "author": "clara" }],
            "fields": [{ "path": "summary", "base": null, "current": "By Clara", "proposed": "By Ana" }],
        }])
    );
    let refused = clara.write("approveProposal", json!({ "id": summary["id"] }));
    assert_eq!(refused["userErrors"][0]["code"], "CONFLICT");
    let message = refused["userErrors"][0]["message"].as_str().unwrap();
    assert!(message.contains("in revision 2: summary"), "{message}");
    assert_eq!(clara.queue(), ["ana", "boris", "boris"]);
    // Who decides on the record as a whole has decided on what it said.
    let whole = clara.proposal(&retired["id"])["conflicts"].clone();
    assert_eq!(whole[0]["fields"][0]["path"], "summary");

    // What touches other fields is in nobody's way.
    assert_eq!(clara.proposal(&country["id"])["conflicts"], json!([]));
    clara.approve(&country);
    let tried = clara.write(
        "approveProposal",
        json!({ "id": summary["id"], "despiteConflicts": true, "dryRun": true }),
    );
    assert_eq!(tried["proposal"]["status"], "OPEN");
    assert_eq!(tried["changes"][0]["kind"], "UPDATED");
    let done = clara.write(
        "approveProposal",
        json!({ "id": summary["id"], "despiteConflicts": true }),
    );
    assert_eq!(done["revision"]["number"], 4);
    let actor = test.query(r#"{ actor(slug: "arcadia") { name summary country } }"#);
    assert_eq!(
        actor["actor"],
        json!({ "name": "Arcadia", "summary": "By Ana", "country": "GR" })
    );
}

#[test]
fn what_was_retired_since_is_a_conflict_without_fields() {
    let test = serving(clock(), false);
    let id = test.actor("arcadia");
    let ana = Person::new(&test, "ana", "CONTRIBUTOR");
    let clara = Person::new(&test, "clara", "EDITOR");
    let proposal = ana.propose("updateActor", json!({ "id": id, "country": "GR" }));
    clara.write("retire", json!({ "id": id }));
    let conflicts = clara.proposal(&proposal["id"])["conflicts"].clone();
    assert_eq!(conflicts[0]["fields"], json!([]));
    assert_eq!(conflicts[0]["revisions"][0]["number"], 2);
    // In spite of that it is still no change that can be made.
    let input = json!({ "id": proposal["id"], "despiteConflicts": true });
    let refused = clara.write("approveProposal", input);
    assert_eq!(refused["userErrors"][0]["code"], "RETIRED", "{refused}");
    assert_eq!(clara.queue(), ["ana"]);
}

#[test]
fn a_proposal_is_checked_like_a_write() {
    let test = serving(clock(), false);
    let ana = Person::new(&test, "ana", "CONTRIBUTOR");
    let bad = ana.write(
        "createActor",
        json!({ "name": "", "kind": "STATE", "country": "Atlantis" }),
    );
    let codes: Vec<_> = bad["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["code"].clone())
        .collect();
    assert_eq!(codes, ["REQUIRED", "INVALID"]);
    let tried = ana.write(
        "createActor",
        json!({ "name": "A", "kind": "STATE", "dryRun": true }),
    );
    assert_eq!(tried["proposal"], Value::Null);
    assert_eq!(tried["changes"][0]["kind"], "CREATED");
    let id = test.actor("a");
    let idle = ana.write("updateActor", json!({ "id": id, "name": "a" }));
    assert_eq!(idle["userErrors"][0]["code"], "NO_CHANGE");
    let key = |name: &str| json!({ "name": name, "kind": "STATE", "idempotencyKey": "k" });
    ana.propose("createActor", key("B"));
    let reused = ana.write("createActor", key("C"));
    assert_eq!(reused["userErrors"][0]["code"], "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(ana.queue(), ["ana"]);
}

#[test]
fn each_proposal_is_decided_on_once_and_by_somebody_else() {
    let test = serving(clock(), false);
    let [ana, boris] = ["ana", "boris"].map(|name| Person::new(&test, name, "CONTRIBUTOR"));
    let clara = Person::new(&test, "clara", "EDITOR");
    let made = |name: &str| ana.propose("createActor", json!({ "name": name, "kind": "STATE" }));
    let code = |payload: Value| payload["userErrors"][0]["code"].clone();
    let first = made("First");
    // Ana has become an editor.
    let promoted = Person::new(&test, "ana", "EDITOR");
    assert_eq!(
        code(promoted.write("approveProposal", json!({ "id": first["id"] }))),
        "NOT_YOURS"
    );
    assert_eq!(
        code(boris.write("withdrawProposal", json!({ "id": first["id"] }))),
        "NOT_FOUND"
    );
    assert_eq!(
        code(clara.write("withdrawProposal", json!({ "id": first["id"] }))),
        "NOT_YOURS"
    );
    for reason in ["", " \n", &"x".repeat(5_001)] {
        let refused = clara.write(
            "rejectProposal",
            json!({ "id": first["id"], "reason": reason }),
        );
        assert_eq!(refused["userErrors"][0]["path"], json!(["input", "reason"]));
    }
    let taken = ana.write("withdrawProposal", json!({ "id": first["id"] }));
    assert_eq!(taken["proposal"]["status"], "WITHDRAWN");
    let second = made("Second");
    clara.approve(&second);
    for ended in [&first, &second] {
        let id = &ended["id"];
        assert_eq!(
            code(clara.write("approveProposal", json!({ "id": id }))),
            "NO_CHANGE"
        );
        assert_eq!(
            code(clara.write("rejectProposal", json!({ "id": id, "reason": "no" }))),
            "NO_CHANGE"
        );
        assert_eq!(
            code(ana.write("withdrawProposal", json!({ "id": id }))),
            "NO_CHANGE"
        );
    }
    for id in ["proposal_0", "proposal_3", "proposal_", "actor_1"] {
        assert_eq!(
            code(clara.write("approveProposal", json!({ "id": id }))),
            "NOT_FOUND"
        );
    }
    assert_eq!(test.query("{ latestRevision }")["latestRevision"], 1);
}

#[test]
fn two_editors_at_once_carry_a_proposal_out_once() {
    let test = serving(clock(), false);
    let ana = Person::new(&test, "ana", "CONTRIBUTOR");
    let editors: Vec<_> = (0..4)
        .map(|n| Person::new(&test, &format!("editor {n}"), "EDITOR"))
        .collect();
    for n in 0..10 {
        let name = format!("Actor {n}");
        let proposal = ana.propose("createActor", json!({ "name": name, "kind": "STATE" }));
        let done: usize = std::thread::scope(|scope| {
            let tries: Vec<_> = editors
                .iter()
                .map(|editor| {
                    let input = json!({ "id": proposal["id"] });
                    scope.spawn(move || editor.write("approveProposal", input))
                })
                .collect();
            let made = |payload: Value| usize::from(payload["revision"] != Value::Null);
            tries.into_iter().map(|one| made(one.join().unwrap())).sum()
        });
        assert_eq!(done, 1);
    }
    assert_eq!(test.query("{ latestRevision }")["latestRevision"], 10);
}
