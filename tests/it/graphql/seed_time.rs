//! The Iran record at other moments.

use serde_json::{Value, json};

use super::documented::query;
use crate::support::TestApp;

/// How Assad's Syria stands among Iran's core allies at some time.
fn syria(test: &TestApp, on: &str) -> Vec<Value> {
    let data = test.query(&format!(
        r#"{{ at(validOn: "{on}") {{ actor(slug: "iran") {{ allies(tier: [CORE], first: 50) {{ edges {{ counterpart {{ slug }} node {{ validity }} }} }} }} }} }}"#
    ));
    let edges = data["at"]["actor"]["allies"]["edges"].as_array().unwrap();
    let syria = edges
        .iter()
        .filter(|edge| edge["counterpart"]["slug"] == "syria-assad");
    syria.map(|edge| edge["node"]["validity"].clone()).collect()
}

#[test]
fn a_government_is_an_ally_to_its_last_day_and_of_the_month_in_which_it_fell() {
    let test = TestApp::iran("2026-03-10");
    for held in ["2024-12-07", "2024-12-08", "2024-12", "2024"] {
        assert_eq!(syria(&test, held), ["CERTAIN"], "{held}");
    }
    for gone in ["2024-12-09", "2025-01", "2025"] {
        assert_eq!(syria(&test, gone), Vec::<Value>::new(), "{gone}");
    }
    // It began in 1980, or a year before or after.
    assert_eq!(syria(&test, "1980-06-01"), ["POSSIBLE"]);
    assert_eq!(syria(&test, "1978"), Vec::<Value>::new());
}

#[test]
fn the_difference_of_two_years_tells_what_ended_began_and_changed_with_its_notes() {
    let test = TestApp::iran("2026-03-10");
    let data = test.query(&query("what-changed.graphql"));
    let told = data["diff"]["nodes"].as_array().unwrap();
    assert_eq!(data["diff"]["totalCount"], told.len());
    let find = |other: &str, label: &str| {
        let found = told.iter().find(|node| {
            let tie = &node["relationship"];
            tie["to"]["slug"] == other && tie["label"].as_str().unwrap().contains(label)
        });
        found.unwrap_or_else(|| panic!("{other} is missing: {told:#?}"))
    };
    let headlines = |node: &Value| {
        let found = node["notes"]["nodes"].as_array().unwrap().iter();
        let headline = |note: &Value| note["headline"].as_str().unwrap().to_owned();
        found.map(headline).collect::<Vec<_>>()
    };

    let syria = find("syria-assad", "until its fall");
    assert_eq!(syria["kinds"], json!(["ENDED"]));
    assert_eq!(syria["relationship"]["period"]["end"], "2024-12-08");
    assert_eq!(headlines(syria), ["The Assad government falls"]);

    let treaty = find("russia", "without a defence clause");
    assert_eq!(treaty["kinds"], json!(["STARTED"]));
    assert_eq!(treaty["relationship"]["period"]["start"], "2025-01-17");
    let signed = "Iran and Russia sign a treaty of comprehensive strategic partnership";
    assert!(headlines(treaty).iter().any(|note| note == signed));
    let old = find("russia", "treaty of 2001");
    assert_eq!(old["kinds"], json!(["ENDED"]));

    let india = find("india", "limited partner");
    assert_eq!(india["kinds"], json!(["CHANGED"]));
    let begun = &india["areasStarted"][0];
    assert!(begun["description"].as_str().unwrap().contains("Chabahar"));
    assert_eq!(begun["period"]["start"], "2024-05-13");
    assert_eq!(
        headlines(india),
        ["India signs a ten-year contract for Chabahar"]
    );

    // What did not change in those two years is not told.
    let untouched = |node: &&Value| node["relationship"]["to"]["slug"] == "china";
    assert_eq!(told.iter().filter(untouched).count(), 0);
}
