//! The root fields about briefs.

use async_graphql::Result;
use foedera_macros::object;

use crate::graphql::brief::Brief;
use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::{Ask, moment};
use crate::read::page::{Asked, Order};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::BriefFacts;

/// The root fields about briefs.
#[derive(Default)]
pub struct BriefReads(pub Option<Snapshot>);

#[object]
impl BriefReads {
    /// One brief by its slug; null where there is none.
    fn brief(
        &self,
        ask: &Ask,
        #[graphql(desc = "Its slug, such as `iran-allies`. A former slug leads to it too.")]
        slug: String,
    ) -> Result<Option<Brief>> {
        let at = moment(self.0.as_ref(), ask);
        Ok(at.find(&slug).and_then(|id| Brief::live(&at, id)))
    }

    /// The briefs of the record, in the order of entry.
    fn briefs(
        &self,
        ask: &Ask,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the back; at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Brief>> {
        let at = moment(self.0.as_ref(), ask);
        let ids: Vec<_> = at.ids::<BriefFacts>().collect();
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        Connection::cut(&at, &ids, &Order::of_entry(), &asked)
    }
}
