//! The ties of one actor, side by side.

use std::ops::Bound;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::model::{RelationshipId, TypedId as _};

use super::Tie;

/// The most ties that stand side by side: what the change of one copies.
const BLOCK: usize = 256;

/// The ties of one actor in ascending order, in blocks that are not empty.
#[derive(Clone, Debug, Default)]
pub(super) struct List(SmallVec<[Arc<Vec<Tie>>; 1]>);

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
    pub(super) fn put(&mut self, tie: Tie) {
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
    pub(super) fn remove(&mut self, id: RelationshipId) {
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

    /// What stands side by side.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &[Tie]> {
        self.0.iter().map(|block| &block[..])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Tie> {
        self.0.iter().flat_map(|block| block.iter())
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|block| block.len()).sum()
    }

    /// Those above a number, or from it on, in ascending order.
    pub(super) fn up(&self, from: Bound<u32>) -> impl Iterator<Item = &Tie> {
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
    pub(super) fn down(&self, from: Bound<u32>) -> impl Iterator<Item = &Tie> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{ActorId, Day, DayRange};
    use crate::snapshot::facts::Outline;
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
