//! What frameworks get wrong in silence, done as the specification of GraphQL says.

use serde_json::{Value, json};

use crate::support::TestApp;

fn answer(test: &TestApp, query: &str, variables: Value) -> Value {
    test.post(&json!({ "query": query, "variables": variables }), None)
}

/// The data of an answer without errors.
fn data(test: &TestApp, query: &str, variables: Value) -> Value {
    let answer = answer(test, query, variables);
    assert_eq!(answer.get("errors"), None, "{query}: {answer}");
    answer["data"].clone()
}

/// The code and the message of a request that is not carried out.
fn refused(test: &TestApp, query: &str, variables: Value) -> (String, String) {
    let answer = answer(test, query, variables);
    assert_eq!(answer.get("data"), None, "{query}: {answer}");
    let error = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

#[test]
fn the_default_of_a_variable_decides_a_condition() {
    let test = TestApp::empty();
    let query = "query($yes: Boolean! = true, $no: Boolean! = false) {
        a: latestRevision @include(if: $no) b: latestRevision @skip(if: $yes)
        c: latestRevision @include(if: $yes) d: latestRevision @skip(if: $no)
        ...F @include(if: $no) ... @include(if: $yes) { e: __typename } __schema @skip(if: $yes) { description } }
        fragment F on Query { f: latestRevision }";
    let wanted = json!({ "c": 0, "d": 0, "e": "Query" });
    assert_eq!(data(&test, query, json!({})), wanted);
    let given = data(&test, query, json!({ "yes": true, "no": true }));
    assert_eq!(given, json!({ "a": 0, "c": 0, "f": 0, "e": "Query" }));
    // Beside a question about the schema too.
    let both = query.replace("__schema @skip(if: $yes)", "__schema @include(if: $yes)");
    let data = data(&test, &both, json!({}));
    assert_eq!((&data["c"], data.get("a")), (&json!(0), None));
}

#[test]
fn a_variable_that_only_a_condition_needs_is_needed() {
    let test = TestApp::empty();
    for query in [
        "query($on: Boolean!) { latestRevision @include(if: $on) }",
        "query($on: Boolean!) { __typename @skip(if: $on) }",
        "query($on: Boolean!) { ... @include(if: $on) { latestRevision } }",
    ] {
        assert_eq!(
            refused(&test, query, json!({})).0,
            "BAD_USER_INPUT",
            "{query}"
        );
        assert_eq!(
            refused(&test, query, json!({ "on": null })).0,
            "BAD_USER_INPUT"
        );
        assert!(data(&test, query, json!({ "on": true })).is_object());
    }
}

#[test]
fn an_object_of_which_everything_is_skipped_is_empty() {
    let test = TestApp::iran("2026-03-01");
    assert_eq!(
        data(&test, "{ latestRevision @skip(if: true) }", json!({})),
        json!({})
    );
    let query = r#"{ actor(slug: "iran") { name @skip(if: true) relationships(first: 1) { pageInfo { hasNextPage @include(if: false) } } } }"#;
    let wanted = json!({ "actor": { "relationships": { "pageInfo": {} } } });
    assert_eq!(data(&test, query, json!({})), wanted);
}

#[test]
fn fields_that_cannot_be_one_are_told_apart() {
    let test = TestApp::empty();
    for query in [
        "{ actors(first: 1) { totalCount } actors(first: 3) { totalCount } }",
        "{ a: latestRevision a: __typename }",
        "query($n: Int) { actors(first: $n) { totalCount } ...F } fragment F on Query { actors(first: 1) { totalCount } }",
        "{ actors { nodes { id: name } nodes { id } } }",
        "{ node(id: \"actor_1\") { ... on Actor { x: name } ... on Source { x: reliability } } }",
    ] {
        assert_eq!(
            refused(&test, query, json!({})).0,
            "GRAPHQL_VALIDATION_FAILED",
            "{query}"
        );
    }
    let same = "{ actors(first: 1) { totalCount } actors(first: 1) { nodes { id } } }";
    assert_eq!(
        data(&test, same, json!({})),
        json!({ "actors": { "totalCount": 0, "nodes": [] } })
    );
}

#[test]
fn the_name_of_a_type_is_a_field_like_others() {
    let test = TestApp::empty();
    for query in [
        "{ __typename @nothing }",
        "{ __typename @skip }",
        "{ __typename @skip(if: 1) }",
        "{ __typename @skip(if: true) @skip(if: true) }",
        "{ __typename @deprecated }",
        "{ __typename { id } }",
        "{ __typename(a: 1) }",
    ] {
        assert_eq!(
            refused(&test, query, json!({})).0,
            "GRAPHQL_VALIDATION_FAILED",
            "{query}"
        );
    }
    let used = "query($on: Boolean!) { __typename @include(if: $on) }";
    assert_eq!(
        data(&test, used, json!({ "on": true })),
        json!({ "__typename": "Query" })
    );
}

#[test]
fn every_way_to_write_a_character_is_read() {
    let test = TestApp::empty();
    for (n, written) in [r"\uD83D\uDE00", r"\u{1F600}", r"\u{01f600}", "😀"]
        .into_iter()
        .enumerate()
    {
        let query = format!(
            r#"mutation {{ createActor(input: {{ name: "{written}", kind: STATE, slug: "a-{n}" }}) {{ actor {{ name }} userErrors {{ message }} }} }}"#
        );
        let answer = test.post(&json!({ "query": query }), Some(crate::support::TOKEN));
        assert_eq!(
            answer["data"]["createActor"]["actor"]["name"], "😀",
            "{written}: {answer}"
        );
    }
    let block = "{ actors(filter: { name: \"\"\"\n  \\\"\"\" a\n  \"\"\" }) { totalCount } }";
    assert_eq!(data(&test, block, json!({}))["actors"]["totalCount"], 0);
    for broken in [
        r"\uD83D",
        r"\uDE00",
        r"\u{110000}",
        r"\u{D800}",
        r"\u{}",
        r"\x",
    ] {
        let query = format!(r#"{{ actor(slug: "{broken}") {{ id }} }}"#);
        assert_eq!(
            refused(&test, &query, json!({})).0,
            "GRAPHQL_PARSE_FAILED",
            "{broken}"
        );
    }
}

#[test]
fn one_of_takes_one() {
    let test = TestApp::empty();
    let change = |change: &str| {
        format!(
            r#"mutation {{ recordUpdate(input: {{ note: {{ headline: "h", body: "b", asOf: "2026" }}, changes: [{change}], dryRun: true }}) {{ userErrors {{ message }} }} }}"#
        )
    };
    let source = r#"createSource: { title: "t" }"#;
    let actor = r#"createActor: { name: "a", kind: STATE }"#;
    let post = |query: String| test.post(&json!({ "query": query }), Some(crate::support::TOKEN));
    let one = post(change(&format!("{{ {source} }}")));
    assert_eq!(one.get("errors"), None, "{one}");
    for wrong in [
        format!("{{ {source}, {actor} }}"),
        "{}".to_owned(),
        "{ createSource: null }".to_owned(),
    ] {
        let answer = post(change(&wrong));
        assert!(answer["errors"].is_array(), "{wrong}: {answer}");
    }
}

#[test]
fn a_fragment_bomb_is_refused_on_an_event_stream() {
    let test = TestApp::empty();
    let mut query = "{ ...f0 }".to_owned();
    for level in 0..40 {
        let next = level + 1;
        query += &format!(" fragment f{level} on Query {{ ...f{next} ...f{next} }}");
    }
    query += " fragment f40 on Query { __typename }";
    let request = crate::support::agent()
        .get(format!("{}/graphql/stream", test.url))
        .query("query", &query);
    let told = request.call().unwrap().body_mut().read_to_string().unwrap();
    assert!(told.contains("DOCUMENT_TOO_COSTLY"), "{told}");
}
