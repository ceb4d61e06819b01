//! The notes by the day that they speak of.

use std::io;
use std::ops::Bound;

use imbl::{HashMap, Vector};
use serde::{Deserialize, Serialize};

use crate::model::{ActorId, ContextNote, Day, NoteId};

use super::checkpoint::{Loader, Saver, load_map, save_map};
use super::lists::{add, down, listed, up};

/// Where a note stands among others: by the first day of the date that it speaks of, then by entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dated {
    /// The first day of the date.
    pub day: Day,
    /// The note.
    pub id: NoteId,
}

/// All notes and those about each actor, by day: each list in ascending order. A note stands at every
/// day that a version of it speaks of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct NotesByDay {
    all: Vector<Dated>,
    of_actors: HashMap<ActorId, Vector<Dated>>,
}

impl NotesByDay {
    pub(super) fn save(&self, to: &mut Saver<'_>) -> io::Result<()> {
        to.list(self.all.iter())?;
        save_map(&self.of_actors, to)
    }

    pub(super) fn load(from: &mut Loader<'_>) -> io::Result<Self> {
        Ok(Self {
            all: from.list()?,
            of_actors: load_map(from)?,
        })
    }

    /// Adds a version of a note.
    pub(super) fn index(&mut self, id: NoteId, note: &ContextNote) {
        let day = note.as_of.first_day();
        add(&mut self.all, Dated { day, id });
        for actor in &note.actors {
            add(self.of_actors.entry(*actor).or_default(), Dated { day, id });
        }
    }

    /// The notes that are or were about an actor; one may come twice.
    pub(super) fn of_actor(&self, actor: ActorId) -> impl Iterator<Item = NoteId> {
        listed(self.of_actors.get(&actor)).map(|dated| dated.id)
    }

    /// The notes about an actor, or all, from a place on, in ascending order.
    pub(super) fn from(
        &self,
        actor: Option<ActorId>,
        place: Bound<Dated>,
    ) -> impl Iterator<Item = Dated> {
        up(self.among(actor), place)
    }

    /// The notes about an actor, or all, up to a place, in descending order.
    pub(super) fn up_to(
        &self,
        actor: Option<ActorId>,
        place: Bound<Dated>,
    ) -> impl Iterator<Item = Dated> {
        down(self.among(actor), place)
    }

    fn among(&self, actor: Option<ActorId>) -> Option<&Vector<Dated>> {
        match actor {
            Some(actor) => self.of_actors.get(&actor),
            None => Some(&self.all),
        }
    }
}
