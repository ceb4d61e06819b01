//! The relationships of each actor.
//!
//! A list holds, beside the number of each relationship, what most questions about it ask: who stands at
//! the other end, and its outline. Who goes through thousands of them reads what stands side by side, and
//! goes to the rows of the table only where a question asks for more, or where the newest row is not the
//! one of the moment.

use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

use smallvec::SmallVec;

use crate::model::{ActorId, RelationshipId, RelationshipRole, TypedId};

use super::Snapshot;
use super::facts::{Outline, RelationshipFacts};
use super::rows::Rows;
use super::table::{Row, Table};

/// The most ties that stand side by side: what the change of one copies.
const BLOCK: usize = 256;

/// How many actors' lists stand side by side. To copy one is to count one more owner of each of its blocks,
/// which lie anywhere in memory; so they are few.
const LISTS: usize = 8;

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

/// The ties of one actor in ascending order, in blocks that are not empty.
#[derive(Clone, Debug, Default)]
struct List(SmallVec<[Arc<Vec<Tie>>; 1]>);

impl List {
    /// Where a tie stands, or would: the block and the place in it.
    fn place(&self, is_below: impl Fn(&Tie) -> bool) -> (usize, usize) {
        let ends_below = |block: &Arc<Vec<Tie>>| block.last().is_some_and(&is_below);
        let block = self.0.partition_point(ends_below);
        let within = self
            .0
            .get(block)
            .map_or(0, |ties| ties.partition_point(is_below));
        (block, within)
    }

    /// Puts a tie where it belongs, in place of the one that says what was so before.
    fn put(&mut self, tie: Tie) {
        let (mut block, mut within) = self.place(|other| other.id < tie.id);
        if block == self.0.len() {
            // Behind all others, as nearly always.
            match self.0.last_mut().filter(|last| last.len() < BLOCK) {
                Some(last) => Arc::make_mut(last).push(tie),
                None => self.0.push(Arc::new(vec![tie])),
            }
            return;
        }
        let ties = Arc::make_mut(&mut self.0[block]);
        if ties[within].id == tie.id {
            ties[within] = tie;
            return;
        }
        if ties.len() == BLOCK {
            let half = ties.split_off(BLOCK / 2);
            self.0.insert(block + 1, Arc::new(half));
            if within > BLOCK / 2 {
                (block, within) = (block + 1, within - BLOCK / 2);
            }
        }
        Arc::make_mut(&mut self.0[block]).insert(within, tie);
    }

    /// Takes a tie out, if it is there.
    fn remove(&mut self, id: RelationshipId) {
        let (block, within) = self.place(|other| other.id < id);
        let found = self.0.get(block).and_then(|ties| ties.get(within));
        if found.is_none_or(|tie| tie.id != id) {
            return;
        }
        let ties = Arc::make_mut(&mut self.0[block]);
        ties.remove(within);
        if ties.is_empty() {
            self.0.remove(block);
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Tie> {
        self.0.iter().flat_map(|block| block.iter())
    }

    fn len(&self) -> usize {
        self.0.iter().map(|block| block.len()).sum()
    }

    /// Those above a number, or from it on, in ascending order.
    fn up(&self, from: Bound<u32>) -> impl Iterator<Item = &Tie> {
        let (block, within) = match from {
            Bound::Included(number) => self.place(|tie| tie.id.number() < number),
            Bound::Excluded(number) => self.place(|tie| tie.id.number() <= number),
            Bound::Unbounded => (0, 0),
        };
        let mut blocks = self.0[block..].iter();
        let first = blocks.next().map_or(&[][..], |ties| &ties[within..]);
        first.iter().chain(blocks.flat_map(|block| block.iter()))
    }

    /// Those below a number, or up to it, in descending order.
    fn down(&self, from: Bound<u32>) -> impl Iterator<Item = &Tie> {
        let (block, within) = match from {
            Bound::Included(number) => self.place(|tie| tie.id.number() <= number),
            Bound::Excluded(number) => self.place(|tie| tie.id.number() < number),
            Bound::Unbounded => (self.0.len(), 0),
        };
        let part = self.0.get(block).map_or(&[][..], |ties| &ties[..within]);
        let whole = self.0[..block].iter().rev();
        part.iter()
            .rev()
            .chain(whole.flat_map(|block| block.iter().rev()))
    }
}

impl From<Vec<Tie>> for List {
    fn from(ties: Vec<Tie>) -> Self {
        match ties.len() {
            0 => Self::default(),
            // As it is: most lists are one block.
            1..=BLOCK => Self(SmallVec::from_buf([Arc::new(ties)])),
            _ => Self(
                ties.chunks(BLOCK)
                    .map(|block| Arc::new(block.to_vec()))
                    .collect(),
            ),
        }
    }
}

/// Lists are the same that lead to the same relationships: what they say of them follows from the table.
impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        let id = |tie: &Tie| tie.id;
        self.iter().map(id).eq(other.iter().map(id))
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
        let mut lists: Vec<_> = counts.into_iter().map(Vec::with_capacity).collect();
        for (id, row) in relationships.newest_of_all() {
            for actor in ends_ever(row) {
                lists[actor.index()].push(Tie::of(actor, id, row));
            }
        }
        let mut ties = Self::default();
        ties.0.extend(lists.into_iter().map(List::from));
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
        let blocks = self.state().ties.list(actor).flat_map(|list| &list.0);
        for block in blocks {
            for tie in block.iter() {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Day, DayRange};
    use crate::snapshot::marks::Marks;

    fn tie(number: u32, other: u32) -> Tie {
        let always = DayRange {
            first: Day::MIN,
            last: Day::MAX,
        };
        Tie {
            id: RelationshipId::from_number(number),
            other: ActorId::from_number(other),
            role: None,
            settled: 1,
            outline: Outline {
                possible: always,
                marks: Marks::default(),
            },
        }
    }

    proptest! {
        #[test]
        fn a_list_is_walked_from_any_place_either_way(
            numbers in prop::collection::vec(1u32..2_000, 0..1_500),
            place in 0u32..2_100,
        ) {
            let mut list = List::default();
            let mut known = std::collections::BTreeMap::new();
            for (turn, number) in numbers.into_iter().enumerate() {
                let other = turn as u32 + 1;
                list.put(tie(number, other));
                known.insert(number, other);
            }
            let said = |tie: &Tie| (tie.id.number(), tie.other.number());
            prop_assert_eq!(list.len(), known.len());
            let all: Vec<_> = known.iter().map(|(number, other)| (*number, *other)).collect();
            prop_assert!(list.iter().map(said).eq(all.iter().copied()));
            let again = List::from(list.iter().copied().collect::<Vec<_>>());
            prop_assert!(again.iter().eq(list.iter()));
            let mut without = again;
            for number in known.keys().filter(|number| **number % 3 == 0).chain(&[2_100]) {
                without.remove(RelationshipId::from_number(*number));
            }
            let left = all.iter().copied().filter(|(number, _)| number % 3 != 0);
            prop_assert!(without.iter().map(said).eq(left));
            prop_assert!(without.0.iter().all(|block| !block.is_empty()));
            for bound in [Bound::Included(place), Bound::Excluded(place), Bound::Unbounded] {
                let above = known.range((bound, Bound::Unbounded)).map(|(number, _)| *number);
                prop_assert!(list.up(bound).map(|tie| tie.id.number()).eq(above));
                let below = known.range((Bound::Unbounded, bound)).rev().map(|(number, _)| *number);
                prop_assert!(list.down(bound).map(|tie| tie.id.number()).eq(below));
            }
        }
    }
}
