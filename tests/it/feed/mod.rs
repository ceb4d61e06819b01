//! Following the record: what is told, and how it is carried.

mod again;
mod clients;
mod fields;
mod idle;
mod lists;
mod proposals;
mod resume;
mod socket;
mod stream;
mod sums;
mod tokens;

use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest as _;
use tungstenite::{HandshakeError, Message, WebSocket};

use crate::support::{TestApp, web};
use foedera::http::Web;
use foedera::model::{Clock, Timestamp};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server with settings of its own, on 1 March 2026.
fn serving(change: impl FnOnce(&mut Web)) -> TestApp {
    let mut web = web();
    change(&mut web);
    let noon = Timestamp(1_772_366_400_000);
    TestApp::serve(tempfile::tempdir().unwrap(), Clock::Fixed(noon), web)
}

/// A client of a socket.
pub struct Socket(WebSocket<TcpStream>);

impl Socket {
    /// Opens a socket with some headers; the status where it is refused.
    pub fn open_with(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let address = url.trim_start_matches("http://");
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut request = format!("ws://{address}/graphql/ws")
            .into_client_request()
            .unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                Err(response.status().as_u16())
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn open(url: &str) -> Self {
        Self::open_with(url, &[("sec-websocket-protocol", "graphql-transport-ws")]).unwrap()
    }

    /// Opens a socket and greets the server.
    fn greeted(url: &str) -> Self {
        let mut socket = Self::open(url);
        socket.say(json!({ "type": "connection_init" }));
        assert_eq!(socket.hear(), json!({ "type": "connection_ack" }));
        socket
    }

    pub fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).unwrap();
    }

    pub fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "id": id, "type": "subscribe", "payload": payload }));
    }

    /// Subscribes, and waits until the subscription has begun: operations begin in their order.
    fn follow(&mut self, id: &str, query: &str, variables: Value) {
        self.subscribe(id, query, variables);
        self.subscribe("begun", "{ __typename }", json!({}));
        assert_eq!(self.data("begun"), json!({ "__typename": "Query" }));
        let complete = json!({ "id": "begun", "type": "complete" });
        assert_eq!(self.hear(), complete);
    }

    /// The next message; an error where there is none any more, or it does not come. Pings of the server
    /// are no messages.
    fn try_hear(&mut self) -> Result<Value, String> {
        let began = Instant::now();
        while began.elapsed() < 2 * PATIENCE {
            match self.0.read() {
                Ok(Message::Text(text)) => return Ok(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(frame)) => return Err(format!("{frame:?}")),
                Ok(_) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Err("nothing came".to_owned())
    }

    pub fn hear(&mut self) -> Value {
        self.try_hear().unwrap()
    }

    /// The data of the next result of an operation.
    fn data(&mut self, id: &str) -> Value {
        let message = self.hear();
        assert_eq!(
            (&message["type"], &message["id"]),
            (&json!("next"), &json!(id)),
            "{message}"
        );
        assert_eq!(message["payload"].get("errors"), None, "{message}");
        message["payload"]["data"].clone()
    }

    /// The code and the reason with which the server closes the socket, whatever comes before.
    fn closed(&mut self) -> (u16, String) {
        loop {
            match self.0.read().unwrap() {
                Message::Close(Some(frame)) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                Message::Close(None) => panic!("the server gave no reason"),
                _ => {}
            }
        }
    }
}

/// An event of a stream.
#[derive(Debug, PartialEq)]
struct Event {
    id: Option<String>,
    kind: String,
    data: String,
}

impl Event {
    fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// A client of an event stream.
struct Stream {
    lines: std::io::Lines<BufReader<Box<dyn Read + Send>>>,
    /// The id that came last.
    id: Option<String>,
}

impl Stream {
    fn post(url: &str, query: &str, variables: Value) -> Self {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = patient().post(format!("{url}/graphql/stream"));
        let request = request
            .header("content-type", "application/json")
            .header("accept", "text/event-stream");
        Self::of(request.send(body).unwrap())
    }

    /// Comes back as a browser does.
    fn again(url: &str, query: &str, last: Option<&str>) -> Self {
        let request = patient().get(format!("{url}/graphql/stream"));
        let mut request = request
            .header("accept", "text/event-stream")
            .query("query", query);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        Self::of(request.call().unwrap())
    }

    fn of(response: ureq::http::Response<ureq::Body>) -> Self {
        assert_eq!(response.status(), 200);
        let reader: Box<dyn Read + Send> = Box::new(response.into_body().into_reader());
        Self {
            lines: BufReader::new(reader).lines(),
            id: None,
        }
    }

    /// The next event; none where the stream has ended, an error where it broke off.
    fn try_next(&mut self) -> std::io::Result<Option<Event>> {
        self.next_or(None)
    }

    /// The next event; none where a sign of life says that the subscription has come to this place
    /// without one.
    fn next_before(&mut self, place: &str) -> Option<Event> {
        self.next_or(Some(place)).unwrap()
    }

    fn next_or(&mut self, place: Option<&str>) -> std::io::Result<Option<Event>> {
        let (mut kind, mut data) = (String::new(), None);
        for line in self.lines.by_ref() {
            let line = line?;
            let (name, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match name {
                "id" => self.id = Some(value.to_owned()),
                "event" => value.clone_into(&mut kind),
                "data" => data = Some(value.to_owned()),
                "" if line.is_empty() => {
                    if let Some(data) = data.take() {
                        let id = self.id.clone();
                        return Ok(Some(Event { id, kind, data }));
                    }
                    if place.is_some() && place == self.id.as_deref() {
                        return Ok(None);
                    }
                }
                _ => assert!(line.starts_with(':'), "{line}"),
            }
        }
        Ok(None)
    }

    fn next(&mut self) -> Option<Event> {
        self.try_next().unwrap()
    }

    /// The data of the next result.
    fn data(&mut self) -> Value {
        let event = self.next().unwrap();
        assert_eq!(event.kind, "next", "{event:?}");
        assert_eq!(event.json().get("errors"), None, "{event:?}");
        event.json()["data"].clone()
    }
}

/// The data of so many events that a subscription tells from the beginning.
fn told(test: &TestApp, query: &str, variables: Value, count: usize) -> Vec<Value> {
    let mut stream = Stream::post(&test.url, query, variables);
    (0..count).map(|_| stream.data()).collect()
}

/// An HTTP client that takes every status for an answer, and waits for events.
fn patient() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_recv_body(Some(PATIENCE))
        .build()
        .into()
}

/// Numbers that look like chance, and are the same every time.
fn chance(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}
