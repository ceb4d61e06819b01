//! What slugs and keys lead to. Short digests stand for names, so that an index of a million keys
//! needs no text.

use std::cmp::Ordering;
use std::io;

use imbl::{HashMap, OrdMap, Vector};
use serde::{Deserialize, Serialize};

use crate::model::Kind;

use super::checkpoint::{Loader, Saver};

/// Sixteen bytes that stand for a text. Two texts of a record meet with a chance below 10⁻²⁰.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct KeyDigest([u8; 16]);

impl PartialOrd for KeyDigest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

// As numbers: bytes are compared by a call for each two.
impl Ord for KeyDigest {
    fn cmp(&self, other: &Self) -> Ordering {
        u128::from_be_bytes(self.0).cmp(&u128::from_be_bytes(other.0))
    }
}

impl KeyDigest {
    pub(super) fn of_key(kind: Kind, key: &str) -> Self {
        Self::of(kind as u8, key)
    }

    pub(super) fn of_name(name: &str) -> Self {
        Self::of(0xfe, name)
    }

    pub(super) fn of_idempotency(key: &str) -> Self {
        Self::of(0xff, key)
    }

    fn of(domain: u8, text: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[domain]).update(text.as_bytes());
        let mut short = [0; 16];
        hasher.finalize_xof().fill(&mut short);
        Self(short)
    }
}

/// What slugs and keys lead to, at every revision. Once given, a key leads to its record for ever,
/// unless that becomes part of another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Keys {
    newest: OrdMap<KeyDigest, Naming>,
    /// What the few keys led to that lead somewhere else now, oldest first.
    earlier: HashMap<KeyDigest, Vector<Naming>>,
}

/// That a key leads to a record from a revision on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Naming {
    number: u32,
    since: u32,
}

impl Keys {
    pub(super) fn save(&self, to: &mut Saver<'_>) -> io::Result<()> {
        to.list(self.newest.iter())?;
        to.list(
            self.earlier
                .iter()
                .map(|(key, list)| (key, Vec::from_iter(list))),
        )
    }

    pub(super) fn load(from: &mut Loader<'_>) -> io::Result<Self> {
        let newest = from.tree()?;
        let mut earlier = HashMap::new();
        from.each(|(key, list): (KeyDigest, Vec<Naming>)| {
            earlier.insert(key, Vector::from(list));
        })?;
        Ok(Self { newest, earlier })
    }

    /// The number of the record that a key led to at a revision.
    pub(super) fn find_at(&self, key: KeyDigest, revision: u32) -> Option<u32> {
        let newest = self.newest.get(&key)?;
        if newest.since <= revision {
            return Some(newest.number);
        }
        let mut earlier = self.earlier.get(&key)?.iter().rev();
        let then = earlier.find(|naming| naming.since <= revision)?;
        Some(then.number)
    }

    /// Lets a key lead to a record from a revision on.
    pub(super) fn name(&mut self, key: KeyDigest, number: u32, since: u32) {
        match self.newest.get(&key) {
            Some(naming) if naming.number == number => {}
            before => {
                if let Some(naming) = before.copied() {
                    self.earlier.entry(key).or_default().push_back(naming);
                }
                self.newest.insert(key, Naming { number, since });
            }
        }
    }
}
