//! Requests that were read before.
//!
//! What a request asks depends on its bytes alone: reading JSON, finding the document, taking the
//! variables and planning the fields come to the same whatever is written meanwhile. So queries that
//! come again are carried out without being read again. Answers are another matter: see `kept`.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::graphql::execute::Prepared;

use super::kept::Asked;
use super::wishes::Wishes;

/// The bytes that all of them may take.
const ALL: u64 = 16 << 20;
/// The longest request that is kept.
const LONGEST: usize = 16 << 10;
/// What an entry takes besides: variables, and its share of a document that many have in common.
const OVERHEAD: u64 = 1_000;

/// A request that can be carried out, and what it wants beside its operation.
pub(super) struct Known {
    pub(super) prepared: Prepared,
    pub(super) wishes: Wishes,
}

/// Requests that were read before.
pub(in crate::http) struct Ready(Cache<Asked, Arc<Known>, ByBytes>);

#[derive(Clone)]
struct ByBytes;

impl Weighter<Asked, Arc<Known>> for ByBytes {
    fn weight(&self, asked: &Asked, _: &Arc<Known>) -> u64 {
        // As it came, and as the question that was read of it.
        asked.bytes.len() as u64 * 2 + OVERHEAD
    }
}

impl Default for Ready {
    fn default() -> Self {
        let expected = usize::try_from(ALL / 3_000).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(expected, ALL, ByBytes))
    }
}

impl Ready {
    /// What a request comes to, if it was read before.
    pub(super) fn find(&self, asked: &Asked) -> Option<Arc<Known>> {
        self.0.get(asked)
    }

    /// Keeps what a request comes to, where it is a query: mutations do not come again.
    pub(super) fn keep(&self, asked: &Asked, known: &Arc<Known>) {
        if known.prepared.is_query() && asked.bytes.len() <= LONGEST {
            self.0.insert(asked.on_its_own(), known.clone());
        }
    }
}
