//! Bodies that are too much, or something else than they seem.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::{Target, in_short};

const JSON: &str = "content-type: application/json\r\n";
const CREATE: &str =
    "mutation { createActor(input: { name: \"A\", kind: STATE }) { actor { id } } }";

pub fn batch(target: &Target) -> String {
    let requests = vec![json!({ "query": "{ latestRevision }" }); 1_000];
    target.post(JSON, json!(requests).to_string().as_bytes())
}

pub fn large(target: &Target) -> String {
    target.post(JSON, &vec![b' '; 10 << 20])
}

/// The same without saying beforehand how large it is.
pub fn large_in_pieces(target: &Target) -> String {
    let head = "POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let piece = format!("10000\r\n{}\r\n", " ".repeat(1 << 16));
    let body = piece.repeat(160) + "0\r\n\r\n";
    in_short(&target.raw((head.to_owned() + &body).as_bytes()))
}

pub fn deep_json(target: &Target) -> String {
    let body = format!(
        "{{\"query\":\"{{ latestRevision }}\",\"variables\":{{\"a\":{}{}}}}}",
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    target.post(JSON, body.as_bytes())
}

pub fn not_utf8(target: &Target) -> String {
    target.post(JSON, b"{\"query\":\"{ latestRevision \xff\xfe }\"}")
}

pub fn null_bytes(target: &Target) -> String {
    target.post(JSON, br#"{"query":"{ latestRevision \u0000 }"}"#)
}

pub fn huge_number(target: &Target) -> String {
    let query = format!(
        "{{ actors(first: {}) {{ totalCount }} }}",
        "9".repeat(50_000)
    );
    target.ask(&query)
}

/// A gibibyte of zeros would be a megabyte; ten are enough to see that nobody unpacks them.
pub fn gzip(target: &Target) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&vec![b' '; 10 << 20]).unwrap();
    let packed = encoder.finish().unwrap();
    target.post(&format!("{JSON}content-encoding: gzip\r\n"), &packed)
}

pub fn mutation_by_get(target: &Target) -> String {
    let query = CREATE
        .replace(' ', "%20")
        .replace('"', "%22")
        .replace('{', "%7B")
        .replace('}', "%7D");
    let request =
        format!("GET /graphql?query={query} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    in_short(&target.raw(request.as_bytes()))
}

/// What a form on another page can send without being asked.
pub fn mutation_by_form(target: &Target) -> String {
    let body = json!({ "query": CREATE }).to_string();
    let kinds = [
        "content-type: text/plain\r\n",
        "content-type: application/x-www-form-urlencoded\r\n",
        "content-type: multipart/form-data; boundary=a\r\n",
        "",
    ];
    let told = kinds.map(|kind| target.post(kind, body.as_bytes()));
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    let [first, ..] = told;
    first
}
