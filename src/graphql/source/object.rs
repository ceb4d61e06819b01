//! The type `Source`.

use async_graphql::{ID, Object, Result};

use crate::graphql::kit::object::record_object;
use crate::model::{PartialDate, Reliability, SourceId, SourceKind, Timestamp};
use crate::snapshot::facts::SourceFacts;

record_object! {
    /// A source of an answer.
    Source, SourceFacts, SourceId
}

/// A document, data set or report that claims come from.
#[Object]
impl Source {
    /// Its id: opaque, and the same for ever.
    pub async fn id(&self) -> ID {
        self.0.global_id()
    }

    /// The revision that last changed it. Give it as `expectedVersion` when you change it.
    pub async fn version(&self) -> Result<u32> {
        self.0.version()
    }

    /// When it first entered the record.
    pub async fn recorded_at(&self) -> Result<Timestamp> {
        self.0.recorded_at()
    }

    /// When it last changed in the record.
    pub async fn updated_at(&self) -> Result<Timestamp> {
        self.0.updated_at()
    }

    /// Its title.
    async fn title(&self) -> Result<&str> {
        Ok(&self.0.text()?.title)
    }

    /// Where it can be read.
    async fn url(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.url.as_deref())
    }

    /// Who published it. Sources of one publisher are not independent of each other.
    async fn publisher(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.publisher.as_deref())
    }

    /// What sort of source it is.
    async fn kind(&self) -> Result<SourceKind> {
        Ok(self.0.facts()?.kind)
    }

    /// When it was published.
    async fn published_on(&self) -> Result<Option<PartialDate>> {
        Ok(self.0.text()?.published_on)
    }

    /// How far it can be relied on: the Admiralty code.
    async fn reliability(&self) -> Result<Reliability> {
        Ok(self.0.text()?.reliability)
    }
}
