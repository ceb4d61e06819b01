//! Small values beside the log: digests of tokens, proposals. They lie in the engine's files, and are no
//! part of the record: no revision names them, no backup and no export holds them.

use super::engine::unreadable;
use super::{Store, StoreError, rewrite};

impl Store {
    /// A value that is not part of the record.
    ///
    /// # Errors
    /// When the engine cannot read it.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self
            .engine()?
            .settings
            .get(name)
            .map_err(|e| unreadable(&e))?;
        Ok(found.map(|bytes| bytes.to_vec()))
    }

    /// All values whose names begin like this, in the order of their names.
    ///
    /// # Errors
    /// When the engine cannot read them.
    pub fn settings(&self, beginning: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        let found = self.engine()?.settings.scan_prefix(beginning).values();
        found
            .map(|value| Ok(value.map_err(|e| unreadable(&e))?.to_vec()))
            .collect()
    }

    /// Keeps a value that is not part of the record. It is on disk when this returns.
    ///
    /// # Errors
    /// When the engine cannot write it.
    pub fn set_setting(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let engine = self.engine()?;
        let written = engine.set(name, value).and_then(|()| engine.sync());
        written.map_err(StoreError::ReadOnly)
    }

    /// Keeps a value that may be lost: it goes to disk with what the engine puts there next.
    ///
    /// # Errors
    /// When the engine cannot take it.
    pub fn note_setting(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let noted = self.engine()?.set(name, value);
        noted.map_err(StoreError::ReadOnly)
    }

    /// Takes the words of a value away for good, and puts others in their place. What the engine's files
    /// still hold of them goes when they are written anew, at the next start.
    ///
    /// # Errors
    /// When the engine cannot write.
    pub fn overwrite_setting(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.set_setting(rewrite::REMNANTS, b"1")?;
        self.set_setting(name, value)
    }
}
