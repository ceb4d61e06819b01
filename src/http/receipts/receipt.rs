//! What a receipt says, and the token that carries it.
//!
//! A token is a JSON object and its seal, compressed by zlib (RFC 1950), in the URL-safe base64 without
//! padding (RFC 4648, section 5). All that is needed to ask the same again is in it, so nothing is kept for
//! whoever was given one. The seal is there because the checksum of zlib is not enough: among the tokens
//! that differ from a short one in one character, it let through some that said something else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::graphql::execute::Question;
use crate::graphql::kit::context::Pinned;
use crate::model::{Digest, PartialDate, Timestamp, shorten};

/// What the first version of receipts is called.
const FORMAT: &str = "foedera-receipt/1";
/// The most bytes that a receipt takes as JSON.
const LARGEST: usize = 256 << 10;
/// The most bytes of a token. Incompressible text grows by a third in base64.
const LONGEST: usize = LARGEST / 2 * 3;
/// The longest token for which an address is given: beyond that, programs on the way refuse it.
const LONGEST_IN_URL: usize = 6_000;
/// The bytes of a seal: the first of the SHA-256 of the JSON.
const SEAL: usize = 8;
/// How hard is compressed: zlib's own default.
const LEVEL: u8 = 6;

/// What was asked, which moment was read, and the digest of what was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::http) struct Receipt {
    format: String,
    pub(super) question: Question,
    /// The revision that was read.
    pub(super) revision: u32,
    /// The hash of that revision, which tells one record from another.
    pub(super) revision_hash: String,
    /// The day that was read.
    pub(super) valid_on: PartialDate,
    /// When it was asked.
    pub(super) answered_at: Timestamp,
    /// The SHA-256 of the bytes of `data`, in hexadecimal.
    pub(super) sha256: String,
}

/// Why a token is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::http) enum TokenError {
    /// Something of it was lost or changed, or it never was one.
    #[error("the token is damaged, or it is no receipt of foedera; copy all of it")]
    Damaged,
    /// It is of a later version of the program.
    #[error(
        "the receipt is in the format {0:?}, and this program reads {FORMAT:?}; use a newer foedera"
    )]
    Newer(String),
}

impl Receipt {
    /// The receipt of an answer. `hash` is that of the revision that was read.
    pub(super) fn of(question: &Question, pinned: &Pinned, hash: Digest, data: &[u8]) -> Self {
        Self {
            format: FORMAT.to_owned(),
            question: question.clone(),
            revision: pinned.at().revision(),
            revision_hash: hash.to_string(),
            valid_on: pinned.at().valid_on(),
            answered_at: pinned.now(),
            sha256: hex(&sha256(data)),
        }
    }

    /// Reads a token.
    ///
    /// # Errors
    /// When it is not one, or one of a later version. One that would unfold to more than a receipt
    /// may take is not unfolded.
    pub(super) fn read(token: &str) -> Result<Self, TokenError> {
        #[derive(Deserialize)]
        struct Named {
            format: String,
        }
        if token.is_empty() || token.len() > LONGEST {
            return Err(TokenError::Damaged);
        }
        let packed = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| TokenError::Damaged)?;
        let plain = decompress_to_vec_zlib_with_limit(&packed, LARGEST + SEAL)
            .map_err(|_| TokenError::Damaged)?;
        let json = unsealed(&plain).ok_or(TokenError::Damaged)?;
        match serde_json::from_slice::<Named>(json) {
            Ok(Named { format }) if format == FORMAT => {
                serde_json::from_slice(json).map_err(|_| TokenError::Damaged)
            }
            Ok(Named { format }) if format.starts_with("foedera-receipt/") => {
                Err(TokenError::Newer(shorten(&format)))
            }
            _ => Err(TokenError::Damaged),
        }
    }

    /// The token; none where it would be larger or more deeply nested than is read again.
    pub(super) fn token(&self) -> Option<String> {
        let mut json = serde_json::to_vec(self).ok()?;
        if json.len() > LARGEST || serde_json::from_slice::<Self>(&json).is_err() {
            return None;
        }
        json.extend(seal(&json));
        Some(URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(&json, LEVEL)))
    }

    /// What a client is told.
    pub(super) fn told(&self, token: &str) -> Value {
        let url = (token.len() <= LONGEST_IN_URL).then(|| format!("/receipts/{token}"));
        json!({
            "revision": self.revision,
            "revisionHash": self.revision_hash,
            "validOn": self.valid_on,
            "answeredAt": self.answered_at.to_string(),
            "operationHash": hex(&sha256(self.question.query.as_bytes())),
            "operationName": self.question.operation_name,
            "variables": self.question.variables,
            "sha256": self.sha256,
            "token": token,
            "url": url,
        })
    }

    /// Whether these are the bytes that were answered.
    pub(super) fn fits(&self, data: &[u8]) -> bool {
        self.sha256 == hex(&sha256(data))
    }
}

fn seal(json: &[u8]) -> [u8; SEAL] {
    let mut seal = [0; SEAL];
    seal.copy_from_slice(&sha256(json)[..SEAL]);
    seal
}

/// The JSON of a token, if its seal is whole. Tokens from before there were seals have none.
fn unsealed(plain: &[u8]) -> Option<&[u8]> {
    let mut values = serde_json::Deserializer::from_slice(plain).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    let (json, rest) = plain.split_at_checked(values.byte_offset())?;
    (rest.is_empty() || rest == seal(json)).then_some(json)
}

/// The SHA-256 of some bytes.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn hex(digest: &[u8; 32]) -> String {
    Digest(*digest).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn receipt(query: &str, name: Option<&str>, variables: Value) -> Receipt {
        let Value::Object(variables) = variables else {
            panic!("variables are an object")
        };
        Receipt {
            format: FORMAT.to_owned(),
            question: Question {
                query: query.to_owned(),
                operation_name: name.map(str::to_owned),
                variables,
            },
            revision: 17,
            revision_hash: Digest::of(b"17").to_string(),
            valid_on: "2026-03-01".parse().unwrap(),
            answered_at: Timestamp(1_772_000_000_000),
            sha256: hex(&sha256(b"{}")),
        }
    }

    proptest! {
        #[test]
        fn a_token_reads_back_as_its_receipt(query in ".{0,400}", name in prop::option::of(".{0,20}"), value in ".{0,40}", number in any::<i64>()) {
            let receipt = receipt(&query, name.as_deref(), json!({ "b": value, "a": [number, null, 0.5] }));
            let token = receipt.token().unwrap();
            prop_assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            prop_assert_eq!(Receipt::read(&token), Ok(receipt));
        }

        #[test]
        fn no_text_makes_reading_panic(token in ".{0,200}") {
            prop_assert!(Receipt::read(&token).is_err());
        }
    }

    #[test]
    fn a_token_with_another_character_is_damaged_or_says_the_same() {
        const CHARACTERS: &[u8] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let receipt = receipt("{ latestRevision }", None, json!({}));
        let token = receipt.token().unwrap().into_bytes();
        for place in 0..token.len() {
            for other in CHARACTERS.iter().filter(|other| **other != token[place]) {
                let mut changed = token.clone();
                changed[place] = *other;
                let read = Receipt::read(str::from_utf8(&changed).unwrap());
                // Two bits of the header say how hard zlib tried, and nothing of what it holds.
                let same = read.as_ref() == Ok(&receipt);
                assert!(same || read == Err(TokenError::Damaged), "{read:?}");
            }
        }
    }

    #[test]
    fn a_token_from_before_there_were_seals_is_read() {
        let receipt = receipt("{ latestRevision }", None, json!({}));
        let json = serde_json::to_vec(&receipt).unwrap();
        let token = URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(&json, LEVEL));
        assert_eq!(Receipt::read(&token), Ok(receipt));
    }

    #[test]
    fn a_token_cut_short_is_damaged() {
        let token = receipt("{ latestRevision }", None, json!({}))
            .token()
            .unwrap();
        for length in 0..token.len() {
            assert_eq!(Receipt::read(&token[..length]), Err(TokenError::Damaged));
        }
    }

    #[test]
    fn a_bomb_is_not_unfolded() {
        let mut json = serde_json::to_vec(&receipt("{ a }", None, json!({}))).unwrap();
        json.resize(64 << 20, b' ');
        let bomb = URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(&json, 9));
        assert!(bomb.len() < LONGEST, "{}", bomb.len());
        assert_eq!(Receipt::read(&bomb), Err(TokenError::Damaged));
    }

    #[test]
    fn what_is_too_large_or_too_deep_has_no_token() {
        let large = "x".repeat(LARGEST);
        assert_eq!(receipt("{ a }", None, json!({ "x": large })).token(), None);
        let deep = (0..130).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(receipt("{ a }", None, json!({ "x": deep })).token(), None);
    }

    #[test]
    fn a_receipt_of_a_later_format_is_told_apart_from_damage() {
        let later = br#"{"format":"foedera-receipt/2","something":"new"}"#;
        let token = URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(later, LEVEL));
        let read = Receipt::read(&token);
        assert_eq!(read, Err(TokenError::Newer("foedera-receipt/2".to_owned())));
    }

    #[test]
    fn the_digest_is_sha_256() {
        // The first example of FIPS 180-4, as NIST publishes it.
        let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&sha256(b"abc")), wanted);
    }
}
