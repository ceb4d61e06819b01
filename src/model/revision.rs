//! One atomic change of the record, and the chain that holds all of them.
//!
//! The hash of a revision covers the hash of the one before it and the digest of its own payload.
//! The digest covers the header and the digest of each change, so that a change whose text had to
//! be removed can leave its digest behind and the chain still verifies.

use serde::{Deserialize, Serialize};

use super::{RecordId, Timestamp};

/// A BLAKE3 digest of 32 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

/// Lower-case hexadecimal.
impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What a revision says of itself: everything but its changes and hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its number, from 1, without gaps.
    pub number: u32,
    /// When it was committed. Never earlier than the revision before.
    pub committed_at: Timestamp,
    /// Who made it.
    pub author: String,
    /// Who approved it, where its author could not make it alone. Stored beside the rest.
    #[serde(skip)]
    pub approved_by: Option<String>,
    /// Why.
    pub message: Option<String>,
    /// The record that the command was about: the first answer of the mutation.
    pub subject: Option<RecordId>,
    /// The client's key for safe retries.
    pub idempotency: Option<Idempotency>,
    /// The number of its first change in the log, from 1.
    pub first_change: u64,
    /// How many changes it holds.
    pub changes: u32,
}

/// A client's key for safe retries, and what it was used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    /// The key.
    pub key: String,
    /// The digest of the command, so that the key cannot be used for another one.
    pub command: Digest,
}

/// One atomic change of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// What it says of itself.
    pub header: Header,
    /// The digest of the header and of the digests of its changes.
    pub digest: Digest,
    /// The hash of the revision before; zero for the first.
    pub previous: Digest,
    /// The hash of `previous` and `digest`.
    pub hash: Digest,
}

impl Revision {
    /// Closes a revision: `header_bytes` is the stored form of the header.
    pub fn seal(
        header: Header,
        header_bytes: &[u8],
        changes: impl IntoIterator<Item = Digest>,
        previous: Digest,
    ) -> Self {
        let digest = Self::digest(header_bytes, changes);
        let hash = Self::chain(previous, digest);
        Self {
            header,
            digest,
            previous,
            hash,
        }
    }

    /// The digest of a payload.
    pub fn digest(header_bytes: &[u8], changes: impl IntoIterator<Item = Digest>) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key("foedera 2026 revision payload");
        hasher.update(&(header_bytes.len() as u64).to_le_bytes());
        hasher.update(header_bytes);
        for change in changes {
            hasher.update(&change.0);
        }
        Digest(*hasher.finalize().as_bytes())
    }

    /// The link from one revision to the next.
    pub fn chain(previous: Digest, digest: Digest) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key("foedera 2026 revision chain");
        hasher.update(&previous.0);
        hasher.update(&digest.0);
        Digest(*hasher.finalize().as_bytes())
    }
}
