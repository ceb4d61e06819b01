//! What the schema says of itself.

use serde_json::json;

use crate::support::{TestApp, npm};

#[test]
fn what_the_server_tells_of_its_schema_is_the_schema_that_is_published() {
    let test = TestApp::empty();
    let published = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let arguments = [&test.url, published];
    if let Some(told) = npm::run("introspection.mjs", &arguments, "introspection was") {
        assert!(
            told.ends_with(" lines, 1 inputs with one field\n"),
            "{told}"
        );
    }
}

#[test]
fn an_input_tells_whether_one_of_its_fields_is_taken() {
    let test = TestApp::empty();
    let told = test.query_with(
        "query($name: String!) {
            __type(name: $name) { kind isOneOf }
            other: __type(name: \"RelationshipFilter\") { isOneOf }
            object: __type(name: \"Actor\") { isOneOf ...Fields }
            nothing: __type(name: \"Nothing\") { isOneOf }
            latestRevision
        }
        fragment Fields on __Type { fields(includeDeprecated: true) { name type { ofType { isOneOf } } } }",
        json!({ "name": "ChangeInput" }),
    );
    assert_eq!(
        told["__type"],
        json!({ "kind": "INPUT_OBJECT", "isOneOf": true })
    );
    assert_eq!(told["other"]["isOneOf"], false);
    assert_eq!(told["object"]["isOneOf"], json!(null));
    assert_eq!(
        told["object"]["fields"][0]["type"]["ofType"]["isOneOf"],
        json!(null)
    );
    assert_eq!(
        (&told["nothing"], &told["latestRevision"]),
        (&json!(null), &json!(0))
    );
}
