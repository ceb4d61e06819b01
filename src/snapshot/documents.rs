//! The text of records: in the store, behind a bounded cache of decoded records.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imbl::HashMap;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::model::{Change, Record};
use crate::store::{Store, StoreError};

/// Records that are planned and not yet in the store, by the number of their change. Persistent,
/// because each command of a group sees those of the ones before it.
pub type Pending = HashMap<u64, Record>;

/// Where the text of records is read from.
#[derive(Clone)]
pub struct Documents {
    archive: Arc<Archive>,
    pending: Pending,
}

struct Archive {
    store: Arc<Store>,
    cache: Cache<u64, Cached, ByBytes>,
    hits: AtomicU64,
    misses: AtomicU64,
}

#[derive(Clone)]
struct Cached {
    record: Record,
    bytes: u32,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<u64, Cached> for ByBytes {
    fn weight(&self, _: &u64, cached: &Cached) -> u64 {
        // A decoded record takes about three times its bytes: strings apart, lists with their slack.
        u64::from(cached.bytes) * 3 + 200
    }
}

impl Documents {
    /// Reads from a store, and keeps decoded records in about this many bytes.
    pub fn new(store: Arc<Store>, cache_bytes: u64) -> Self {
        let expected = usize::try_from(cache_bytes / 1_500)
            .unwrap_or(usize::MAX)
            .max(16);
        let cache = Cache::with_weighter(expected, cache_bytes, ByBytes);
        let archive = Archive {
            store,
            cache,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        };
        Self {
            archive: Arc::new(archive),
            pending: Pending::default(),
        }
    }

    /// The same, with records that are not stored yet.
    #[must_use]
    pub fn with_pending(&self, pending: Pending) -> Self {
        Self {
            archive: self.archive.clone(),
            pending,
        }
    }

    /// Forgets all that was read: the log says something else now.
    pub fn forget(&self) {
        self.archive.cache.clear();
    }

    /// The store behind it.
    pub fn store(&self) -> &Arc<Store> {
        &self.archive.store
    }

    /// How many reads the cache answered, and how many went to the store.
    pub fn cache_counts(&self) -> (u64, u64) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (count(&self.archive.hits), count(&self.archive.misses))
    }

    /// What a change did.
    ///
    /// # Errors
    /// When the store cannot read it, or there is none.
    pub fn change(&self, number: u64) -> Result<Change, StoreError> {
        let stored = self.archive.store.change(number)?;
        stored
            .map(|(change, _)| change)
            .ok_or_else(|| StoreError::Damaged(format!("change {number} is missing")))
    }

    /// The record that a change left behind.
    ///
    /// # Errors
    /// When the store cannot read it, or the change left none.
    pub fn get(&self, number: u64) -> Result<Record, StoreError> {
        if let Some(record) = self.pending.get(&number) {
            return Ok(record.clone());
        }
        if let Some(cached) = self.archive.cache.get(&number) {
            self.archive.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(cached.record);
        }
        self.archive.misses.fetch_add(1, Ordering::Relaxed);
        let stored = self.archive.store.change(number)?;
        let Some((record, bytes)) = stored
            .and_then(|(change, bytes)| change.record().cloned().map(|record| (record, bytes)))
        else {
            return Err(StoreError::Damaged(format!(
                "change {number} holds no record"
            )));
        };
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.archive.cache.insert(
            number,
            Cached {
                record: record.clone(),
                bytes,
            },
        );
        Ok(record)
    }
}
