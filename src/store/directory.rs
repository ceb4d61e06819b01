//! The files around sled: whose directory it is, who has it open, and whether it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::model::revision::Digest;

use super::StoreError;

/// The newest format of a data directory that this program reads and writes.
pub const FORMAT: u32 = 2;

const BANNER: &str = "foedera store ";

/// Whether nothing is there that a new store would disturb.
pub fn looks_empty(dir: &Path) -> bool {
    fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none())
}

/// A data directory that this process alone has open.
pub(super) struct Directory {
    path: PathBuf,
    head: File,
    /// Held for the lock on it, which ends with the file.
    _lock: File,
}

impl Directory {
    /// Takes the directory, making it if it is not there, and checks all that can be checked
    /// before sled touches a file.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(path).map_err(StoreError::io("create the directory", path))?;
        let banner = path.join("STORE");
        // What is written from now on is of the newest format; what is there of an older one is read as it is.
        let outdated = match fs::read_to_string(&banner) {
            Ok(text) => {
                check_banner(path, &text)?;
                text != banner_text()
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // A crash between taking the lock and writing the banner leaves an empty lock file.
                let others = fs::read_dir(path)
                    .map_err(StoreError::io("read the directory", path))?
                    .filter_map(Result::ok)
                    .any(|entry| entry.file_name() != "LOCK");
                if others {
                    return Err(StoreError::Foreign(path.to_owned()));
                }
                true
            }
            Err(error) => return Err(StoreError::io("read", &banner)(error)),
        };
        let lock = take_lock(path)?;
        if outdated {
            write_synced(&banner, banner_text().as_bytes())?;
        }
        // A rewrite that was broken off between its two renames left the old files aside.
        let (sled, old) = (path.join("sled"), path.join("sled.old"));
        if old.exists() && !sled.exists() {
            fs::rename(&old, &sled).map_err(StoreError::io("rename", &old))?;
        }
        check_seal(path)?;
        let head = path.join("head");
        let head = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&head)
            .map_err(StoreError::io("open", &head))?;
        Ok(Self {
            path: path.to_owned(),
            head,
            _lock: lock,
        })
    }

    pub(super) fn sled(&self) -> PathBuf {
        self.path.join("sled")
    }

    /// The number and hash of the newest acknowledged revision.
    pub(super) fn acknowledged(&mut self) -> Result<(u32, String), StoreError> {
        let mut text = String::new();
        let path = self.path.join("head");
        self.head
            .seek(SeekFrom::Start(0))
            .map_err(StoreError::io("read", &path))?;
        self.head
            .read_to_string(&mut text)
            .map_err(StoreError::io("read", &path))?;
        if text.is_empty() {
            return Ok((0, String::new()));
        }
        let mut words = text.split_whitespace();
        let number = words.next().and_then(|word| word.parse().ok());
        match (number, words.next()) {
            (Some(number), Some(hash)) => Ok((number, hash.to_owned())),
            _ => Err(StoreError::Damaged(
                "the file head is not readable".to_owned(),
            )),
        }
    }

    /// Remembers the newest acknowledged revision. One write of one small page: it survives the
    /// death of the process; after a power cut an older one may be there, which says less, never
    /// something false.
    pub(super) fn acknowledge(&mut self, number: u32, hash: Digest) -> Result<(), StoreError> {
        let path = self.path.join("head");
        let line = format!("{number:010} {hash}\n");
        self.head
            .seek(SeekFrom::Start(0))
            .map_err(StoreError::io("write", &path))?;
        self.head
            .write_all(line.as_bytes())
            .map_err(StoreError::io("write", &path))
    }

    /// Puts newly written files in the place of sled's.
    pub(super) fn replace_sled(&self, draft: &Path) -> Result<(), StoreError> {
        let (sled, old) = (self.sled(), self.path.join("sled.old"));
        self.unseal()?;
        fs::rename(&sled, &old).map_err(StoreError::io("rename", &sled))?;
        fs::rename(draft, &sled).map_err(StoreError::io("rename", draft))?;
        fs::remove_dir_all(&old).map_err(StoreError::io("remove", &old))
    }

    /// Takes the seal off: from now on the files change.
    pub(super) fn unseal(&self) -> Result<(), StoreError> {
        let seal = self.path.join("seal");
        match fs::remove_file(&seal) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::io("remove", &seal)(error))
            }
            _ => Ok(()),
        }
    }

    /// Writes down how each of sled's files was left.
    pub(super) fn seal(&self) -> Result<(), StoreError> {
        let mut lines = String::new();
        for file in files(&self.sled())? {
            let (length, digest) = fingerprint(&file)?;
            let name = file.strip_prefix(&self.path).unwrap_or(&file).display();
            lines.push_str(&format!("{length} {digest} {name}\n"));
        }
        write_synced(&self.path.join("seal"), lines.as_bytes())
    }
}

/// What the banner of a directory is.
fn banner_text() -> String {
    format!("{BANNER}{FORMAT}\n")
}

fn check_banner(path: &Path, text: &str) -> Result<(), StoreError> {
    let format = text.strip_prefix(BANNER).map(str::trim);
    match format.map(|format| (format, format.parse::<u32>())) {
        Some((_, Ok(1..=FORMAT))) => Ok(()),
        Some((found, _)) => Err(StoreError::Newer {
            dir: path.to_owned(),
            found: found.to_owned(),
            known: FORMAT,
        }),
        None => Err(StoreError::Foreign(path.to_owned())),
    }
}

fn take_lock(path: &Path) -> Result<File, StoreError> {
    let name = path.join("LOCK");
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(StoreError::io("open", &name))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(StoreError::Locked(path.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(StoreError::io("lock", &name)(error)),
    }
}

/// Compares sled's files with the seal that the last clean stop left, if it left one.
fn check_seal(path: &Path) -> Result<(), StoreError> {
    let seal = path.join("seal");
    let Ok(lines) = fs::read_to_string(&seal) else {
        return Ok(());
    };
    for line in lines.lines() {
        let mut words = line.splitn(3, ' ');
        let (Some(length), Some(digest), Some(name)) = (words.next(), words.next(), words.next())
        else {
            return Err(StoreError::Damaged(
                "the file seal is not readable".to_owned(),
            ));
        };
        let file = path.join(name);
        let found = fs::metadata(&file)
            .map_err(|_| StoreError::Damaged(format!("{name} is missing")))?
            .len();
        if length != found.to_string() {
            let what = format!("{name} had {length} bytes when it was closed and has {found} now");
            return Err(StoreError::Damaged(what));
        }
        if digest != fingerprint(&file)?.1.to_string() {
            return Err(StoreError::Damaged(format!(
                "{name} is not as it was when it was closed"
            )));
        }
    }
    Ok(())
}

fn files(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(StoreError::io("read the directory", dir))? {
        let path = entry
            .map_err(StoreError::io("read the directory", dir))?
            .path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn fingerprint(path: &Path) -> Result<(u64, Digest), StoreError> {
    let file = File::open(path).map_err(StoreError::io("read", path))?;
    let mut hasher = blake3::Hasher::new();
    hasher
        .update_reader(&file)
        .map_err(StoreError::io("read", path))?;
    Ok((hasher.count(), Digest(*hasher.finalize().as_bytes())))
}

/// Writes a small file so that it is there whole or not at all.
fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let draft = path.with_extension("new");
    let mut file = File::create(&draft).map_err(StoreError::io("write", &draft))?;
    file.write_all(bytes)
        .map_err(StoreError::io("write", &draft))?;
    file.sync_all().map_err(StoreError::io("write", &draft))?;
    fs::rename(&draft, path).map_err(StoreError::io("write", path))
}
