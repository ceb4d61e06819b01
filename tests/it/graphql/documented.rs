//! The queries that the guides name.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::{TOKEN, TestApp};

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// A query of the guides by its file name.
pub fn query(name: &str) -> String {
    fs::read_to_string(docs().join("queries").join(name)).unwrap()
}

#[test]
fn every_query_of_the_guides_is_answered() {
    let test = TestApp::iran("2026-03-10");
    let mut count = 0;
    for entry in fs::read_dir(docs().join("queries")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // Some are for those who have a token.
        let answer = test.post(&json!({ "query": query(&name) }), Some(TOKEN));
        assert_eq!(answer.get("errors"), None, "{name}: {answer:#}");
        let data = &answer["data"];
        assert!(
            data.as_object().unwrap().values().all(|v| !v.is_null()),
            "{name}"
        );
        count += 1;
    }
    assert!(count >= 8, "{count} queries");
}
