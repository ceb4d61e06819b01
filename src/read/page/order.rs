//! Orders of lists, and the cursors that tell a place in them.

use std::cmp::Ordering;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::model::{OrderDirection, Vocabulary, shorten};
use crate::read::ReadError;

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

/// Which way an order goes through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As the list stands by itself.
    Up,
    /// As it stands by itself, from its end.
    Down,
    /// By the keys of all that is in it.
    Sorted,
}

/// An order of a list.
pub struct Order<'a, I> {
    /// Tells orders apart, so that a cursor of one is not taken for one of another.
    pub tag: Tag,
    /// Which way it goes through the list.
    pub way: Way,
    /// The direction of each part of the key.
    pub directions: SmallVec<[OrderDirection; 2]>,
    /// The key of a record at a revision.
    pub key: Box<dyn Fn(I, u32) -> Key + 'a>,
}

impl<'a, I: 'a> Order<'a, I> {
    /// An order by several fields, one after the other; by none, that of entry. `key` gives the part of one
    /// field.
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
            way: if by.is_empty() { Way::Up } else { Way::Sorted },
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
            way: Way::Sorted,
            directions: [OrderDirection::Asc; N].into_iter().collect(),
            key: Box::new(move |id, _| key(id).map(KeyPart::Number).into_iter().collect()),
        }
    }

    /// The order of entry, which is that of the ids.
    pub fn of_entry() -> Self {
        Self {
            tag: Tag::new(),
            way: Way::Up,
            directions: SmallVec::new(),
            key: Box::new(|_, _| Key::new()),
        }
    }

    /// The order of entry from its end: the newest first.
    pub fn newest_first() -> Self {
        Self {
            tag: [u8::MAX].into_iter().collect(),
            way: Way::Down,
            ..Self::of_entry()
        }
    }

    pub(super) fn compare(&self, a: (&Key, u32), b: (&Key, u32)) -> Ordering {
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
    pub(super) tag: Tag,
    pub(super) walk: u32,
    pub(super) key: Key,
    pub(super) number: u32,
}

impl Cursor {
    /// The cursor as clients see it.
    pub fn write(&self) -> String {
        // Plain values into a growing vector: this cannot fail, and an empty cursor is refused on reading.
        URL_SAFE_NO_PAD.encode(postcard::to_stdvec(self).unwrap_or_default())
    }

    pub(super) fn read(text: &str, tag: &Tag, parts: usize) -> Result<Self, ReadError> {
        let bad = || ReadError::BadCursor(shorten(text));
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let (cursor, rest) = postcard::take_from_bytes::<Self>(&bytes).map_err(|_| bad())?;
        let ours = rest.is_empty() && cursor.tag == *tag && cursor.key.len() == parts;
        if ours { Ok(cursor) } else { Err(bad()) }
    }
}
