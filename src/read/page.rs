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
    pub cursor: String,
    /// Which record it is.
    pub id: I,
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

/// An order of a list.
pub struct Order<'a, I> {
    /// Tells orders apart, so that a cursor of one is not taken for one of another.
    pub tag: Vec<u8>,
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
            tag: vec![tag],
            backwards: false,
            directions: [OrderDirection::Asc; N].into_iter().collect(),
            key: Box::new(move |id, _| key(id).map(KeyPart::Number).into_iter().collect()),
        }
    }

    /// The order of entry, which is that of the ids.
    pub fn of_entry() -> Self {
        Self {
            tag: Vec::new(),
            backwards: false,
            directions: SmallVec::new(),
            key: Box::new(|_, _| Key::new()),
        }
    }

    /// The order of entry from its end: the newest first.
    pub fn newest_first() -> Self {
        Self {
            tag: vec![u8::MAX],
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

#[derive(Serialize, Deserialize)]
struct Cursor {
    tag: Vec<u8>,
    walk: u32,
    key: Key,
    number: u32,
}

impl Cursor {
    fn write(&self) -> String {
        // Plain values into a growing vector: this cannot fail, and an empty cursor is refused on reading.
        URL_SAFE_NO_PAD.encode(postcard::to_stdvec(self).unwrap_or_default())
    }

    fn read(text: &str, tag: &[u8], parts: usize) -> Result<Self, ReadError> {
        let bad = || ReadError::BadCursor(shorten(text));
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let (cursor, rest) = postcard::take_from_bytes::<Self>(&bytes).map_err(|_| bad())?;
        let ours = rest.is_empty() && cursor.tag == tag && cursor.key.len() == parts;
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

/// Cuts a page out of a list. `ids` is in the order of entry; `revision` is the one read at.
///
/// # Errors
/// When the page asked for is too large or contradictory, or a cursor is not of this list.
pub fn cut<I: Numbered>(
    ids: &[I],
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
    let walk = after
        .as_ref()
        .or(before.as_ref())
        .map_or(revision, |cursor| cursor.walk);

    let mut sorted: Vec<(Key, I)> = Vec::new();
    let in_entry_order = order.directions.is_empty();
    if !in_entry_order {
        sorted.extend(ids.iter().map(|id| ((order.key)(*id, walk), *id)));
        sorted.sort_unstable_by(|a, b| order.compare((&a.0, a.1.number()), (&b.0, b.1.number())));
    }
    let place = |cursor: &Cursor, include: bool| {
        let stays_before = |ordering: Ordering| ordering.is_lt() || (include && ordering.is_eq());
        if in_entry_order && order.backwards {
            let behind = |id: &I| !stays_before(cursor.number.cmp(&id.number()));
            ids.len() - ids.partition_point(behind)
        } else if in_entry_order {
            ids.partition_point(|id| stays_before(id.number().cmp(&cursor.number)))
        } else {
            sorted.partition_point(|(key, id)| {
                stays_before(order.compare((key, id.number()), (&cursor.key, cursor.number)))
            })
        }
    };
    let mut start = after.as_ref().map_or(0, |cursor| place(cursor, true));
    let mut end = before
        .as_ref()
        .map_or(ids.len(), |cursor| place(cursor, false))
        .max(start);
    match window {
        Window::First(count) => end = end.min(start + count),
        Window::Last(count) => start = start.max(end.saturating_sub(count)),
    }
    let edges = (start..end)
        .map(|at| {
            let (key, id) = match sorted.get(at) {
                Some((key, id)) => (key.clone(), *id),
                None if order.backwards => (Key::new(), ids[ids.len() - 1 - at]),
                None => (Key::new(), ids[at]),
            };
            let cursor = Cursor {
                tag: order.tag.clone(),
                walk,
                key,
                number: id.number(),
            };
            Edge {
                cursor: cursor.write(),
                id,
            }
        })
        .collect();
    Ok(Page {
        edges,
        has_next: end < ids.len(),
        has_previous: start > 0,
    })
}
