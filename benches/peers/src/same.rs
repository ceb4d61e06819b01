//! Whether all give the same answers.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::client::Client;
use crate::peers::Peer;
use crate::server::Server;

/// How many answers of each query are compared.
pub const COMPARED: usize = 200;

/// The answers to the first requests of a list.
pub fn answers(server: &Server, bodies: &Path) -> Result<Vec<Vec<u8>>> {
    let mut client = Client::connect(server.port, None)?;
    let bodies = fs::read_to_string(bodies)?;
    let bodies = bodies.lines().take(COMPARED);
    bodies.map(|body| client.post(body)).collect()
}

/// Fails where a peer says something else.
pub fn check(ours: &[Vec<u8>], theirs: &[Vec<u8>], peer: Peer) -> Result<()> {
    for (own, other) in ours.iter().zip(theirs) {
        let read = |bytes: &[u8]| -> Result<Value> {
            let answer: Value = serde_json::from_slice(bytes)?;
            let found = ["/data/actor/name", "/data/at/actor/name"];
            let found = found.iter().any(|name| answer.pointer(name).is_some());
            ensure!(
                found && answer.get("errors").is_none(),
                "an answer is {answer}"
            );
            Ok(answer)
        };
        let (a, b) = (read(own)?, read(other).with_context(|| peer.name())?);
        let same = match peer {
            // Another schema: the same values in other places.
            Peer::PostGraphile => values(&a) == values(&b),
            _ => own == other,
        };
        ensure!(same, "{} answers {b}, and Foedera {a}", peer.name());
    }
    Ok(())
}

/// All that an answer says, whatever the shape; but not which facet a count belongs to, which is the
/// name of a field with us and a value with others.
fn values(answer: &Value) -> Vec<String> {
    fn walk(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Null => {}
            Value::Array(values) => values.iter().for_each(|value| walk(value, into)),
            Value::Object(fields) => fields
                .iter()
                .filter(|(name, _)| *name != "facet")
                .for_each(|(_, value)| walk(value, into)),
            leaf => into.push(leaf.to_string()),
        }
    }
    let mut all = Vec::new();
    walk(answer, &mut all);
    all.sort_unstable();
    all
}
