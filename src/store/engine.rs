//! sled. The only file that names it.

use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::OnceLock;

use crate::model::Revision;

use super::error::unwritten;
use super::keys::{self, Pairs};
use super::{Entry, Replaced, StoreError, block, codec};

/// What sled may keep of its pages, in bytes. It is for the way down to a page: a page holds a block of
/// neighbours, of which a reader wants one, and records that were read are kept decoded elsewhere.
const PAGES: u64 = 16 << 20;
/// How many writes leave about as much behind as one sweep takes away.
const WRITES_A_SWEEP: usize = 200;

/// sled's files, open.
pub(super) struct Engine {
    db: sled::Db,
    log: sled::Tree,
    pub(super) settings: sled::Tree,
    /// The file that sled appends to, to be synced by us.
    file: File,
    /// Why nothing more is written, once a write has failed.
    failed: OnceLock<String>,
}

impl Engine {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let db = sled::Config::new()
            .path(path)
            .cache_capacity(PAGES)
            // We say when; a timer would only write at odd moments.
            .flush_every_ms(None)
            .mode(sled::Mode::HighThroughput)
            .open()
            .map_err(|error| unopenable(path, error))?;
        let log = db.open_tree("log").map_err(|e| unreadable(&e))?;
        let settings = db.open_tree("settings").map_err(|e| unreadable(&e))?;
        let file = path.join("db");
        let file = File::open(&file).map_err(StoreError::io("open", &file))?;
        Ok(Self {
            db,
            log,
            settings,
            file,
            failed: OnceLock::new(),
        })
    }

    /// The size of its files in bytes.
    pub(super) fn size(&self) -> u64 {
        self.db.size_on_disk().unwrap_or(0)
    }

    /// The value of a key of the log.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        self.log.get(key).map_err(|e| unreadable(&e))
    }

    /// Reads the stored form of a change, if there is one of this number.
    pub(super) fn change<T>(
        &self,
        number: u64,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, StoreError> {
        let Some((first, value)) = self.block_of(number)? else {
            return Ok(None);
        };
        Ok(block::change(&value, (number - first) as usize).map(read))
    }

    /// The value that a change lies in, if there is one of this number, and the number of its first change.
    fn block_of(&self, number: u64) -> Result<Option<(u64, sled::IVec)>, StoreError> {
        let mut up_to = self.log.range(keys::change(0)..=keys::change(number));
        let last = up_to.next_back().transpose();
        let Some((key, value)) = last.map_err(|e| unreadable(&e))? else {
            return Ok(None);
        };
        Ok(keys::change_number(&key).map(|first| (first, value)))
    }

    /// The values in which changes lie, with others in the place of these.
    pub(super) fn with_replaced(&self, replaced: &[Replaced]) -> Result<Pairs, StoreError> {
        let mut blocks = BTreeMap::new();
        for (number, bytes) in replaced {
            let missing = || StoreError::Damaged(format!("change {number} is missing"));
            let (first, value) = self.block_of(*number)?.ok_or_else(missing)?;
            let changes: &mut Vec<Vec<u8>> = blocks
                .entry(first)
                .or_insert_with(|| block::changes(&value).map(<[u8]>::to_vec).collect());
            let place = changes.get_mut((number - first) as usize);
            place.ok_or_else(missing)?.clone_from(bytes);
        }
        let pairs = blocks.into_iter();
        Ok(pairs
            .map(|(first, changes)| (keys::change(first).to_vec(), block::block(&changes)))
            .collect())
    }

    /// One revision, whether or not its changes are there.
    pub(super) fn revision(&self, number: u32) -> Result<Option<Revision>, StoreError> {
        let bytes = self.get(&keys::revision(number))?;
        bytes
            .map(|bytes| Ok(codec::decode_revision(&bytes)?.0))
            .transpose()
    }

    /// Whether each change of a revision is there.
    pub(super) fn has_changes_of(&self, revision: &Revision) -> Result<bool, StoreError> {
        let first = revision.header.first_change;
        let end = first + u64::from(revision.header.changes);
        let found = self.log.range(keys::change(first)..keys::change(end));
        let counts = found.values().map(|value| Ok(block::count(&value?)));
        let count = counts.sum::<sled::Result<usize>>();
        Ok(count.map_err(|e| unreadable(&e))? == revision.header.changes as usize)
    }

    /// The keys of the log from one to another, both of them with it.
    pub(super) fn keys(&self, from: &[u8], to: &[u8]) -> Result<Vec<sled::IVec>, StoreError> {
        let found = self.log.range(from..=to).keys();
        found
            .collect::<sled::Result<_>>()
            .map_err(|e| unreadable(&e))
    }

    pub(super) fn newest(&self) -> Result<Option<Revision>, StoreError> {
        let range = keys::revision(0)..=keys::revision(u32::MAX);
        let Some(last) = self.log.range(range).next_back() else {
            return Ok(None);
        };
        let (_, bytes) = last.map_err(|e| unreadable(&e))?;
        Ok(Some(codec::decode_revision(&bytes)?.0))
    }

    /// Takes what is written together into memory. It goes to the disk with the next sync, if not before.
    pub(super) fn write(&self, pairs: &Pairs) -> Result<(), String> {
        let mut batch = sled::Batch::default();
        for (key, value) in pairs {
            batch.insert(key.as_slice(), value.as_slice());
        }
        self.attempt(|| self.log.apply_batch(batch))
    }

    /// Puts what is written together on the disk, and all that was written before it.
    pub(super) fn write_through(&self, pairs: &Pairs) -> Result<(), String> {
        self.write(pairs)?;
        self.sync()?;
        sweep(pairs.len());
        Ok(())
    }

    /// Takes keys out of the log, on the disk too.
    pub(super) fn remove(&self, keys: &[sled::IVec]) -> Result<(), String> {
        let mut batch = sled::Batch::default();
        for key in keys {
            batch.remove(key);
        }
        self.attempt(|| self.log.apply_batch(batch))?;
        self.sync()
    }

    /// Keeps a value that is not part of the record.
    pub(super) fn set(&self, name: &str, value: &[u8]) -> Result<(), String> {
        self.attempt(|| self.settings.insert(name, value).map(|_| ()))
    }

    /// Puts everything that was written on the disk. sled's own flush on Linux is `sync_file_range`,
    /// which leaves what the disk holds in its cache, and the length of the file, to a power cut.
    pub(super) fn sync(&self) -> Result<(), String> {
        self.attempt(|| {
            self.db.flush()?;
            Ok(self.file.sync_data()?)
        })
    }

    /// Writes, and tells in words what went wrong: the engine panics where its files are damaged.
    ///
    /// Where sled cannot write, as on a full disk, it may forget that somebody still holds a place in its
    /// buffer; whoever flushes it then waits for ever, and so does whoever closes it. So after a failure
    /// nothing more is asked of it, and it stays open until the process ends.
    fn attempt(&self, write: impl FnOnce() -> sled::Result<()>) -> Result<(), String> {
        if let Some(reason) = self.failed.get() {
            return Err(reason.clone());
        }
        let reason = match catch_unwind(AssertUnwindSafe(write)) {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => unwritable(&error),
            Err(_) => "the storage engine stopped in the middle of a write".to_owned(),
        };
        if self.failed.set(reason.clone()).is_ok() {
            std::mem::forget((self.db.clone(), self.log.clone(), self.settings.clone()));
        }
        Err(reason)
    }

    /// Every revision from this number on, in order.
    pub(super) fn read(
        &self,
        from: u32,
    ) -> impl Iterator<Item = Result<Entry, StoreError>> + Send + '_ {
        let mut revisions = self
            .log
            .range(keys::revision(from)..=keys::revision(u32::MAX));
        let mut changes: Option<sled::Iter> = None;
        std::iter::from_fn(move || {
            let (_, bytes) = match revisions.next()? {
                Ok(pair) => pair,
                Err(error) => return Some(Err(unreadable(&error))),
            };
            Some(self.entry(&bytes, &mut changes))
        })
    }

    /// Puts an entry together. `changes` goes on from where the entry before it ended, so that
    /// reading the whole log is two scans, not a search for each revision.
    fn entry(&self, bytes: &[u8], changes: &mut Option<sled::Iter>) -> Result<Entry, StoreError> {
        let (revision, header) = codec::decode_revision(bytes)?;
        let first = revision.header.first_change;
        let scan = changes
            .get_or_insert_with(|| self.log.range(keys::change(first)..=keys::change(u64::MAX)));
        let count = revision.header.changes as usize;
        let mut own = Vec::with_capacity(count);
        while own.len() < count {
            let number = first + own.len() as u64;
            match scan.next() {
                Some(Ok((key, value))) if key.as_ref() == keys::change(number) => {
                    own.extend(block::changes(&value).map(<[u8]>::to_vec));
                }
                Some(Err(error)) => return Err(unreadable(&error)),
                _ => return Err(StoreError::Damaged(format!("change {number} is missing"))),
            }
        }
        Ok(Entry {
            revision,
            header,
            changes: own,
        })
    }
}

/// Frees what writes have made superfluous, in memory and in the file. sled leaves that to whoever reads
/// or writes later, who take away a little each; but a batch counts as one of them however large it is,
/// and after large ones both grew for as long as they went on.
fn sweep(writes: usize) {
    for _ in 0..=writes / WRITES_A_SWEEP {
        sled::pin().flush();
    }
}

fn unopenable(path: &Path, error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(error) => StoreError::io("open the log in", path)(error),
        sled::Error::Corruption { .. } => {
            StoreError::Damaged("the log's checksums do not match".to_owned())
        }
        other => StoreError::Damaged(format!("the log does not open: {other}")),
    }
}

pub(super) fn unreadable(error: &sled::Error) -> StoreError {
    match error {
        sled::Error::Io(error) => StoreError::Damaged(format!("the log cannot be read: {error}")),
        _ => StoreError::Damaged("the log's checksums do not match".to_owned()),
    }
}

fn unwritable(error: &sled::Error) -> String {
    match error {
        sled::Error::Io(error) => unwritten(error),
        other => format!("writing failed: {other}"),
    }
}
