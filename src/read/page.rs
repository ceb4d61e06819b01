//! Pages of lists, by the Relay cursor specification.
//!
//! A cursor says where in the order its record stood and at which revision the walk began. A walk
//! keeps the order of its beginning: a record whose sort key changes meanwhile stays where it was,
//! so whoever follows the cursors sees each record that was there throughout exactly once. Records
//! that are new stand where they belonged when they came; those that are gone are left out.

use std::cmp::Ordering;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::model::{OrderDirection, TypedId, Vocabulary, shorten};

use super::ReadError;

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
    /// What is on it, each with its cursor.
    pub edges: Vec<Edge<I>>,
    /// Whether there is more behind it.
    pub has_next: bool,
    /// Whether there is more before it.
    pub has_previous: bool,
}

/// One thing on a page.
#[derive(Clone, Debug)]
pub struct Edge<I> {
    /// Where it stands.
    pub cursor: Cursor,
    /// Which record it is.
    pub id: I,
}

/// A list in the order of entry, of which no more is looked at than a page needs.
pub trait Entries<I> {
    /// What has this number or a higher one, from the first on.
    fn from(&self, number: u32) -> impl Iterator<Item = I>;
    /// What has a lower number, from the last back.
    fn before(&self, number: u32) -> impl Iterator<Item = I>;
}

impl<I: Numbered> Entries<I> for [I] {
    fn from(&self, number: u32) -> impl Iterator<Item = I> {
        let start = self.partition_point(|id| id.number() < number);
        self[start..].iter().copied()
    }

    fn before(&self, number: u32) -> impl Iterator<Item = I> {
        let end = self.partition_point(|id| id.number() < number);
        self[..end].iter().rev().copied()
    }
}

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

/// A part of what a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KeyPart {
    /// A number, a day, a place in a vocabulary.
    Number(i64),
    /// A name.
    Text(Arc<str>),
}

/// What a list is sorted by. Ties are broken by id.
pub type Key = SmallVec<[KeyPart; 2]>;

/// What tells orders apart.
pub type Tag = SmallVec<[u8; 8]>;

/// An order of a list.
pub struct Order<'a, I> {
    /// Tells orders apart, so that a cursor of one is not taken for one of another.
    pub tag: Tag,
    /// Whether an order without a key runs from the last entry to the first.
    pub backwards: bool,
    /// The direction of each part of the key.
    pub directions: SmallVec<[OrderDirection; 2]>,
    /// The key of a record at a revision.
    pub key: Box<dyn Fn(I, u32) -> Key + 'a>,
}

impl<'a, I: 'a> Order<'a, I> {
    /// An order by several fields, one after the other. `key` gives the part of one field.
    pub fn by<V: Vocabulary>(
        by: &[(V, OrderDirection)],
        key: impl Fn(I, u32, V) -> KeyPart + 'a,
    ) -> Self
    where
        I: Copy,
    {
        let fields: SmallVec<[V; 2]> = by.iter().map(|(field, _)| *field).collect();
        Self {
            tag: by
                .iter()
                .flat_map(|(f, d)| [f.index() as u8, d.index() as u8])
                .collect(),
            backwards: false,
            directions: by.iter().map(|(_, direction)| *direction).collect(),
            key: Box::new(move |id, revision| {
                fields
                    .iter()
                    .map(|field| key(id, revision, *field))
                    .collect()
            }),
        }
    }

    /// An order by numbers of its own, which stay as they are while somebody walks the list.
    pub fn keyed<const N: usize>(tag: u8, key: impl Fn(I) -> [i64; N] + 'a) -> Self {
        Self {
            tag: [tag].into_iter().collect(),
            backwards: false,
            directions: [OrderDirection::Asc; N].into_iter().collect(),
            key: Box::new(move |id, _| key(id).map(KeyPart::Number).into_iter().collect()),
        }
    }

    /// The order of entry, which is that of the ids.
    pub fn of_entry() -> Self {
        Self {
            tag: Tag::new(),
            backwards: false,
            directions: SmallVec::new(),
            key: Box::new(|_, _| Key::new()),
        }
    }

    /// The order of entry from its end: the newest first.
    pub fn newest_first() -> Self {
        Self {
            tag: [u8::MAX].into_iter().collect(),
            backwards: true,
            ..Self::of_entry()
        }
    }

    fn compare(&self, a: (&Key, u32), b: (&Key, u32)) -> Ordering {
        let parts = a.0.iter().zip(b.0).zip(&self.directions);
        for ((a, b), direction) in parts {
            let ordering = match direction {
                OrderDirection::Asc => a.cmp(b),
                OrderDirection::Desc => b.cmp(a),
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        a.1.cmp(&b.1)
    }
}

/// Where something stands in a list, and when the walk began that came by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cursor {
    tag: Tag,
    walk: u32,
    key: Key,
    number: u32,
}

impl Cursor {
    /// The cursor as clients see it.
    pub fn write(&self) -> String {
        // Plain values into a growing vector: this cannot fail, and an empty cursor is refused on reading.
        URL_SAFE_NO_PAD.encode(postcard::to_stdvec(self).unwrap_or_default())
    }

    fn read(text: &str, tag: &Tag, parts: usize) -> Result<Self, ReadError> {
        let bad = || ReadError::BadCursor(shorten(text));
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let (cursor, rest) = postcard::take_from_bytes::<Self>(&bytes).map_err(|_| bad())?;
        let ours = rest.is_empty() && cursor.tag == *tag && cursor.key.len() == parts;
        if ours { Ok(cursor) } else { Err(bad()) }
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

/// Cuts a page out of a list in the order of entry; `revision` is the one read at. Where the page is to
/// stand in that order too, no more is looked at than the page and what lies next to it.
///
/// # Errors
/// When the page asked for is too large or contradictory, or a cursor is not of this list.
pub fn cut<I: Numbered, L: Entries<I> + ?Sized>(
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
    Ok(if order.directions.is_empty() {
        between.walked(list, order, &window)
    } else {
        between.sorted(list, order, &window)
    })
}

/// Between which cursors a page lies.
struct Between {
    walk: u32,
    after: Option<Cursor>,
    before: Option<Cursor>,
}

impl Between {
    fn edge<I: Numbered>(&self, order: &Order<'_, I>, key: Key, id: I) -> Edge<I> {
        let cursor = Cursor {
            tag: order.tag.clone(),
            walk: self.walk,
            key,
            number: id.number(),
        };
        Edge { cursor, id }
    }

    /// A page in the order of entry, or in that from its end.
    fn walked<I: Numbered, L: Entries<I> + ?Sized>(
        &self,
        list: &L,
        order: &Order<'_, I>,
        window: &Window,
    ) -> Page<I> {
        // The page lies above one number and below another, whichever way it runs.
        let number = |cursor: &Option<Cursor>| cursor.as_ref().map(|cursor| cursor.number);
        let (after, before) = (number(&self.after), number(&self.before));
        let (low, high) = if order.backwards {
            // Where the two cross, nothing lies between, just before the one that it is to lie behind.
            (
                before.map(|low| after.map_or(low, |high| low.min(high.saturating_sub(1)))),
                after,
            )
        } else {
            (
                after,
                before.map(|high| after.map_or(high, |low| high.max(low.saturating_add(1)))),
            )
        };
        let (from_below, count) = match (window, order.backwards) {
            (Window::First(count), backwards) => (!backwards, *count),
            (Window::Last(count), backwards) => (backwards, *count),
        };
        let inside = |id: &I| {
            low.is_none_or(|low| id.number() > low) && high.is_none_or(|high| id.number() < high)
        };
        let mut ids = Vec::with_capacity(count.min(LARGEST));
        // Whether there is more behind where the walk ended, and before where it began.
        let mut go = |from: &mut dyn Iterator<Item = I>| {
            for id in from {
                if ids.len() == count || !inside(&id) {
                    return true;
                }
                ids.push(id);
            }
            false
        };
        let (more_above, more_below) = if from_below {
            let above = go(&mut list.from(low.map_or(0, |low| low.saturating_add(1))));
            let below = low.is_some_and(|low| list.before(low.saturating_add(1)).next().is_some());
            (above, below)
        } else {
            let below = go(&mut list.before(high.unwrap_or(u32::MAX)));
            let above = high.is_some_and(|high| list.from(high).next().is_some());
            (above, below)
        };
        if from_below == order.backwards {
            ids.reverse();
        }
        let (has_next, has_previous) = if order.backwards {
            (more_below, more_above)
        } else {
            (more_above, more_below)
        };
        let edges = ids.into_iter().map(|id| self.edge(order, Key::new(), id));
        Page {
            edges: edges.collect(),
            has_next,
            has_previous,
        }
    }

    /// A page in an order by keys.
    fn sorted<I: Numbered, L: Entries<I> + ?Sized>(
        &self,
        list: &L,
        order: &Order<'_, I>,
        window: &Window,
    ) -> Page<I> {
        let keyed = list.from(0).map(|id| ((order.key)(id, self.walk), id));
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
        let edges = page.into_iter().map(|(key, id)| self.edge(order, key, id));
        Page {
            edges: edges.collect(),
            has_next,
            has_previous,
        }
    }
}
