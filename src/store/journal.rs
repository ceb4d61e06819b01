//! The file `journal`: what was written since sled's files were last put on the disk.
//!
//! A small commit waits for this file alone. sled takes the same writes into its memory, and puts them on
//! the disk with many others.
//!
//! ```text
//! records, each: u32 length of the body, 32 bytes BLAKE3 of the body, the body
//! body: pairs of a key and a value, each: u32 length, bytes
//! ```
//!
//! The file has its full length from the first record on and is written over from its beginning, so that a
//! sync has no length to write. What stands behind the newest record is older, or torn.

use std::fs::{self, File};
use std::io::{self, Seek as _, Write as _};
use std::path::PathBuf;

use crate::model::Digest;

use super::StoreError;
use super::error::unwritten;
use super::keys::Pairs;

/// The length of the file in bytes.
const LENGTH: usize = 1 << 20;
/// Length and digest.
const HEAD: usize = 4 + 32;

/// The most bytes that go into one record. What is more is put on the disk by sled itself.
const LARGEST: usize = LENGTH / 4;

/// The journal of an open data directory. There is a file only once something is in it.
pub(super) struct Journal {
    path: PathBuf,
    file: Option<File>,
    /// Where the next record goes.
    at: usize,
}

impl Journal {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            file: None,
            at: 0,
        }
    }

    /// The records that a process which did not come to its end left, in the order of their places.
    pub(super) fn left(&self) -> Result<Vec<Pairs>, StoreError> {
        let bytes = match fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            bytes => bytes.map_err(StoreError::io("read", &self.path))?,
        };
        let mut rest = bytes.as_slice();
        Ok(std::iter::from_fn(|| record(&mut rest)).collect())
    }

    /// Whether a record is little enough to go in here.
    pub(super) fn takes(pairs: &Pairs) -> bool {
        length(pairs) <= LARGEST
    }

    /// Whether a record of this length has room before the file is written over.
    pub(super) fn has_room(&self, record: &[u8]) -> bool {
        self.at + record.len() <= LENGTH
    }

    /// Puts a record on the disk.
    pub(super) fn append(&mut self, record: &[u8]) -> Result<(), String> {
        self.add(record).map_err(|error| unwritten(&error))
    }

    fn add(&mut self, record: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(make(&self.path)?),
        };
        file.write_all(record)?;
        file.sync_data()?;
        self.at += record.len();
        Ok(())
    }

    /// Begins again at the beginning. All that is in the file must be on the disk elsewhere.
    pub(super) fn rewind(&mut self) -> Result<(), String> {
        self.at = 0;
        let rewound = self.file.as_mut().map_or(Ok(()), io::Seek::rewind);
        rewound.map_err(|error| unwritten(&error))
    }

    /// Takes the file away, and what stands in it. All of it must be on the disk elsewhere.
    pub(super) fn remove(&mut self) -> Result<(), StoreError> {
        self.file = None;
        self.at = 0;
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::io("remove", &self.path)(error))
            }
            _ => Ok(()),
        }
    }
}

/// The length of the body of a record in bytes.
fn length(pairs: &Pairs) -> usize {
    pairs.iter().map(|(k, v)| 8 + k.len() + v.len()).sum()
}

/// The bytes of a record.
pub(super) fn encode(pairs: &Pairs) -> Vec<u8> {
    let length = length(pairs);
    let mut record = Vec::with_capacity(HEAD + length);
    record.extend((length as u32).to_le_bytes());
    record.extend([0; 32]);
    for part in pairs.iter().flat_map(|(key, value)| [key, value]) {
        record.extend((part.len() as u32).to_le_bytes());
        record.extend_from_slice(part);
    }
    let digest = Digest::of(&record[HEAD..]);
    record[4..HEAD].copy_from_slice(&digest.0);
    record
}

/// Takes the next record off; none where there is no whole one.
fn record(rest: &mut &[u8]) -> Option<Pairs> {
    let (length, after) = rest.split_first_chunk()?;
    let (digest, after) = after.split_first_chunk::<32>()?;
    let (mut body, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    if Digest::of(body).0 != *digest {
        return None;
    }
    *rest = after;
    let mut pairs = Pairs::new();
    while !body.is_empty() {
        pairs.push((part(&mut body)?, part(&mut body)?));
    }
    Some(pairs)
}

fn part(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let (length, after) = rest.split_first_chunk()?;
    let (part, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *rest = after;
    Some(part.to_vec())
}

/// Makes the file, of its full length, and its name in the directory.
fn make(path: &std::path::Path) -> io::Result<File> {
    let mut file = File::create(path)?;
    file.write_all(&vec![0; LENGTH])?;
    file.sync_all()?;
    file.rewind()?;
    #[cfg(unix)]
    if let Some(directory) = path.parent() {
        File::open(directory)?.sync_all()?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(n: u8) -> Pairs {
        vec![(vec![n], vec![n; 100]), (vec![n, n], Vec::new())]
    }

    #[test]
    fn what_is_written_is_read_up_to_what_is_torn() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let mut journal = Journal::new(path.clone());
        for n in 1..=3 {
            journal.append(&encode(&pairs(n))).unwrap();
        }
        let left = || Journal::new(path.clone()).left().unwrap();
        assert_eq!(left(), [pairs(1), pairs(2), pairs(3)]);
        let one = encode(&pairs(1)).len();
        let whole = fs::read(&path).unwrap();
        for at in 0..one {
            let mut torn = whole.clone();
            torn[one * 2 + at] ^= 1;
            fs::write(&path, torn).unwrap();
            assert_eq!(left(), [pairs(1), pairs(2)], "byte {at}");
        }
        for length in 0..one {
            fs::write(&path, &whole[..one + length]).unwrap();
            assert_eq!(left(), [pairs(1)], "{length} bytes");
        }
    }

    #[test]
    fn what_is_written_over_is_followed_by_what_is_older() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::new(dir.path().join("journal"));
        for n in 1..=3 {
            journal.append(&encode(&pairs(n))).unwrap();
        }
        journal.rewind().unwrap();
        journal.append(&encode(&pairs(4))).unwrap();
        assert_eq!(journal.left().unwrap(), [pairs(4), pairs(2), pairs(3)]);
        journal.remove().unwrap();
        assert!(journal.left().unwrap().is_empty());
        journal.append(&encode(&pairs(5))).unwrap();
        assert_eq!(journal.left().unwrap(), [pairs(5)]);
    }

    #[test]
    fn there_is_room_for_as_much_as_the_file_is_long() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::new(dir.path().join("journal"));
        assert!(journal.has_room(&vec![0; LENGTH]));
        journal.append(&encode(&pairs(1))).unwrap();
        assert!(!journal.has_room(&vec![0; LENGTH]));
    }
}
