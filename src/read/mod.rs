//! What can be asked of the record? Moments, lists, filters, pages, facets, dyads, paths, evidence,
//! quality, history, search.
//!
//! Every function takes a [`Snapshot`](crate::snapshot::Snapshot) and gives ids or plain values. It
//! is synchronous work over memory; the text of a record is read only by whoever prints it.

pub mod actor;
pub mod brief;
pub mod changes;
pub mod diff;
pub mod duplicate;
pub mod evidence;
pub mod facets;
pub mod filter;
pub mod graph;
pub mod history;
pub mod moment;
pub mod note;
pub mod page;
pub mod quality;
pub mod record;
pub mod relationship;
pub mod search;
pub mod source;
pub mod viewpoint;
pub mod watch;

use crate::model::id::IdError;
use crate::store::StoreError;

/// Why a question has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    /// A page was asked for that cannot be.
    #[error("{0}")]
    BadPage(String),
    /// A cursor that this list did not give.
    #[error(
        "the cursor {0:?} is not of this list; use a cursor that it gave, with the same orderBy"
    )]
    BadCursor(String),
    /// An argument that means nothing here.
    #[error("{0}")]
    BadArgument(String),
    /// A text that is not the id that is wanted.
    #[error(transparent)]
    BadId(#[from] IdError),
    /// The search index cannot be asked.
    #[error("nothing can be searched for at the moment; everything else can be asked. {0}")]
    NoIndex(String),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<search::IndexError> for ReadError {
    fn from(error: search::IndexError) -> Self {
        match error {
            search::IndexError::Store(error) => Self::Store(error),
            other => Self::NoIndex(other.to_string()),
        }
    }
}
