//! The External Support Dataset: what the record says, against what the file says by another way.

use std::collections::{BTreeMap, BTreeSet};

use foedera::transfer::table::shipped;
use serde_json::{Value, json};

use super::{import, rows, shared, unpacked};
use crate::support::TestApp;

const FILE: &str = "ucdp-esd-18.1/ucdp-esd-ty-181.csv.xz";

/// Supported, opponent, whether alleged; the kinds of support as letters.
type Ties = BTreeMap<(String, String, bool), BTreeSet<char>>;

/// What the file says of Iran's support in a year, without any of the importer.
fn by_hand(text: &str, year: &str) -> Ties {
    let mut ties = Ties::new();
    for row in rows(text) {
        if row["ext_id"] == "114" && row["year"] == year && row["ext_sup"] == "1" {
            let letters = "xpywmtfilou".chars();
            let kinds = letters.filter(|letter| row[&format!("ext_{letter}")] == "1");
            let name = |column: &str| row[column].trim().to_owned();
            let key = (
                name("actor_name"),
                name("oppo_name"),
                row["ext_alleged"] == "1",
            );
            ties.entry(key).or_default().extend(kinds);
        }
    }
    ties
}

/// What the record says of it.
fn recorded(test: &TestApp, year: &str) -> Ties {
    let query = format!(
        r#"{{ at(validOn: "{year}-06-30") {{ actor(slug: "government-of-iran") {{ relationships(first: 100, filter: {{ role: FROM }}) {{
            pageInfo {{ hasNextPage }} nodes {{ kind to {{ name }} against {{ name }} assertion confidence
            areas {{ description period {{ start end observedUntil }} }} citations {{ source {{ title }} }} }} }} }} }} }}"#
    );
    let answer = test.query(&query);
    let found = &answer["at"]["actor"]["relationships"];
    assert_eq!(found["pageInfo"]["hasNextPage"], false);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut ties = Ties::new();
    for node in found["nodes"].as_array().unwrap() {
        assert_eq!(node["kind"], "SPONSORSHIP");
        assert_eq!(node["citations"].as_array().unwrap().len(), 1);
        let alleged = node["assertion"] == "ALLEGED";
        assert_eq!(node["confidence"], if alleged { "LOW" } else { "MODERATE" });
        let held = |area: &&Value| {
            let period = &area["period"];
            let end = period["end"].as_str().or(period["observedUntil"].as_str());
            period.is_null() || (period["start"].as_str().unwrap() <= year && year <= end.unwrap())
        };
        let areas = node["areas"].as_array().unwrap().iter().filter(held);
        let letter = |area: &Value| text(&area["description"]).chars().rev().nth(1).unwrap();
        let key = (
            text(&node["to"]["name"]),
            text(&node["against"][0]["name"]),
            alleged,
        );
        assert!(ties.insert(key, areas.map(letter).collect()).is_none());
    }
    ties
}

#[test]
fn iran_s_support_equals_what_the_file_says() {
    let Some(path) = shared(FILE) else {
        return;
    };
    let packed = std::fs::read(&path).unwrap();
    let text = unpacked(&path);
    let mapping = shipped("ucdp-esd").unwrap();
    let test = TestApp::empty();
    let report = import(&test, mapping, &packed).unwrap();
    assert_eq!(report.not_taken.count, 0, "{:?}", report.not_taken);
    let none = rows(&text)
        .iter()
        .filter(|row| row["ext_sup"] == "0")
        .count();
    assert_eq!((report.passed_over, none), (1_536, 1_536));

    for year in ["2006", "2015"] {
        let by_hand = by_hand(&text, year);
        assert!(by_hand.len() > 3, "{by_hand:?}");
        assert_eq!(recorded(&test, year), by_hand, "{year}");
    }
    assert!(
        recorded(&test, "2006")
            .keys()
            .any(|(_, _, alleged)| *alleged)
    );

    let query = r#"{ dyad(a: "government-of-iran", b: "hezbollah") { relationships(filter: { period: ALL }, first: 9) { nodes {
        period { start end status observedUntil } } } } }"#;
    assert_eq!(
        test.query(query)["dyad"]["relationships"]["nodes"],
        json!([
            { "period": { "start": "1990", "end": "1999", "status": "ENDED", "observedUntil": null } },
            { "period": { "start": "2006", "end": null, "status": "CENSORED", "observedUntil": "2017" } },
        ])
    );
    // Every year of support is in exactly one period: their lengths add up to the rows.
    let supported: BTreeSet<_> = rows(&text)
        .into_iter()
        .filter(|row| row["ext_sup"] == "1")
        .map(|row| {
            ["ext_id", "actor_id", "oppo_id", "ext_alleged", "year"].map(|name| row[name].clone())
        })
        .collect();
    assert_eq!(years(&test), supported.len() as i32);

    let again = import(&test, mapping, &packed).unwrap();
    assert!(again.unchanged() && again.revisions == 0, "{again:?}");
}

/// How many years all relationships of the record last together.
fn years(test: &TestApp) -> i32 {
    let mut sum = 0;
    let mut after = String::new();
    loop {
        let query = format!(
            r#"{{ relationships(first: 100, filter: {{ period: ALL }} {after}) {{ pageInfo {{ hasNextPage endCursor }}
                nodes {{ period {{ start end observedUntil }} }} }} }}"#
        );
        let answer = &test.query(&query)["relationships"];
        for node in answer["nodes"].as_array().unwrap() {
            let period = &node["period"];
            let year = |value: &Value| value.as_str().map(|year| year.parse::<i32>().unwrap());
            let end = year(&period["end"])
                .or(year(&period["observedUntil"]))
                .unwrap();
            sum += end - year(&period["start"]).unwrap() + 1;
        }
        if answer["pageInfo"]["hasNextPage"] == false {
            return sum;
        }
        after = format!(
            r#", after: "{}""#,
            answer["pageInfo"]["endCursor"].as_str().unwrap()
        );
    }
}

#[test]
fn the_iran_record_is_found_by_its_identifiers_and_keeps_its_own_words() {
    let Some(path) = shared(FILE) else {
        return;
    };
    let test = TestApp::iran("2026-03-10");
    let query =
        r#"{ actor(slug: "iran") { name kind summary identifiers { scheme } aliases { text } } }"#;
    let source = || {
        let snapshot = test.app.ledger.snapshot();
        let id = snapshot
            .find::<foedera::model::SourceId>("ucdp-esd-18-1")
            .unwrap();
        snapshot.record_at(id.into(), snapshot.revision()).unwrap()
    };
    let source_before = source();
    let before = test.query(query);
    let report = import(
        &test,
        shipped("ucdp-esd").unwrap(),
        &std::fs::read(&path).unwrap(),
    )
    .unwrap();
    let matched = &report.matched.first;
    assert!(
        matched
            .iter()
            .any(|found| found.actor == "iran" && found.by == "ucdp-actor 114")
    );
    assert!(
        matched.iter().any(|found| found.actor == "houthis"),
        "{matched:?}"
    );
    let after = test.query(query);
    assert_eq!(source(), source_before);
    assert_eq!(after["actor"]["name"], "Iran");
    assert_eq!(after["actor"]["kind"], before["actor"]["kind"]);
    assert_eq!(after["actor"]["summary"], before["actor"]["summary"]);
    let aliases = after["actor"]["aliases"].to_string();
    assert!(aliases.contains("Government of Iran"), "{aliases}");
    // What editors wrote of Hezbollah is there still, beside the two periods of the data.
    let query = r#"{ dyad(a: "iran", b: "hezbollah") { relationships(filter: { period: ALL }, first: 9) { totalCount } } }"#;
    assert_eq!(test.query(query)["dyad"]["relationships"]["totalCount"], 3);
}
