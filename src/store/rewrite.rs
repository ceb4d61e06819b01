//! Writing the engine's files anew from the log that they hold.

use std::path::Path;

use super::directory::Directory;
use super::engine::{Engine, unreadable};
use super::{Log as _, Store, StoreError, checkpoint, keys};

/// The setting that says that bytes which were replaced may still lie in sled's files: it appends, and
/// clears away when it likes.
pub(super) const REMNANTS: &str = "remnants";

/// Opens a data directory; where text was taken out of the log since it was last opened, sled's files
/// are written anew first, so that no trace of it is left in them.
///
/// # Errors
/// As [`Store::open`] and [`rewrite`].
pub fn open_clean(path: &Path) -> Result<Store, StoreError> {
    let store = Store::open(path)?;
    if store.setting(REMNANTS)?.is_none() {
        return Ok(store);
    }
    tracing::info!("text was taken out of the record; the engine's files are written anew");
    drop(store);
    rewrite(path, |_| {})?;
    Store::open(path)
}

/// Writes sled's files anew from the log that they hold, and puts them in the place of the old ones.
/// Returns how many revisions there are. `progress` is told how many are written.
///
/// # Errors
/// When the directory cannot be opened, read or written. The old files stay until the new are whole.
pub fn rewrite(path: &Path, mut progress: impl FnMut(u32)) -> Result<u32, StoreError> {
    let draft = path.join("sled.new");
    let count = {
        let store = Store::open(path)?;
        let old = store.engine()?;
        // What a rewrite that broke off left behind.
        if draft.exists() {
            std::fs::remove_dir_all(&draft).map_err(StoreError::io("remove", &draft))?;
        }
        let new = Engine::open(&draft)?;
        for entry in store.read(1) {
            let entry = entry?;
            let number = entry.revision.header.number;
            let written = new.write_through(&keys::pairs(&[entry]));
            written.map_err(StoreError::ReadOnly)?;
            progress(number);
        }
        for setting in &old.settings {
            let (name, value) = setting.map_err(|e| unreadable(&e))?;
            if name == REMNANTS {
                continue;
            }
            let name = String::from_utf8_lossy(&name);
            new.set(&name, &value).map_err(StoreError::ReadOnly)?;
        }
        new.sync().map_err(StoreError::ReadOnly)?;
        store.head().map_or(0, |revision| revision.header.number)
    };
    checkpoint::remove(&path.join("checkpoint"))?;
    Directory::open(path)?.replace_sled(&draft)?;
    // Opening and closing once checks the new files against `head` and seals them.
    Store::open(path)?;
    Ok(count)
}
