//! Traces by OpenTelemetry, as a collector is told them.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::{BINARY, Server, TOKEN};
use crate::feed::Socket;
use crate::support::agent;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";
const SERVER: u64 = 2;
const FAILED: u64 = 2;

/// A field of a protobuf message: its number, and what it holds.
enum Field<'a> {
    Number(u64, u64),
    Bytes(u64, &'a [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..).step_by(7) {
        let (first, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return number;
        }
    }
    unreachable!()
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at(length);
    *bytes = rest;
    taken
}

/// The fields of a message, by <https://protobuf.dev/programming-guides/encoding/>.
fn fields(mut bytes: &[u8]) -> Vec<Field<'_>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let number = key >> 3;
        found.push(match key & 7 {
            0 => Field::Number(number, varint(&mut bytes)),
            1 => {
                let eight = take(&mut bytes, 8).try_into().unwrap();
                Field::Number(number, u64::from_le_bytes(eight))
            }
            2 => {
                let length = varint(&mut bytes) as usize;
                Field::Bytes(number, take(&mut bytes, length))
            }
            5 => {
                let four = take(&mut bytes, 4).try_into().unwrap();
                Field::Number(number, u32::from_le_bytes(four).into())
            }
            other => panic!("wire type {other}"),
        });
    }
    found
}

/// The fields of a number that hold messages or texts.
fn inner(bytes: &[u8], wanted: u64) -> Vec<&[u8]> {
    let field = |field| match field {
        Field::Bytes(number, bytes) if number == wanted => Some(bytes),
        _ => None,
    };
    fields(bytes).into_iter().filter_map(field).collect()
}

fn number(bytes: &[u8], wanted: u64) -> u64 {
    let field = |field| match field {
        Field::Number(number, value) if number == wanted => Some(value),
        _ => None,
    };
    fields(bytes).into_iter().find_map(field).unwrap_or(0)
}

fn text(bytes: &[u8], wanted: u64) -> String {
    let found = inner(bytes, wanted);
    String::from_utf8(found.first().unwrap_or(&&b""[..]).to_vec()).unwrap()
}

fn hex(bytes: &[u8], wanted: u64) -> String {
    let found = inner(bytes, wanted);
    let bytes = found.first().copied().unwrap_or_default();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Attributes as texts.
fn attributes(bytes: &[u8], wanted: u64) -> HashMap<String, String> {
    let pairs = inner(bytes, wanted).into_iter().map(|pair| {
        let value = inner(pair, 2)[0];
        let value = match inner(value, 1).is_empty() {
            true => number(value, 3).to_string(),
            false => text(value, 1),
        };
        (text(pair, 1), value)
    });
    pairs.collect()
}

/// A span, by `opentelemetry/proto/trace/v1/trace.proto`.
#[derive(Clone, Debug)]
struct Span {
    service: String,
    trace: String,
    id: String,
    parent: String,
    name: String,
    kind: u64,
    nanos: [u64; 2],
    attributes: HashMap<String, String>,
    status: u64,
}

fn spans(body: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    for of_resource in inner(body, 1) {
        let service = attributes(inner(of_resource, 1)[0], 1)["service.name"].clone();
        let scopes = inner(of_resource, 2).into_iter();
        for span in scopes.flat_map(|scope| inner(scope, 2)) {
            found.push(Span {
                service: service.clone(),
                trace: hex(span, 1),
                id: hex(span, 2),
                parent: hex(span, 4),
                name: text(span, 5),
                kind: number(span, 6),
                nanos: [number(span, 7), number(span, 8)],
                attributes: attributes(span, 9),
                status: inner(span, 15)
                    .first()
                    .map_or(0, |status| number(status, 3)),
            });
        }
    }
    found
}

/// A collector of spans, on a port of its own.
#[derive(Clone)]
struct Collector {
    url: String,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            spans: Arc::default(),
        };
        let spans = own.spans.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut bytes = Vec::new();
                let mut buffer = [0; 65_536];
                let (head, body) = loop {
                    let count = stream.read(&mut buffer).unwrap();
                    bytes.extend_from_slice(&buffer[..count]);
                    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
                        continue;
                    };
                    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
                    let length = head.split("content-length: ").nth(1).unwrap();
                    let length: usize = length.lines().next().unwrap().parse().unwrap();
                    if bytes.len() == end + 4 + length {
                        break (head, bytes.split_off(end + 4));
                    }
                };
                assert!(head.starts_with("post /v1/traces http/1.1"), "{head}");
                assert!(head.contains("content-type: application/x-protobuf"));
                assert!(head.contains("x-tenant: press"), "{head}");
                spans.lock().unwrap().extend(self::spans(&body));
                let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        own
    }

    /// A server that is told of it, and what it told when it has stopped.
    fn watching(&self, script: impl FnOnce(&Server)) -> Vec<Span> {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new(BINARY);
        command
            .args(["serve", "--seed", "iran"])
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &self.url)
            .env("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=press");
        let server = Server::run(command, &dir.path().join("data")).unwrap();
        script(&server);
        assert_eq!(server.stop(), Some(0));
        self.spans.lock().unwrap().clone()
    }
}

/// The span of a name within another, and whether it lies in it.
fn within<'a>(spans: &'a [Span], parent: &Span, name: &str) -> &'a Span {
    let found = spans
        .iter()
        .find(|span| span.parent == parent.id && span.name == name);
    let found = found.unwrap_or_else(|| panic!("no {name}: {spans:#?}"));
    assert_eq!(found.trace, parent.trace);
    found
}

#[test]
fn a_collector_is_told_of_each_request_and_of_the_operation_in_it() {
    let mut ids = Vec::new();
    let spans = Collector::start().watching(|server| {
        let ask = |path: &str, flags: &str, query: &str| {
            let request = agent()
                .post(format!("{}{path}", server.url))
                .header("content-type", "application/json")
                .header("authorization", format!("Bearer {TOKEN}"))
                .header("traceparent", format!("00-{TRACE}-{PARENT}-{flags}"));
            let mut answer = request.send(json!({ "query": query }).to_string()).unwrap();
            answer.body_mut().read_to_string().unwrap();
            let id = &answer.headers()["x-request-id"];
            id.to_str().unwrap().to_owned()
        };
        let allies = r#"query Allies { actor(slug: "iran") { allies(first: 5) { totalCount } } }"#;
        ids.push(ask("/graphql", "01", allies));
        ids.push(ask(
            "/graphql",
            "01",
            r#"mutation Make { createActor(input: { name: "A", kind: STATE }) { actor { id } } }"#,
        ));
        ids.push(ask("/graphql", "01", "{ nothing }"));
        ids.push(ask(
            "/graphql/stream",
            "01",
            "query Streamed { latestRevision }",
        ));
        // Whoever asks wants no trace of this.
        ids.push(ask("/graphql", "00", "query Unsampled { latestRevision }"));
        let url = format!("{}/receipts/none", server.url);
        agent().get(url).call().unwrap();
    });
    assert!(spans.iter().all(|span| span.service == "foedera"));
    let of_request = |id: &str| {
        let header = "http.response.header.x-request-id";
        let own = |span: &&Span| span.attributes.get(header).is_some_and(|own| own == id);
        spans.iter().find(own)
    };
    let request = of_request(&ids[0]).unwrap();
    assert_eq!((&*request.trace, &*request.parent), (TRACE, PARENT));
    assert_eq!((&*request.name, request.kind), ("POST /graphql", SERVER));
    for (name, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/graphql"),
        ("http.response.status_code", "200"),
        ("url.path", "/graphql"),
        ("url.scheme", "http"),
        ("network.protocol.version", "1.1"),
    ] {
        assert_eq!(request.attributes[name], value, "{name}");
    }
    let query = within(&spans, request, "query");
    let attribute = |span: &Span, name: &str| span.attributes.get(name).cloned();
    assert_eq!(query.attributes["graphql.operation.name"], "Allies");
    assert_eq!(query.attributes["graphql.operation.type"], "query");
    let cost: u64 = query.attributes["foedera.operation.cost"].parse().unwrap();
    assert!(cost > 0, "{cost}");
    let [[from, to], [began, ended]] = [request.nanos, query.nanos];
    assert!(began <= ended && ended <= to && to - from < 20_000_000_000);
    assert_eq!(query.status, 0);

    let made = within(&spans, of_request(&ids[1]).unwrap(), "mutation");
    assert_eq!(made.attributes["graphql.operation.name"], "Make");
    let refused = of_request(&ids[2]).unwrap();
    assert_eq!(refused.attributes["http.response.status_code"], "422");
    let refused = within(&spans, refused, "GraphQL Operation");
    assert_eq!(refused.status, FAILED);
    assert_eq!(attribute(refused, "graphql.operation.type"), None);
    let stream = of_request(&ids[3]).unwrap();
    assert_eq!(stream.name, "POST /graphql/stream");
    let streamed = within(&spans, stream, "query");
    assert_eq!(streamed.attributes["graphql.operation.name"], "Streamed");
    assert!(of_request(&ids[4]).is_none(), "{spans:#?}");
    let alone = spans
        .iter()
        .find(|span| span.name == "GET /receipts/{token}");
    let alone = alone.unwrap();
    assert!(alone.parent.is_empty() && alone.trace != TRACE);
}

#[test]
fn an_operation_on_a_socket_belongs_to_the_request_that_opened_it() {
    let spans = Collector::start().watching(|server| {
        let parent = format!("00-{TRACE}-{PARENT}-01");
        let headers = [
            ("sec-websocket-protocol", "graphql-transport-ws"),
            ("traceparent", &parent),
        ];
        let mut socket = Socket::open_with(&server.url, &headers).unwrap();
        socket.say(json!({ "type": "connection_init" }));
        socket.hear();
        socket.subscribe("1", "query Asked { latestRevision }", json!({}));
        assert_eq!(socket.hear()["type"], "next");
    });
    let opened = spans.iter().find(|span| span.parent == PARENT).unwrap();
    assert_eq!(opened.name, "GET /graphql/ws");
    assert_eq!(opened.attributes["http.response.status_code"], "101");
    let query = within(&spans, opened, "query");
    assert_eq!(query.attributes["graphql.operation.name"], "Asked");
}

#[test]
fn a_server_works_without_the_collector_that_is_named() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = Collector {
        url: format!("http://{}", free.local_addr().unwrap()),
        spans: Arc::default(),
    };
    drop(free);
    let spans = nobody.watching(|server| {
        let told = server.post("{ latestRevision }", &json!({}));
        assert_eq!(told["data"]["latestRevision"], 1);
    });
    assert!(spans.is_empty());
}
