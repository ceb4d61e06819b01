//! The newest revisions, which are in the journal and not in the engine yet.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use super::Entry;

/// Revisions that follow one another, the oldest first.
#[derive(Default)]
pub(super) struct Waiting(RwLock<Vec<Entry>>);

impl Waiting {
    /// Takes revisions that follow those before, and tells how many there are now.
    pub(super) fn add(&self, entries: &[Entry]) -> usize {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(entries);
        all.len()
    }

    /// All of them.
    pub(super) fn all(&self) -> RwLockReadGuard<'_, Vec<Entry>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of them: the engine has them.
    pub(super) fn clear(&self) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.clear();
    }

    /// A revision, if it is among them.
    pub(super) fn revision(&self, number: u32) -> Option<Entry> {
        let all = self.all();
        let place = all.binary_search_by_key(&number, |entry| entry.revision.header.number);
        place.ok().map(|place| all[place].clone())
    }

    /// The stored form of a change, if its revision is among them.
    pub(super) fn change(&self, number: u64) -> Option<Vec<u8>> {
        let all = self.all();
        let after = all.partition_point(|entry| entry.revision.header.first_change <= number);
        let entry = &all[after.checked_sub(1)?];
        let place = number - entry.revision.header.first_change;
        entry.changes.get(usize::try_from(place).ok()?).cloned()
    }
}
