//! Following the record: what is already in the log, then what comes, each revision once and in order.
//!
//! A follower holds its place and nothing else. The numbers of revisions have no gaps and a revision is
//! published before it is told of, so the next one is always the number after the last; whoever reads
//! slowly falls behind and catches up from the log, and costs nothing meanwhile.
//!
//! What a revision touched is read from the log off the threads that serve requests, once for all
//! followers that ask for it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::watch;

use crate::model::{ActorId, Clock, Day, RelationshipId};
use crate::read::changes::{self, Touched};
use crate::read::watch::turning;
use crate::snapshot::Snapshot;
use crate::store::StoreError;

use super::Ledger;

/// The bytes that the shared answers may take, each kind of them.
const SHARED_BYTES: u64 = 4 << 20;
/// How often the clock is looked at for a new day. One task does it for all.
const LOOK: Duration = Duration::from_secs(1);

/// A place on the time line of the record: a revision, and a day in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The newest revision that was there.
    pub revision: u32,
    /// The day that it was.
    pub day: Day,
}

/// What comes next on the time line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A revision, on the day of the place that it leads to.
    Revision(Place),
    /// Days that ended without a revision: from this place, until this day has begun.
    Days(Place, Day),
}

/// Somebody who follows the record.
pub struct Feed {
    ledger: Ledger,
    place: Place,
    newest: watch::Receiver<u32>,
    today: watch::Receiver<Day>,
}

/// That a period begins or has ended on a day.
type Turn = (Day, RelationshipId);

/// What followers share.
pub(super) struct Shared {
    touched: Cache<u32, Arc<[Touched]>, ByLength>,
    turning: Cache<(u32, Day, Day), Arc<[Turn]>, ByLength>,
    /// The day, once somebody follows it.
    today: OnceLock<watch::Receiver<Day>>,
}

#[derive(Clone)]
struct ByLength;

impl<K, T> Weighter<K, Arc<[T]>> for ByLength {
    fn weight(&self, _: &K, list: &Arc<[T]>) -> u64 {
        (size_of_val::<[T]>(list) + 100) as u64
    }
}

impl Shared {
    pub(super) fn new() -> Self {
        const EXPECTED: usize = 4_096;
        Self {
            touched: Cache::with_weighter(EXPECTED, SHARED_BYTES, ByLength),
            turning: Cache::with_weighter(EXPECTED, SHARED_BYTES, ByLength),
            today: OnceLock::new(),
        }
    }
}

impl Ledger {
    /// Follows the record from a revision on, which must not be later than the newest; from now on if
    /// none is given. The day is today.
    pub fn follow(&self, after: Option<u32>) -> Feed {
        let newest = self.newest();
        let today = self.today();
        let place = Place {
            revision: after.unwrap_or_else(|| *newest.borrow()),
            day: self.now().day(),
        };
        Feed {
            ledger: self.clone(),
            place,
            newest,
            today,
        }
    }

    /// What a revision touched. It is read once for all who ask at the same time.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn touched(&self, revision: u32) -> Result<Arc<[Touched]>, StoreError> {
        let store = self.documents.store().clone();
        let read = off_the_thread(move || changes::touched(&store, revision).map(Arc::from));
        self.shared
            .touched
            .get_or_insert_async(&revision, read)
            .await
    }

    /// The relationships that begin or end in some days: later than the day of `place`, no later than
    /// `until`; of one actor, or of the whole record.
    ///
    /// # Errors
    /// When the program is stopping.
    pub async fn turning(
        &self,
        place: Place,
        until: Day,
        actor: Option<ActorId>,
    ) -> Result<Arc<[Turn]>, StoreError> {
        let at = self.snapshot().at(place.revision);
        let days = (place.day, until);
        if actor.is_some() {
            return Ok(turning(&at, actor, days).into());
        }
        let walk = off_the_thread(move || Ok(turning(&at, None, days).into()));
        let key = (place.revision, place.day, until);
        self.shared.turning.get_or_insert_async(&key, walk).await
    }

    /// The day, for whoever waits for the next.
    fn today(&self) -> watch::Receiver<Day> {
        let begin = || {
            let (told, today) = watch::channel(self.now().day());
            tokio::spawn(tell_the_day(self.clock, told));
            today
        };
        self.shared.today.get_or_init(begin).clone()
    }
}

impl Feed {
    /// The ledger that is followed.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Where it has come to.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Goes on from another place. Its revision must not be later than the newest.
    #[must_use]
    pub fn from(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// The record as it was at a place.
    pub fn at(&self, place: Place) -> Snapshot {
        let newest = self.ledger.snapshot();
        newest.at(place.revision).valid(place.day.into())
    }

    /// The number of the next revision, as soon as there is one; none once the ledger has closed.
    pub async fn revision(&mut self) -> Option<u32> {
        let place = &mut self.place;
        // Whoever has much to catch up with lets others run.
        tokio::task::coop::consume_budget().await;
        let next = self
            .newest
            .wait_for(|newest| *newest > place.revision)
            .await;
        next.ok()?;
        place.revision += 1;
        Some(place.revision)
    }

    /// What comes next on the time line, as soon as it is there: a revision, or the end of a day. A
    /// revision comes on the day on which it was committed, or on the day of this place if that is
    /// later. None once the ledger has closed.
    pub async fn next(&mut self) -> Option<Next> {
        tokio::task::coop::consume_budget().await;
        loop {
            let newest = *self.newest.borrow_and_update();
            let today = *self.today.borrow_and_update();
            let from = self.place;
            let day = if newest > from.revision {
                let committed = self.ledger.snapshot().recorded_at(from.revision + 1);
                committed.day()
            } else {
                today
            };
            if day > from.day {
                self.place.day = day;
                return Some(Next::Days(from, day));
            }
            if newest > from.revision {
                self.place.revision += 1;
                return Some(Next::Revision(self.place));
            }
            tokio::select! {
                told = self.newest.changed() => told.ok()?,
                told = self.today.changed() => told.ok()?,
            }
        }
    }
}

/// Tells when a new day begins, by the ledger's clock.
async fn tell_the_day(clock: Clock, told: watch::Sender<Day>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let today = clock.now().day();
        told.send_if_modified(|day| {
            // A clock that is set back does not bring a day a second time.
            let later = today > *day;
            *day = today.max(*day);
            later
        });
    }
}

/// Does what may wait for the disk, or takes long, where no request waits for it.
async fn off_the_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let stopping = |_| StoreError::ReadOnly("the server is stopping".to_owned());
    tokio::task::spawn_blocking(work).await.map_err(stopping)?
}
