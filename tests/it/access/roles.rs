//! Roles: what each may do.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{clock, give, post, serving};
use crate::support::{TOKEN, TestApp};

const ROLES: [&str; 4] = ["READER", "CONTRIBUTOR", "EDITOR", "ADMIN"];

/// The schema as far as inputs can be made of it.
struct Inputs(HashMap<String, Value>);

impl Inputs {
    fn of(test: &TestApp) -> Self {
        let kind = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
        let data = test.query(&format!(
            "{{ __schema {{ types {{ kind name enumValues {{ name }} inputFields {{ name type {{ {kind} }} }} }} }} }}"
        ));
        let types = data["__schema"]["types"].as_array().unwrap().iter();
        let named = types.map(|kind| (kind["name"].as_str().unwrap().to_owned(), kind.clone()));
        Self(named.collect())
    }

    /// The least value of a type.
    fn least(&self, kind: &Value) -> Value {
        match kind["kind"].as_str().unwrap() {
            "NON_NULL" => self.least(&kind["ofType"]),
            "LIST" => json!([]),
            "ENUM" => self.0[kind["name"].as_str().unwrap()]["enumValues"][0]["name"].clone(),
            "INPUT_OBJECT" => {
                let own = &self.0[kind["name"].as_str().unwrap()];
                let fields = own["inputFields"].as_array().unwrap().iter();
                let needed = fields.filter(|field| field["type"]["kind"] == "NON_NULL");
                let given = needed.map(|field| {
                    let name = field["name"].as_str().unwrap().to_owned();
                    (name, self.least(&field["type"]))
                });
                Value::Object(given.collect::<Map<_, _>>())
            }
            _ => match kind["name"].as_str().unwrap() {
                "Int" => json!(1),
                "Boolean" => json!(false),
                "PartialDate" => json!("2020"),
                "DateTime" => json!("2020-01-01T00:00:00Z"),
                _ => json!("nothing"),
            },
        }
    }
}

#[test]
fn each_mutation_asks_for_the_role_that_its_description_names() {
    let test = serving(clock(), false);
    let inputs = Inputs::of(&test);
    let tokens: Vec<_> = ROLES
        .iter()
        .map(|role| (*role, give(&test, "ana", role).1))
        .collect();
    let kind = "kind name ofType { kind name }";
    let data = test.query(&format!(
        r#"{{ __type(name: "Mutation") {{ fields {{ name description args {{ name type {{ {kind} }} }} }} }} }}"#
    ));
    let mutations = data["__type"]["fields"].as_array().unwrap();
    assert!(mutations.len() > 15);
    for mutation in mutations {
        let name = mutation["name"].as_str().unwrap();
        let about = mutation["description"].as_str().unwrap();
        let role = about.split("Needs the role ").nth(1);
        let role = role.unwrap_or_else(|| panic!("{name} names no role"));
        let role = role.trim_start_matches(char::is_whitespace);
        let wanted = ROLES
            .iter()
            .position(|known| role.starts_with(known))
            .unwrap();
        let proposes = role.contains("by a CONTRIBUTOR it is proposed");
        let wanted = if proposes { 1 } else { wanted };
        let argument = &mutation["args"][0];
        let input = inputs.least(&argument["type"]);
        let of = argument["type"]["ofType"]["name"].as_str().unwrap();
        let query = format!("mutation($input: {of}!) {{ {name}(input: $input) {{ __typename }} }}");
        let body = json!({ "query": query, "variables": { "input": input } });
        let code = |token| {
            let answer = test.post(&body, token);
            let code = &answer["errors"][0]["extensions"]["code"];
            code.as_str().unwrap_or("let through").to_owned()
        };
        assert_eq!(code(None), "UNAUTHENTICATED", "{name}");
        for (place, (own, token)) in tokens.iter().enumerate() {
            let told = if place < wanted {
                "FORBIDDEN"
            } else {
                "let through"
            };
            assert_eq!(code(Some(token)), told, "{name} as {own}");
        }
    }
}

#[test]
fn a_role_that_is_too_low_is_told_which_is_needed() {
    let test = serving(clock(), false);
    let (_, reader) = give(&test, "ana", "READER");
    let answer = post(&test, Some(&reader), "{ tokens { totalCount } }");
    assert_eq!(answer.code(), "FORBIDDEN");
    let told = answer.json()["errors"][0]["message"].clone();
    assert_eq!(
        told,
        r#"this needs the role ADMIN; "ana" has the role READER"#
    );
}

#[test]
fn each_revision_names_its_author() {
    let test = serving(clock(), false);
    let (_, ana) = give(&test, "Ana Editor", "EDITOR");
    for (token, name) in [(&*ana, "Ana Editor"), (TOKEN, "admin")] {
        let made = post(
            &test,
            Some(token),
            r#"mutation { createActor(input: {name: "A", kind: STATE}) { revision { author } } }"#,
        );
        let revision = &made.json()["data"]["createActor"]["revision"];
        assert_eq!(revision, &json!({ "author": name }));
    }
    let found = test.query(r#"{ revisions(author: "Ana Editor") { nodes { number } } }"#);
    assert_eq!(
        found,
        json!({ "revisions": { "nodes": [{ "number": 1 }] } })
    );
}

#[test]
fn the_viewer_is_whoever_asks_and_never_whoever_asked_before() {
    let test = serving(clock(), false);
    let (id, ana) = give(&test, "ana", "EDITOR");
    let (_, boris) = give(&test, "boris", "READER");
    let query = "{ viewer { name role isKnown validUntil token { id } } latestRevision }";
    let viewer = |token| post(&test, token, query).json()["data"]["viewer"].clone();
    for _ in 0..2 {
        let until = "2027-03-01T12:00:00Z";
        assert_eq!(
            viewer(Some(&ana)),
            json!({ "name": "ana", "role": "EDITOR", "isKnown": true, "validUntil": until, "token": { "id": id } })
        );
        assert_eq!(viewer(Some(&boris))["name"], "boris");
        assert_eq!(
            viewer(None),
            json!({ "name": "anonymous", "role": "READER", "isKnown": false, "validUntil": null, "token": null })
        );
        assert_eq!(viewer(Some(TOKEN))["role"], "ADMIN");
    }
    let path = "/graphql?query=%7Bviewer%7Bname%7D%7D";
    for (token, name) in [(Some(&*ana), "ana"), (None, "anonymous")] {
        let answer = super::get(&test, token, path);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.json()["data"]["viewer"]["name"], name);
    }
}

#[test]
fn an_answer_that_is_for_one_alone_has_no_receipt() {
    let test = TestApp::empty();
    let body = json!({ "query": "{ viewer { name } }", "extensions": { "receipt": true } });
    let answer = test.post(&body, Some(TOKEN));
    assert_eq!(answer["extensions"]["receipt"], Value::Null, "{answer}");
    let why = answer["extensions"]["noReceipt"].as_str().unwrap();
    assert!(why.contains("whoever asked"), "{why}");
}
