//! The type `CitingRecord`: what cites a source, and where.

use async_graphql::{Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::kit::connection::Connection;
use crate::graphql::record::Node;
use crate::model::{CooperationDomain, PartialDate, RecordId, SourceId};
use crate::read::page::{self, Asked};
use crate::read::source::{self, Citing, Place};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

/// A record that cites a source.
pub struct CitingRecord {
    at: Snapshot,
    id: RecordId,
    source: SourceId,
}

impl CitingRecord {
    /// The records in the lists that cite a source.
    ///
    /// # Errors
    /// When the page asked for cannot be.
    pub fn list(
        at: &Snapshot,
        source: SourceId,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<Self>> {
        let found: Vec<_> = source::citing(at, source).collect();
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let page = page::cut(&found[..], &Citing::order(), at.revision(), &asked)?;
        Connection::of(&page, found.len(), |citing| {
            Ok(Self {
                at: at.clone(),
                id: citing.id,
                source,
            })
        })
    }
}

/// A record that cites a source, and where it does.
#[object]
impl CitingRecord {
    /// The record: a relationship, a viewpoint or a context note.
    fn record(&self) -> Result<Node> {
        let node = Node::any(&self.at, self.id);
        Ok(node.ok_or_else(|| StoreError::Damaged(format!("{} is not in the state", self.id)))?)
    }

    /// Its citations of the source: those of the record as a whole, then those of its areas of
    /// cooperation.
    fn citations(&self) -> Result<Vec<PlacedCitation>> {
        let places = source::places(&self.at, self.id, self.source)?;
        Ok(places.into_iter().map(Into::into).collect())
    }
}

/// A citation seen from its source: where in the citing record it stands, and where in the source it
/// points.
#[derive(SimpleObject, Fields)]
pub struct PlacedCitation {
    /// The field of the area of cooperation that it supports; null where it supports the record as a
    /// whole.
    domain: Option<CooperationDomain>,
    /// Where in the source: a page, an article, rows.
    locator: Option<String>,
    /// The words of the source.
    quote: Option<String>,
    /// When the source was consulted.
    accessed_on: Option<PartialDate>,
}

impl From<Place> for PlacedCitation {
    fn from(place: Place) -> Self {
        Self {
            domain: place.domain,
            locator: place.citation.locator,
            quote: place.citation.quote,
            accessed_on: place.citation.accessed_on,
        }
    }
}
