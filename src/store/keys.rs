//! The layout of keys in the log: one tree, so that one batch is atomic.
//!
//! | key | value |
//! |---|---|
//! | `c` + number of the change, 8 bytes big-endian | the change, as [`super::codec`] writes it |
//! | `r` + number of the revision, 4 bytes big-endian | digest, previous hash, hash (32 bytes each), then the header |
//!
//! Both numbers are dense and grow, which is what sled stores best.

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
