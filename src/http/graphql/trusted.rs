//! Documents that a client names instead of sending them: those that the operator trusts, and those that
//! clients have sent before (Automatic Persisted Queries).

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::StatusCode;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::graphql::execute::Question;

use super::request::{Asked, Refusal};

/// The bytes that documents may take which clients have sent.
const LEARNT: u64 = 16 << 20;
/// The error of a hash that is not known, which clients look for.
pub(super) const NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";

/// SHA-256 of a document.
type Hash = [u8; 32];

/// A document that may be named from now on, once it turns out to be valid.
pub(in crate::http) struct Learnable(Hash, Arc<str>);

/// The documents that can be named.
pub(in crate::http) struct Documents {
    /// Those of the operator, by their ids.
    trusted: HashMap<String, Arc<str>>,
    /// The hashes of those, to know them when they are sent.
    known: HashMap<Hash, Arc<str>>,
    /// Whether no others are carried out.
    only: bool,
    learnt: Cache<Hash, Arc<str>, ByText>,
}

#[derive(Clone)]
struct ByText;

impl Weighter<Hash, Arc<str>> for ByText {
    fn weight(&self, _: &Hash, text: &Arc<str>) -> u64 {
        text.len() as u64 + 100
    }
}

impl Documents {
    /// Trusts some documents; if `only`, no others.
    pub(in crate::http) fn new(trusted: &HashMap<String, String>, only: bool) -> Self {
        let trusted: HashMap<String, Arc<str>> = trusted
            .iter()
            .map(|(id, text)| (plain(id).to_owned(), text.as_str().into()))
            .collect();
        let known = trusted.values();
        Self {
            known: known.map(|text| (hash(text), text.clone())).collect(),
            trusted,
            only,
            learnt: Cache::with_weighter(1_000, LEARNT, ByText),
        }
    }

    /// What is asked, with the document that it names in its place. The second value is for
    /// [`Documents::learn`] once the document turns out to be valid.
    ///
    /// # Errors
    /// When there is no such document, or it may not be carried out.
    pub(in crate::http) fn question(
        &self,
        asked: Asked,
    ) -> Result<(Question, Option<Learnable>), Refusal> {
        let persisted = asked
            .extensions
            .as_ref()
            .and_then(|extensions| extensions.get("persistedQuery"))
            .and_then(|persisted| persisted.get("sha256Hash"));
        let mut learnable = None;
        let query = match (&asked.document_id, asked.query, persisted) {
            (Some(id), None, _) => self.named(id)?,
            (Some(_), Some(_), _) => {
                let message = "give the document or its documentId, not both";
                return Err(Refusal::malformed(message));
            }
            (None, Some(query), Some(given)) => {
                let own = hash(&query);
                if read_hash(given) != Some(own) {
                    return Err(Refusal::new(
                        StatusCode::BAD_REQUEST,
                        "PERSISTED_QUERY_HASH_MISMATCH",
                        "extensions.persistedQuery.sha256Hash is not the SHA-256 of query in hexadecimal",
                    ));
                }
                self.allow(&query)?;
                if !self.only {
                    learnable = Some(Learnable(own, query.as_str().into()));
                }
                query
            }
            (None, Some(query), None) => {
                self.allow(&query)?;
                query
            }
            (None, None, Some(given)) => {
                let hash = read_hash(given);
                let known = hash.and_then(|hash| self.known.get(&hash).cloned());
                let learnt = || hash.and_then(|hash| self.learnt.get(&hash));
                let found = known.or_else(learnt).ok_or_else(|| {
                    // The words that clients look for.
                    Refusal::new(StatusCode::NOT_FOUND, NOT_FOUND, "PersistedQueryNotFound")
                })?;
                found.to_string()
            }
            (None, None, None) => {
                let message = "query is missing: the GraphQL document, a string";
                return Err(Refusal::malformed(message));
            }
        };
        let question = Question {
            query,
            operation_name: asked.operation_name,
            variables: asked.variables.unwrap_or_default(),
        };
        Ok((question, learnable))
    }

    /// Lets a document that is valid be named from now on.
    pub(in crate::http) fn learn(&self, learnable: Option<Learnable>) {
        if let Some(Learnable(hash, text)) = learnable {
            self.learnt.insert(hash, text);
        }
    }

    fn named(&self, id: &str) -> Result<String, Refusal> {
        let found = self.trusted.get(plain(id));
        found.map(ToString::to_string).ok_or_else(|| {
            let id = crate::model::shorten(id);
            let message = format!("there is no document with the id {id:?} here");
            Refusal::new(StatusCode::NOT_FOUND, "DOCUMENT_NOT_FOUND", message)
        })
    }

    /// Lets a document pass that may be carried out.
    fn allow(&self, query: &str) -> Result<(), Refusal> {
        if !self.only || self.known.contains_key(&hash(query)) {
            return Ok(());
        }
        Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "DOCUMENT_NOT_TRUSTED",
            "this server carries out no documents but those that its operator has named",
        ))
    }
}

/// An id without what says how it was made.
fn plain(id: &str) -> &str {
    id.strip_prefix("sha256:").unwrap_or(id)
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

fn read_hash(given: &Value) -> Option<Hash> {
    let text = given.as_str().filter(|text| text.len() == 64)?;
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(hash)
}

/// Reads a file of documents: an object of texts by their ids, as Relay writes it, or a manifest of
/// persisted queries, as Apollo does.
///
/// # Errors
/// Why it is neither.
pub fn read_manifest(text: &str) -> Result<HashMap<String, String>, String> {
    #[derive(serde::Deserialize)]
    struct Manifest {
        operations: Vec<Operation>,
    }
    #[derive(serde::Deserialize)]
    struct Operation {
        id: String,
        body: String,
    }
    if let Ok(Manifest { operations }) = serde_json::from_str(text) {
        let pairs = operations.into_iter();
        return Ok(pairs.map(|one| (one.id, one.body)).collect());
    }
    serde_json::from_str(text).map_err(|error| {
        format!("it must be an object of documents by their ids, or have «operations»: {error}")
    })
}
