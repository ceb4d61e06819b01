//! Pages of lists, by the Relay cursor specification.
//!
//! A cursor says where in the order its record stood and at which revision the walk began. A walk
//! keeps the order of its beginning: a record whose sort key changes meanwhile stays where it was,
//! so whoever follows the cursors sees each record that was there throughout exactly once. Records
//! that are new stand where they belonged when they came; those that are gone are left out.

mod list;
mod order;

use std::ops::Bound;

use super::ReadError;

use order::Tag;

pub use list::{List, Numbered};
pub use order::{Cursor, Key, KeyPart, Order, Way};

/// The most that one page holds.
pub const LARGEST: usize = 100;
/// What a page holds when nothing else is asked for.
pub const USUAL: usize = 20;

/// Which page: the arguments of a Relay connection.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// So many from the front.
    pub first: Option<i32>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// So many from the back.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<I> {
    /// What is on it.
    pub edges: Vec<Edge<I>>,
    /// Whether there is more behind it.
    pub has_next: bool,
    /// Whether there is more before it.
    pub has_previous: bool,
    /// The order that it was cut in.
    tag: Tag,
    /// The revision at which the walk began.
    walk: u32,
}

/// One thing on a page.
#[derive(Clone, Debug)]
pub struct Edge<I> {
    /// What the list is sorted by, where it does not stand in its order by itself.
    key: Key,
    /// What it is.
    pub item: I,
}

impl<I: Numbered> Page<I> {
    /// Where something on the page stands in the list. Few ask, so it is put together when somebody does.
    pub fn cursor(&self, edge: &Edge<I>) -> Cursor {
        Cursor {
            tag: self.tag.clone(),
            walk: self.walk,
            key: edge.key.clone(),
            number: edge.item.number(),
        }
    }
}

/// How many, and from which end.
enum Window {
    First(usize),
    Last(usize),
}

impl Asked {
    fn window(&self) -> Result<Window, ReadError> {
        let bounded = |name: &str, count: i32| match usize::try_from(count) {
            Err(_) => Err(ReadError::BadPage(format!(
                "{name} must not be negative; it is {count}"
            ))),
            Ok(count) if count > LARGEST => Err(ReadError::BadPage(format!(
                "{name} can be at most {LARGEST}, and {count} was asked for; take several pages"
            ))),
            Ok(count) => Ok(count),
        };
        match (self.first, self.last) {
            (Some(_), Some(_)) => Err(ReadError::BadPage(
                "give first or last, not both".to_owned(),
            )),
            (Some(first), None) => Ok(Window::First(bounded("first", first)?)),
            (None, Some(last)) => Ok(Window::Last(bounded("last", last)?)),
            (None, None) => Ok(Window::First(USUAL)),
        }
    }
}

/// Cuts a page out of a list; `revision` is the one read at. Where the page is to stand in the order that
/// the list has by itself, no more is looked at than the page and what lies next to it.
///
/// # Errors
/// When the page asked for is too large or contradictory, or a cursor is not of this list.
pub fn cut<I: Numbered, L: List<I> + ?Sized>(
    list: &L,
    order: &Order<'_, I>,
    revision: u32,
    asked: &Asked,
) -> Result<Page<I>, ReadError> {
    let window = asked.window()?;
    let read = |text: &Option<String>| {
        text.as_deref()
            .map(|text| Cursor::read(text, &order.tag, order.directions.len()))
            .transpose()
    };
    let (after, before) = (read(&asked.after)?, read(&asked.before)?);
    let between = Between {
        walk: after
            .as_ref()
            .or(before.as_ref())
            .map_or(revision, |cursor| cursor.walk),
        after,
        before,
    };
    match order.way {
        Way::Up | Way::Down => between.walked(list, order, &window),
        Way::Sorted => Ok(between.sorted(list, order, &window)),
    }
}

/// Between which cursors a page lies.
struct Between {
    walk: u32,
    after: Option<Cursor>,
    before: Option<Cursor>,
}

impl Between {
    /// A page in an order by keys.
    fn sorted<I: Numbered, L: List<I> + ?Sized>(
        &self,
        list: &L,
        order: &Order<'_, I>,
        window: &Window,
    ) -> Page<I> {
        let all = list.up(Bound::Unbounded, self.walk);
        let keyed = all.map(|(_, id)| ((order.key)(id, self.walk), id));
        let mut keyed: Vec<(Key, I)> = keyed.collect();
        let count_before = |cursor: &Cursor, include: bool| {
            let stays_before = |(key, id): &&(Key, I)| {
                let ordering = order.compare((key, id.number()), (&cursor.key, cursor.number));
                ordering.is_lt() || (include && ordering.is_eq())
            };
            keyed.iter().filter(stays_before).count()
        };
        let mut start = self
            .after
            .as_ref()
            .map_or(0, |cursor| count_before(cursor, true));
        let mut end = self
            .before
            .as_ref()
            .map_or(keyed.len(), |cursor| count_before(cursor, false))
            .max(start);
        match *window {
            Window::First(count) => end = end.min(start + count),
            Window::Last(count) => start = start.max(end.saturating_sub(count)),
        }
        let (has_next, has_previous) = (end < keyed.len(), start > 0);
        // Only what is on the page is sorted; what lies around it is told apart from it.
        let compare =
            |a: &(Key, I), b: &(Key, I)| order.compare((&a.0, a.1.number()), (&b.0, b.1.number()));
        if end < keyed.len() {
            keyed.select_nth_unstable_by(end, compare);
            keyed.truncate(end);
        }
        if 0 < start && start < end {
            keyed.select_nth_unstable_by(start, compare);
        }
        let mut page = keyed.split_off(start);
        page.sort_unstable_by(compare);
        let edges = page.into_iter().map(|(key, item)| Edge { key, item });
        Page {
            edges: edges.collect(),
            has_next,
            has_previous,
            tag: order.tag.clone(),
            walk: self.walk,
        }
    }
}
