//! The messages of the graphql-transport-ws protocol, by
//! <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>.

use serde_json::{Map, Value, json};

use crate::http::graphql::Asked;

/// The name of the protocol in a handshake.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";

/// What a client says.
pub(super) enum Said {
    /// It wishes to begin. The payload may hold a token.
    Init(Map<String, Value>),
    /// It asks for a sign of life, with the same payload.
    Ping(Option<Map<String, Value>>),
    /// It gives a sign of life.
    Pong,
    /// It begins an operation under an id.
    Subscribe(String, Asked),
    /// It wants no more of an operation.
    Complete(String),
}

/// Reads a message; why not, where it is none.
pub(super) fn read(text: &str) -> Result<Said, &'static str> {
    let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
        return Err("a message is a JSON object");
    };
    let payload = match message.remove("payload") {
        None | Some(Value::Null) => None,
        Some(Value::Object(payload)) => Some(payload),
        Some(_) => return Err("payload must be an object"),
    };
    let id = match message.remove("id") {
        Some(Value::String(id)) if !id.is_empty() => Ok(id),
        _ => Err("id must be a string that is not empty"),
    };
    let id = match message.get("type").and_then(Value::as_str) {
        Some("connection_init") => return Ok(Said::Init(payload.unwrap_or_default())),
        Some("ping") => return Ok(Said::Ping(payload)),
        Some("pong") => return Ok(Said::Pong),
        Some("complete") => return id.map(Said::Complete),
        Some("subscribe") => id?,
        Some(_) => return Err("there is no such type of message"),
        None => return Err("type must be a string"),
    };
    let asked: Option<Asked> =
        payload.and_then(|payload| serde_json::from_value(Value::Object(payload)).ok());
    match asked {
        Some(asked) if asked.has_document() => Ok(Said::Subscribe(id, asked)),
        _ => Err(
            "payload must have query (a string), and may have operationName, variables, extensions",
        ),
    }
}

pub(super) fn ack() -> String {
    json!({ "type": "connection_ack" }).to_string()
}

pub(super) fn pong(payload: Option<Map<String, Value>>) -> String {
    match payload {
        Some(payload) => json!({ "type": "pong", "payload": payload }).to_string(),
        None => json!({ "type": "pong" }).to_string(),
    }
}

/// A result, which is JSON already.
pub(super) fn next(id: &str, result: &str) -> String {
    let id = json!(id);
    format!(r#"{{"id":{id},"type":"next","payload":{result}}}"#)
}

/// Why an operation was not begun: a list of errors, which is JSON already.
pub(super) fn error(id: &str, errors: &str) -> String {
    let id = json!(id);
    format!(r#"{{"id":{id},"type":"error","payload":{errors}}}"#)
}

pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}
