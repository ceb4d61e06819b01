//! Other people's data: what comes in, what is refused, and what the record then says.
//!
//! The data sets are not part of the project. They are read where `FOEDERA_SHARED_DATA` says, or beside the
//! project in `../shared/data`; a test that needs one that is not there says so and does nothing.

mod broken;
mod events;
mod guide;
mod hands;
mod made_up;
mod stix;
mod treaties;
mod ucdp;
mod upload;
mod wikidata;
mod wrong;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use foedera::transfer::intake::{Report, Wishes};
use foedera::transfer::table::{self, Data, ImportError};
use serde_json::Value;

use crate::support::TestApp;

/// A file of the shared data; none, told loudly, where it is absent.
pub fn shared(file: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("FOEDERA_SHARED_DATA").map_or(beside, PathBuf::from);
    let path = folder.join(file);
    if path.exists() {
        return Some(path);
    }
    println!(
        "SKIPPED: there is no {file} in the shared data; set FOEDERA_SHARED_DATA to where it is"
    );
    None
}

/// A file packed by xz, unpacked.
pub fn unpacked(path: &Path) -> String {
    let file = std::fs::File::open(path).unwrap();
    let mut text = String::new();
    lzma_rust2::XzReader::new(std::io::BufReader::new(file), true)
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// The rows of a CSV text, each by the names of its columns.
pub fn rows(text: &str) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// Imports a text as a table.
pub fn import(test: &TestApp, mapping: &str, bytes: &[u8]) -> Result<Report, ImportError> {
    import_as(test, mapping, &[("table.csv", bytes)], |_| {})
}

/// The same with files of some names, and other wishes.
pub fn import_as(
    test: &TestApp,
    mapping: &str,
    files: &[(&str, &[u8])],
    change: impl FnOnce(&mut Wishes<'_>),
) -> Result<Report, ImportError> {
    let mapping = table::read_mapping("mapping", mapping).unwrap();
    let data: Vec<_> = files
        .iter()
        .map(|(name, bytes)| Data::stream(name, *bytes).unwrap())
        .collect();
    let author = format!("import {}", mapping.name);
    let mut wishes = Wishes {
        author: &author,
        message: "test",
        dry_run: false,
        retire_missing: false,
    };
    change(&mut wishes);
    table::import(
        &test.app.ledger,
        &mapping,
        &data,
        wishes,
        false,
        &mut |_, _| {},
    )
}

/// What a report says was not taken.
pub fn faults(report: &Report) -> Vec<String> {
    report
        .not_taken
        .first
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// All relationships of the record: from, to, assertion, start, end or observed until.
pub fn relationships(test: &TestApp) -> Vec<Vec<String>> {
    let query = r"{ relationships(filter: { period: ALL, assertion: [AFFIRMED, ALLEGED, DENIED] }, first: 100) { totalCount nodes {
        from { name } to { name } assertion period { start end observedUntil } } } }";
    let answer = test.query(query);
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let nodes = answer["relationships"]["nodes"].as_array().unwrap();
    let mut found: Vec<_> = nodes
        .iter()
        .map(|node| {
            let period = &node["period"];
            let end = if period["end"].is_null() {
                &period["observedUntil"]
            } else {
                &period["end"]
            };
            vec![
                text(&node["from"]["name"]),
                text(&node["to"]["name"]),
                text(&node["assertion"]),
                text(&period["start"]),
                text(end),
            ]
        })
        .collect();
    found.sort();
    found
}
