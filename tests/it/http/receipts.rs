//! Receipts: the same question at the same moment gives the same bytes, or the reason why not.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Answer, JSON, get, post, read};
use crate::support::{TestApp, agent};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Asks a question with a receipt.
fn ask(test: &TestApp, query: &str, variables: &Value) -> Answer {
    let body = json!({ "query": query, "variables": variables, "extensions": { "receipt": true } });
    let answer = post(test, &[JSON], &body.to_string());
    assert_eq!(answer.json().get("errors"), None, "{}", answer.body);
    answer
}

fn receipt(answer: &Answer) -> Value {
    answer.json()["extensions"]["receipt"].clone()
}

fn token(answer: &Answer) -> String {
    receipt(answer)["token"].as_str().unwrap().to_owned()
}

/// The token of a question.
fn taken(test: &TestApp, query: &str) -> String {
    token(&ask(test, query, &json!({})))
}

fn replay(test: &TestApp, token: &str) -> Answer {
    get(test, &format!("/receipts/{token}"), "*/*")
}

/// The token with something else in it.
fn forged(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let packed = URL_SAFE_NO_PAD.decode(token).unwrap();
    let plain = decompress_to_vec_zlib(&packed).unwrap();
    // What follows the JSON is its seal.
    let json = &plain[..plain.len() - 8];
    let mut receipt = serde_json::from_slice(json).unwrap();
    change(&mut receipt);
    let mut plain = receipt.to_string().into_bytes();
    plain.extend_from_slice(&Sha256::digest(&plain)[..8]);
    URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(&plain, 6))
}

/// Asserts that a token is refused, as problem details with this status and code; the details.
fn refused(test: &TestApp, token: &str, status: u16, code: &str) -> Value {
    let answer = replay(test, token);
    assert_eq!(
        (answer.status, answer.kind.as_str(), &answer.json()["code"]),
        (status, "application/problem+json", &json!(code)),
        "{}",
        answer.body
    );
    assert_eq!(answer.header("cache-control"), "no-cache");
    answer.json()
}

const ACTORS: &str = "query Actors($first: Int) { latestRevision actors(first: $first) { totalCount edges { cursor node { slug name } } } }";

#[test]
fn a_receipt_says_what_was_asked_and_what_was_answered() {
    let test = TestApp::empty();
    test.actor("a");
    let answer = ask(&test, ACTORS, &json!({ "first": 3 }));
    let receipt = receipt(&answer);
    let data = answer.body.strip_prefix(r#"{"data":"#).unwrap();
    let data = data.split_once(r#","extensions":"#).unwrap().0;
    let hash = test.query("{ revision(number: 1) { hash } }")["revision"]["hash"].clone();
    let token = receipt["token"].as_str().unwrap();
    assert_eq!(
        receipt,
        json!({
            "revision": 1,
            "revisionHash": hash,
            "validOn": "2026-03-01",
            "answeredAt": "2026-03-01T12:00:00Z",
            "operationHash": sha256(ACTORS),
            "operationName": null,
            "variables": { "first": 3 },
            "sha256": sha256(data),
            "token": token,
            "url": format!("/receipts/{token}"),
        })
    );
}

#[test]
fn a_header_asks_for_a_receipt_too() {
    let test = TestApp::empty();
    let body = json!({ "query": "{ latestRevision }" }).to_string();
    let with = |value| post(&test, &[JSON, ("foedera-receipt", value)], &body);
    assert!(receipt(&with("1"))["token"].is_string());
    assert_eq!(with("0").json().get("extensions"), None);
    assert_eq!(with("perhaps").status, 400);
    let url = "/graphql?query=%7BlatestRevision%7D&extensions=%7B%22receipt%22:true%7D";
    assert!(receipt(&get(&test, url, "*/*"))["token"].is_string());
}

#[test]
fn a_receipt_gives_the_same_bytes_after_later_changes() {
    let test = TestApp::empty();
    test.actor("a");
    let answer = ask(&test, ACTORS, &json!({ "first": 3 }));
    let (token, wanted) = (token(&answer), receipt(&answer));
    test.actor("b");
    let input = json!({ "id": "actor_1", "name": "Another name" });
    test.done("updateActor", &input, "actor { id }");

    let data = get(&test, &format!("/receipts/{token}/data"), "*/*");
    assert_eq!(data.status, 200);
    assert_eq!(sha256(&data.body), wanted["sha256"]);
    assert!(
        answer
            .body
            .starts_with(&format!(r#"{{"data":{},"#, data.body))
    );
    let digest = STANDARD.encode(Sha256::digest(data.body.as_bytes()));
    assert_eq!(data.header("repr-digest"), format!("sha-256=:{digest}:"));

    let whole = replay(&test, &token);
    assert!(
        whole
            .body
            .starts_with(&format!(r#"{{"data":{},"#, data.body))
    );
    let mut told = wanted.clone();
    told["query"] = json!(ACTORS);
    assert_eq!(receipt(&whole), told);
    for answer in [data, whole] {
        assert_eq!(answer.header("foedera-revision"), "1");
        let kept = "public, max-age=31536000, immutable";
        assert_eq!(answer.header("cache-control"), kept);
    }
}

#[test]
fn whatever_moves_on_is_read_as_it_was() {
    let test = TestApp::iran("2024-12-07");
    let now = "2024-12-07T12:00:00Z";
    let questions = [
        "{ latestRevision revisions { totalCount nodes { number message changes { totalCount } } } }".to_owned(),
        r#"{ actor(slug: "iran") { version updatedAt allies { totalCount edges { cursor counterpart { slug version } node { validity } } } history { totalCount nodes { kind } } } }"#.to_owned(),
        "{ at { validOn knownAt revision actors(first: 100) { nodes { name slug } } } }".to_owned(),
        format!(r#"{{ at(knownAt: "{now}") {{ validOn knownAt revision notes {{ totalCount nodes {{ headline }} }} }} }}"#),
        r#"{ diff(actor: "iran", from: { validOn: "2024-01-01" }, to: {}) { totalCount nodes { kinds notes { totalCount } } } }"#.to_owned(),
        r#"{ brief(slug: "iran-allies") { document(format: MARKDOWN) } }"#.to_owned(),
    ];
    let answers = questions.map(|query| ask(&test, &query, &json!({})));
    // Two days later the Syrian government has fallen, and somebody has worked on the record.
    let test = test.reopened("2024-12-09");
    test.actor("newcomer");
    let iran = test.query(r#"{ actor(slug: "iran") { id } }"#)["actor"]["id"].clone();
    test.done(
        "updateActor",
        &json!({ "id": iran, "name": "Islamic Republic of Iran" }),
        "actor { id }",
    );
    let tie = json!({ "from": "newcomer", "to": "iran", "kind": "ALLIANCE", "alignment": "ALLY" });
    test.done("createRelationship", &tie, "relationship { id }");
    for answer in &answers {
        let again = replay(&test, &token(answer));
        assert_eq!(again.status, 200, "{}", again.body);
        let query = again.json()["extensions"]["receipt"]["query"].clone();
        let today = ask(&test, query.as_str().unwrap(), &json!({}));
        assert_ne!(today.json()["data"], answer.json()["data"], "{query}");
        assert_eq!(again.json()["data"], answer.json()["data"]);
    }
    // A clock that was set back does not put the question into the future.
    let test = test.reopened("2024-12-01");
    for answer in &answers {
        assert_eq!(replay(&test, &token(answer)).status, 200);
    }
}

#[test]
fn an_operation_of_several_is_asked_again_by_its_name() {
    let test = TestApp::empty();
    let query = "query A { latestRevision } query B { actors { totalCount } }";
    let body = json!({ "query": query, "operationName": "B", "extensions": { "receipt": true } });
    let answer = post(&test, &[JSON], &body.to_string());
    assert_eq!(receipt(&answer)["operationName"], "B");
    let again = replay(&test, &token(&answer)).json();
    assert_eq!(again["data"], json!({ "actors": { "totalCount": 0 } }));
}

#[test]
fn a_receipt_of_the_empty_record_is_kept_too() {
    let test = TestApp::empty();
    let token = taken(&test, "{ latestRevision }");
    test.actor("a");
    let again = replay(&test, &token);
    assert_eq!(again.json()["data"], json!({ "latestRevision": 0 }));
}

#[test]
fn text_that_was_taken_out_since_is_named_as_the_reason() {
    let test = TestApp::empty();
    let (jane, john) = (test.actor("jane"), test.actor("john"));
    let names = taken(&test, "{ actors { nodes { name } } }");
    let kinds = taken(&test, "{ actors { nodes { kind } } }");
    let input = json!({ "id": jane, "reason": "a court order" });
    test.done("redact", &input, "record { id }");
    let told = refused(&test, &names, 410, "REDACTED_SINCE");
    assert_eq!(told["redactedBy"], 3);
    let detail = told["detail"].as_str().unwrap();
    assert!(
        detail.contains("revision 3") && !detail.contains("jane"),
        "{detail}"
    );
    // What does not show the text is the same as ever, and so is what was asked afterwards.
    assert_eq!(replay(&test, &kinds).status, 200);
    let names = taken(&test, "{ actors { nodes { name } } }");
    test.done(
        "updateActor",
        &json!({ "id": john, "name": "John" }),
        "actor { id }",
    );
    assert_eq!(replay(&test, &names).status, 200);
}

#[test]
fn a_token_that_was_changed_is_refused() {
    let test = TestApp::empty();
    test.actor("a");
    let token = taken(&test, "{ actors { nodes { name } } }");
    refused(&test, "nonsense", 400, "RECEIPT_DAMAGED");
    refused(&test, &token[..token.len() - 1], 400, "RECEIPT_DAMAGED");
    let flipped = format!("{}AAAA{}", &token[..40], &token[44..]);
    refused(&test, &flipped, 400, "RECEIPT_DAMAGED");
    let other = forged(&token, |receipt| receipt["sha256"] = json!("0".repeat(64)));
    refused(&test, &other, 409, "ANSWER_DIFFERS");
    let other = forged(&token, |receipt| {
        receipt["question"]["query"] = json!("{ actors { nodes { slug } } }");
    });
    refused(&test, &other, 409, "ANSWER_DIFFERS");
    let other = forged(&token, |receipt| {
        receipt["question"]["query"] = json!(r#"{ node(id: "nonsense") { id } }"#);
    });
    refused(&test, &other, 409, "ANSWER_DIFFERS");
    let other = forged(&token, |receipt| receipt["more"] = json!(1));
    refused(&test, &other, 400, "RECEIPT_DAMAGED");
    let later = forged(&token, |receipt| {
        receipt["format"] = json!("foedera-receipt/2");
    });
    refused(&test, &later, 400, "RECEIPT_TOO_NEW");
}

#[test]
fn a_token_cannot_make_the_server_write_or_work_without_bounds() {
    let test = TestApp::empty();
    let token = taken(&test, "{ latestRevision }");
    let asks = |query: String| {
        forged(&token, |receipt| {
            receipt["question"]["query"] = json!(query);
        })
    };
    let mutation = "mutation { createActor(input: { name: \"A\", kind: STATE }) { actor { id } } }";
    refused(&test, &asks(mutation.to_owned()), 400, "RECEIPT_DAMAGED");
    let bomb: String = (0..40)
        .map(|level| {
            format!(
                " fragment f{level} on Query {{ ...f{0} ...f{0} }}",
                level + 1
            )
        })
        .collect();
    let bomb = format!("{{ ...f0 }}{bomb} fragment f40 on Query {{ __typename }}");
    refused(&test, &asks(bomb), 410, "NOT_VALID_ANY_MORE");
    let mut zeros = serde_json::to_vec(&json!({ "format": "foedera-receipt/1" })).unwrap();
    zeros.resize(32 << 20, b' ');
    let zeros = URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(&zeros, 9));
    refused(&test, &zeros, 400, "RECEIPT_DAMAGED");
    assert_eq!(test.app.ledger.snapshot().revision(), 0);
}

#[test]
fn a_document_that_is_not_valid_any_more_is_told() {
    let test = TestApp::empty();
    let token = taken(&test, "{ latestRevision }");
    let old = forged(&token, |receipt| {
        receipt["question"]["query"] = json!("{ oldestRevision }");
    });
    let told = refused(&test, &old, 410, "NOT_VALID_ANY_MORE");
    let detail = told["detail"].as_str().unwrap();
    assert!(detail.contains("oldestRevision"), "{detail}");
}

#[test]
fn the_receipt_of_another_record_is_told_from_one_of_a_later_revision() {
    let (test, other) = (TestApp::empty(), TestApp::empty());
    test.actor("a");
    other.actor("b");
    let query = "{ latestRevision }";
    let told = refused(&other, &taken(&test, query), 409, "ANOTHER_RECORD");
    assert_eq!(told["revision"], 1);
    test.actor("b");
    let told = refused(&other, &taken(&test, query), 404, "REVISION_NOT_THERE");
    assert_eq!(
        (&told["revision"], &told["newestRevision"]),
        (&json!(2), &json!(1))
    );
}

#[test]
fn a_token_too_long_for_an_address_is_sent_as_a_body() {
    let test = TestApp::empty();
    // Text that does not compress.
    let noise: String = (0..400).map(|n| sha256(&format!("{n}"))).collect();
    let answer = ask(
        &test,
        "query($name: String!) { actors(filter: { name: $name }) { totalCount } }",
        &json!({ "name": noise }),
    );
    assert_eq!(receipt(&answer)["url"], Value::Null);
    let send = |body: &[u8]| {
        let request = agent().post(format!("{}/receipts", test.url));
        read(request.send(body).unwrap())
    };
    let again = send(format!("{}\n", token(&answer)).as_bytes());
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!(again.json()["data"], answer.json()["data"]);
    assert_eq!(send(&[0xff]).json()["code"], "RECEIPT_DAMAGED");
    assert_eq!(send(&vec![b'A'; (1 << 20) + 1]).status, 413);
}

#[test]
fn what_has_no_receipt_says_why() {
    let test = TestApp::empty();
    let told = |query: &str, variables: Value| {
        let body =
            json!({ "query": query, "variables": variables, "extensions": { "receipt": true } });
        let answer = test.post(&body, Some(crate::support::TOKEN));
        assert_eq!(answer["extensions"]["receipt"], Value::Null);
        answer["extensions"]["noReceipt"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let mutation = "mutation { createActor(input: { name: \"A\", kind: STATE }) { actor { id } } }";
    assert!(told(mutation, json!({})).contains("queries"));
    let wrong = r#"{ node(id: "nonsense") { id } }"#;
    assert!(told(wrong, json!({})).contains("without errors"));
    let many: Vec<_> = (0..300).map(|_| "x".repeat(1_000)).collect();
    let query = "query($slugs: [String!]) { actors(filter: { slug: $slugs }) { totalCount } }";
    assert!(told(query, json!({ "slugs": many })).contains("too large"));
}
