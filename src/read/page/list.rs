//! Lists that stand in an order by themselves, and pages that are cut out of them as they stand.

use std::ops::Bound;

use crate::model::TypedId;
use crate::read::ReadError;

use super::{Between, Cursor, Edge, Key, LARGEST, Order, Page, Way, Window};

/// What is in a list: it has a number that grows in the order of entry.
pub trait Numbered: Copy {
    /// The number.
    fn number(self) -> u32;
}

impl<I: TypedId> Numbered for I {
    fn number(self) -> u32 {
        TypedId::number(self)
    }
}

impl Numbered for u32 {
    fn number(self) -> u32 {
        self
    }
}

/// A list in the order of its places, of which no more is looked at than is wanted.
pub trait List<I> {
    /// What tells where something stands in it.
    type Place: Copy + Ord;
    /// The place of a cursor; none where the cursor is of no such list.
    fn place(&self, key: &Key, number: u32) -> Option<Self::Place>;
    /// What a cursor to a place holds beside the number.
    fn key(&self, place: Self::Place) -> Key;
    /// What stands above a place, or from it on, in ascending order. Where a list can change its order, it
    /// stands as it did at the revision `walk`.
    fn up(&self, from: Bound<Self::Place>, walk: u32) -> impl Iterator<Item = (Self::Place, I)>;
    /// What stands below a place, or up to it, in descending order.
    fn down(&self, from: Bound<Self::Place>, walk: u32) -> impl Iterator<Item = (Self::Place, I)>;
}

/// Ascending ids.
impl<I: Numbered> List<I> for [I] {
    type Place = u32;

    fn place(&self, _: &Key, number: u32) -> Option<u32> {
        Some(number)
    }

    fn key(&self, _: u32) -> Key {
        Key::new()
    }

    fn up(&self, from: Bound<u32>, _: u32) -> impl Iterator<Item = (u32, I)> {
        let start = match from {
            Bound::Included(number) => self.partition_point(|id| id.number() < number),
            Bound::Excluded(number) => self.partition_point(|id| id.number() <= number),
            Bound::Unbounded => 0,
        };
        self[start..].iter().map(|id| (id.number(), *id))
    }

    fn down(&self, from: Bound<u32>, _: u32) -> impl Iterator<Item = (u32, I)> {
        let end = match from {
            Bound::Included(number) => self.partition_point(|id| id.number() <= number),
            Bound::Excluded(number) => self.partition_point(|id| id.number() < number),
            Bound::Unbounded => self.len(),
        };
        self[..end].iter().rev().map(|id| (id.number(), *id))
    }
}

/// The places that are not on this side of a bound.
fn beyond<P>(bound: Bound<P>) -> Option<Bound<P>> {
    match bound {
        Bound::Included(place) => Some(Bound::Excluded(place)),
        Bound::Excluded(place) => Some(Bound::Included(place)),
        Bound::Unbounded => None,
    }
}

impl Between {
    /// A page in the order in which the list stands, or in that from its end.
    ///
    /// # Errors
    /// When a cursor is not of this list.
    pub(super) fn walked<I: Numbered, L: List<I> + ?Sized>(
        &self,
        list: &L,
        order: &Order<'_, I>,
        window: &Window,
    ) -> Result<Page<I>, ReadError> {
        let backwards = order.way == Way::Down;
        let place = |cursor: &Option<Cursor>| match cursor {
            Some(cursor) => match list.place(&cursor.key, cursor.number) {
                Some(place) => Ok(Bound::Excluded(place)),
                None => Err(ReadError::BadCursor(cursor.write())),
            },
            None => Ok(Bound::Unbounded),
        };
        let (after, before) = (place(&self.after)?, place(&self.before)?);
        // The page lies above one place and below another, whichever way it runs.
        let (mut low, mut high) = if backwards {
            (before, after)
        } else {
            (after, before)
        };
        if let (Bound::Excluded(above), Bound::Excluded(below)) = (low, high)
            && above >= below
        {
            // Nothing lies between the two; the page stands just behind the first of them.
            if backwards {
                low = Bound::Included(below);
            } else {
                high = Bound::Included(above);
            }
        }
        let (from_below, count) = match (window, backwards) {
            (Window::First(count), backwards) => (!backwards, *count),
            (Window::Last(count), backwards) => (backwards, *count),
        };
        let inside = |place: L::Place| {
            let above = match low {
                Bound::Included(low) => place >= low,
                Bound::Excluded(low) => place > low,
                Bound::Unbounded => true,
            };
            above
                && match high {
                    Bound::Included(high) => place <= high,
                    Bound::Excluded(high) => place < high,
                    Bound::Unbounded => true,
                }
        };
        let mut edges = Vec::with_capacity(count.min(LARGEST));
        // Puts one thing on the page, unless the page ended before it.
        let mut is_beyond = |(place, item)| {
            let ends = edges.len() == count || !inside(place);
            if !ends {
                let key = list.key(place);
                edges.push(Edge { key, item });
            }
            ends
        };
        let walk = self.walk;
        let some_below = |bound| list.down(bound, walk).next().is_some();
        let some_above = |bound| list.up(bound, walk).next().is_some();
        // Whether there is more behind where the walk ended, and before where it began.
        let (more_above, more_below) = if from_below {
            let above = list.up(low, walk).any(&mut is_beyond);
            (above, beyond(low).is_some_and(some_below))
        } else {
            let below = list.down(high, walk).any(&mut is_beyond);
            (beyond(high).is_some_and(some_above), below)
        };
        if from_below == backwards {
            edges.reverse();
        }
        let (has_next, has_previous) = if backwards {
            (more_below, more_above)
        } else {
            (more_above, more_below)
        };
        Ok(Page {
            edges,
            has_next,
            has_previous,
            tag: order.tag.clone(),
            walk,
        })
    }
}
