//! The root field that goes to another moment.

use async_graphql::{ID, InputObject, Result};
use foedera_macros::object;

use crate::graphql::kit::context::Ask;
use crate::graphql::moment::Snapshot;
use crate::model::{PartialDate, Timestamp};
use crate::read::ReadError;
use crate::read::moment::{self, Moment};

/// A moment: in the world, and in our record of it.
#[derive(Clone, Debug, Default, InputObject)]
pub struct MomentInput {
    /// The day, month or year in the world. Today if nothing is given.
    pub valid_on: Option<PartialDate>,
    /// The instant as of which the record is read. Now if nothing is given.
    pub known_at: Option<Timestamp>,
    /// The revision of the record, in place of `knownAt`; 0 is the empty record.
    pub revision: Option<i32>,
}

impl MomentInput {
    /// The moment as the record understands it.
    ///
    /// # Errors
    /// When the revision is negative.
    pub fn read(self) -> Result<Moment, ReadError> {
        let revision = self.revision.map(|number| {
            u32::try_from(number).map_err(|_| {
                ReadError::BadArgument(format!("revision must not be negative; it is {number}"))
            })
        });
        Ok(Moment {
            valid_on: self.valid_on,
            known_at: self.known_at,
            revision: revision.transpose()?,
            through: None,
        })
    }
}

/// The root field that goes to another moment.
#[derive(Default)]
pub struct MomentReads;

#[object]
impl MomentReads {
    /// The whole record at another moment: as of a day in the world, as it was known at an instant or
    /// said at a revision, as a viewpoint reads it. Without arguments: today, and the newest revision.
    fn at(
        &self,
        ask: &Ask,
        #[graphql(
            desc = "The day in the world. A month or a year asks for what held at some time in it."
        )]
        valid_on: Option<PartialDate>,
        #[graphql(
            desc = "The instant as of which the record is read. Before the first revision the record \
                    is empty; an instant that is yet to come is an error."
        )]
        known_at: Option<Timestamp>,
        #[graphql(
            desc = "The revision of the record, in place of `knownAt`; 0 is the empty record."
        )]
        revision: Option<i32>,
        #[graphql(
            desc = "The viewpoint to read through: its id or key. Where it takes a position with an \
                    alignment, a tier or a label, that is what relationships show and what filters, \
                    orders and counts go by; `recorded` and `dissents` tell the rest."
        )]
        through: Option<ID>,
    ) -> Result<Snapshot> {
        let asked = MomentInput {
            valid_on,
            known_at,
            revision,
        };
        let asked = Moment {
            through: through.map(|id| id.0),
            ..asked.read()?
        };
        let from = ask.pinned_unless(|pinned| asked.is_settled(pinned));
        Ok(Snapshot::of(moment::at(from, ask.now(), &asked)?))
    }
}
