//! Where do bytes live? The log of revisions on sled, the files that guard it, and the codec.
//!
//! A data directory holds:
//!
//! | file | what it is |
//! |---|---|
//! | `STORE` | one line that names the format of the directory |
//! | `LOCK` | locked by the process that has the directory open |
//! | `head` | number and hash of the newest acknowledged revision |
//! | `seal` | length and digest of each of sled's files; there only while nobody has the directory open |
//! | `journal` | what was written since sled's files were last put on the disk; gone after a clean stop |
//! | `checkpoint` | a state that was folded before; thrown away where it does not fit the log |
//! | `sled/` | the log, and beside it the settings |
//!
//! `head` and `seal` exist because sled mends a damaged end of its file by cutting it off, without
//! a word. With them a lost end is found, and after a clean stop it is found before sled is let at
//! the files.

mod block;
mod checkpoint;
pub mod codec;
mod directory;
mod engine;
mod error;
mod journal;
mod keys;
mod log;
mod quietly;
mod recover;
mod rewrite;
mod settings;
mod waiting;

use crate::model::{Change, Revision};

pub use checkpoint::Stamp;
pub use directory::{FORMAT, looks_empty};
pub use error::StoreError;
pub use log::Store;
pub use rewrite::{open_clean, rewrite};

/// A revision and its changes, in the bytes that are stored and hashed.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The revision.
    pub revision: Revision,
    /// The stored form of its header.
    pub header: Vec<u8>,
    /// The stored form of each change.
    pub changes: Vec<Vec<u8>>,
}

/// What stands in the place of a change since text was taken out of it: the change's number, and its
/// stored form.
pub type Replaced = (u64, Vec<u8>);

impl Entry {
    /// Reads the changes.
    ///
    /// # Errors
    /// When one does not decode.
    pub fn decode_changes(&self) -> Result<Vec<Change>, StoreError> {
        (self.revision.header.first_change..)
            .zip(&self.changes)
            .map(|(number, bytes)| {
                codec::decode_change(bytes)
                    .map_err(|error| error.within(format_args!("change {number}")))
            })
            .collect()
    }
}

/// The seam between the ledger and the engine that keeps the log.
///
/// sled is the first engine. A log that several nodes share needs no more than this: the number
/// that the writer expects decides who wins.
pub trait Log: Send + Sync {
    /// The newest revision, or none while the record is empty.
    fn head(&self) -> Option<Revision>;

    /// Adds revisions that follow the one numbered `expected`, and puts other bytes in the place of
    /// some changes. All of it is on disk when this returns, or nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the newest revision is another; any other error means that
    /// the revisions may or may not be kept, and that the log takes no more until it is reopened.
    fn append(
        &self,
        expected: u32,
        entries: &[Entry],
        replaced: &[Replaced],
    ) -> Result<(), StoreError>;

    /// Every revision from this number on, in order.
    fn read(&self, from: u32) -> Box<dyn Iterator<Item = Result<Entry, StoreError>> + Send + '_>;
}
