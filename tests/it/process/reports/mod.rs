//! What `foedera log` and `foedera diff` print.

mod diff;
mod log;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Server, succeed};

const FIXTURE: &str = r#"{ "format": "foedera-fixture/1",
    "actors": [
        { "slug": "a", "name": "Arcadia", "kind": "STATE" },
        { "slug": "b", "name": "Boeotia", "kind": "STATE" },
        { "slug": "c", "name": "Corinth", "kind": "STATE" } ],
    "sources": [{ "key": "report", "title": "A report", "kind": "BOOK", "reliability": "B" }],
    "relationships": [
        { "key": "pact", "from": "a", "to": "b", "kind": "ALLIANCE", "alignment": "ALLY", "period": { "start": "2000", "status": "ONGOING" } } ] }"#;

/// A record with a small history; the numbers of its revisions are those of the comments.
fn record(dir: &Path) -> PathBuf {
    let (data, file) = (dir.join("data"), dir.join("league.json"));
    std::fs::write(&file, FIXTURE).unwrap();
    let arguments = [
        "import",
        "fixture",
        file.to_str().unwrap(),
        "--message",
        "The\u{1b}[31m league\nand its pact",
        "--author",
        "herodotus",
    ];
    // 1
    succeed(&[&arguments[..], &["--data", data.to_str().unwrap()]].concat());
    let server = Server::start(&data);
    let done = |name: &str, input: Value| {
        let mut kind = name.to_owned();
        kind[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {kind}Input!) {{ {name}(input: $input) {{ userErrors {{ message path }} }} }}"
        );
        let answer = server.post(&query, &json!({ "input": input }));
        assert_eq!(answer["data"][name]["userErrors"], json!([]), "{answer:#}");
    };
    // 2
    done(
        "recordUpdate",
        json!({
            "message": "The pact ends",
            "note": { "headline": "Boeotia leaves the league", "body": "Text", "asOf": "2025-01", "relationships": ["relationship_1"] },
            "changes": [
                { "endRelationship": { "id": "relationship_1", "end": "2025-01", "citations": [{ "source": "source_1", "locator": "p. 3" }] } },
                { "createRelationship": { "from": "b", "to": "c", "kind": "SPONSORSHIP", "alignment": "ALLY", "label": "ships for Corinth", "period": { "start": "2025-02" } } },
            ],
        }),
    );
    // 3
    done(
        "updateActor",
        json!({ "id": "actor_1", "name": "Arcady", "aliases": [{ "text": "Arcadia" }], "summary": "Hills.\nGoats." }),
    );
    // 4
    done(
        "retire",
        json!({ "id": "relationship_2", "reason": "no ships were seen" }),
    );
    // 5
    done(
        "mergeActors",
        json!({ "duplicate": "c", "survivor": "b", "reason": "one city", "message": "a tidy map" }),
    );
    // 6
    done(
        "redact",
        json!({ "id": "note_1", "reason": "a court order" }),
    );
    assert_eq!(server.stop(), Some(0));
    data
}

fn run(verb: &str, data: &Path, arguments: &[&str]) -> String {
    succeed(&[&[verb, "--data", data.to_str().unwrap()], arguments].concat())
}

/// The objects of JSON Lines.
fn objects(text: &str) -> Vec<Value> {
    let object =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(object).collect()
}

/// The text with each instant of a commit replaced: the real binary has a real clock.
fn timeless(text: &str) -> String {
    let line = |line: &str| match line.split(", ").collect::<Vec<_>>()[..] {
        [revision, instant, author] if revision.starts_with("revision ") => {
            assert!(
                instant.starts_with("20") && instant.ends_with('Z'),
                "{instant}"
            );
            format!("{revision}, TIME, {author}\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}
