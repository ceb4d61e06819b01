//! The type `Source`.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::diff::{Difference, versions_between};
use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::object::record_object;
use crate::graphql::moment::MomentInput;
use crate::graphql::record::history;
use crate::graphql::revision::Change;
use crate::graphql::source::CitingRecord;
use crate::model::{PartialDate, Reliability, SourceId, SourceKind, Timestamp};
use crate::snapshot::facts::SourceFacts;

record_object! {
    /// A source of an answer.
    Source, SourceFacts, SourceId
}

/// A document, data set or report that claims come from.
#[object]
impl Source {
    /// Its id: opaque, and the same for ever.
    pub fn id(&self) -> ID {
        self.0.global_id()
    }

    /// The revision that last changed it. Give it as `expectedVersion` when you change it.
    pub fn version(&self) -> Result<u32> {
        self.0.version()
    }

    /// When it first entered the record.
    pub fn recorded_at(&self) -> Result<Timestamp> {
        self.0.recorded_at()
    }

    /// When it last changed in the record.
    pub fn updated_at(&self) -> Result<Timestamp> {
        self.0.updated_at()
    }

    /// What each revision did to it, newest first.
    pub fn history(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Change>> {
        history(&self.0.at, self.0.id.into(), first, after)
    }

    /// How each revision between two moments changed it, in order.
    fn versions_between(
        &self,
        ask: &Ask,
        #[graphql(desc = "The earlier moment.")] from: MomentInput,
        #[graphql(desc = "The later moment.")] to: MomentInput,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Difference>> {
        let (at, id) = (&self.0.at, self.0.id.into());
        versions_between(at, ask.now(), id, (from, to), (first, after))
    }

    /// Its title.
    fn title(&self) -> Result<&str> {
        Ok(&self.0.facts()?.title)
    }

    /// Where it can be read.
    fn url(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.url.as_deref())
    }

    /// Who published it. Sources of one publisher are not independent of each other.
    fn publisher(&self) -> Result<Option<&str>> {
        Ok(self.0.facts()?.publisher.as_deref())
    }

    /// What sort of source it is.
    fn kind(&self) -> Result<SourceKind> {
        Ok(self.0.facts()?.kind)
    }

    /// When it was published.
    fn published_on(&self) -> Result<Option<PartialDate>> {
        Ok(self.0.text()?.published_on)
    }

    /// How far it can be relied on: the Admiralty code.
    fn reliability(&self) -> Result<Reliability> {
        Ok(self.0.facts()?.reliability)
    }

    /// The records that cite it, themselves or in an area of cooperation, in the order of entry:
    /// relationships, viewpoints and context notes.
    fn cited_by(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<CitingRecord>> {
        CitingRecord::list(&self.0.at, self.0.id, first, after)
    }
}
