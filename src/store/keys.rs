//! The layout of keys in the log: one tree, so that one batch is atomic.
//!
//! | key | value |
//! |---|---|
//! | `c` + number of the change, 8 bytes big-endian | the change, as [`super::codec`] writes it |
//! | `r` + number of the revision, 4 bytes big-endian | digest, previous hash, hash (32 bytes each), then the header |
//!
//! Both numbers are dense and grow, which is what sled stores best.

use super::{Entry, Replaced, codec};

pub(super) fn change(number: u64) -> [u8; 9] {
    let mut key = [b'c'; 9];
    key[1..].copy_from_slice(&number.to_be_bytes());
    key
}

pub(super) fn revision(number: u32) -> [u8; 5] {
    let mut key = [b'r'; 5];
    key[1..].copy_from_slice(&number.to_be_bytes());
    key
}

/// Keys and values that are written together.
pub(super) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// What is written of revisions, and of changes that others stand in the place of.
pub(super) fn pairs<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    replaced: &[Replaced],
) -> Pairs {
    let mut pairs = Pairs::new();
    for (number, bytes) in replaced {
        pairs.push((change(*number).to_vec(), bytes.clone()));
    }
    for entry in entries {
        let header = &entry.revision.header;
        for (number, bytes) in (header.first_change..).zip(&entry.changes) {
            pairs.push((change(number).to_vec(), bytes.clone()));
        }
        let value = codec::encode_revision(&entry.revision, &entry.header);
        pairs.push((revision(header.number).to_vec(), value));
    }
    pairs
}
