//! The root fields about viewpoints.

use async_graphql::{ID, InputObject, Result};
use foedera_macros::object;

use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::{Ask, moment};
use crate::graphql::kit::object::read_id;
use crate::graphql::viewpoint::{Viewpoint, ViewpointDifference};
use crate::model::TypedId;
use crate::read::page::{self, Asked, Order};
use crate::read::{self, ReadError, actor, viewpoint};
use crate::snapshot::{Lens, Snapshot};

/// Which viewpoints. Every field that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ViewpointFilter {
    /// Held by this actor: its slug or id.
    pub holder: Option<ID>,
    /// With a position on this relationship: its id.
    pub relationship: Option<ID>,
    /// Held by this actor, or with a position on a relationship of its: a slug or id.
    pub actor: Option<ID>,
}

impl ViewpointFilter {
    /// The filter as the record understands it; none where it names somebody who is not there, so
    /// that nothing can pass.
    fn read(self, at: &Snapshot) -> Result<Option<viewpoint::ViewpointFilter>, ReadError> {
        let mut filter = viewpoint::ViewpointFilter::default();
        for (given, field) in [
            (self.holder, &mut filter.holder),
            (self.actor, &mut filter.actor),
        ] {
            if let Some(name) = given {
                *field = actor::named(at, &name)?;
                if field.is_none() {
                    return Ok(None);
                }
            }
        }
        filter.relationship = self
            .relationship
            .map(|id| TypedId::parse(&id))
            .transpose()?;
        Ok(Some(filter))
    }
}

/// The root fields about viewpoints.
#[derive(Default)]
pub struct ViewpointReads(pub Option<Snapshot>);

#[object]
impl ViewpointReads {
    /// One viewpoint by its id; null where there is none.
    fn viewpoint(
        &self,
        ask: &Ask,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Viewpoint>> {
        let at = moment(self.0.as_ref(), ask);
        Ok(read_id(&at, &id)?.and_then(|id| Viewpoint::live(&at, id)))
    }

    /// The viewpoints of the record, in the order of entry.
    fn viewpoints(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which of them.")] filter: Option<ViewpointFilter>,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the back; at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Viewpoint>> {
        let at = moment(self.0.as_ref(), ask);
        let filter = filter.unwrap_or_default().read(&at)?;
        let ids = filter
            .map(|filter| viewpoint::list(&at, &filter))
            .unwrap_or_default();
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        Connection::cut(&at, &ids, &Order::of_entry(), &asked)
    }

    /// What two viewpoints read differently: the relationships that hold on the day and are not
    /// denied, to which they give different alignments, tiers or labels, or that one of them disputes
    /// and the other does not.
    fn compare_viewpoints(
        &self,
        ask: &Ask,
        #[graphql(desc = "One viewpoint: its id or key.")] a: ID,
        #[graphql(desc = "The other viewpoint: its id or key.")] b: ID,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<ViewpointDifference>> {
        let at = moment(self.0.as_ref(), ask);
        let through = |name: &ID| -> Result<Snapshot> {
            let lens = Lens::of(&at, read::moment::viewpoint(&at, name)?)?;
            Ok(at.through(lens))
        };
        let (a, b) = (through(&a)?, through(&b)?);
        let ids = viewpoint::differences(&a, &b)?;
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let page = page::cut(&ids[..], &Order::of_entry(), at.revision(), &asked)?;
        Connection::of(&page, ids.len(), |id| ViewpointDifference::on(&a, &b, id))
    }
}
