//! Viewpoints as lenses: what each reads, what the record says, and who dissents.

use serde_json::{Value, json};

use super::documented::query;
use crate::support::TestApp;

fn iran() -> TestApp {
    TestApp::iran("2026-03-10")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

/// The counterparts of Iran's allies as a viewpoint reads the record.
fn allies(test: &TestApp, through: &str, tier: &str) -> Vec<String> {
    let data = test.query(&format!(
        r#"{{ at(through: "{through}") {{ actor(slug: "iran") {{ allies(tier: {tier}, first: 50) {{ totalCount edges {{ counterpart {{ slug }} }} }} }} }} }}"#
    ));
    let allies = &data["at"]["actor"]["allies"];
    let edges = list(&allies["edges"]);
    assert_eq!(allies["totalCount"], edges.len());
    let slug = |edge: &Value| edge["counterpart"]["slug"].as_str().unwrap().to_owned();
    edges.iter().map(slug).collect()
}

#[test]
fn the_two_viewpoints_differ_on_india_turkey_qatar_and_the_axis_as_a_whole() {
    let data = iran().query(&query("lenses.graphql"));
    let seen = |viewpoint: &str| -> Vec<(Value, Value)> {
        let edges = list(&data[viewpoint]["actor"]["relationships"]["edges"]);
        let one = |edge: &Value| {
            (
                edge["counterpart"]["slug"].clone(),
                edge["node"]["alignment"].clone(),
            )
        };
        edges.iter().map(one).collect()
    };
    let pairs: Vec<_> = seen("isolated")
        .into_iter()
        .zip(seen("networked"))
        .collect();
    let whom: Vec<_> = pairs.iter().map(|(a, _)| a.0.clone()).collect();
    assert_eq!(
        json!(whom),
        json!(["axis-of-resistance", "india", "turkey", "qatar"])
    );
    for ((whom, isolated), (same, networked)) in pairs {
        assert_eq!(whom, same);
        assert_ne!(isolated, networked, "{whom}");
    }
}

#[test]
fn lists_and_tiers_go_by_what_the_viewpoint_reads() {
    let test = iran();
    let (isolated, networked) = (
        allies(&test, "isolated", "null"),
        allies(&test, "networked", "null"),
    );
    for whom in ["india", "turkey", "qatar"] {
        assert!(!isolated.iter().any(|slug| slug == whom), "{whom}");
        assert!(networked.iter().any(|slug| slug == whom), "{whom}");
    }
    let axis = "axis-of-resistance".to_owned();
    assert!(allies(&test, "networked", "[CORE]").contains(&axis));
    assert!(!allies(&test, "isolated", "[CORE]").contains(&axis));
    assert!(allies(&test, "isolated", "[VARYING]").contains(&axis));
}

#[test]
fn what_the_record_says_and_who_dissents_stay_one_field_away() {
    let test = iran();
    let fields = "relationships { nodes { alignment recorded { alignment } dissents { viewpoint { title } } } }";
    let india = |through: &str| {
        let query = format!(
            r#"{{ at(through: {through}) {{ dyad(a: "iran", b: "india") {{ {fields} }} }} }}"#
        );
        test.query(&query)["at"]["dyad"]["relationships"]["nodes"][0].clone()
    };
    let isolated = json!({ "viewpoint": { "title": "Iran is isolated" } });
    let networked = json!({ "viewpoint": { "title": "Iran is networked" } });
    let plain = json!({ "alignment": "PARTNER" });
    let expect = |through: &str, alignment: &str, dissents: Value| {
        let node = india(through);
        assert_eq!(node["alignment"], alignment, "{through}");
        assert_eq!(node["recorded"], plain, "{through}");
        assert_eq!(node["dissents"], dissents, "{through}");
    };
    // Beside the alignment a label is read otherwise too.
    expect("null", "PARTNER", json!([isolated, networked]));
    expect(r#""isolated""#, "NEUTRAL", json!([networked]));
    expect(r#""networked""#, "PARTNER", json!([isolated]));
}

#[test]
fn a_comparison_lists_each_difference_with_both_positions() {
    let data = iran().query(&query("compare-viewpoints.graphql"));
    let found = &data["at"]["compareViewpoints"];
    let nodes = list(&found["nodes"]);
    assert_eq!(found["totalCount"], nodes.len());
    for node in nodes {
        assert_ne!(node["a"], node["b"], "{node:#}");
        for position in ["positionA", "positionB"] {
            let argument = &node[position]["argument"];
            assert!(node[position].is_null() || argument.is_string(), "{node:#}");
        }
        assert!(
            !node["positionA"].is_null() || !node["positionB"].is_null(),
            "{node:#}"
        );
    }
}

/// The table of the guide, made of the answer.
#[test]
fn the_table_of_the_guide_is_the_comparison() {
    let data = iran().query(&query("compare-viewpoints.graphql"));
    let words = |reading: &Value| {
        let alignment = reading["alignment"].as_str().unwrap();
        let tier = reading["tier"].as_str();
        let tier = tier.map_or(String::new(), |tier| format!(", {tier}"));
        format!("{alignment}{tier}: {}", reading["label"].as_str().unwrap())
    };
    let mut table =
        "| Iran and | the record | Iran is isolated | Iran is networked |\n|---|---|---|---|\n"
            .to_owned();
    for node in list(&data["at"]["compareViewpoints"]["nodes"]) {
        let ends = ["from", "to"].map(|end| node["relationship"][end]["name"].as_str().unwrap());
        let other = ends.into_iter().find(|name| *name != "Iran").unwrap();
        let readings = ["recorded", "a", "b"].map(|who| words(&node[who]));
        table.push_str(&format!("| {other} | {} |\n", readings.join(" | ")));
    }
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/readers.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    assert!(guide.contains(&table), "{table}");
}

#[test]
fn viewpoints_that_use_the_words_of_the_record_do_not_differ() {
    let test = TestApp::empty();
    test.actor("a");
    test.actor("b");
    let tie = test.tie("a", "b");
    let input = json!({ "id": tie, "label": "good neighbours" });
    test.done("updateRelationship", &input, "relationship { id }");
    let view = |title: &str, label: Option<&str>| {
        let position = json!({ "relationship": tie, "stance": "SUPPORTS", "label": label });
        let input = json!({ "title": title, "thesis": title, "positions": [position] });
        let payload = test.done("createViewpoint", &input, "viewpoint { id }");
        payload["viewpoint"]["id"].as_str().unwrap().to_owned()
    };
    let (silent, same, other) = (
        view("silent", None),
        view("same", Some("good neighbours")),
        view("other", Some("uneasy neighbours")),
    );
    let count = |a: &str, b: &str| {
        let query = format!(r#"{{ compareViewpoints(a: "{a}", b: "{b}") {{ totalCount }} }}"#);
        test.query(&query)["compareViewpoints"]["totalCount"].clone()
    };
    assert_eq!(count(&silent, &same), 0);
    assert_eq!(count(&silent, &other), 1);
    assert_eq!(count(&same, &other), 1);
}

#[test]
fn a_document_is_written_in_the_words_of_the_viewpoint() {
    let data = iran().query(
        r#"{ brief(slug: "iran-allies") { document(format: MARKDOWN) } at(through: "isolated") { brief(slug: "iran-allies") { markdown: document(format: MARKDOWN) html: document(format: HTML) } } }"#,
    );
    let recorded = data["brief"]["document"].as_str().unwrap();
    assert!(recorded.contains("| India | pragmatic, limited partner |"));
    assert!(recorded.contains("As of 2026-03-10, revision 1 of the record."));
    let seen = data["at"]["brief"]["markdown"].as_str().unwrap();
    assert!(!seen.contains("| India |"), "{seen}");
    assert!(
        seen.contains("| Hezbollah | a weakened dependant |"),
        "{seen}"
    );
    let moment =
        "As of 2026-03-10, revision 1 of the record, as the viewpoint «Iran is isolated» reads it.";
    assert!(seen.contains(moment), "{seen}");
    let html = data["at"]["brief"]["html"].as_str().unwrap();
    assert!(html.contains(moment), "{html}");
}
