//! The root fields about context notes.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::{Ask, moment};
use crate::graphql::kit::object::read_id;
use crate::graphql::note::{ContextNote, NoteFilter, NoteOrder, newest_first};
use crate::read::note;
use crate::read::page::Asked;
use crate::snapshot::Snapshot;

/// The root fields about context notes.
#[derive(Default)]
pub struct NoteReads(pub Option<Snapshot>);

#[object]
impl NoteReads {
    /// One context note by its id; null where there is none.
    fn note(&self, ask: &Ask, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<ContextNote>> {
        let at = moment(self.0.as_ref(), ask);
        Ok(read_id(&at, &id)?.and_then(|id| ContextNote::live(&at, id)))
    }

    /// The context notes of the record, newest first by the date that they speak of unless another
    /// order is asked for.
    fn notes(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which of them.")] filter: Option<NoteFilter>,
        #[graphql(desc = "In which order; newest first if nothing is given.")] order_by: Option<
            Vec<NoteOrder>,
        >,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the back; at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ContextNote>> {
        let at = moment(self.0.as_ref(), ask);
        let filter = filter.unwrap_or_default().read(&at)?;
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        let Some(orders) = order_by else {
            return newest_first(&at, filter, &asked);
        };
        let by: Vec<_> = orders
            .iter()
            .map(|order| (order.field, order.direction))
            .collect();
        let ids = note::list(&at, &filter);
        Connection::cut(&at, &ids, &note::order(&at, &by), &asked)
    }
}
