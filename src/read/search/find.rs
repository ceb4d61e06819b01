//! Asking the index: what is found at a moment, the best first.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashSet};

use tantivy::query::{EnableScoring, Query};
use tantivy::{DocId, Score, SegmentReader};

use crate::model::{ActorId, Kind, RecordId, TypedId as _};
use crate::snapshot::Snapshot;

use super::index::{CHANGE, IndexError, RECORD, Ready, unpack};

/// A record that was found, and how well it fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scored {
    pub(super) score: Score,
    pub(super) record: RecordId,
}

impl Eq for Scored {}

/// The better one is greater; of equals the one that entered the record first.
impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        let score = self.score.total_cmp(&other.score);
        score.then_with(|| other.record.cmp(&self.record))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Looks at the record behind a document of the index, at a moment.
pub(super) struct Believer<'a> {
    at: &'a Snapshot,
    /// The kinds that are asked for; all where there are none.
    kinds: &'a [Kind],
}

impl<'a> Believer<'a> {
    pub(super) fn new(at: &'a Snapshot, kinds: &'a [Kind]) -> Self {
        Self { at, kinds }
    }

    /// The record whose text at the moment is this one. What was said of an actor that became part of
    /// another leads to that.
    fn believe(&self, packed: u64, change: u64) -> Option<RecordId> {
        let id = unpack(packed)?;
        if !self.kinds.is_empty() && !self.kinds.contains(&id.kind) {
            return None;
        }
        let version = self.at.version(id)?;
        if version.document != change {
            return None;
        }
        if !version.retired {
            return Some(id);
        }
        let merged = id.kind == Kind::Actor;
        let survivor = merged.then(|| self.at.survivor(ActorId::from_number(id.number)).into());
        survivor.filter(|survivor| *survivor != id && self.at.exists(*survivor))
    }

    /// What the documents of a part of the index stand for at the moment.
    pub(super) fn of<'b>(
        &'b self,
        part: &SegmentReader,
    ) -> Result<impl Fn(DocId) -> Option<RecordId> + use<'a, 'b>, IndexError> {
        let records = part.fast_fields().u64(RECORD)?;
        let changes = part.fast_fields().u64(CHANGE)?;
        Ok(move |document| {
            let (packed, change) = (records.first(document)?, changes.first(document)?);
            self.believe(packed, change)
        })
    }
}

/// The best of what a question finds, the best first.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn best(
    ready: &Ready,
    question: &dyn Query,
    believer: &Believer<'_>,
    most: usize,
) -> Result<Vec<Scored>, IndexError> {
    // A record can be found twice, by its own text and by that of one that became part of it.
    let room = most * 2;
    let mut heap: BinaryHeap<Reverse<Scored>> = BinaryHeap::with_capacity(room + 1);
    let weight = question.weight(EnableScoring::enabled_from_searcher(&ready.searcher))?;
    for part in ready.searcher.segment_readers() {
        let record_of = believer.of(part)?;
        let threshold = least(&heap, room);
        weight.for_each_pruning(threshold, part, &mut |document, score| {
            if let Some(record) = record_of(document) {
                heap.push(Reverse(Scored { score, record }));
                if heap.len() > room {
                    heap.pop();
                }
            }
            least(&heap, room)
        })?;
    }
    let mut seen = HashSet::new();
    let found = heap.into_sorted_vec().into_iter().map(|Reverse(one)| one);
    Ok(found
        .filter(|one| seen.insert(one.record))
        .take(most)
        .collect())
}

/// The score that a document must exceed to be looked at. As good as the worst is good enough: of
/// equals the older one goes first.
fn least(heap: &BinaryHeap<Reverse<Scored>>, room: usize) -> Score {
    match heap.peek() {
        Some(Reverse(worst)) if heap.len() == room => worst.score.next_down(),
        _ => Score::MIN,
    }
}
