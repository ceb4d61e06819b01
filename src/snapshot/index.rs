//! Indexes: what leads to which records.

use std::io;

use imbl::OrdSet;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::TypedId;

use super::checkpoint::{Loader, Saver};

/// Keys, and the records that each leads to in ascending order. It is one tree of pairs: most keys lead to
/// one record, and in a map of lists each takes 250 bytes and more, here 30 to 50.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Index<K, I>(OrdSet<(K, I)>)
where
    K: Ord,
    I: Ord;

impl<K: Ord, I: Ord> Default for Index<K, I> {
    fn default() -> Self {
        Self(OrdSet::new())
    }
}

impl<K: Copy + Ord, I: TypedId> Index<K, I> {
    pub(super) fn save(&self, to: &mut Saver<'_>) -> io::Result<()>
    where
        K: Serialize,
        I: Serialize,
    {
        to.list(self.0.iter())
    }

    pub(super) fn load(from: &mut Loader<'_>) -> io::Result<Self>
    where
        K: DeserializeOwned + Send,
        I: DeserializeOwned,
    {
        Ok(Self(from.tree()?))
    }

    /// Lets a key lead to a record too.
    pub(super) fn add(&mut self, key: K, id: I) {
        self.0.insert((key, id));
    }

    /// What a key leads to, in ascending order.
    pub(super) fn of(&self, key: K) -> impl Iterator<Item = I> + '_ {
        let [first, last] = [1, u32::MAX].map(I::from_number);
        let found = self.0.range((key, first)..=(key, last));
        found.map(|(_, id)| *id)
    }
}
