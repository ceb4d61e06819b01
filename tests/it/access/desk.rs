//! The desk: what is kept of proposals, through restarts, crashes and redactions.

use foedera::store::Store;
use serde_json::{Value, json};

use super::newsroom::Person;
use super::{clock, post, serving};
use crate::support::{TOKEN, TestApp, is_kept};

/// The value of the first proposal as the store keeps it.
fn stored(test: &TestApp) -> Vec<u8> {
    let store = test.app.ledger.documents().store();
    store.settings("proposal/").unwrap().remove(0)
}

#[test]
fn every_sort_of_change_can_be_proposed_and_is_carried_out_after_a_restart() {
    let test = TestApp::empty();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|slug| test.actor(slug));
    let tie = test.tie("a", "b");
    test.done("retire", &json!({ "id": d }), "record { id }");
    let source = test.done("createSource", &json!({ "title": "S" }), "source { id }");
    let source = source["source"]["id"].clone();
    test.actor("mistake");
    let wishes = [
        (
            "createActor",
            json!({ "name": "E", "kind": "STATE", "aliases": [{ "text": "Ee", "period": { "start": "1990~" } }] }),
        ),
        (
            "updateActor",
            json!({ "id": a, "summary": "A summary", "country": null }),
        ),
        (
            "createRelationship",
            json!({ "from": a, "to": c, "kind": "ALLIANCE", "alignment": "ALLY", "period": { "start": "2001-02", "end": "2003?" }, "citations": [{ "source": source }] }),
        ),
        (
            "updateRelationship",
            json!({ "id": tie, "label": "a pact" }),
        ),
        (
            "createSource",
            json!({ "title": "T", "kind": "NEWS", "reliability": "B" }),
        ),
        (
            "createNote",
            json!({ "headline": "N", "body": "b", "asOf": "2026", "actors": [a] }),
        ),
        (
            "createViewpoint",
            json!({ "title": "V", "thesis": "s", "positions": [{ "relationship": tie, "stance": "DISPUTES" }] }),
        ),
        (
            "createBrief",
            json!({ "question": "who?", "summary": "s", "sections": [{ "title": "h", "filter": { "not": { "kind": ["RIVALRY"] }, "tier": ["CORE"] } }] }),
        ),
        ("endRelationship", json!({ "id": tie, "end": "2020-01" })),
        ("restore", json!({ "id": d })),
        ("mergeActors", json!({ "duplicate": b, "survivor": c })),
        ("revertRevision", json!({ "number": 8 })),
    ];
    let ana = Person::new(&test, "ana", "CONTRIBUTOR");
    let mut proposals = Vec::new();
    for (name, input) in wishes {
        let data = ana.test.post(
            &json!({ "query": query(name), "variables": { "input": input } }),
            Some(&ana.token),
        );
        let proposal = &data["data"][name]["proposal"];
        assert_eq!(proposal["status"], "OPEN", "{name}: {data:#}");
        proposals.push((name, proposal.clone()));
    }
    let before = test.query("{ latestRevision }");
    let token = ana.token.clone();
    let test = test.reopened("2026-03-02");
    assert_eq!(test.query("{ latestRevision }"), before);
    let clara = Person::new(&test, "clara", "EDITOR");
    for (name, proposal) in &proposals {
        let input = json!({ "id": proposal["id"], "despiteConflicts": true });
        let done = clara.write("approveProposal", input);
        assert_eq!(done["userErrors"], json!([]), "{name}: {done:#}");
        assert_eq!(done["revision"]["approvedBy"], "clara", "{name}");
    }
    let ended = post(
        &test,
        Some(&token),
        "{ proposals(status: [APPROVED], first: 100) { totalCount } }",
    );
    assert_eq!(
        ended.json()["data"]["proposals"]["totalCount"],
        proposals.len()
    );
    foedera::ledger::verify::verify(test.app.ledger.log(), |_| {}).unwrap();
}

fn query(name: &str) -> String {
    let kind = name[..1].to_uppercase() + &name[1..];
    format!(
        "mutation($input: {kind}Input!) {{ {name}(input: $input) {{ proposal {{ id status }} userErrors {{ code path message }} }} }}"
    )
}

#[test]
fn a_crash_between_the_revision_and_the_desk_leaves_no_proposal_open() {
    let test = TestApp::empty();
    let ana = Person::new(&test, "ana", "CONTRIBUTOR");
    let clara = Person::new(&test, "clara", "EDITOR");
    let proposal = ana.propose("createActor", json!({ "name": "A", "kind": "STATE" }));
    let before = stored(&test);
    clara.approve(&proposal);
    // The desk as it was just before the approval was noted.
    let store = test.app.ledger.documents().store();
    store.set_setting("proposal/00000001", &before).unwrap();
    let (ana, clara) = (ana.token.clone(), clara.token.clone());
    let test = test.reopened("2026-03-02");
    let [_, clara] = [ana, clara].map(|token| Person { test: &test, token });
    let found = clara.proposal(&proposal["id"]);
    assert_eq!(found["status"], "APPROVED");
    assert_eq!(found["decidedBy"], "clara");
    assert_eq!(found["revision"]["number"], 1);
    let again = clara.write("approveProposal", json!({ "id": proposal["id"] }));
    assert_eq!(again["userErrors"][0]["code"], "NO_CHANGE");
    assert_eq!(test.query("{ latestRevision }")["latestRevision"], 1);
}

#[test]
fn a_redaction_takes_the_words_out_of_proposals_too() {
    let test = TestApp::empty();
    let id = test.actor("a");
    let ana = Person::new(&test, "ana", "CONTRIBUTOR");
    let clara = Person::new(&test, "clara", "EDITOR");
    let open = ana.propose(
        "updateActor",
        json!({ "id": id, "summary": "unspeakable", "message": "unspeakable" }),
    );
    let ended = ana.propose(
        "updateActor",
        json!({ "id": id, "summary": "unspeakable too" }),
    );
    clara.write(
        "commentOnProposal",
        json!({ "id": ended["id"], "text": "unspeakable!" }),
    );
    clara.write(
        "rejectProposal",
        json!({ "id": ended["id"], "reason": "no" }),
    );
    let other = ana.propose("createActor", json!({ "name": "B", "kind": "STATE" }));
    assert!(is_kept(test.dir(), "unspeakable"));
    test.done(
        "redact",
        &json!({ "id": id, "reason": "law" }),
        "record { id }",
    );
    let found = clara.proposal(&open["id"]);
    assert_eq!(found["status"], "REJECTED");
    assert_eq!(
        (&found["message"], &found["changes"][0]["fields"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(clara.proposal(&ended["id"])["reason"], "no");
    assert_eq!(clara.proposal(&other["id"])["status"], "OPEN");
    let test = test.reopened("2026-03-02");
    assert!(!is_kept(test.dir(), "unspeakable"));
}

#[test]
fn one_author_can_have_so_many_open_and_no_more() {
    let test = serving(clock(), false);
    let ana = Person::new(&test, "ana", "CONTRIBUTOR");
    for n in 0..200 {
        ana.propose(
            "createActor",
            json!({ "name": format!("A {n}"), "kind": "STATE" }),
        );
    }
    let one_more = json!({ "name": "One more", "kind": "STATE" });
    let refused = ana.write("createActor", one_more.clone());
    assert_eq!(refused["userErrors"][0]["code"], "TOO_MANY");
    ana.write("withdrawProposal", json!({ "id": "proposal_7" }));
    ana.propose("createActor", one_more);
    let boris = Person::new(&test, "boris", "CONTRIBUTOR");
    boris.propose("createActor", json!({ "name": "Another", "kind": "STATE" }));
    let admin = post(
        &test,
        Some(TOKEN),
        "{ proposals(first: 100) { totalCount pageInfo { hasNextPage } } }",
    );
    let list = &admin.json()["data"]["proposals"];
    assert_eq!(
        list,
        &json!({ "totalCount": 202, "pageInfo": { "hasNextPage": true } })
    );
}

#[test]
fn what_is_no_proposal_in_the_store_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    store.set_setting("proposal/00000001", b"{").unwrap();
    drop(store);
    let opening = foedera::app::Opening {
        data: dir.path(),
        cache_bytes: 8 << 20,
        rules: foedera::auth::Rules::default(),
        clock: foedera::model::Clock::System,
    };
    let told = foedera::app::App::open(&opening, |_| {}).err().unwrap();
    assert!(told.to_string().contains("a stored proposal"), "{told}");
}
