//! The root fields about sources.

use async_graphql::{ID, InputObject, Result};
use foedera_macros::object;

use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::{Ask, moment};
use crate::graphql::kit::object::read_id;
use crate::graphql::source::Source;
use crate::model::{Reliability, SourceKind};
use crate::read::page::{Asked, Order};
use crate::read::source;
use crate::snapshot::Snapshot;

/// Which sources. Every field that is given must hold; a list holds where the source has one of its
/// values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct SourceFilter {
    /// Of one of these kinds.
    pub kind: Option<Vec<SourceKind>>,
    /// Published by this publisher, whatever the case.
    pub publisher: Option<String>,
    /// Of one of these reliabilities.
    pub reliability: Option<Vec<Reliability>>,
}

impl From<SourceFilter> for source::SourceFilter {
    fn from(filter: SourceFilter) -> Self {
        Self {
            kind: filter.kind,
            publisher: filter.publisher,
            reliability: filter.reliability,
        }
    }
}

/// The root fields about sources.
#[derive(Default)]
pub struct SourceReads(pub Option<Snapshot>);

#[object]
impl SourceReads {
    /// One source by its id; null where there is none.
    fn source(&self, ask: &Ask, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<Source>> {
        let at = moment(self.0.as_ref(), ask);
        Ok(read_id(&at, &id)?.and_then(|id| Source::live(&at, id)))
    }

    /// The sources of the record, in the order of entry.
    fn sources(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which of them.")] filter: Option<SourceFilter>,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the back; at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Source>> {
        let at = moment(self.0.as_ref(), ask);
        let ids = source::list(&at, &filter.unwrap_or_default().into());
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        Connection::cut(&at, &ids, &Order::of_entry(), &asked)
    }
}
