//! The notes by the day that they speak of.

use std::io;
use std::ops::Bound;

use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::model::{ActorId, ContextNote, Day, NoteId, TypedId as _};

use super::checkpoint::{Loader, Saver};

/// Where a note stands among others: by the first day of the date that it speaks of, then by entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dated {
    /// The first day of the date.
    pub day: Day,
    /// The note.
    pub id: NoteId,
}

/// All notes, and those about each actor, by day. A note stands at every day that a version of it speaks
/// of. They come in any order of days, so these are trees: to put something in the middle of a vector of
/// 100,000 takes a hundred times as long.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct NotesByDay {
    all: OrdSet<Dated>,
    of_actors: OrdSet<(ActorId, Dated)>,
    /// How many are in the lists: of each actor, and of all.
    counts: OrdMap<Option<ActorId>, Count>,
}

/// How many notes are in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Count {
    notes: u32,
    /// The revision since which it is so many.
    since: u32,
}

impl NotesByDay {
    pub(super) fn save(&self, to: &mut Saver<'_>) -> io::Result<()> {
        to.list(self.all.iter())?;
        to.list(self.of_actors.iter())?;
        to.list(self.counts.iter())
    }

    pub(super) fn load(from: &mut Loader<'_>) -> io::Result<Self> {
        Ok(Self {
            all: from.tree()?,
            of_actors: from.tree()?,
            counts: from.tree()?,
        })
    }

    /// Adds a version of a note.
    pub(super) fn index(&mut self, id: NoteId, note: &ContextNote) {
        let day = note.as_of.first_day();
        let dated = Dated { day, id };
        self.all.insert(dated);
        for actor in &note.actors {
            self.of_actors.insert((*actor, dated));
        }
    }

    /// Counts a note anew, where a revision has put it into the lists of other actors than before; none where it
    /// is in no lists.
    pub(super) fn recount(
        &mut self,
        before: Option<&[ActorId]>,
        after: Option<&[ActorId]>,
        revision: u32,
    ) {
        let [before, after] = [before, after].map(lists);
        for list in before.iter().filter(|list| !after.contains(list)) {
            let count = self.counts.entry(*list).or_default();
            count.notes = count.notes.saturating_sub(1);
            count.since = revision;
        }
        for list in after.iter().filter(|list| !before.contains(list)) {
            let count = self.counts.entry(*list).or_default();
            count.notes += 1;
            count.since = revision;
        }
    }

    /// How many notes are in the list of an actor, or of all, at a revision; none where it was another number
    /// then, or may have been.
    pub(super) fn count(&self, actor: Option<ActorId>, revision: u32) -> Option<usize> {
        let count = self.counts.get(&actor).copied().unwrap_or_default();
        (count.since <= revision).then_some(count.notes as usize)
    }

    /// The notes that are or were about an actor; one may come twice.
    pub(super) fn of_actor(&self, actor: ActorId) -> impl Iterator<Item = NoteId> {
        self.from(Some(actor), Bound::Unbounded)
            .map(|dated| dated.id)
    }

    /// The notes about an actor, or all, from a place on, in ascending order.
    pub(super) fn from(
        &self,
        actor: Option<ActorId>,
        place: Bound<Dated>,
    ) -> impl Iterator<Item = Dated> {
        self.between(actor, place, Bound::Unbounded)
    }

    /// The notes about an actor, or all, up to a place, in descending order.
    pub(super) fn up_to(
        &self,
        actor: Option<ActorId>,
        place: Bound<Dated>,
    ) -> impl Iterator<Item = Dated> {
        self.between(actor, Bound::Unbounded, place).rev()
    }

    fn between(
        &self,
        actor: Option<ActorId>,
        from: Bound<Dated>,
        to: Bound<Dated>,
    ) -> impl DoubleEndedIterator<Item = Dated> {
        let all = actor.is_none().then(|| self.all.range((from, to)));
        let own = actor.map(|actor| {
            let first = of(actor, from, (i32::MIN, 1));
            let last = of(actor, to, (i32::MAX, u32::MAX));
            self.of_actors.range((first, last))
        });
        let all = all.into_iter().flatten().copied();
        all.chain(own.into_iter().flatten().map(|(_, dated)| *dated))
    }
}

/// The lists that a note about some actors is in.
fn lists(actors: Option<&[ActorId]>) -> SmallVec<[Option<ActorId>; 8]> {
    let mut lists = SmallVec::new();
    if let Some(actors) = actors {
        lists.push(None);
        for actor in actors {
            if !lists.contains(&Some(*actor)) {
                lists.push(Some(*actor));
            }
        }
    }
    lists
}

/// The bound among an actor's own notes, which without one is the utmost of them: a day and a number.
fn of(actor: ActorId, bound: Bound<Dated>, utmost: (i32, u32)) -> Bound<(ActorId, Dated)> {
    let (day, id) = (Day(utmost.0), NoteId::from_number(utmost.1));
    match bound {
        Bound::Unbounded => Bound::Included((actor, Dated { day, id })),
        bound => bound.map(|dated| (actor, dated)),
    }
}
