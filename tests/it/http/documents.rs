//! Documents that are named instead of sent.

use std::collections::HashMap;

use foedera::http::{Web, read_manifest};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{JSON, agent, get, post, read};
use crate::support::{TestApp, noon, web};

const QUERY: &str = "{ latestRevision }";
const OTHER: &str = "query Other($slug: String!) { actor(slug: $slug) { name } }";

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn named(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

fn trusting(documents: &[(&str, &str)], only: bool) -> TestApp {
    let pairs = documents.iter();
    let trusted: HashMap<_, _> = pairs
        .map(|(id, text)| ((*id).to_owned(), (*text).to_owned()))
        .collect();
    let web = Web {
        trusted,
        only_trusted: only,
        ..web()
    };
    TestApp::serve(tempfile::tempdir().unwrap(), noon("2026-03-01"), web)
}

fn code(answer: &Value) -> &Value {
    &answer["errors"][0]["extensions"]["code"]
}

#[test]
fn a_document_that_was_sent_with_its_hash_can_be_named_by_it() {
    let test = TestApp::empty();
    let body = json!({ "extensions": named(&hash(QUERY)) });
    let first = post(&test, &[JSON], &body.to_string());
    assert_eq!(first.status, 404);
    let errors = json!([{
        "message": "PersistedQueryNotFound",
        "extensions": { "code": "PERSISTED_QUERY_NOT_FOUND" },
    }]);
    assert_eq!(first.json(), json!({ "errors": errors }));
    let whole = json!({ "query": QUERY, "extensions": named(&hash(QUERY)) });
    assert_eq!(test.post(&whole, None)["data"]["latestRevision"], 0);
    assert_eq!(test.post(&body, None)["data"]["latestRevision"], 0);
    // By GET, with what caches need.
    let extensions = named(&hash(QUERY)).to_string();
    let response = agent()
        .get(format!("{}/graphql", test.url))
        .query("extensions", &extensions)
        .call();
    let found = read(response.unwrap());
    assert_eq!(found.json(), json!({ "data": { "latestRevision": 0 } }));
    let (tag, control) = (found.header("etag"), found.header("cache-control"));
    assert!(!tag.is_empty() && control == "no-cache", "{tag} {control}");
    let again = agent()
        .get(format!("{}/graphql", test.url))
        .query("extensions", &extensions)
        .header("if-none-match", tag)
        .call();
    assert_eq!(again.unwrap().status(), 304);
}

#[test]
fn a_hash_stands_for_what_it_is_of_and_for_what_is_valid() {
    let test = TestApp::empty();
    let wrong = json!({ "query": QUERY, "extensions": named(&hash(OTHER)) });
    assert_eq!(
        code(&test.post(&wrong, None)),
        "PERSISTED_QUERY_HASH_MISMATCH"
    );
    for no_hash in ["", "x", &"é".repeat(32), &"g".repeat(64)] {
        let body = json!({ "extensions": named(no_hash) });
        assert_eq!(
            code(&test.post(&body, None)),
            "PERSISTED_QUERY_NOT_FOUND",
            "{no_hash}"
        );
    }
    let invalid = "{ nothing }";
    let body = json!({ "query": invalid, "extensions": named(&hash(invalid)) });
    assert_eq!(code(&test.post(&body, None)), "GRAPHQL_VALIDATION_FAILED");
    let body = json!({ "extensions": named(&hash(invalid)) });
    assert_eq!(code(&test.post(&body, None)), "PERSISTED_QUERY_NOT_FOUND");
}

#[test]
fn a_trusted_document_is_named_by_its_id() {
    let test = trusting(
        &[
            ("latest", QUERY),
            (&format!("sha256:{}", hash(OTHER)), OTHER),
        ],
        false,
    );
    let latest = json!({ "documentId": "latest" });
    assert_eq!(test.post(&latest, None)["data"]["latestRevision"], 0);
    test.actor("a");
    for id in [format!("sha256:{}", hash(OTHER)), hash(OTHER)] {
        let body = json!({ "documentId": id, "variables": { "slug": "a" } });
        assert_eq!(test.post(&body, None)["data"]["actor"]["name"], "a");
    }
    let by_hash = json!({ "extensions": named(&hash(OTHER)), "variables": { "slug": "a" } });
    assert_eq!(test.post(&by_hash, None)["data"]["actor"]["name"], "a");
    let found = get(&test, "/graphql?documentId=latest", "*/*");
    assert_eq!(found.json()["data"]["latestRevision"], 1);
    let unknown = post(&test, &[JSON], r#"{"documentId":"nothing"}"#);
    assert_eq!(
        (unknown.status, code(&unknown.json())),
        (404, &json!("DOCUMENT_NOT_FOUND"))
    );
    let both = post(
        &test,
        &[JSON],
        r#"{"documentId":"latest","query":"{ latestRevision }"}"#,
    );
    assert_eq!(both.status, 422);
    // Others are carried out all the same.
    assert_eq!(
        test.query("{ actors { totalCount } }")["actors"]["totalCount"],
        1
    );
}

#[test]
fn where_only_trusted_documents_are_carried_out_others_are_not_on_any_road() {
    let test = trusting(&[("latest", QUERY)], true);
    assert_eq!(
        test.post(&json!({ "documentId": "latest" }), None)["data"]["latestRevision"],
        0
    );
    assert_eq!(test.query(QUERY)["latestRevision"], 0);
    let other = "{ actors { totalCount } }";
    for body in [
        json!({ "query": other }),
        json!({ "query": other, "extensions": named(&hash(other)) }),
        json!({ "query": "{ __schema { types { name } } }" }),
    ] {
        let answer = post(&test, &[JSON], &body.to_string());
        assert_eq!(
            (answer.status, code(&answer.json())),
            (403, &json!("DOCUMENT_NOT_TRUSTED"))
        );
    }
    let stream = agent()
        .get(format!("{}/graphql/stream", test.url))
        .query("query", other)
        .call();
    let told = stream.unwrap().body_mut().read_to_string().unwrap();
    assert!(told.contains("DOCUMENT_NOT_TRUSTED"), "{told}");
    let stream = agent()
        .get(format!("{}/graphql/stream", test.url))
        .query("documentId", "latest")
        .call();
    let told = stream.unwrap().body_mut().read_to_string().unwrap();
    assert!(told.contains(r#"{"data":{"latestRevision":0}}"#), "{told}");
}

#[test]
fn files_of_documents_are_those_of_relay_and_of_apollo() {
    let relay = read_manifest(r#"{ "a": "{ latestRevision }" }"#).unwrap();
    let apollo = r#"{ "format": "apollo-persisted-query-manifest", "version": 1, "operations":
        [{ "id": "a", "name": "A", "type": "query", "body": "{ latestRevision }" }] }"#;
    assert_eq!(read_manifest(apollo).unwrap(), relay);
    assert_eq!(relay["a"], QUERY);
    for wrong in ["", "[]", r#"{ "a": 1 }"#] {
        assert!(
            read_manifest(wrong).unwrap_err().contains("by their ids"),
            "{wrong}"
        );
    }
}
