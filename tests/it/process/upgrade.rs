//! A record that an earlier program wrote. `form1` holds a backup of format 1 and what that program
//! exported of it.

use std::path::Path;

use serde_json::json;

use super::{Server, succeed};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/process/form1");

fn restore(data: &Path) {
    let backup = format!("{FOLDER}/record.backup");
    succeed(&["restore", &backup, "--data", data.to_str().unwrap()]);
}

#[test]
fn a_backup_of_format_1_is_the_same_record_now() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    restore(&data);
    let data = data.to_str().unwrap();
    // The hash that the earlier program told: not a byte was written anew.
    let told = succeed(&["verify", "--data", data]);
    let hash = "0fc7ac422bb6bfa99e96691eb65b8a74a79592db4cf36cfec76f2dfe0a4d3445";
    assert!(told.contains(hash), "{told}");
    let exported = std::fs::read_to_string(format!("{FOLDER}/record.json")).unwrap();
    assert!(exported.contains("\"counterpart\"") && exported.contains("\"not\""));
    assert_eq!(succeed(&["export", "--data", data]), exported);
    let again = dir.path().join("again.backup");
    succeed(&["backup", again.to_str().unwrap(), "--data", data]);
    let original = std::fs::read(format!("{FOLDER}/record.backup")).unwrap();
    assert!(std::fs::read(again).unwrap() == original);
}

#[test]
fn a_brief_of_format_1_is_answered_and_changed() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    restore(&data);
    let server = Server::start(&data);
    let sections = "brief(slug: \"who-stands-with-northland\") { sections { title relationships { nodes { label } } } }";
    let allies =
        |answer: &serde_json::Value| answer["sections"][0]["relationships"]["nodes"].clone();
    let answer = server.post(&format!("{{ {sections} }}"), &json!({}));
    assert_eq!(
        allies(&answer["data"]["brief"]),
        json!([{ "label": "allies" }])
    );

    // One filter now asks for what format 1 could not say.
    let input = json!({ "id": "brief_1", "sections": [
        { "title": "Allies", "actor": "northland", "filter": { "reliability": ["D"], "uncitedArea": false } } ] });
    let update = "mutation($input: UpdateBriefInput!) { updateBrief(input: $input) { userErrors { message } changes { fields { path } } } }";
    let updated = server.post(update, &json!({ "input": input }));
    let payload = &updated["data"]["updateBrief"];
    assert_eq!(
        *payload,
        json!({ "userErrors": [], "changes": [{ "fields": [{ "path": "sections" }] }] })
    );
    let query = format!("{{ {sections} at(revision: 3) {{ {sections} }} }}");
    let answer = server.post(&query, &json!({}));
    let now = &answer["data"]["brief"];
    assert_eq!(now["sections"].as_array().unwrap().len(), 1);
    assert_eq!(allies(now), json!([{ "label": "allies" }]));
    let then = &answer["data"]["at"]["brief"];
    assert_eq!(then["sections"].as_array().unwrap().len(), 3);
    assert_eq!(allies(then), json!([{ "label": "allies" }]));
    assert_eq!(server.stop(), Some(0));
    succeed(&["verify", "--data", data.to_str().unwrap()]);
}

#[test]
fn a_retry_is_known_after_an_upgrade() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    restore(&data);
    let server = Server::start(&data);
    let create = "mutation($input: CreateActorInput!) { createActor(input: $input) { replayed actor { slug } userErrors { code } } }";
    let retry =
        json!({ "input": { "name": "Westland", "kind": "STATE", "idempotencyKey": "west-once" } });
    let answer = server.post(create, &retry);
    assert_eq!(
        answer["data"]["createActor"],
        json!({ "replayed": true, "actor": { "slug": "westland" }, "userErrors": [] })
    );
}
