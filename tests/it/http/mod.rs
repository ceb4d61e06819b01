//! The transport: methods, media types, status codes, the guard.

mod audits;
mod bounds;
mod documents;
mod kept;
mod limits;
mod packing;
mod printed;
mod receipts;
mod revisions;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use foedera::config::StatusCodes;
use foedera::http::Web;
use foedera::model::{Clock, Timestamp};
use serde_json::{Value, json};

use crate::support::{TestApp, agent, noon, web};

struct Answer {
    status: u16,
    kind: String,
    headers: ureq::http::HeaderMap,
    body: String,
}

impl Answer {
    /// A header's text; an empty text where there is none.
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let kind = response
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    Answer {
        status: response.status().as_u16(),
        kind: kind.unwrap_or("").to_owned(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_string().unwrap(),
    }
}

fn post(test: &TestApp, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = agent().post(format!("{}/graphql", test.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(request.send(body).unwrap())
}

fn get(test: &TestApp, path: &str, accept: &str) -> Answer {
    let request = agent()
        .get(format!("{}{path}", test.url))
        .header("accept", accept);
    read(request.config().max_redirects(0).build().call().unwrap())
}

const JSON: (&str, &str) = ("content-type", "application/json");
const GRAPHQL: (&str, &str) = ("accept", "application/graphql-response+json");

#[test]
fn the_answer_is_of_the_media_type_that_is_asked_for() {
    let test = TestApp::empty();
    let query = r#"{"query":"{ latestRevision }"}"#;
    let plain = post(&test, &[JSON, ("accept", "application/json")], query);
    assert_eq!(
        (plain.status, plain.kind.as_str()),
        (200, "application/json; charset=utf-8")
    );
    let own = post(&test, &[JSON, GRAPHQL], query);
    assert_eq!(own.kind, "application/graphql-response+json; charset=utf-8");
    assert_eq!(own.json(), json!({ "data": { "latestRevision": 0 } }));
    assert_eq!(
        post(&test, &[JSON, ("accept", "text/csv")], query).status,
        406
    );
}

#[test]
fn of_several_media_types_the_one_that_is_ranked_highest_is_taken() {
    let test = TestApp::empty();
    let (own, plain) = ("application/graphql-response+json", "application/json");
    for (accept, kind) in [
        (
            "application/graphql-response+json, application/json;q=0.9",
            own,
        ),
        (
            "application/graphql-response+json;q=0.5, application/json",
            plain,
        ),
        ("application/json, application/graphql-response+json", own),
        ("application/graphql-response+json;q=0, */*", plain),
        ("application/json;q=0, */*;q=0.1", own),
        ("Application/GraphQL-Response+JSON ; q=1.0", own),
        ("application/*", plain),
        ("text/html, */*;q=0.1", plain),
    ] {
        let answer = post(
            &test,
            &[JSON, ("accept", accept)],
            r#"{"query":"{ latestRevision }"}"#,
        );
        assert_eq!(answer.status, 200, "{accept}");
        assert_eq!(answer.kind, format!("{kind}; charset=utf-8"), "{accept}");
    }
    for accept in ["text/html", "application/json;q=0", "*/*;q=0", ""] {
        let answer = post(
            &test,
            &[JSON, ("accept", accept)],
            r#"{"query":"{ latestRevision }"}"#,
        );
        assert_eq!(answer.status, 406, "{accept}");
    }
}

#[test]
fn a_request_that_is_not_executed_has_no_data_and_a_code() {
    let test = TestApp::empty();
    let earlier = Web {
        status_codes: StatusCodes::Earlier,
        ..web()
    };
    let before = TestApp::serve(tempfile::tempdir().unwrap(), noon("2026-03-01"), earlier);
    for (query, code, status) in [
        ("{", "GRAPHQL_PARSE_FAILED", 400),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED", 422),
        (
            "query($a: Int!) { actors(first: $a) { totalCount } }",
            "BAD_USER_INPUT",
            422,
        ),
        (
            "query A { latestRevision } query B { latestRevision }",
            "GRAPHQL_VALIDATION_FAILED",
            422,
        ),
    ] {
        let body = json!({ "query": query }).to_string();
        let own = post(&test, &[JSON, GRAPHQL], &body);
        assert_eq!(own.status, status, "{query}");
        assert_eq!(own.json().get("data"), None, "{query}");
        assert_eq!(
            own.json()["errors"][0]["extensions"]["code"],
            code,
            "{query}"
        );
        // By the draft, whoever takes only application/json is told errors all the same.
        let plain = post(&test, &[JSON], &body);
        assert_eq!(plain.status, status, "{query}");
        assert_eq!(plain.kind, own.kind);
        // As it was before.
        assert_eq!(
            post(&before, &[JSON, GRAPHQL], &body).status,
            400,
            "{query}"
        );
        let plain = post(&before, &[JSON], &body);
        assert_eq!(plain.status, 200, "{query}");
        assert_eq!(plain.kind, "application/json; charset=utf-8");
    }
}

#[test]
fn part_of_an_answer_has_a_status_of_its_own() {
    let test = TestApp::empty();
    let body = json!({ "query": "{ latestRevision actors(first: 1000) { totalCount } }" });
    let own = post(&test, &[JSON, GRAPHQL], &body.to_string());
    assert_eq!(own.status, 294, "{}", own.body);
    assert!(own.json()["errors"].is_array());
    assert_eq!(own.json().get("data"), Some(&Value::Null));
    let plain = post(&test, &[JSON], &body.to_string());
    assert_eq!(plain.status, 200);
}

#[test]
fn what_is_no_graphql_request_is_refused_in_plain_words() {
    let test = TestApp::empty();
    let good = r#"{"query":"{ latestRevision }"}"#;
    let coded = |coding| [JSON, ("content-encoding", coding)];
    for (headers, body, status) in [
        (&[JSON][..], "not json", 400),
        (&[JSON][..], "", 400),
        (&[JSON][..], "[]", 422),
        (&[JSON][..], "{}", 422),
        (&[JSON][..], r#"{"query":1}"#, 422),
        (
            &[JSON][..],
            r#"{"query":"{ latestRevision }","variables":[]}"#,
            422,
        ),
        (&[JSON][..], r#"[{"query":"{ latestRevision }"}]"#, 422),
        (&[("content-type", "text/plain")][..], good, 415),
        (
            &[("content-type", "application/json; charset=latin-1")][..],
            good,
            415,
        ),
        (
            &[("content-type", "application/x-www-form-urlencoded")][..],
            "query=%7BlatestRevision%7D",
            415,
        ),
        (
            &[("content-type", "multipart/form-data; boundary=x")][..],
            good,
            415,
        ),
        (&coded("gzip"), good, 415),
        (&coded("br"), good, 415),
    ] {
        let answer = post(&test, headers, body);
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        let error = &answer.json()["errors"][0];
        let message = error["message"].as_str().unwrap().to_owned();
        assert!(
            !message.contains("Error(") && !message.contains('{'),
            "{message}"
        );
        assert!(error["extensions"]["code"].is_string());
    }
    assert_eq!(post(&test, &coded("identity"), good).status, 200);
    // What the specification leaves to others is no matter of ours, and null is as good as nothing.
    let more = r#"{"query":"{ latestRevision }","operationName":null,"variables":null,"extensions":null,"more":1}"#;
    assert_eq!(post(&test, &[JSON], more).status, 200);
    let large = format!(
        r#"{{"query":"{{ latestRevision }}","extensions":{{"x":"{}"}}}}"#,
        "x".repeat(1 << 20)
    );
    let answer = post(&test, &[JSON], &large);
    assert_eq!(answer.status, 413);
    let told = json!({ "code": "BODY_TOO_LARGE", "limit": 1 << 20, "found": large.len() });
    assert_eq!(answer.json()["errors"][0]["extensions"], told);
}

#[test]
fn a_get_request_can_query_and_nothing_else() {
    let test = TestApp::empty();
    let any = "*/*";
    let found = get(&test, "/graphql?query=%7BlatestRevision%7D", any);
    assert_eq!(found.json(), json!({ "data": { "latestRevision": 0 } }));
    let mutation = "/graphql?query=mutation%7BcreateActor(input:%7Bname:%22A%22,kind:STATE%7D)%7Bactor%7Bid%7D%7D%7D";
    let refused = get(&test, mutation, any);
    assert_eq!((refused.status, refused.header("allow")), (405, "POST"));
    assert_eq!(
        test.query("{ latestRevision }"),
        json!({ "latestRevision": 0 })
    );
    assert_eq!(get(&test, "/graphql?query=a&query=b", any).status, 422);
    let empty = "/graphql?query=%7BlatestRevision%7D&operationName=&variables=&extensions=null";
    assert_eq!(get(&test, empty, any).status, 200);
    let page = get(&test, "/graphql", "text/html");
    assert_eq!(page.status, 307);
    for method in ["PUT", "DELETE", "PATCH", "TRACE"] {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/graphql", test.url));
        let answer = read(agent().run(request.body(()).unwrap()).unwrap());
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, "GET, POST"),
            "{method}"
        );
    }
}

#[test]
fn a_token_that_is_not_ours_is_refused_even_for_reading() {
    let test = TestApp::empty();
    let headers = [JSON, ("authorization", "Bearer wrong")];
    let answer = post(&test, &headers, r#"{"query":"{ latestRevision }"}"#);
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json()["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
}

#[test]
fn a_fragment_bomb_is_refused_at_once() {
    let test = TestApp::empty();
    let mut query = "{ ...f0 }".to_owned();
    for level in 0..40 {
        let next = level + 1;
        query.push_str(&format!(
            " fragment f{level} on Query {{ ...f{next} ...f{next} }}"
        ));
    }
    query.push_str(" fragment f40 on Query { __typename }");
    let began = std::time::Instant::now();
    let answer = post(
        &test,
        &[JSON, GRAPHQL],
        &json!({ "query": query }).to_string(),
    );
    assert_eq!(
        answer.json()["errors"][0]["extensions"]["code"],
        "DOCUMENT_TOO_COSTLY"
    );
    assert!(began.elapsed().as_secs() < 5);
}

#[test]
fn the_playground_comes_from_the_binary_alone() {
    let test = TestApp::empty();
    let page = get(&test, "/playground", "text/html");
    assert_eq!(page.status, 200);
    assert!(
        !page.body.contains("http://") && !page.body.contains("https://"),
        "{}",
        page.body
    );
    let mut assets = 0;
    for part in page
        .body
        .split(['"', '\''])
        .filter(|part| part.starts_with("/playground/assets/"))
    {
        assert_eq!(get(&test, part, "*/*").status, 200, "{part}");
        assets += 1;
    }
    assert!(assets >= 3, "{assets} assets");
    assert_eq!(
        get(&test, "/playground/assets/..%2fmod.rs", "*/*").status,
        404
    );
}

#[test]
fn the_other_routes_answer() {
    let test = TestApp::iran("2026-03-10");
    assert!(get(&test, "/", "text/html").body.contains("/playground"));
    assert_eq!(
        get(&test, "/", "application/json").json()["graphql"],
        "/graphql"
    );
    assert!(
        get(&test, "/schema.graphql", "*/*")
            .body
            .contains("type Actor implements Node & Recorded")
    );
    assert_eq!(
        get(&test, "/health/live", "*/*").json(),
        json!({ "status": "live" })
    );
    let ready = get(&test, "/health/ready", "*/*");
    assert_eq!(
        (ready.status, ready.json()["revision"].clone()),
        (200, json!(1))
    );
    let metrics = get(&test, "/metrics", "*/*").body;
    for line in [
        "foedera_revision 1",
        "foedera_writable 1",
        "foedera_records{kind=\"actor\"}",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    let nothing = get(&test, "/nothing", "*/*");
    assert_eq!(
        (nothing.status, nothing.kind.as_str()),
        (404, "application/problem+json")
    );
    assert_eq!(get(&test, "/admin/backup", "*/*").status, 401);
}

#[test]
fn a_body_that_does_not_come_is_given_up() {
    let mut web = web();
    web.limits.body_seconds = 1;
    let noon = Clock::Fixed(Timestamp(1_772_366_400_000));
    let test = TestApp::serve(tempfile::tempdir().unwrap(), noon, web);
    let mut client = TcpStream::connect(test.url.trim_start_matches("http://")).unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{";
    client.write_all(head.as_bytes()).unwrap();
    client
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let mut told = String::new();
    client.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 408 "), "{told}");
}
