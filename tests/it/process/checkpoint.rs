//! The state that is kept between two runs never says something else than the log.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{Server, succeed};

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A record that is large enough for its state to be kept.
fn large(data: &Path) {
    let actor = |n: usize| format!(r#"{{"slug":"a-{n}","name":"Actor {n}","kind":"STATE"}}"#);
    let actors: Vec<_> = (0..25_000).map(actor).collect();
    let tie = |n: usize| {
        format!(
            r#"{{"from":"a-{n}","to":"a-{}","kind":"ALLIANCE","alignment":"ALLY"}}"#,
            n + 1
        )
    };
    let ties: Vec<_> = (0..1_000).map(tie).collect();
    let text = format!(
        r#"{{"format":"foedera-fixture/1","actors":[{}],"relationships":[{}]}}"#,
        actors.join(","),
        ties.join(",")
    );
    let file = data.with_extension("json");
    fs::write(&file, text).unwrap();
    succeed(&["import", "fixture", name(&file), "--data", name(data)]);
}

fn export(data: &Path) -> String {
    succeed(&["export", "--data", name(data)])
}

#[test]
fn a_state_that_was_kept_is_what_the_log_comes_to_whatever_becomes_of_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    large(&data);
    let kept = data.join("checkpoint");
    let whole = fs::read(&kept).unwrap();
    let with = export(&data);
    fs::remove_file(&kept).unwrap();
    assert_eq!(export(&data), with);

    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut longer = whole.clone();
    longer.push(0);
    let short = whole[..whole.len() / 3].to_vec();
    for damaged in [flipped, longer, short, b"nonsense".to_vec(), Vec::new()] {
        fs::write(&kept, &damaged).unwrap();
        assert_eq!(export(&data), with);
    }
    fs::write(&kept, &whole).unwrap();
    assert_eq!(export(&data), with);
}

#[test]
fn the_state_of_another_record_is_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let (data, other) = (dir.path().join("data"), dir.path().join("other"));
    large(&other);
    succeed(&[
        "import",
        "fixture",
        "fixtures/iran.json",
        "--data",
        name(&data),
    ]);
    let before = export(&data);
    fs::copy(other.join("checkpoint"), data.join("checkpoint")).unwrap();
    assert_eq!(export(&data), before);
}

#[test]
fn what_was_written_after_the_state_was_kept_is_there_after_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    large(&data);
    let server = Server::start(&data);
    let query = r#"mutation { createActor(input: {name: "Late", slug: "late", kind: STATE}) { actor { id } } }"#;
    let id = server.post(query, &json!({}))["data"]["createActor"]["actor"]["id"].clone();
    server.kill();
    let server = Server::start(&data);
    let query = r#"{ actor(slug: "late") { id } first: actor(slug: "a-0") { relationships { totalCount } } }"#;
    let read = &server.post(query, &json!({}))["data"];
    assert_eq!(read["actor"]["id"], id);
    assert_eq!(read["first"]["relationships"]["totalCount"], 1);
}

#[test]
fn what_is_redacted_is_not_in_the_state_that_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    large(&data);
    let holds = |word: &[u8]| {
        let kept = fs::read(data.join("checkpoint")).unwrap_or_default();
        kept.windows(word.len()).any(|some| some == word)
    };
    assert!(holds(b"a-24999"));
    let server = Server::start(&data);
    let read = server.post(r#"{ actor(slug: "a-24999") { id } }"#, &json!({}));
    let input = json!({ "id": read["data"]["actor"]["id"], "reason": "the law" });
    let query =
        "mutation($input: RedactInput!) { redact(input: $input) { userErrors { message } } }";
    let told = server.post(query, &json!({ "input": input }));
    assert_eq!(told["data"]["redact"]["userErrors"], json!([]), "{told}");
    assert!(!holds(b"a-24999"), "the old state is still kept");
    assert_eq!(server.stop(), Some(0));
    assert!(!holds(b"a-24999") && holds(b"a-24998"));
}
