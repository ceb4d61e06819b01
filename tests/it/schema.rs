//! The schema: what is checked in is what is served, and every word of it is explained.

use serde_json::Value;

use crate::support::TestApp;

fn checked_in(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn schema_graphql_is_the_served_schema() {
    assert!(
        checked_in("schema.graphql") == foedera::graphql::sdl(),
        "write it anew: cargo run -- schema > schema.graphql"
    );
}

#[test]
fn the_fixture_schema_is_the_one_that_is_checked_in() {
    assert!(
        checked_in("fixtures/fixture.schema.json") == foedera::transfer::fixture::schema(),
        "write it anew: cargo run -- fixture-schema > fixtures/fixture.schema.json"
    );
}

#[test]
fn all_that_can_be_read_of_today_can_be_read_of_every_moment() {
    let data = TestApp::empty().query(
        r#"{ today: __type(name: "Query") { fields { name } } then: __type(name: "Snapshot") { fields { name } } }"#,
    );
    let names = |part: &str| -> Vec<String> {
        let fields = data[part]["fields"].as_array().unwrap().iter();
        fields
            .map(|field| field["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let then = names("then");
    let missing: Vec<_> = names("today")
        .into_iter()
        .filter(|name| !then.contains(name))
        .collect();
    // These go from one moment to others, or are of no moment.
    assert_eq!(
        missing,
        [
            "at",
            "diff",
            "latestRevision",
            "proposal",
            "proposals",
            "revisions",
            "tokens",
            "viewer",
        ]
    );
}

#[test]
fn every_type_field_argument_and_value_has_a_description() {
    let test = TestApp::empty();
    let data = test.query(
        "{ __schema { types { name description fields { name description args { name description } } inputFields { name description } enumValues { name description } } } }",
    );
    let mut silent = Vec::new();
    let mut check = |path: String, thing: &Value| {
        if thing["description"]
            .as_str()
            .unwrap_or("")
            .trim()
            .is_empty()
        {
            silent.push(path);
        }
    };
    let name = |thing: &Value| thing["name"].as_str().unwrap().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for kind in list(&data["__schema"]["types"]) {
        // GraphQL's own need no words of ours.
        let own = ["ID", "Int", "Float", "String", "Boolean"];
        if name(&kind).starts_with("__") || own.contains(&name(&kind).as_str()) {
            continue;
        }
        check(name(&kind), &kind);
        for field in list(&kind["fields"]) {
            check(format!("{}.{}", name(&kind), name(&field)), &field);
            for argument in list(&field["args"]) {
                let path = format!("{}.{}({})", name(&kind), name(&field), name(&argument));
                check(path, &argument);
            }
        }
        for field in list(&kind["inputFields"])
            .into_iter()
            .chain(list(&kind["enumValues"]))
        {
            check(format!("{}.{}", name(&kind), name(&field)), &field);
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}
