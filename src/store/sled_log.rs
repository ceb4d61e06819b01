//! The log on sled. The only file that names sled.

use std::fs::File;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::model::{Change, Digest, Revision};

use super::checkpoint::{self, Stamp};
use super::directory::Directory;
use super::quietly::quietly;
use super::rewrite::REMNANTS;
use super::{Entry, Log, Replaced, StoreError, codec, keys};

/// What sled may keep of its pages, in bytes. It is for the way down to a page: a page holds eight
/// neighbours, of which a reader wants one, and records that were read are kept decoded elsewhere.
const PAGES: u64 = 16 << 20;
/// How many writes leave about as much behind as one sweep takes away.
const WRITES_A_SWEEP: usize = 200;

/// An open data directory.
pub struct Store {
    /// Taken out on closing: sled's files settle only when its last handle is gone.
    engine: Option<Engine>,
    /// `acknowledge` seeks and writes; one at a time.
    directory: Mutex<Directory>,
    /// The file that keeps a state.
    checkpoint: PathBuf,
    head: Mutex<Head>,
}

pub(super) struct Engine {
    pub(super) db: sled::Db,
    log: sled::Tree,
    pub(super) settings: sled::Tree,
    /// The file that sled appends to, to be synced by us.
    file: File,
}

#[derive(Clone)]
struct Head {
    newest: Option<Revision>,
    /// Why no more is written, once a write has failed.
    failed: Option<String>,
}

impl Store {
    /// Opens a data directory, making it if it is not there.
    ///
    /// # Errors
    /// When the directory is in use, of a newer format, not a store, not accessible or damaged.
    /// What can be found without sled is found before a file is touched.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut directory = Directory::open(path)?;
        let acknowledged = directory.acknowledged()?;
        let sled = directory.sled();
        let engine = quietly("opening the log", || Engine::open(&sled))?;
        let newest = quietly("reading the log", || engine.newest())?;
        let found = newest.as_ref().map_or(0, |revision| revision.header.number);
        if found < acknowledged.0 {
            return Err(StoreError::Lost {
                acknowledged: acknowledged.0,
                found,
            });
        }
        if found == acknowledged.0
            && newest
                .as_ref()
                .is_some_and(|revision| revision.hash.to_string() != acknowledged.1)
        {
            let what = format!("revision {found} is not the one that was acknowledged");
            return Err(StoreError::Damaged(what));
        }
        directory.unseal()?;
        Ok(Self {
            engine: Some(engine),
            directory: Mutex::new(directory),
            checkpoint: path.join("checkpoint"),
            head: Mutex::new(Head {
                newest,
                failed: None,
            }),
        })
    }

    /// Reads one change, or none where the log has none of this number.
    ///
    /// # Errors
    /// When the engine cannot read it.
    pub fn change(&self, number: u64) -> Result<Option<(Change, usize)>, StoreError> {
        let bytes = self
            .engine()?
            .log
            .get(keys::change(number))
            .map_err(|e| unreadable(&e))?;
        bytes
            .map(|bytes| Ok((codec::decode_change(&bytes)?, bytes.len())))
            .transpose()
    }

    /// Reads one revision without its changes.
    ///
    /// # Errors
    /// When the engine cannot read it.
    pub fn header(&self, number: u32) -> Result<Option<Revision>, StoreError> {
        let bytes = self
            .engine()?
            .log
            .get(keys::revision(number))
            .map_err(|e| unreadable(&e))?;
        bytes
            .map(|bytes| Ok(codec::decode_revision(&bytes)?.0))
            .transpose()
    }

    /// Reads one revision and its changes.
    ///
    /// # Errors
    /// When the engine cannot read it.
    pub fn revision(&self, number: u32) -> Result<Option<Entry>, StoreError> {
        self.read(number)
            .next()
            .filter(|entry| {
                entry
                    .as_ref()
                    .map_or(true, |entry| entry.revision.header.number == number)
            })
            .transpose()
    }

    /// Why no more is written, where a write has failed.
    pub fn failure(&self) -> Option<String> {
        self.lock_head().failed.clone()
    }

    /// Keeps a state in the place of the one kept before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_checkpoint(
        &self,
        stamp: Stamp,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        checkpoint::write(&self.checkpoint, stamp, body)
    }

    /// Reads the state that was kept; none where there is none that fits the log and this program.
    ///
    /// # Errors
    /// When it is not whole.
    pub fn read_checkpoint<T>(
        &self,
        layout: Digest,
        body: impl FnOnce(&mut dyn Read) -> io::Result<T>,
    ) -> io::Result<Option<T>> {
        let fits = |stamp: Stamp| {
            let found = self.header(stamp.revision).ok().flatten();
            found.is_some_and(|revision| revision.hash == stamp.hash)
        };
        checkpoint::read(&self.checkpoint, layout, fits, body)
    }

    /// The size of the log on disk in bytes.
    pub fn size_on_disk(&self) -> u64 {
        self.engine
            .as_ref()
            .and_then(|engine| engine.db.size_on_disk().ok())
            .unwrap_or(0)
    }

    pub(super) fn engine(&self) -> Result<&Engine, StoreError> {
        self.engine
            .as_ref()
            .ok_or_else(|| StoreError::ReadOnly("the store is closed".to_owned()))
    }

    fn lock_head(&self) -> std::sync::MutexGuard<'_, Head> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log for Store {
    fn head(&self) -> Option<Revision> {
        self.lock_head().newest.clone()
    }

    fn append(
        &self,
        expected: u32,
        entries: &[Entry],
        replaced: &[Replaced],
    ) -> Result<(), StoreError> {
        let mut head = self.lock_head();
        if let Some(reason) = &head.failed {
            return Err(StoreError::ReadOnly(reason.clone()));
        }
        let found = head
            .newest
            .as_ref()
            .map_or(0, |revision| revision.header.number);
        if found != expected {
            return Err(StoreError::Conflict { expected, found });
        }
        if entries.is_empty() && replaced.is_empty() {
            return Ok(());
        }
        let last = entries.last().map(|entry| &entry.revision);
        if !replaced.is_empty() {
            self.set_setting(REMNANTS, b"1")?;
            // What is kept of the state may hold the words that are taken out.
            checkpoint::remove(&self.checkpoint)?;
        }
        let written = self.engine()?.append(entries, replaced).and_then(|()| {
            let Some(last) = last else { return Ok(()) };
            self.directory
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .acknowledge(last.header.number, last.hash)
                .map_err(|error| error.to_string())
        });
        if let Err(reason) = written {
            head.failed = Some(reason.clone());
            return Err(StoreError::ReadOnly(reason));
        }
        head.newest = last.cloned().or(head.newest.take());
        Ok(())
    }

    fn read(&self, from: u32) -> Box<dyn Iterator<Item = Result<Entry, StoreError>> + Send + '_> {
        let engine = match self.engine() {
            Ok(engine) => engine,
            Err(error) => return Box::new(std::iter::once(Err(error))),
        };
        let mut revisions = engine
            .log
            .range(keys::revision(from)..=keys::revision(u32::MAX));
        let mut changes: Option<sled::Iter> = None;
        Box::new(std::iter::from_fn(move || {
            let (_, bytes) = match revisions.next()? {
                Ok(pair) => pair,
                Err(error) => return Some(Err(unreadable(&error))),
            };
            Some(engine.entry(&bytes, &mut changes))
        }))
    }
}

impl Engine {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let db = sled::Config::new()
            .path(path)
            .cache_capacity(PAGES)
            // We flush before every acknowledgement; a timer would only write at odd moments.
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
        })
    }

    fn newest(&self) -> Result<Option<Revision>, StoreError> {
        let range = keys::revision(0)..=keys::revision(u32::MAX);
        let Some(last) = self.log.range(range).next_back() else {
            return Ok(None);
        };
        let (_, bytes) = last.map_err(|e| unreadable(&e))?;
        Ok(Some(codec::decode_revision(&bytes)?.0))
    }

    pub(super) fn append(&self, entries: &[Entry], replaced: &[Replaced]) -> Result<(), String> {
        let mut batch = sled::Batch::default();
        for (number, bytes) in replaced {
            batch.insert(&keys::change(*number), bytes.as_slice());
        }
        for entry in entries {
            let header = &entry.revision.header;
            for (number, change) in (header.first_change..).zip(&entry.changes) {
                batch.insert(&keys::change(number), change.as_slice());
            }
            let value = codec::encode_revision(&entry.revision, &entry.header);
            batch.insert(&keys::revision(header.number), value);
        }
        let writes = replaced.len()
            + entries
                .iter()
                .map(|entry| entry.changes.len() + 1)
                .sum::<usize>();
        let applied = catch_unwind(AssertUnwindSafe(|| {
            self.log.apply_batch(batch)?;
            self.sync()?;
            sweep(writes);
            Ok(())
        }));
        match applied {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(unwritable(&error)),
            Err(_) => Err("the storage engine stopped in the middle of a write".to_owned()),
        }
    }

    /// Puts everything that was written on the disk. sled's own flush on Linux is `sync_file_range`,
    /// which leaves what the disk holds in its cache, and the length of the file, to a power cut.
    pub(super) fn sync(&self) -> sled::Result<()> {
        self.db.flush()?;
        Ok(self.file.sync_data()?)
    }

    /// Puts an entry together. `changes` goes on from where the entry before it ended, so that
    /// reading the whole log is two scans, not a search for each revision.
    fn entry(&self, bytes: &[u8], changes: &mut Option<sled::Iter>) -> Result<Entry, StoreError> {
        let (revision, header) = codec::decode_revision(bytes)?;
        let first = revision.header.first_change;
        let scan = changes
            .get_or_insert_with(|| self.log.range(keys::change(first)..=keys::change(u64::MAX)));
        let mut own = Vec::with_capacity(revision.header.changes as usize);
        for number in first..first + u64::from(revision.header.changes) {
            match scan.next() {
                Some(Ok((key, value))) if key.as_ref() == keys::change(number) => {
                    own.push(value.to_vec());
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

impl Drop for Store {
    fn drop(&mut self) {
        let Some(engine) = self.engine.take() else {
            return;
        };
        let flushed = engine.sync();
        drop(engine);
        let directory = self
            .directory
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let sealed = match flushed {
            Ok(()) => directory.seal(),
            Err(error) => Err(StoreError::ReadOnly(unwritable(&error))),
        };
        if let Err(error) = sealed {
            tracing::warn!(%error, "the store is closed without a seal");
        }
    }
}

/// Frees what writes have made superfluous, in memory and in the file. sled leaves that to whoever reads
/// or writes later, who take away a little each; but a batch counts as one of them however large it is,
/// and after large ones both grew for as long as they went on.
fn sweep(writes: usize) {
    for _ in 0..writes / WRITES_A_SWEEP {
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

pub(super) fn unwritable(error: &sled::Error) -> String {
    match error {
        sled::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            "the disk is full".to_owned()
        }
        sled::Error::Io(error) => format!("writing failed: {error}"),
        other => format!("writing failed: {other}"),
    }
}
