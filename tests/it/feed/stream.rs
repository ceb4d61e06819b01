//! GraphQL over Server-Sent Events.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Stream, patient, serving};
use crate::support::{TOKEN, TestApp};

const CHANGES: &str = "subscription($after: Int) { changes(after: $after) { number } }";

#[test]
fn a_query_is_one_event_and_a_complete() {
    let test = TestApp::empty();
    let mut stream = Stream::post(&test.url, "{ latestRevision }", json!({}));
    assert_eq!(stream.data(), json!({ "latestRevision": 0 }));
    let last = stream.next().unwrap();
    assert_eq!((&*last.kind, &*last.data), ("complete", ""));
    assert_eq!(stream.next(), None);
}

#[test]
fn a_subscription_is_an_event_stream() {
    let test = TestApp::empty();
    test.actor("a");
    let body = json!({ "query": CHANGES, "variables": { "after": 0 } }).to_string();
    let mut socket = TcpStream::connect(test.url.trim_start_matches("http://")).unwrap();
    socket.set_read_timeout(Some(super::PATIENCE)).unwrap();
    let length = body.len();
    write!(
        socket,
        "POST /graphql/stream HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut told = String::new();
    let mut buffer = [0; 4096];
    let wanted = "id: 1\nevent: next\ndata: {\"data\":{\"changes\":{\"number\":1}}}\n\n";
    while !told.contains(wanted) {
        let count = socket.read(&mut buffer).unwrap();
        assert!(count > 0, "{told}");
        told.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    let head = told.split("\r\n\r\n").next().unwrap().to_ascii_lowercase();
    for line in [
        "http/1.1 200 ok",
        "content-type: text/event-stream; charset=utf-8",
        "cache-control: no-store",
    ] {
        assert!(head.contains(line), "{head}");
    }
}

#[test]
fn what_cannot_be_begun_is_told_in_the_stream() {
    let test = TestApp::empty();
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { changes(after: 9) { number } }",
            "BAD_USER_INPUT",
        ),
    ] {
        let mut stream = Stream::post(&test.url, query, json!({}));
        let event = stream.next().unwrap();
        assert_eq!(event.kind, "next");
        assert_eq!(event.json()["errors"][0]["extensions"]["code"], code);
        assert_eq!(event.json().get("data"), None);
        assert_eq!(stream.next().unwrap().kind, "complete");
        assert_eq!(stream.next(), None);
    }
}

#[test]
fn a_browser_asks_by_get_and_cannot_write() {
    let test = TestApp::empty();
    test.actor("a");
    let query = "subscription { changes(after: 0) { number } }";
    let mut stream = Stream::again(&test.url, query, None);
    assert_eq!(stream.data(), json!({ "changes": { "number": 1 } }));
    let mutation =
        r#"mutation { createActor(input: { name: "B", kind: STATE }) { actor { id } } }"#;
    let mut stream = Stream::again(&test.url, mutation, None);
    let told = stream.next().unwrap().json();
    assert_eq!(
        told["errors"][0]["extensions"]["code"],
        "METHOD_NOT_ALLOWED"
    );
    assert_eq!(test.query("{ latestRevision }")["latestRevision"], 1);
}

#[test]
fn what_is_no_request_is_refused_with_a_status() {
    let test = TestApp::empty();
    let send = |headers: &[(&str, &str)], body: &str| {
        let mut request = patient().post(format!("{}/graphql/stream", test.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send(body).unwrap().status().as_u16()
    };
    let json = ("content-type", "application/json");
    let query = r#"{"query":"{ latestRevision }"}"#;
    assert_eq!(send(&[json], query), 200);
    assert_eq!(send(&[json, ("accept", "application/json")], query), 406);
    assert_eq!(send(&[("content-type", "text/plain")], query), 415);
    assert_eq!(send(&[json], "not json"), 400);
    assert_eq!(send(&[json], "{}"), 422);
    assert_eq!(send(&[json, ("authorization", "Bearer wrong")], query), 401);
    let put = patient()
        .put(format!("{}/graphql/stream", test.url))
        .send(query);
    assert_eq!(put.unwrap().status(), 405);
}

#[test]
fn a_token_lets_a_stream_write() {
    let test = TestApp::empty();
    let query = r#"mutation { createActor(input: { name: "B", kind: STATE }) { actor { slug } } }"#;
    let request = patient()
        .post(format!("{}/graphql/stream", test.url))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {TOKEN}"));
    let response = request.send(json!({ "query": query }).to_string()).unwrap();
    let created = json!({ "createActor": { "actor": { "slug": "b" } } });
    assert_eq!(Stream::of(response).data(), created);
}

#[test]
fn a_browser_that_comes_back_misses_nothing() {
    let test = TestApp::empty();
    test.actor("a");
    let query = "subscription { changes { number } }";
    let mut stream = Stream::again(&test.url, query, None);
    // It is told where it stands before anything happens.
    while stream.id.is_none() {
        let line = stream.lines.next().unwrap().unwrap();
        stream.id = line.strip_prefix("id: ").map(str::to_owned);
    }
    let stood = stream.id.take();
    assert_eq!(stood.as_deref(), Some("1"));
    drop(stream);
    test.actor("b");
    let mut stream = Stream::again(&test.url, query, stood.as_deref());
    let event = stream.next().unwrap();
    assert_eq!(event.json()["data"], json!({ "changes": { "number": 2 } }));
    assert_eq!(event.id.as_deref(), Some("2"));
    let mut wrong = Stream::again(&test.url, query, Some("elsewhere"));
    let told = wrong.next().unwrap().json();
    assert_eq!(told["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[test]
fn a_silent_stream_gives_signs_of_life_and_tells_how_far_it_has_looked() {
    let test = serving(|web| web.pace.heartbeat = Duration::from_millis(50));
    let query = r#"subscription { changes(filter: { author: ["nobody"] }) { number } }"#;
    let mut stream = Stream::again(&test.url, query, None);
    test.actor("a");
    let mut lines = Vec::new();
    while lines.iter().filter(|line| *line == ":").count() < 4
        || !lines.contains(&"id: 1".to_owned())
    {
        lines.push(stream.lines.next().unwrap().unwrap());
    }
    lines.retain(|line| !line.is_empty() && line != ":");
    assert_eq!(lines, ["id: 0", "id: 1"]);
}

#[test]
fn a_server_that_stops_ends_its_streams_so_that_clients_come_back() {
    let test = TestApp::empty();
    let mut stream = Stream::post(&test.url, CHANGES, json!({ "after": 0 }));
    test.actor("a");
    assert_eq!(stream.data(), json!({ "changes": { "number": 1 } }));
    let began = Instant::now();
    let stopped = std::thread::spawn(move || drop(test));
    let rest: Vec<_> = stream.lines.map(Result::unwrap).collect();
    let rest = rest.join("\n");
    assert!(rest.starts_with(": the server stops"), "{rest}");
    assert!(!rest.contains("event:"), "{rest}");
    stopped.join().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// How many sockets and streams are open.
pub(super) fn open(test: &TestApp) -> i64 {
    let text = test.app.metrics();
    let counts = text
        .lines()
        .filter(|line| line.starts_with("foedera_streams{"));
    counts
        .map(|line| line.rsplit(' ').next().unwrap().parse::<i64>().unwrap())
        .sum()
}

/// Makes a record with so many revisions, each with a long message.
pub(super) fn long(test: &TestApp, revisions: usize) {
    for n in 0..revisions {
        let input =
            json!({ "name": format!("a {n}"), "kind": "STATE", "summary": "x".repeat(40_000) });
        test.done("createActor", &input, "actor { id }");
    }
}

/// Events that are large enough to fill what lies between a server and a client that does not read.
pub(super) const LARGE: &str = "subscription { changes(after: 0) { number changes(first: 1) { nodes { a: fields { after } b: fields { after } c: fields { after } d: fields { after } e: fields { after } f: fields { after } g: fields { after } h: fields { after } i: fields { after } j: fields { after } } } } }";

#[test]
fn a_client_that_does_not_read_is_ended_with_a_reason() {
    let test = serving(|web| {
        web.pace.patience = Duration::from_millis(500);
        web.pace.farewell = Duration::from_secs(20);
    });
    long(&test, 60);
    let mut slow = super::Socket::greeted(&test.url);
    slow.subscribe("1", LARGE, json!({}));
    let mut stream = Stream::post(&test.url, LARGE, json!({}));
    std::thread::sleep(Duration::from_millis(2_000));
    let mut last = 0;
    let end = loop {
        match slow.0.read().unwrap() {
            tungstenite::Message::Text(text) => {
                let told: Value = serde_json::from_str(&text).unwrap();
                last += 1;
                assert_eq!(told["payload"]["data"]["changes"]["number"], last);
            }
            tungstenite::Message::Close(frame) => break frame.unwrap(),
            _ => {}
        }
    };
    assert_eq!(u16::from(end.code), 1013);
    assert!(end.reason.contains("too slow"), "{}", end.reason);
    assert!((1..60).contains(&last), "{last}");

    let mut last = 0;
    let told = loop {
        let event = stream.next().unwrap();
        if event.json().get("errors").is_some() {
            break event.json();
        }
        last += 1;
        assert_eq!(event.json()["data"]["changes"]["number"], last);
    };
    assert_eq!(told["errors"][0]["extensions"]["code"], "TOO_SLOW");
    assert_eq!(stream.next(), None);
    assert!((1..60).contains(&last), "{last}");

    // It goes on from there.
    let rest = LARGE.replace("after: 0", &format!("after: {last}"));
    let mut stream = Stream::post(&test.url, &rest, json!({}));
    assert_eq!(stream.data()["changes"]["number"], last + 1);
}

#[test]
fn a_client_that_never_reads_is_dropped() {
    let test = serving(|web| {
        web.pace.patience = Duration::from_millis(500);
        web.pace.farewell = Duration::from_millis(200);
    });
    long(&test, 60);
    let mut slow = super::Socket::greeted(&test.url);
    slow.subscribe("1", LARGE, json!({}));
    let stream = Stream::post(&test.url, LARGE, json!({}));
    let began = Instant::now();
    while open(&test) < 2 {
        assert!(began.elapsed() < super::PATIENCE);
    }
    while open(&test) > 0 {
        assert!(
            began.elapsed() < super::PATIENCE,
            "{} are open",
            open(&test)
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    drop((slow, stream));
}
