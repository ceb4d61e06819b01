//! What a subscriber costs that waits: memory of the server.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use super::Socket;
use crate::process::{Server, status};

const SUBSCRIBERS: usize = 5_000;
/// The most bytes that a socket may cost.
const A_SOCKET: usize = 8_000;
/// The most bytes that an event stream may cost. 16 kB of them are what hyper reads and writes ahead on
/// every connection of HTTP/1.
const A_STREAM: usize = 32_000;

const CHANGES: &str = "subscription { changes { number author message } }";

/// The memory of a server in bytes, all of it counted.
fn memory(server: &Server) -> usize {
    let kib = status(server.child.id(), "VmRSS:").unwrap();
    (kib << 10) as usize
}

/// How many sockets and streams a server says are open.
fn open(server: &Server) -> usize {
    let mut answer = super::patient()
        .get(format!("{}/metrics", server.url))
        .call()
        .unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    let lines = text
        .lines()
        .filter(|line| line.starts_with("foedera_streams{"));
    lines
        .map(|line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap())
        .sum()
}

fn measure<T>(what: &str, most: usize, subscribe: impl Fn(&Server) -> T) {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"));
    // What the first ones bring about stays, and is no cost of theirs.
    drop((0..100).map(|_| subscribe(&server)).collect::<Vec<_>>());
    while open(&server) > 0 {
        std::thread::sleep(Duration::from_millis(50));
    }
    let before = memory(&server);
    let subscribers: Vec<T> = (0..SUBSCRIBERS).map(|_| subscribe(&server)).collect();
    assert_eq!(open(&server), SUBSCRIBERS);
    std::thread::sleep(Duration::from_secs(1));
    let each = (memory(&server) - before) / SUBSCRIBERS;
    println!("{SUBSCRIBERS} subscribers over {what}: {each} bytes each");
    drop(subscribers);
    assert!(each < most, "{each} bytes");
}

#[test]
#[ignore = "takes a minute, and 10,000 open files: cargo test --release -- --ignored idle --nocapture"]
fn five_thousand_idle_sockets_cost_little_memory() {
    measure("WebSocket", A_SOCKET, |server| {
        let mut socket = Socket::greeted(&server.url);
        socket.subscribe("1", CHANGES, json!({}));
        // Once this is answered, the subscription has begun.
        socket.say(json!({ "type": "ping" }));
        assert_eq!(socket.hear()["type"], "pong");
        socket.0.get_ref().try_clone().unwrap()
    });
}

#[test]
#[ignore = "takes a minute, and 10,000 open files: cargo test --release -- --ignored idle --nocapture"]
fn five_thousand_idle_event_streams_cost_little_memory() {
    measure("Server-Sent Events", A_STREAM, |server| {
        let address = server.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        let body = json!({ "query": CHANGES }).to_string();
        let length = body.len();
        write!(
            stream,
            "POST /graphql/stream HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut told = String::new();
        let mut buffer = [0; 1024];
        while !told.contains("id: 0") {
            let count = stream.read(&mut buffer).unwrap();
            told.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
        stream
    });
}
