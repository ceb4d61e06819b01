//! Packed answers: the same, in fewer bytes.

use std::io::Read as _;

use serde_json::json;

use crate::support::{TestApp, agent};

struct Packed {
    coding: String,
    tag: String,
    vary: String,
    bytes: Vec<u8>,
}

impl Packed {
    fn text(&self) -> String {
        let mut text = String::new();
        match &*self.coding {
            "zstd" => text = String::from_utf8(zstd::decode_all(&*self.bytes).unwrap()).unwrap(),
            "br" => {
                let mut reader = brotli::Decompressor::new(&*self.bytes, 4_096);
                reader.read_to_string(&mut text).unwrap();
            }
            "gzip" => {
                let mut reader = flate2::read::GzDecoder::new(&*self.bytes);
                reader.read_to_string(&mut text).unwrap();
            }
            "" => text = String::from_utf8(self.bytes.clone()).unwrap(),
            other => panic!("{other}"),
        }
        text
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Packed {
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map_or("", |value| value.to_str().unwrap()).to_owned()
    };
    let (coding, tag, vary) = (header("content-encoding"), header("etag"), header("vary"));
    Packed {
        coding,
        tag,
        vary,
        bytes: response.body_mut().read_to_vec().unwrap(),
    }
}

fn get(test: &TestApp, path: &str, accepted: &str) -> Packed {
    let request = agent().get(format!("{}{path}", test.url));
    read(request.header("accept-encoding", accepted).call().unwrap())
}

fn post(test: &TestApp, query: &str, accepted: &str, token: bool) -> Packed {
    let mut request = agent()
        .post(format!("{}/graphql", test.url))
        .header("content-type", "application/json")
        .header("accept-encoding", accepted);
    if token {
        request = request.header("authorization", format!("Bearer {}", crate::support::TOKEN));
    }
    read(request.send(json!({ "query": query }).to_string()).unwrap())
}

const LARGE: &str = "{ actors(first: 50) { nodes { id slug name summary } } }";

#[test]
fn an_answer_is_packed_as_the_client_likes_the_first_time_and_again() {
    let test = TestApp::iran("2026-03-01");
    let whole = post(&test, LARGE, "identity", false);
    assert_eq!(whole.coding, "");
    for (accepted, coding) in [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("gzip", "gzip"),
        ("deflate", ""),
    ] {
        // Another text, so that it was not answered before; then from what is kept.
        let query = format!("{LARGE} # {coding}");
        for _ in 0..2 {
            let packed = post(&test, &query, accepted, false);
            assert_eq!(packed.coding, coding);
            assert_eq!(packed.text(), whole.text());
            if !coding.is_empty() {
                assert!(packed.bytes.len() * 2 < whole.bytes.len());
            }
        }
        // What is kept packed one way is given again in another.
        assert_eq!(post(&test, &query, "identity", false).text(), whole.text());
        assert_eq!(post(&test, &query, "br", false).text(), whole.text());
    }
}

#[test]
fn each_way_of_packing_has_its_entity_tag() {
    let test = TestApp::iran("2026-03-01");
    let path = "/graphql?query=%7Bactors(first:50)%7Bnodes%7Bid%20slug%20summary%7D%7D%7D";
    let [plain, packed] = ["identity", "br"].map(|accepted| get(&test, path, accepted));
    assert_eq!(packed.text(), plain.text());
    assert_ne!(packed.tag, plain.tag);
    assert!(packed.tag.ends_with("-br\""), "{}", packed.tag);
    for answer in [&plain, &packed] {
        assert!(answer.vary.contains("accept-encoding"), "{}", answer.vary);
    }
    let again = agent()
        .get(format!("{}{path}", test.url))
        .header("accept-encoding", "br")
        .header("if-none-match", &packed.tag)
        .call()
        .unwrap();
    assert_eq!(again.status(), 304);
}

#[test]
fn what_is_small_or_comes_of_a_mutation_is_not_packed() {
    let test = TestApp::iran("2026-03-01");
    assert_eq!(post(&test, "{ latestRevision }", "gzip", false).coding, "");
    let create = r#"mutation { createActor(input: { name: "A", kind: STATE }) { actor { id } } }"#;
    assert_eq!(post(&test, create, "gzip", true).coding, "");
    // Nor is a stream of events, which must come at once.
    let body = json!({ "query": LARGE }).to_string();
    let stream = agent()
        .post(format!("{}/graphql/stream", test.url))
        .header("content-type", "application/json")
        .header("accept-encoding", "gzip, br, zstd");
    assert_eq!(read(stream.send(body).unwrap()).coding, "");
}

#[test]
fn the_schema_and_the_playground_are_packed() {
    let test = TestApp::empty();
    for path in ["/schema.graphql", "/playground/assets/graphiql.js"] {
        let plain = get(&test, path, "identity");
        let packed = get(&test, path, "gzip, br");
        assert_eq!(packed.coding, "br", "{path}");
        assert!(packed.bytes.len() * 3 < plain.bytes.len(), "{path}");
        assert!(packed.text() == plain.text(), "{path}");
    }
    let path = "/playground/assets/react.js";
    let packed = get(&test, path, "gzip");
    let again = agent()
        .get(format!("{}{path}", test.url))
        .header("accept-encoding", "gzip")
        .header("if-none-match", &packed.tag)
        .call()
        .unwrap();
    assert_eq!(again.status(), 304);
}
