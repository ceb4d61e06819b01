//! The relationships of each actor.
//!
//! A list holds, beside the number of each relationship, what most questions about it ask: who stands at
//! the other end, and its outline. Who goes through thousands of them reads what stands side by side, and
//! goes to the rows of the table only where a question asks for more, or where the newest row is not the
//! one of the moment.

mod list;

use std::ops::{Bound, ControlFlow};
use std::thread;

use smallvec::SmallVec;

use crate::model::{ActorId, RelationshipId, RelationshipRole, TypedId as _};

use super::Snapshot;
use super::facts::{Outline, RelationshipFacts};
use super::rows::Rows;
use super::table::{Row, Table};

use list::List;

/// How many actors' lists stand side by side. To copy one is to count one more owner of each of its blocks,
/// which lie anywhere in memory; so they are few.
const LISTS: usize = 8;

/// The most threads that make the lists of a table: each reads all of it.
const MOST_THREADS: usize = 4;

/// A relationship as it is seen from an actor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tie {
    /// The relationship.
    pub id: RelationshipId,
    /// The actor at the other end.
    pub other: ActorId,
    /// Which end the actor is; none where the relationship is not in its lists.
    role: Option<RelationshipRole>,
    /// The revision since which it is so; never where only the row tells.
    settled: u32,
    /// What it is mostly looked for by.
    pub outline: Outline,
}

impl Tie {
    /// A relationship as an actor sees a version of it.
    fn of(actor: ActorId, id: RelationshipId, row: &Row<RelationshipFacts>) -> Self {
        let facts = &row.facts;
        let other = facts.counterpart(actor);
        let role = other.map(|_| {
            if facts.from == actor {
                RelationshipRole::From
            } else {
                RelationshipRole::To
            }
        });
        Self {
            id,
            other: other.unwrap_or(facts.to),
            // Where it is the actor's no more, later versions are not told to the list.
            settled: role.map_or(u32::MAX, |_| row.settled()),
            role: role.filter(|_| !row.retired()),
            outline: facts.outline(),
        }
    }

    /// Which end the actor is, in whose lists it is.
    pub fn role(&self) -> RelationshipRole {
        self.role.unwrap_or(RelationshipRole::From)
    }

    /// From whom and to whom the relationship runs, which is in the lists of an actor.
    pub fn ends(&self, actor: ActorId) -> [ActorId; 2] {
        match self.role() {
            RelationshipRole::From => [actor, self.other],
            RelationshipRole::To => [self.other, actor],
        }
    }
}

/// The actors that are or were at an end of a relationship, each once. To be asked of the newest version.
fn ends_ever(row: &Row<RelationshipFacts>) -> SmallVec<[ActorId; 4]> {
    let mut ends = SmallVec::new();
    for facts in row.chain().map(|version| &version.facts) {
        for actor in [facts.from, facts.to] {
            if !ends.contains(&actor) {
                ends.push(actor);
            }
        }
    }
    ends
}

/// Puts the ties of each `step`th actor from the `first` on into their lists.
fn fill(
    lists: &mut [Vec<Tie>],
    first: usize,
    step: usize,
    relationships: &Table<RelationshipFacts>,
) {
    for (id, row) in relationships.newest_of_all() {
        for actor in ends_ever(row) {
            if actor.index() % step == first {
                lists[actor.index() / step].push(Tie::of(actor, id, row));
            }
        }
    }
}

/// The relationships that touch each actor, or did once: each list in ascending order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ties(Rows<List, LISTS>);

impl Ties {
    /// Those of a table of relationships. The table is read from one end to the other: it would take several
    /// times as long to look for the rows of each list.
    ///
    /// None where one has an end that is none of so many actors.
    pub(super) fn of_table(
        relationships: &Table<RelationshipFacts>,
        actors: usize,
    ) -> Option<Self> {
        let mut counts = vec![0; actors];
        for (_, row) in relationships.newest_of_all() {
            for actor in ends_ever(row) {
                *counts.get_mut(actor.index())? += 1;
            }
        }
        // Nearly all of the time goes into waiting for memory, which several threads do at the same time.
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let threads = threads.min(MOST_THREADS);
        let share = |first| {
            let counts = counts.iter().skip(first).step_by(threads);
            counts.map(|count| Vec::with_capacity(*count)).collect()
        };
        let mut shares: Vec<Vec<Vec<Tie>>> = (0..threads).map(share).collect();
        thread::scope(|scope| {
            for (first, lists) in shares.iter_mut().enumerate() {
                scope.spawn(move || fill(lists, first, threads, relationships));
            }
        });
        let mut shares: Vec<_> = shares.into_iter().map(Vec::into_iter).collect();
        let mut ties = Self::default();
        let lists = (0..actors).filter_map(|actor| shares[actor % threads].next());
        ties.0.extend(lists.map(List::from));
        Some(ties)
    }

    /// Makes room for the next actor.
    pub(super) fn add_actor(&mut self) {
        self.0.push(List::default());
    }

    /// Tells an actor the newest version of a relationship that is its own, or was until now. What was its own
    /// within one revision only never was.
    pub(super) fn tell(
        &mut self,
        actor: ActorId,
        id: RelationshipId,
        row: &Row<RelationshipFacts>,
    ) {
        if let Some(list) = self.0.get_mut(actor.index()) {
            if ends_ever(row).contains(&actor) {
                list.put(Tie::of(actor, id, row));
            } else {
                list.remove(id);
            }
        }
    }

    fn list(&self, actor: ActorId) -> impl Iterator<Item = &List> {
        self.0.get(actor.index()).into_iter()
    }

    /// The numbers of an actor's relationships, in ascending order: of those that it has, had or is yet to have.
    pub(super) fn of(&self, actor: ActorId) -> impl Iterator<Item = RelationshipId> {
        self.list(actor).flat_map(List::iter).map(|tie| tie.id)
    }

    /// How many there are.
    pub(super) fn count(&self, actor: ActorId) -> usize {
        self.list(actor).map(List::len).sum()
    }
}

impl Snapshot {
    /// The relationships that are in an actor's lists, in the order of entry.
    pub fn ties(&self, actor: ActorId) -> impl Iterator<Item = Tie> {
        self.ties_from(actor, Bound::Unbounded)
    }

    /// Those above a number, or from it on, in ascending order.
    pub fn ties_from(&self, actor: ActorId, number: Bound<u32>) -> impl Iterator<Item = Tie> {
        let ties = self.state().ties.list(actor);
        self.listed_ties(actor, ties.flat_map(move |list| list.up(number)))
    }

    /// Those below a number, or up to it, in descending order.
    pub fn ties_up_to(&self, actor: ActorId, number: Bound<u32>) -> impl Iterator<Item = Tie> {
        let ties = self.state().ties.list(actor);
        self.listed_ties(actor, ties.flat_map(move |list| list.down(number)))
    }

    /// Those of some of an actor's ties that are in its lists at this moment, as they are then.
    fn listed_ties<'a>(
        &'a self,
        actor: ActorId,
        ties: impl Iterator<Item = &'a Tie>,
    ) -> impl Iterator<Item = Tie> {
        let then = move |tie: &Tie| {
            let told = self.is_told(tie).then_some(*tie);
            told.or_else(|| self.tie_then(actor, tie.id))
        };
        ties.filter_map(move |tie| then(tie).filter(|tie| tie.role.is_some()))
    }

    /// Shows the relationships that are in an actor's lists, in the order of entry, until it is told to stop.
    /// An iterator would hand on a copy of each, which takes longer than to look at it.
    pub fn each_tie<B>(
        &self,
        actor: ActorId,
        mut see: impl FnMut(&Tie) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let blocks = self.state().ties.list(actor).flat_map(List::blocks);
        for block in blocks {
            for tie in block {
                if !self.is_told(tie) {
                    let then = self.tie_then(actor, tie.id);
                    if let Some(tie) = then.filter(|tie| tie.role.is_some()) {
                        see(&tie)?;
                    }
                } else if tie.role.is_some() {
                    see(tie)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// A relationship as an actor sees it at this moment; none where it did not exist yet.
    fn tie_then(&self, actor: ActorId, id: RelationshipId) -> Option<Tie> {
        let row = self.row_alike::<RelationshipFacts>(id)?;
        Some(Tie::of(actor, id, row))
    }

    /// Whether a tie says what is so at this moment.
    #[inline]
    fn is_told(&self, tie: &Tie) -> bool {
        tie.settled <= self.revision() && self.lens().is_none()
    }

    /// The relationships that an actor has, had or is yet to have, in the order of entry; each with its
    /// tie, where it is in the actor's lists and the row need not be looked at to know.
    pub fn ties_ever(&self, actor: ActorId) -> impl Iterator<Item = (RelationshipId, Option<Tie>)> {
        let told = |tie: &Tie| tie.role.is_some() && self.is_told(tie);
        let ties = self.state().ties.list(actor).flat_map(List::iter);
        ties.map(move |tie| (tie.id, Some(*tie).filter(told)))
    }
}
