//! How values become bytes: one byte with the format, then postcard.
//!
//! These bytes are what is hashed, so they are never written again in another form.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::Change;
use crate::model::record::FORMAT;
use crate::model::revision::{Digest, Header, Revision};

use super::StoreError;

/// The stored form of a value.
///
/// # Errors
/// When the value cannot be serialised, which no value of the model brings about.
pub fn encode(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    encode_after(FORMAT, value)
}

fn encode_after(first: u8, value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(value, vec![first])
        .map_err(|error| StoreError::Damaged(format!("a value cannot be encoded: {error}")))
}

/// What a command is known by when it comes again. Its bytes are compared and never read: the byte
/// before them is no format and stays what it was at first, so a retry is known after an upgrade too.
///
/// # Errors
/// When the command cannot be serialised, which no command brings about.
pub fn fingerprint(command: &impl Serialize) -> Result<Digest, StoreError> {
    Ok(Digest::of(&encode_after(1, command)?))
}

/// The value of a stored form. `what` names it in the error.
///
/// # Errors
/// When the bytes are of a newer format or are not what they should be.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, StoreError> {
    match bytes.split_first() {
        Some((1..=FORMAT, body)) => postcard::from_bytes(body)
            .map_err(|error| StoreError::Damaged(format!("{what} does not decode: {error}"))),
        Some((format, _)) => Err(StoreError::Damaged(format!(
            "{what} is in record format {format}"
        ))),
        None => Err(StoreError::Damaged(format!("{what} is empty"))),
    }
}

/// The first byte of a change whose text was taken out. After it come the digest of what stood there,
/// which the chain goes on from, and the stored form of what is left.
const REDACTED: u8 = 0xff;

/// The stored form of what is left of a change, in the place of `original`.
///
/// # Errors
/// When the value cannot be serialised, which no value of the model brings about.
pub fn encode_redacted(original: &[u8], left: &Change) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![REDACTED];
    bytes.extend(change_digest(original).0);
    bytes.extend(encode(left)?);
    Ok(bytes)
}

/// Whether text was taken out of a stored change.
pub fn is_redacted(change: &[u8]) -> bool {
    change.first() == Some(&REDACTED)
}

/// The digest by which a revision knows a stored change: of what it was when it was committed.
pub fn change_digest(change: &[u8]) -> Digest {
    match change.split_first() {
        Some((&REDACTED, rest)) => rest
            .first_chunk::<32>()
            .map_or_else(|| Digest::of(change), |digest| Digest(*digest)),
        _ => Digest::of(change),
    }
}

/// The change of a stored form.
///
/// # Errors
/// When the bytes are of a newer format or are not what they should be.
pub fn decode_change(bytes: &[u8]) -> Result<Change, StoreError> {
    let left = if is_redacted(bytes) {
        bytes.get(1 + 32..).unwrap_or_default()
    } else {
        bytes
    };
    decode(left, "a change")
}

/// The first byte of the header of a revision that somebody approved. After it come the header as it is
/// without that, and the name.
const APPROVED: u8 = 0xfe;

/// The stored form of a header. Without an approval it is what it was before there were any.
///
/// # Errors
/// When the value cannot be serialised, which no header brings about.
pub fn encode_header(header: &Header) -> Result<Vec<u8>, StoreError> {
    match &header.approved_by {
        None => encode(header),
        Some(name) => encode_after(APPROVED, &(header, name)),
    }
}

/// The header of a stored form.
///
/// # Errors
/// When the bytes are of a newer format or are not what they should be.
pub fn decode_header(bytes: &[u8]) -> Result<Header, StoreError> {
    let Some((&APPROVED, body)) = bytes.split_first() else {
        return decode(bytes, "a revision");
    };
    let (header, name): (Header, String) = postcard::from_bytes(body)
        .map_err(|error| StoreError::Damaged(format!("a revision does not decode: {error}")))?;
    Ok(Header {
        approved_by: Some(name),
        ..header
    })
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
    let header = decode_header(rest)?;
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
