//! The worked example of the guide, as it stands there.

use std::path::Path;

use serde_json::{Value, json};

use super::relationships;
use crate::process::{name, succeed};
use crate::support::{TestApp, noon};

/// The blocks of a language in the guide, in their order.
fn blocks(language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mappings.md");
    let text = std::fs::read_to_string(path).unwrap();
    let opening = format!("\n```{language}\n");
    let parts = text.split(&opening).skip(1);
    parts
        .map(|part| part.split("\n```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_worked_example_does_what_the_guide_says() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let table = file("troops.csv", &blocks("csv")[0]);
    let mapping = file("troops.toml", &blocks("toml")[0]);
    let data = dir.path().join("data");
    let arguments = [
        "import",
        "table",
        "--mapping",
        name(&mapping),
        name(&table),
        "--data",
        name(&data),
    ];
    let told = succeed(&arguments);
    for line in blocks("text")[0].lines().filter(|line| !line.is_empty()) {
        assert!(
            told.contains(line.trim_end_matches('…')),
            "{line:?} in {told}"
        );
    }
    assert!(succeed(&arguments).contains("nothing changed"));

    let test = TestApp::at(&data, noon("2026-03-01"));
    let written: Value = serde_json::from_str(&blocks("json")[0]).unwrap();
    assert_eq!(json!(relationships(&test)), written);
}

#[test]
fn every_mapping_that_is_shipped_is_listed_and_printed() {
    let listed = succeed(&["mapping"]);
    for (name, text) in foedera::transfer::table::SHIPPED {
        assert!(listed.contains(&format!("{name}: ")), "{listed}");
        assert_eq!(succeed(&["mapping", name]), text);
    }
}
