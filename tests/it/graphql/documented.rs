//! What the guides show is what the server answers.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::TestApp;

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// A query of the guides by its file name.
pub fn query(name: &str) -> String {
    fs::read_to_string(docs().join("queries").join(name)).unwrap()
}

/// The answers that a guide shows: the file of the query that was linked last, and the JSON after it.
fn answers(guide: &str) -> Vec<(String, Value)> {
    let text = fs::read_to_string(docs().join(guide)).unwrap();
    let mut found = Vec::new();
    for part in text.split("```json\n").collect::<Vec<_>>().windows(2) {
        let (before, after) = (part[0], part[1]);
        let json = after.split("```").next().unwrap();
        if !json.starts_with("{ \"data\"") {
            continue;
        }
        let name = before.rsplit("(queries/").next().unwrap();
        let name = name.split(')').next().unwrap().to_owned();
        found.push((name, serde_json::from_str(json).unwrap()));
    }
    found
}

#[test]
fn every_query_of_the_guides_is_answered() {
    let test = TestApp::iran("2026-03-10");
    let mut count = 0;
    for entry in fs::read_dir(docs().join("queries")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let data = test.query(&query(&name));
        assert!(
            data.as_object().unwrap().values().all(|v| !v.is_null()),
            "{name}"
        );
        count += 1;
    }
    assert!(count >= 8, "{count} queries");
}

#[test]
fn the_answers_in_the_guides_are_the_real_ones() {
    let test = TestApp::iran("2026-03-10");
    let shown: Vec<_> = ["readers.md", "editors.md"]
        .into_iter()
        .flat_map(answers)
        .collect();
    assert!(shown.len() >= 5, "{} answers", shown.len());
    for (name, answer) in shown {
        assert_eq!(test.query(&query(&name)), answer["data"], "{name}");
    }
}
