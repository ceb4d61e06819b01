//! How values become bytes: one byte with the format, then postcard.
//!
//! These bytes are what is hashed, so they are never written again in another form.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::record::FORMAT;
use crate::model::revision::{Digest, Header, Revision};

use super::StoreError;

/// The stored form of a value.
///
/// # Errors
/// When the value cannot be serialised, which no value of the model brings about.
pub fn encode(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(value, vec![FORMAT])
        .map_err(|error| StoreError::Damaged(format!("a value cannot be encoded: {error}")))
}

/// The value of a stored form. `what` names it in the error.
///
/// # Errors
/// When the bytes are of a newer format or are not what they should be.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, StoreError> {
    match bytes.split_first() {
        Some((&FORMAT, body)) => postcard::from_bytes(body)
            .map_err(|error| StoreError::Damaged(format!("{what} does not decode: {error}"))),
        Some((format, _)) => Err(StoreError::Damaged(format!(
            "{what} is in record format {format}"
        ))),
        None => Err(StoreError::Damaged(format!("{what} is empty"))),
    }
}

pub(super) fn encode_revision(revision: &Revision, header: &[u8]) -> Vec<u8> {
    [
        &revision.digest.0[..],
        &revision.previous.0,
        &revision.hash.0,
        header,
    ]
    .concat()
}

pub(super) fn decode_revision(bytes: &[u8]) -> Result<(Revision, Vec<u8>), StoreError> {
    let mut rest = bytes;
    let mut digest = || {
        let (head, tail) = rest
            .split_first_chunk::<32>()
            .ok_or_else(|| StoreError::Damaged("a revision is cut short".to_owned()))?;
        rest = tail;
        Ok::<_, StoreError>(Digest(*head))
    };
    let (own, previous, hash) = (digest()?, digest()?, digest()?);
    let header: Header = decode(rest, "a revision")?;
    Ok((
        Revision {
            header,
            digest: own,
            previous,
            hash,
        },
        rest.to_vec(),
    ))
}
