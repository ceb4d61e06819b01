//! Following the desk.

use std::sync::Arc;

use tokio::sync::watch;

use super::desk::Desk;
use super::proposal::Proposal;

/// Who follows the desk: it holds a place, the number of the last change that was told.
pub struct Follower {
    desk: Desk,
    told: watch::Receiver<u64>,
    place: u64,
}

impl Follower {
    pub(super) fn new(desk: Desk, told: watch::Receiver<u64>, after: Option<u64>) -> Self {
        let place = after.unwrap_or_else(|| *told.borrow());
        Self { desk, told, place }
    }

    /// The number of the last change that was told.
    pub fn place(&self) -> u64 {
        self.place
    }

    /// The next proposal that has changed, as it is now: one that has changed several times meanwhile is
    /// told once. Those that `takes` refuses are passed over. None once the desk has closed.
    pub async fn next(&mut self, takes: impl Fn(&Proposal) -> bool) -> Option<Arc<Proposal>> {
        loop {
            let newest = *self.told.borrow_and_update();
            let all = self.desk.list();
            let later = all
                .into_iter()
                .filter(|one| one.changed > self.place && takes(one));
            if let Some(next) = later.min_by_key(|one| one.changed) {
                self.place = next.changed;
                return Some(next);
            }
            self.place = self.place.max(newest);
            self.told.changed().await.ok()?;
        }
    }
}
