//! The root fields about relationships.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::{Ask, moment};
use crate::graphql::kit::object::read_id;
use crate::graphql::relationship::{Relationship, RelationshipFilter, RelationshipOrder, orders};
use crate::read::page::Asked;
use crate::read::relationship;
use crate::snapshot::Snapshot;

/// The root fields about relationships.
#[derive(Default)]
pub struct RelationshipReads(pub Option<Snapshot>);

#[object]
impl RelationshipReads {
    /// One relationship by its id; null where there is none.
    fn relationship(
        &self,
        ask: &Ask,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Relationship>> {
        let at = moment(self.0.as_ref(), ask);
        Ok(read_id(&at, &id)?.and_then(|id| Relationship::live(&at, id)))
    }

    /// The relationships of the whole record. Unless the filter says otherwise: those that certainly
    /// or possibly hold on the day, and that are not denied.
    fn relationships(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which of them.")] filter: Option<RelationshipFilter>,
        #[graphql(desc = "In which order; that of entry into the record if nothing is given.")]
        order_by: Option<Vec<RelationshipOrder>>,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the back; at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Relationship>> {
        let at = moment(self.0.as_ref(), ask);
        let ids = relationship::list(&at, &filter.unwrap_or_default().read()?);
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        Connection::cut(
            &at,
            &ids,
            &relationship::order(&at, &orders(order_by), None),
            &asked,
        )
    }
}
