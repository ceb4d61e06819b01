//! Events in the news: one relationship for each class between two actors, with their number.

use std::collections::BTreeMap;

use foedera::transfer::table::shipped;
use serde_json::json;

use super::{import_as, shared, unpacked};
use crate::support::TestApp;

#[test]
fn events_are_counted_by_class_and_stand_in_no_list_of_allies() {
    let Some(path) = shared("tkg-gdelt-part/decoded_named_events.tsv.xz") else {
        return;
    };
    let text = unpacked(&path);
    let some: Vec<_> = text.lines().take(30_000).collect();
    let test = TestApp::iran("2018-02-01");
    let files = [("events.tsv", &*some.join("\n").into_bytes())];
    let report = import_as(&test, shipped("gdelt-events").unwrap(), &files, |_| {}).unwrap();
    let matched: Vec<_> = report
        .matched
        .first
        .iter()
        .map(|matched| matched.actor.as_str())
        .collect();
    assert!(
        matched.contains(&"iran") && matched.contains(&"russia"),
        "{matched:?}"
    );

    // What the file says of Iran and the United States, by hand.
    let mut wanted: BTreeMap<String, (usize, String, String)> = BTreeMap::new();
    for line in &some[1..] {
        let cells: Vec<_> = line.split('\t').collect();
        if (cells[0], cells[2]) == ("IRAN", "UNITED STATES") {
            let class = match &cells[1][..2] {
                "01" | "02" | "03" | "04" | "05" => "Verbal cooperation",
                "06" | "07" | "08" => "Material cooperation",
                "09" | "10" | "11" | "12" | "13" => "Verbal conflict",
                _ => "Material conflict",
            };
            let day = cells[3][..10].to_owned();
            let entry = wanted
                .entry(class.to_owned())
                .or_insert((0, day.clone(), day.clone()));
            entry.0 += 1;
            entry.1 = entry.1.clone().min(day.clone());
            entry.2 = entry.2.clone().max(day);
        }
    }
    wanted.retain(|_, (count, ..)| *count >= 5);
    assert!(!wanted.is_empty());
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(class, (count, first, last))| {
            json!({ "label": format!("{class} in the news: {count} events"), "assertion": "ALLEGED", "confidence": "LOW",
                "period": { "start": first, "status": "CENSORED", "observedUntil": last } })
        })
        .collect();
    let query = r#"{ actor(slug: "iran") { relationships(first: 100, orderBy: [], filter: { period: ALL, role: FROM, kind: [OTHER], counterpart: { slug: ["united-states"] } }) { nodes {
        label assertion confidence period { start status observedUntil } } } } }"#;
    let answer = test.query(query);
    let mut found = answer["actor"]["relationships"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    found.retain(|tie| tie["label"].as_str().unwrap().contains("in the news"));
    found.sort_by_key(|tie| tie["label"].to_string());
    assert_eq!(found, wanted);
    let allies = test.query(r#"{ at(validOn: "2018-01-10") { actor(slug: "iran") { allies(first: 100) { nodes { label } } } } }"#);
    assert!(!allies.to_string().contains("in the news"), "{allies}");
}
