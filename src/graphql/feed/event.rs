//! The type `RelationshipEvent`.

use async_graphql::ID;
use foedera_macros::object;

use crate::graphql::kit::connection::Listed as _;
use crate::graphql::relationship::Relationship;
use crate::graphql::revision::Revision;
use crate::model::{PartialDate, RelationshipEventKind};
use crate::read::watch::Move;
use crate::snapshot::Snapshot;

use super::cursor::Cause;

/// What happened to one relationship of a list that somebody watches.
pub struct RelationshipEvent {
    pub(super) happened: Move,
    pub(super) cause: Cause,
    pub(super) before: Snapshot,
    pub(super) after: Snapshot,
    pub(super) cursor: String,
}

/// What happened to one relationship, seen from a list that somebody watches.
#[object]
impl RelationshipEvent {
    /// What happened to it.
    fn kind(&self) -> RelationshipEventKind {
        self.happened.kind
    }

    /// The relationship, as it is after the event. One that left the list is shown too, and may be
    /// retired.
    fn relationship(&self) -> Relationship {
        Relationship::at(&self.after, self.happened.id)
    }

    /// The relationship as it was just before; null where it was not in the lists then.
    fn before(&self) -> Option<Relationship> {
        Relationship::live(&self.before, self.happened.id)
    }

    /// The revision that did it; null where the calendar alone did, because a period began or ended.
    fn revision(&self) -> Option<Revision> {
        let number = self.after.revision();
        (self.cause == Cause::Revision).then(|| Revision::at(&self.after, number))
    }

    /// The day that it is about: what is CURRENT, PAST or FUTURE is reckoned from it.
    fn valid_on(&self) -> PartialDate {
        self.after.valid_on()
    }

    /// Give it as `after` to go on behind this event.
    fn cursor(&self) -> ID {
        ID(self.cursor.clone())
    }
}
