//! The log: revisions in the engine and in the journal, and the files that guard them.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Change, Digest, Revision};

use super::checkpoint::{self, Stamp};
use super::directory::Directory;
use super::engine::Engine;
use super::journal::{self, Journal};
use super::quietly::quietly;
use super::recover::recover;
use super::rewrite::REMNANTS;
use super::waiting::Waiting;
use super::{Entry, Log, Replaced, StoreError, codec, keys};

/// How many revisions wait to be given to the engine at once: it has as much to do for one.
const AT_ONCE: usize = 32;

/// An open data directory.
pub struct Store {
    /// Taken out on closing: sled's files settle only when its last handle is gone.
    engine: Option<Engine>,
    /// `acknowledge` seeks and writes; one at a time.
    directory: Mutex<Directory>,
    /// The file that keeps a state.
    checkpoint: PathBuf,
    head: Mutex<Head>,
    waiting: Waiting,
}

struct Head {
    newest: Option<Revision>,
    /// Why no more is written, once a write has failed.
    failed: Option<String>,
    journal: Journal,
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
        let mut journal = Journal::new(path.join("journal"));
        let newest = quietly("reading the log", || {
            recover(&engine, &journal, acknowledged.0)
        })?;
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
        journal.remove()?;
        Ok(Self {
            engine: Some(engine),
            directory: Mutex::new(directory),
            checkpoint: path.join("checkpoint"),
            head: Mutex::new(Head {
                newest,
                failed: None,
                journal,
            }),
            waiting: Waiting::default(),
        })
    }

    /// Reads one change, or none where the log has none of this number.
    ///
    /// # Errors
    /// When the engine cannot read it.
    pub fn change(&self, number: u64) -> Result<Option<(Change, usize)>, StoreError> {
        let decoded = |bytes: &[u8]| Ok((codec::decode_change(bytes)?, bytes.len()));
        if let Some(bytes) = self.waiting.change(number) {
            return decoded(&bytes).map(Some);
        }
        let found = self.engine()?.change(number, decoded)?;
        found.transpose()
    }

    /// Reads one revision without its changes.
    ///
    /// # Errors
    /// When the engine cannot read it.
    pub fn header(&self, number: u32) -> Result<Option<Revision>, StoreError> {
        if let Some(entry) = self.waiting.revision(number) {
            return Ok(Some(entry.revision));
        }
        self.engine()?.revision(number)
    }

    /// Reads one revision and its changes.
    ///
    /// # Errors
    /// When the engine cannot read it.
    pub fn revision(&self, number: u32) -> Result<Option<Entry>, StoreError> {
        if let Some(entry) = self.waiting.revision(number) {
            return Ok(Some(entry));
        }
        let found = self.engine()?.read(number).next().transpose()?;
        Ok(found.filter(|entry| entry.revision.header.number == number))
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
        body: impl FnOnce(&mut (dyn Read + Send)) -> io::Result<T>,
    ) -> io::Result<Option<T>> {
        let fits = |stamp: Stamp| {
            let found = self.header(stamp.revision).ok().flatten();
            found.is_some_and(|revision| revision.hash == stamp.hash)
        };
        checkpoint::read(&self.checkpoint, layout, fits, body)
    }

    /// The size of the log on disk in bytes.
    pub fn size_on_disk(&self) -> u64 {
        self.engine.as_ref().map_or(0, Engine::size)
    }

    /// Puts what is written together on the disk: what is little waits for the journal alone.
    fn put(
        &self,
        journal: &mut Journal,
        entries: &[Entry],
        replaced: &[Replaced],
    ) -> Result<(), String> {
        let mut pairs = keys::pairs(entries);
        if replaced.is_empty() && Journal::takes(&pairs) {
            let record = journal::encode(&pairs);
            if !journal.has_room(&record) {
                self.settle()?;
                journal.rewind()?;
            }
            journal.append(&record)?;
            return match self.waiting.add(entries) {
                AT_ONCE.. => self.hand_over(),
                _ => Ok(()),
            };
        }
        if replaced.is_empty() {
            self.hand_over()?;
        } else {
            // The journal may hold the words that are taken out.
            self.settle()?;
            journal.remove().map_err(|error| error.to_string())?;
            let others = self.engine_to_write()?.with_replaced(replaced);
            pairs.extend(others.map_err(|error| error.to_string())?);
        }
        self.engine_to_write()?.write_through(&pairs)?;
        journal.rewind()
    }

    /// Gives the engine what only the journal has.
    fn hand_over(&self) -> Result<(), String> {
        let pairs = keys::pairs(self.waiting.all().iter().map(Arc::as_ref));
        if !pairs.is_empty() {
            self.engine_to_write()?.write(&pairs)?;
            self.waiting.clear();
        }
        Ok(())
    }

    /// Gives the engine what only the journal has, and puts all of it on the disk.
    fn settle(&self) -> Result<(), String> {
        self.hand_over()?;
        self.engine_to_write()?.sync()
    }

    fn engine_to_write(&self) -> Result<&Engine, String> {
        self.engine().map_err(|error| error.to_string())
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
        let written = self.put(&mut head.journal, entries, replaced);
        let written = written.and_then(|()| {
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
        let mut stored = engine.read(from).fuse();
        let mut next = from.max(1);
        Box::new(std::iter::from_fn(move || {
            let entry = match stored.next() {
                Some(entry) => entry,
                None => self.revision(next).transpose()?,
            };
            if let Ok(entry) = &entry {
                next = entry.revision.header.number + 1;
            }
            Some(entry)
        }))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let settled = self.settle();
        drop(self.engine.take());
        let directory = self
            .directory
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let sealed = match settled {
            Ok(()) => self
                .head
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner)
                .journal
                .remove()
                .and_then(|()| directory.seal()),
            Err(reason) => Err(StoreError::ReadOnly(reason)),
        };
        if let Err(error) = sealed {
            tracing::warn!(%error, "the store is closed without a seal");
        }
    }
}
