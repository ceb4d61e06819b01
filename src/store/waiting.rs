//! The newest revisions, which are in the journal and not in the engine yet.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use super::Entry;

/// Revisions that follow one another, the oldest first. One thread adds to them; who reads them waits for
/// nobody.
#[derive(Default)]
pub(super) struct Waiting(ArcSwap<Vec<Arc<Entry>>>);

impl Waiting {
    /// Takes revisions that follow those before, and tells how many there are now.
    pub(super) fn add(&self, entries: &[Entry]) -> usize {
        let mut all = Vec::clone(&self.0.load());
        all.extend(entries.iter().cloned().map(Arc::new));
        let count = all.len();
        self.0.store(Arc::new(all));
        count
    }

    /// All of them.
    pub(super) fn all(&self) -> Guard<Arc<Vec<Arc<Entry>>>> {
        self.0.load()
    }

    /// Lets go of them: the engine has them.
    pub(super) fn clear(&self) {
        self.0.store(Arc::default());
    }

    /// A revision, if it is among them.
    pub(super) fn revision(&self, number: u32) -> Option<Entry> {
        let all = self.all();
        let place = all.binary_search_by_key(&number, |entry| entry.revision.header.number);
        place.ok().map(|place| Entry::clone(&all[place]))
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
