//! Short digests of names, so that an index of a million keys needs no text.

use crate::model::Kind;

/// Sixteen bytes that stand for a text. Two texts of a record meet with a chance below 10⁻²⁰.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct KeyDigest([u8; 16]);

impl KeyDigest {
    pub(super) fn of_key(kind: Kind, key: &str) -> Self {
        Self::of(kind as u8, key)
    }

    pub(super) fn of_name(name: &str) -> Self {
        Self::of(0xfe, name)
    }

    pub(super) fn of_receipt(key: &str) -> Self {
        Self::of(0xff, key)
    }

    fn of(domain: u8, text: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[domain]).update(text.as_bytes());
        let mut short = [0; 16];
        hasher.finalize_xof().fill(&mut short);
        Self(short)
    }
}
