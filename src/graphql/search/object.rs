//! The types `SearchConnection`, `SearchHit` and what belongs to them.

use async_graphql::{Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::kit::connection::PageInfo;
use crate::graphql::record::Node;
use crate::read::search::{Found, Highlight, Hit, Piece};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

/// A page of what a search found, the best first.
pub struct SearchConnection {
    edges: Vec<SearchEdge>,
    info: PageInfo,
    indexed: u32,
    revision: u32,
}

impl SearchConnection {
    /// What was found at a moment.
    ///
    /// # Errors
    /// When a record that was found is not in the state.
    pub fn of(at: &Snapshot, found: Found) -> Result<Self> {
        let info = PageInfo {
            has_next_page: found.has_next,
            has_previous_page: found.has_previous,
            start_cursor: found.hits.first().map(|hit| hit.cursor.clone()),
            end_cursor: found.hits.last().map(|hit| hit.cursor.clone()),
        };
        let edges = found.hits.into_iter().map(|hit| SearchEdge::of(at, hit));
        Ok(Self {
            edges: edges.collect::<Result<_>>()?,
            info,
            indexed: found.indexed,
            revision: at.revision(),
        })
    }
}

/// A page of what a search found, the best first. How many there are in all is not counted.
#[object]
impl SearchConnection {
    /// What is on the page, each with its cursor.
    fn edges(&self) -> &[SearchEdge] {
        &self.edges
    }

    /// What is on the page, without the cursors.
    fn nodes(&self) -> Vec<&SearchHit> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where the page stands among all that was found. The order can change between two pages when the
    /// record does.
    fn page_info(&self) -> &PageInfo {
        &self.info
    }

    /// Whether everything that the record knows at this moment was searched. False only for a while:
    /// after a first start, a large import or a redaction, while the index is being built.
    fn complete(&self) -> bool {
        self.indexed >= self.revision
    }

    /// The newest revision that the index knows; 0 while there is none.
    fn indexed_revision(&self) -> u32 {
        self.indexed
    }
}

/// Something that was found, with its cursor.
#[derive(SimpleObject, Fields)]
pub struct SearchEdge {
    /// Where it stands.
    cursor: String,
    /// What was found.
    node: SearchHit,
}

impl SearchEdge {
    fn of(at: &Snapshot, hit: Hit) -> Result<Self> {
        let Hit { record, cursor, .. } = hit;
        let found = Node::live(at, record);
        Ok(Self {
            cursor,
            node: SearchHit {
                record: found
                    .ok_or_else(|| StoreError::Damaged(format!("{record} is not in the state")))?,
                score: (f64::from(hit.score) * 1_000.0).round() / 1_000.0,
                highlights: hit.highlights.into_iter().map(Into::into).collect(),
            },
        })
    }
}

/// A record that was found.
#[derive(SimpleObject, Fields)]
pub struct SearchHit {
    /// The record.
    record: Node,
    /// How well it fits: more is better. To be compared within one answer, not between two.
    score: f64,
    /// The parts of it that fit, with the words that fit marked; empty where it was found by its actors
    /// alone. At most three.
    highlights: Vec<SearchHighlight>,
}

/// A part of a text that fits a search.
#[derive(SimpleObject, Fields)]
pub struct SearchHighlight {
    /// The field that holds the text, such as `summary`; names of nested fields are joined by dots.
    field: String,
    /// The text, piece by piece: put together they are the part that fits. Plain text, no markup.
    pieces: Vec<SearchPiece>,
}

/// A piece of a text.
#[derive(SimpleObject, Fields)]
pub struct SearchPiece {
    /// The piece.
    text: String,
    /// Whether it is what was searched for.
    matches: bool,
}

impl From<Highlight> for SearchHighlight {
    fn from(highlight: Highlight) -> Self {
        Self {
            field: highlight.field.to_owned(),
            pieces: highlight.pieces.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Piece> for SearchPiece {
    fn from(piece: Piece) -> Self {
        Self {
            text: piece.text,
            matches: piece.matches,
        }
    }
}
