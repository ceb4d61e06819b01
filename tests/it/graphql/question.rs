//! The question that the seed answers.

use serde_json::Value;

use crate::support::TestApp;

/// The query of the README.
fn query() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/queries/allies.graphql");
    std::fs::read_to_string(path).unwrap()
}

fn edges<'a>(data: &'a Value, tier: &str) -> &'a Vec<Value> {
    data["actor"][tier]["edges"].as_array().unwrap()
}

fn names(edges: &[Value]) -> Vec<&str> {
    edges
        .iter()
        .map(|edge| edge["counterpart"]["name"].as_str().unwrap())
        .collect()
}

#[test]
fn one_query_answers_with_three_tiers_areas_citations_viewpoints_and_notes() {
    let data = TestApp::iran("2026-03-10").query(&query());
    let tiers = ["core", "majorPowers", "varying"].map(|tier| edges(&data, tier));
    let rows: usize = tiers.iter().map(|tier| tier.len()).sum();
    assert!(tiers.iter().all(|tier| !tier.is_empty()));
    assert!(rows >= 13, "{rows} rows");
    for edge in tiers.into_iter().flatten() {
        let node = &edge["node"];
        assert!(!node["areas"].as_array().unwrap().is_empty(), "{edge:#}");
        assert!(
            node["citations"][0]["source"]["title"].is_string(),
            "{edge:#}"
        );
    }
    assert_eq!(data["brief"]["viewpoints"].as_array().unwrap().len(), 2);
    assert!(data["brief"]["summary"].as_str().unwrap().len() > 100);
    let notes = data["brief"]["notes"]["nodes"].as_array().unwrap();
    let dates: Vec<_> = notes
        .iter()
        .map(|note| note["asOf"].as_str().unwrap())
        .collect();
    assert!(
        dates.len() >= 3 && dates.is_sorted_by(|a, b| a >= b),
        "{dates:?}"
    );
}

#[test]
fn a_fallen_government_is_no_ally_today_and_is_one_of_all_times() {
    let test = TestApp::iran("2026-03-10");
    let data = test.query(&query());
    assert!(!names(edges(&data, "core")).contains(&"Syrian government under Assad"));
    let data = test.query(
        r#"{ actor(slug: "iran") { core: relationships(filter: {period: ALL, tier: [CORE]}, first: 50) { edges { counterpart { name } node { period { end status } validity } } } } }"#,
    );
    let all = edges(&data, "core");
    let syria = all
        .iter()
        .find(|edge| edge["counterpart"]["name"] == "Syrian government under Assad");
    let syria = syria.unwrap_or_else(|| panic!("{all:#?}"));
    assert_eq!(syria["node"]["period"]["end"], "2024-12-08");
    assert_eq!(syria["node"]["validity"], "NO");
}

#[test]
fn on_the_day_before_its_fall_it_was_an_ally() {
    let before = TestApp::iran("2024-12-07").query(&query());
    assert!(names(edges(&before, "core")).contains(&"Syrian government under Assad"));
    let after = TestApp::iran("2024-12-09").query(&query());
    assert!(!names(edges(&after, "core")).contains(&"Syrian government under Assad"));
}

#[test]
fn what_is_denied_is_shown_only_on_request() {
    let test = TestApp::iran("2026-03-10");
    let count = |filter: &str| {
        let query = format!(
            r#"{{ dyad(a: "iran", b: "russia") {{ relationships(filter: {filter}) {{ nodes {{ assertion }} }} }} }}"#
        );
        test.query(&query)["dyad"]["relationships"]["nodes"]
            .as_array()
            .unwrap()
            .len()
    };
    let (stated, denied) = (count("{}"), count("{assertion: [DENIED], period: ALL}"));
    assert!(
        stated >= 1 && denied == 1,
        "{stated} stated, {denied} denied"
    );
}

#[test]
fn the_brief_comes_as_a_document() {
    let test = TestApp::iran("2026-03-10");
    let data = test.query(
        r#"{ brief(slug: "iran-allies") { markdown: document(format: MARKDOWN) html: document(format: HTML) } }"#,
    );
    let (markdown, html) = (
        data["brief"]["markdown"].as_str().unwrap(),
        data["brief"]["html"].as_str().unwrap(),
    );
    for text in [markdown, html] {
        for part in [
            "What countries are allies with Iran?",
            "Hezbollah",
            "Russia",
            "Oman",
            "[1]",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
    assert!(html.contains("<th scope=\"row\">Kata&#39;ib Hezbollah</th>"));
}
