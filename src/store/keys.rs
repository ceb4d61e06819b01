//! The layout of keys in the log: one tree, so that one batch is atomic.
//!
//! | key | value |
//! |---|---|
//! | `c` + number of a change, 8 bytes big-endian | the change, or it and those that follow it: see [`super::block`] |
//! | `r` + number of the revision, 4 bytes big-endian | digest, previous hash, hash (32 bytes each), then the header |
//!
//! Both numbers grow, which is what sled stores best. Those of revisions are dense, and the changes of one
//! begin with a key of their own.

use super::{Entry, block, codec};

pub(super) fn change(number: u64) -> [u8; 9] {
    let mut key = [b'c'; 9];
    key[1..].copy_from_slice(&number.to_be_bytes());
    key
}

/// The number in the key of a change.
pub(super) fn change_number(key: &[u8]) -> Option<u64> {
    let number = key.strip_prefix(b"c")?.try_into().ok()?;
    Some(u64::from_be_bytes(number))
}

pub(super) fn revision(number: u32) -> [u8; 5] {
    let mut key = [b'r'; 5];
    key[1..].copy_from_slice(&number.to_be_bytes());
    key
}

/// Keys and values that are written together.
pub(super) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// What is written of revisions.
pub(super) fn pairs<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Pairs {
    let mut pairs = Pairs::new();
    for entry in entries {
        let header = &entry.revision.header;
        for (place, value) in block::blocks(&entry.changes) {
            let first = header.first_change + place as u64;
            pairs.push((change(first).to_vec(), value));
        }
        let value = codec::encode_revision(&entry.revision, &entry.header);
        pairs.push((revision(header.number).to_vec(), value));
    }
    pairs
}
