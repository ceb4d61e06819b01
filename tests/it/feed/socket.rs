//! graphql-transport-ws over a socket, to the letter.

use std::time::{Duration, Instant};

use serde_json::json;
use tungstenite::Message;

use super::{Socket, serving};
use crate::support::{TOKEN, TestApp, agent};

const CHANGES: &str = "subscription($after: Int) { changes(after: $after) { number } }";

#[test]
fn what_is_no_message_closes_the_socket() {
    let test = TestApp::empty();
    for said in [
        "not json",
        "[]",
        r#"{"payload":{}}"#,
        r#"{"type":"nothing"}"#,
        r#"{"type":"start","id":"1","payload":{"query":"{ latestRevision }"}}"#,
        r#"{"type":"connection_init","payload":"token"}"#,
        r#"{"type":"ping","payload":1}"#,
        r#"{"type":"complete"}"#,
        r#"{"type":"subscribe","payload":{"query":"{ latestRevision }"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ latestRevision }"}}"#,
        r#"{"type":"subscribe","id":7,"payload":{"query":"{ latestRevision }"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ latestRevision }","variables":[]}}"#,
    ] {
        let mut socket = Socket::greeted(&test.url);
        socket.0.send(Message::text(said)).unwrap();
        let (code, reason) = socket.closed();
        assert_eq!(code, 4400, "{said}");
        assert!(reason.starts_with("Invalid message: "), "{said}: {reason}");
    }
    let mut socket = Socket::greeted(&test.url);
    socket.0.send(Message::binary(b"{}".to_vec())).unwrap();
    assert_eq!(socket.closed().0, 4400);
}

#[test]
fn nothing_is_begun_before_the_greeting() {
    let test = TestApp::empty();
    let mut socket = Socket::open(&test.url);
    socket.subscribe("1", "{ latestRevision }", json!({}));
    assert_eq!(socket.closed(), (4401, "Unauthorized".to_owned()));
}

#[test]
fn a_token_that_is_not_ours_is_refused_in_the_greeting_and_in_the_header() {
    let test = TestApp::empty();
    for given in [json!("Bearer wrong"), json!(TOKEN), json!(7)] {
        let mut socket = Socket::open(&test.url);
        socket.say(json!({ "type": "connection_init", "payload": { "Authorization": given } }));
        assert_eq!(socket.closed().0, 4403, "{given}");
    }
    let headers = [
        ("sec-websocket-protocol", "graphql-transport-ws"),
        ("authorization", "Bearer wrong"),
    ];
    assert_eq!(Socket::open_with(&test.url, &headers).err(), Some(401));
}

#[test]
fn who_does_not_greet_in_time_is_shut_out() {
    let test = serving(|web| web.pace.greeting = Duration::from_millis(100));
    let mut socket = Socket::open(&test.url);
    assert_eq!(
        socket.closed(),
        (4408, "Connection initialisation timeout".to_owned())
    );
}

#[test]
fn an_id_is_taken_as_long_as_its_operation_runs() {
    let test = TestApp::empty();
    let mut socket = Socket::greeted(&test.url);
    socket.subscribe("one", CHANGES, json!({}));
    socket.subscribe("one", CHANGES, json!({}));
    assert_eq!(
        socket.closed(),
        (4409, "Subscriber for one already exists".to_owned())
    );
    let mut socket = Socket::greeted(&test.url);
    let long = "é".repeat(100);
    socket.subscribe(&long, CHANGES, json!({}));
    socket.subscribe(&long, CHANGES, json!({}));
    assert_eq!(socket.closed().0, 4409);
}

#[test]
fn a_second_greeting_is_one_too_many() {
    let test = TestApp::empty();
    let mut socket = Socket::greeted(&test.url);
    socket.say(json!({ "type": "connection_init" }));
    assert_eq!(
        socket.closed(),
        (4429, "Too many initialisation requests".to_owned())
    );
}

#[test]
fn only_the_one_subprotocol_is_spoken() {
    let test = TestApp::empty();
    let chosen = |offered: &str| {
        let headers = [("sec-websocket-protocol", offered)];
        // A client that sees none of its protocols chosen gives up by itself.
        Socket::open_with(&test.url, &headers)
    };
    assert!(chosen("graphql-ws, graphql-transport-ws").is_ok());
    let mut without = Socket::open_with(&test.url, &[]).unwrap();
    assert_eq!(without.closed().0, 4406);
}

#[test]
fn a_ping_is_answered_with_its_payload() {
    let test = TestApp::empty();
    let mut socket = Socket::open(&test.url);
    socket.say(json!({ "type": "ping" }));
    assert_eq!(socket.hear(), json!({ "type": "pong" }));
    let payload = json!({ "since": 12.5, "who": { "am": ["I"] } });
    socket.say(json!({ "type": "ping", "payload": payload }));
    assert_eq!(socket.hear(), json!({ "type": "pong", "payload": payload }));
    // One that nobody asked for is taken as a sign of life.
    socket.say(json!({ "type": "pong", "payload": payload }));
    socket.say(json!({ "type": "connection_init" }));
    assert_eq!(socket.hear(), json!({ "type": "connection_ack" }));
}

#[test]
fn queries_and_mutations_go_over_the_socket_too() {
    let test = TestApp::empty();
    let mut socket = Socket::open(&test.url);
    let token = json!({ "authorization": format!("bearer {TOKEN}") });
    socket.say(json!({ "type": "connection_init", "payload": token }));
    assert_eq!(socket.hear()["type"], "connection_ack");
    let create =
        r#"mutation { createActor(input: { name: "A", kind: STATE }) { actor { slug } } }"#;
    socket.subscribe("m", create, json!({}));
    assert_eq!(
        socket.data("m"),
        json!({ "createActor": { "actor": { "slug": "a" } } })
    );
    assert_eq!(socket.hear(), json!({ "id": "m", "type": "complete" }));
    socket.subscribe("q", "{ latestRevision }", json!({}));
    assert_eq!(socket.data("q"), json!({ "latestRevision": 1 }));
    assert_eq!(socket.hear(), json!({ "id": "q", "type": "complete" }));

    let mut anybody = Socket::greeted(&test.url);
    anybody.subscribe("m", create, json!({}));
    let told = anybody.hear();
    assert_eq!(
        told["payload"]["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
        "{told}"
    );
}

#[test]
fn what_cannot_be_begun_is_an_error_and_nothing_else() {
    let test = TestApp::empty();
    let mut socket = Socket::greeted(&test.url);
    let mut bomb = "subscription { ...f0 }".to_owned();
    for level in 0..40 {
        let next = level + 1;
        bomb.push_str(&format!(
            " fragment f{level} on Subscription {{ ...f{next} ...f{next} }}"
        ));
    }
    bomb.push_str(" fragment f40 on Subscription { changes { number } }");
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { changes { number } notes { id } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "subscription($a: Int!) { changes(after: $a) { number } }",
            "BAD_USER_INPUT",
        ),
        (
            "subscription { changes(after: 9) { number } }",
            "BAD_USER_INPUT",
        ),
        (
            "subscription { changes(after: -1) { number } }",
            "BAD_USER_INPUT",
        ),
        (
            r#"subscription { notes(actor: "nobody") { id } }"#,
            "BAD_USER_INPUT",
        ),
        (&*bomb, "DOCUMENT_TOO_COSTLY"),
    ] {
        socket.subscribe("1", query, json!({}));
        let told = socket.hear();
        assert_eq!((&told["type"], &told["id"]), (&json!("error"), &json!("1")));
        assert_eq!(told["payload"][0]["extensions"]["code"], code, "{told}");
    }
    // Had a complete come after one of them, it would be here.
    socket.subscribe("2", "{ latestRevision }", json!({}));
    assert_eq!(socket.data("2"), json!({ "latestRevision": 0 }));
}

#[test]
fn a_subscription_ends_when_the_client_completes_it() {
    let test = TestApp::empty();
    let mut socket = Socket::greeted(&test.url);
    socket.subscribe("1", CHANGES, json!({ "after": 0 }));
    test.actor("a");
    assert_eq!(socket.data("1"), json!({ "changes": { "number": 1 } }));
    socket.say(json!({ "id": "1", "type": "complete" }));
    // One that has ended already is no fault.
    socket.say(json!({ "id": "1", "type": "complete" }));
    socket.say(json!({ "type": "ping" }));
    assert_eq!(socket.hear(), json!({ "type": "pong" }));
    test.actor("b");
    // The id is free again, and nothing of the first comes any more.
    socket.subscribe("1", CHANGES, json!({ "after": 1 }));
    assert_eq!(socket.data("1"), json!({ "changes": { "number": 2 } }));
    test.actor("c");
    assert_eq!(socket.data("1"), json!({ "changes": { "number": 3 } }));
}

#[test]
fn a_socket_carries_a_bounded_number_of_operations() {
    let test = TestApp::empty();
    let mut socket = Socket::greeted(&test.url);
    for id in 0..=100 {
        socket.subscribe(&id.to_string(), CHANGES, json!({ "after": 0 }));
    }
    let told = socket.hear();
    assert_eq!(
        (&told["type"], &told["id"]),
        (&json!("error"), &json!("100"))
    );
    assert_eq!(
        told["payload"][0]["extensions"]["code"],
        "TOO_MANY_OPERATIONS"
    );
    socket.say(json!({ "id": "7", "type": "complete" }));
    socket.subscribe("100", CHANGES, json!({ "after": 0 }));
    test.actor("a");
    let mut ids: Vec<_> = (0..100)
        .map(|_| socket.hear()["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 100);
    assert!(!ids.contains(&"7".to_owned()));

    // Together they are no longer than one request may be.
    let mut socket = Socket::greeted(&test.url);
    let long = format!("{CHANGES} #{}", "x".repeat(90_000));
    for id in 0..12 {
        socket.subscribe(&id.to_string(), &long, json!({}));
    }
    let told = socket.hear();
    assert_eq!(
        (&told["type"], &told["id"]),
        (&json!("error"), &json!("11"))
    );
}

#[test]
fn pages_of_other_origins_open_no_sockets() {
    let test = serving(|web| web.cors_origins = vec!["https://good.example".to_owned()]);
    let open = |origin: &str| {
        let headers = [
            ("sec-websocket-protocol", "graphql-transport-ws"),
            ("origin", origin),
        ];
        Socket::open_with(&test.url, &headers).err()
    };
    assert_eq!(open("https://evil.example"), Some(403));
    assert_eq!(open("null"), Some(403));
    assert_eq!(open("https://good.example"), None);
    assert_eq!(open(&test.url), None);
}

#[test]
fn a_request_that_opens_no_socket_is_told_what_to_do() {
    let test = TestApp::empty();
    let mut answer = agent()
        .get(format!("{}/graphql/ws", test.url))
        .call()
        .unwrap();
    assert!(answer.status().is_client_error());
    let told = answer.body_mut().read_to_string().unwrap();
    assert!(told.contains("graphql-transport-ws"), "{told}");
}

#[test]
fn a_message_can_be_too_large() {
    let test = TestApp::empty();
    let mut socket = Socket::greeted(&test.url);
    socket.subscribe("1", &"#".repeat(1 << 20), json!({}));
    assert_eq!(socket.closed().0, 1009);
}

#[test]
fn a_client_that_gives_no_sign_of_life_is_closed() {
    let test = serving(|web| web.pace.heartbeat = Duration::from_millis(100));
    let mut alive = Socket::greeted(&test.url);
    let mut silent = Socket::greeted(&test.url);
    // Reading answers the pings.
    alive.subscribe("1", CHANGES, json!({}));
    let reader = std::thread::spawn(move || alive.data("1"));
    std::thread::sleep(Duration::from_millis(500));
    test.actor("a");
    assert_eq!(
        reader.join().unwrap(),
        json!({ "changes": { "number": 1 } })
    );
    let (code, reason) = silent.closed();
    assert_eq!(code, 1013);
    assert!(reason.contains("no answer to pings"), "{reason}");
}

#[test]
fn there_is_room_for_a_bounded_number_of_sockets_and_streams() {
    let test = serving(|web| web.most_streams = 2);
    let first = Socket::greeted(&test.url);
    let _second = super::Stream::post(&test.url, CHANGES, json!({}));
    let protocol = [("sec-websocket-protocol", "graphql-transport-ws")];
    assert_eq!(Socket::open_with(&test.url, &protocol).err(), Some(503));
    drop(first);
    let began = Instant::now();
    while Socket::open_with(&test.url, &protocol).is_err() {
        assert!(began.elapsed() < super::PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_server_that_stops_closes_its_sockets() {
    let test = TestApp::empty();
    let mut socket = Socket::greeted(&test.url);
    socket.subscribe("1", CHANGES, json!({}));
    socket.subscribe("2", "{ latestRevision }", json!({}));
    assert_eq!(socket.data("2"), json!({ "latestRevision": 0 }));
    let began = Instant::now();
    let stopped = std::thread::spawn(move || drop(test));
    let (code, reason) = socket.closed();
    assert_eq!(code, 1001);
    assert!(reason.contains("go on with after"), "{reason}");
    drop(socket);
    stopped.join().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
}
