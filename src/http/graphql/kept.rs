//! Answers that were given before and are still true.
//!
//! An answer to a query is a function of the request, of the revision and of the day, unless it looked at
//! who asks: then it is not kept. The others are kept under the request as it came, byte for byte, and
//! given again, to whoever may read, while revision and day are the same. A newer revision makes all of them untrue at once, so they are forgotten together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::graphql::kit::context::Pinned;
use crate::http::encoding::{Coding, Packed};
use crate::ledger::Ledger;
use crate::model::{Day, Digest};

use super::request::Media;

/// The largest answer that is kept, as a share of all that may be kept.
const LARGEST_SHARE: u64 = 16;
/// What an entry takes besides the request and the answer.
const OVERHEAD: u64 = 500;

/// A request as it came.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    /// The body of a POST, or the parameters of a GET.
    pub(super) bytes: Bytes,
    pub(super) get: bool,
    pub(super) media: Media,
}

impl Asked {
    /// The same with bytes of its own. Those of a request are a part of what was read from the
    /// connection, all of which would be held on to.
    pub(super) fn on_its_own(&self) -> Self {
        Self {
            bytes: Bytes::copy_from_slice(&self.bytes),
            ..*self
        }
    }
}

/// When an answer is true.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    revision: u32,
    day: Day,
}

impl When {
    pub(super) fn now(ledger: &Ledger) -> Self {
        Self {
            revision: ledger.revision(),
            day: ledger.now().day(),
        }
    }

    /// The moment that an operation read.
    pub(super) fn of(pinned: &Pinned) -> Self {
        Self {
            revision: pinned.at().revision(),
            day: pinned.now().day(),
        }
    }
}

struct Answered {
    when: When,
    headers: HeaderMap,
    body: Bytes,
    packed: Arc<Packed>,
}

/// Answers that were given before.
pub(in crate::http) struct Kept {
    answers: Cache<Asked, Arc<Answered>, ByBytes>,
    largest: u64,
    /// The revision of the answers that are kept.
    revision: AtomicU32,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Asked, Arc<Answered>> for ByBytes {
    fn weight(&self, asked: &Asked, answered: &Arc<Answered>) -> u64 {
        // It may be packed one day, to half its size or less.
        let body = answered.body.len() * 3 / 2;
        (asked.bytes.len() + body) as u64 + OVERHEAD
    }
}

impl Kept {
    /// Keeps answers in about this many bytes; none at all in 0.
    pub(in crate::http) fn new(bytes: u64) -> Self {
        let expected = usize::try_from(bytes / 8_000).unwrap_or(usize::MAX).max(16);
        Self {
            answers: Cache::with_weighter(expected, bytes, ByBytes),
            largest: bytes / LARGEST_SHARE,
            revision: AtomicU32::new(0),
        }
    }

    /// Whether any answers are kept.
    pub(super) fn keeps(&self) -> bool {
        self.largest > 0
    }

    /// The answer to a request, if it was given before and is true.
    pub(super) fn find(
        &self,
        asked: &Asked,
        when: When,
        coding: Option<Coding>,
    ) -> Option<Response> {
        if !self.keeps() {
            return None;
        }
        let found = self.answers.get(asked).filter(|found| found.when == when)?;
        let mut response = Response::default();
        let headers = found.headers.iter();
        let headers = headers.map(|(name, value)| (name.clone(), value.clone()));
        response.headers_mut().extend(headers);
        found.packed.respond(&mut response, &found.body, coding);
        Some(response)
    }

    /// Keeps an answer, and gives it on.
    pub(super) fn keep(
        &self,
        asked: Asked,
        when: When,
        headers: HeaderMap,
        body: &[u8],
        packed: Arc<Packed>,
    ) {
        let (new, old) = (when.revision, self.revision.load(Ordering::Relaxed));
        if new > old && self.revision.fetch_max(new, Ordering::Relaxed) < new {
            self.answers.clear();
        }
        let size = body.len() as u64 + asked.bytes.len() as u64;
        if size <= self.largest {
            let answered = Answered {
                when,
                headers,
                // In no more memory than it needs.
                body: Bytes::copy_from_slice(body),
                packed,
            };
            self.answers.insert(asked.on_its_own(), Arc::new(answered));
        }
    }
}

/// The entity tag of a body.
pub(super) fn tag(body: &[u8]) -> Option<HeaderValue> {
    let digest = Digest::of(body).to_string();
    HeaderValue::try_from(format!("\"{}\"", &digest[..32])).ok()
}

/// Spares a client what it has: 304 in place of an answer whose entity tag it names.
pub(in crate::http) fn unless_known(given: &HeaderMap, response: Response) -> Response {
    let known = given
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok());
    let own = response
        .headers()
        .get(header::ETAG)
        .and_then(|tag| tag.to_str().ok());
    let same = match (known, own) {
        (Some("*"), Some(_)) => true,
        (Some(known), Some(own)) => known
            .split(',')
            .any(|tag| tag.trim().trim_start_matches("W/") == own),
        _ => false,
    };
    if !same {
        return response;
    }
    let mut short = StatusCode::NOT_MODIFIED.into_response();
    *short.headers_mut() = response.headers().clone();
    short.headers_mut().remove(header::CONTENT_TYPE);
    short.headers_mut().remove(header::CONTENT_LENGTH);
    short
}
