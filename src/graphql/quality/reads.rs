//! The root field about the quality of the record.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::kit::context::{Ask, moment};
use crate::graphql::quality::RecordQuality;
use crate::read::{ReadError, actor};
use crate::snapshot::Snapshot;

/// The root field about the quality of the record.
#[derive(Default)]
pub struct QualityReads(pub Option<Snapshot>);

#[object]
impl QualityReads {
    /// What editors can mend, list by list: claims that are poorly sourced, old or disputed, and what
    /// does not fit together. Ask for `totalCount` to see how much there is; a list that you do not ask
    /// for costs nothing.
    fn record_quality(
        &self,
        ask: &Ask,
        #[graphql(
            desc = "Only what concerns this actor and its relationships: a slug or id. The whole record if \
                    nothing is given."
        )]
        actor: Option<ID>,
    ) -> Result<RecordQuality> {
        let at = moment(self.0.as_ref(), ask);
        let actor = match actor {
            Some(name) => Some(actor::named(&at, &name)?.ok_or_else(|| {
                ReadError::BadArgument(format!("there is no actor {:?}", &*name))
            })?),
            None => None,
        };
        Ok(RecordQuality { at, actor })
    }
}
