//! The root fields about actors.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::actor::{Actor, ActorFilter, ActorOrder};
use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::{Ask, moment};
use crate::graphql::kit::object::read_id;
use crate::read::page::Asked;
use crate::read::{ReadError, actor};
use crate::snapshot::Snapshot;

/// The root fields about actors.
#[derive(Default)]
pub struct ActorReads(pub Option<Snapshot>);

#[object]
impl ActorReads {
    /// One actor, by its slug or its id; null where there is none.
    fn actor(
        &self,
        ask: &Ask,
        #[graphql(desc = "Its slug, such as `iran`. A former slug leads to it too.")] slug: Option<
            String,
        >,
        #[graphql(desc = "Its id.")] id: Option<ID>,
    ) -> Result<Option<Actor>> {
        let at = moment(self.0.as_ref(), ask);
        let found = match (slug, id) {
            (Some(slug), None) => actor::by_slug(&at, &slug),
            (None, Some(id)) => read_id(&at, &id)?,
            _ => {
                return Err(
                    ReadError::BadArgument("give slug or id, and not both".to_owned()).into(),
                );
            }
        };
        Ok(found.and_then(|id| Actor::live(&at, id)))
    }

    /// The actors of the record.
    fn actors(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which of them.")] filter: Option<ActorFilter>,
        #[graphql(desc = "In which order; that of entry into the record if nothing is given.")]
        order_by: Option<Vec<ActorOrder>>,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the back; at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Actor>> {
        let at = moment(self.0.as_ref(), ask);
        let ids = actor::list(&at, &filter.unwrap_or_default().into());
        let order_by = order_by.unwrap_or_default();
        let by: Vec<_> = order_by
            .iter()
            .map(|order| (order.field, order.direction))
            .collect();
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        Connection::cut(&at, &ids, &actor::order(&at, &by), &asked)
    }
}
