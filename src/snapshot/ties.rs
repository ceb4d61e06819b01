//! The relationships of each actor.

use std::io;

use imbl::Vector;

use crate::model::{ActorId, RelationshipId, TypedId};

use super::checkpoint::{Loader, Saver, load_lists, save_lists};
use super::state::add;

/// The relationships that touch each actor, or did once: each list in ascending order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ties(Vector<Vector<RelationshipId>>);

impl Ties {
    pub(super) fn save(&self, to: &mut Saver<'_>) -> io::Result<()> {
        save_lists(&self.0, to)
    }

    pub(super) fn load(from: &mut Loader<'_>) -> io::Result<Self> {
        Ok(Self(load_lists(from)?))
    }

    /// Makes room for the next actor.
    pub(super) fn add_actor(&mut self) {
        self.0.push_back(Vector::new());
    }

    /// Adds a relationship to an actor's.
    pub(super) fn add(&mut self, actor: ActorId, id: RelationshipId) {
        if let Some(list) = self.0.get_mut(actor.index()) {
            add(list, id);
        }
    }

    /// An actor's relationships, in ascending order.
    pub(super) fn of(&self, actor: ActorId) -> impl DoubleEndedIterator<Item = RelationshipId> {
        self.0.get(actor.index()).into_iter().flatten().copied()
    }

    /// How many there are.
    pub(super) fn count(&self, actor: ActorId) -> usize {
        self.0.get(actor.index()).map_or(0, Vector::len)
    }

    /// Those with this number or a higher one, in ascending order.
    pub(super) fn from(&self, actor: ActorId, number: u32) -> impl Iterator<Item = RelationshipId> {
        let list = self.0.get(actor.index());
        // To begin at the front is usual, and needs no look at where to begin.
        let whole = list.filter(|_| number == 0);
        let part = list.filter(|_| number > 0);
        let part = part.map(|list| list.focus().narrow(place(list, number)..));
        whole
            .into_iter()
            .flatten()
            .chain(part.into_iter().flatten())
            .copied()
    }

    /// Those with a lower number, in descending order.
    pub(super) fn before(
        &self,
        actor: ActorId,
        number: u32,
    ) -> impl Iterator<Item = RelationshipId> {
        let list = self.0.get(actor.index());
        let list = list.map(|list| list.focus().narrow(..place(list, number)).into_iter().rev());
        list.into_iter().flatten().copied()
    }
}

/// How many of a list have a lower number.
fn place(list: &Vector<RelationshipId>, number: u32) -> usize {
    list.binary_search_by(|id| id.number().cmp(&number))
        .unwrap_or_else(|place| place)
}
