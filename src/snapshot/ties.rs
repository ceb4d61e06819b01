//! The relationships of each actor.

use std::io;
use std::ops::Bound;

use imbl::Vector;

use crate::model::{ActorId, RelationshipId, TypedId};

use super::checkpoint::{Loader, Saver, load_lists, save_lists};
use super::lists::{add, down, up};

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

    /// Those above a number, or from it on, in ascending order.
    pub(super) fn from(
        &self,
        actor: ActorId,
        number: Bound<u32>,
    ) -> impl Iterator<Item = RelationshipId> {
        up(self.0.get(actor.index()), number, |id| id.number())
    }

    /// Those below a number, or up to it, in descending order.
    pub(super) fn up_to(
        &self,
        actor: ActorId,
        number: Bound<u32>,
    ) -> impl Iterator<Item = RelationshipId> {
        down(self.0.get(actor.index()), number, |id| id.number())
    }
}
