//! What comes of a request.

use async_graphql::ServerError;
use serde_json::Value;

use super::document::Faults;

/// What a body begins with that has data.
const BEFORE: &[u8] = b"{\"data\":";

/// What comes of a request.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The data; none where the request did not get as far as being executed.
    pub data: Option<Data>,
    /// What went wrong, each with a code.
    pub errors: Vec<ServerError>,
}

/// The data of an answer as JSON.
///
/// It is written where a body needs it, behind what stands before it there: to copy what was written takes as
/// long as a fifth of the writing.
#[derive(Debug)]
pub struct Data(Vec<u8>);

impl Answer {
    /// Whether everything that was asked for is there.
    pub fn is_whole(&self) -> bool {
        self.data.is_some() && self.errors.is_empty()
    }

    /// The answer as the body of a response, in JSON.
    pub fn into_body(self, extensions: Option<&Value>) -> Vec<u8> {
        let mut body = self.data.map(|Data(begun)| begun).unwrap_or_default();
        let mut member = |name: &str, json: &[u8]| {
            body.extend_from_slice(if body.is_empty() { b"{\"" } else { b",\"" });
            body.extend_from_slice(name.as_bytes());
            body.extend_from_slice(b"\":");
            body.extend_from_slice(json);
        };
        if !self.errors.is_empty() {
            // Plain values into memory: this cannot fail.
            member(
                "errors",
                &serde_json::to_vec(&self.errors).unwrap_or_default(),
            );
        }
        if let Some(extensions) = extensions {
            member("extensions", extensions.to_string().as_bytes());
        }
        body.push(b'}');
        body
    }
}

impl From<Faults> for Answer {
    fn from(errors: Faults) -> Self {
        Self { data: None, errors }
    }
}

impl Data {
    /// Begins data, with memory for so many bytes at hand.
    pub(super) fn begin(bytes: usize) -> Vec<u8> {
        let mut begun = Vec::with_capacity(bytes);
        begun.extend_from_slice(BEFORE);
        begun
    }

    /// What was written behind the beginning, as it is.
    pub(super) fn written(begun: Vec<u8>) -> Self {
        Self(begun)
    }

    /// Null, whatever was written behind the beginning.
    pub(super) fn null(mut begun: Vec<u8>) -> Self {
        begun.truncate(BEFORE.len());
        begun.extend_from_slice(b"null");
        Self(begun)
    }

    /// The very bytes that receipts are made of.
    pub fn json(&self) -> &[u8] {
        self.0.strip_prefix(BEFORE).unwrap_or_default()
    }
}

impl Clone for Data {
    /// A copy with memory for what a body has behind it.
    fn clone(&self) -> Self {
        const BEHIND: usize = 8;
        let mut copy = Vec::with_capacity(self.0.len() + BEHIND);
        copy.extend_from_slice(&self.0);
        Self(copy)
    }
}
