//! Keys and texts as JSON, one behind the other.
//!
//! An answer is put together of thousands of pieces of a few bytes each: to call a function for a piece, or
//! to look at its bytes one by one, takes longer than all else that there is to do for it.

use std::fmt;

/// The bytes that the processor copies without a call.
const AT_ONCE: usize = 32;

/// The key of a field, or more, with the sign in front of it.
pub(super) struct Head {
    /// How it begins, filled up.
    beginning: [u8; AT_ONCE],
    /// How many bytes there are of it.
    length: usize,
    /// What does not fit in.
    rest: Box<[u8]>,
}

impl Head {
    /// A head that is this, with a sign before it.
    pub(super) fn of(json: &str) -> Self {
        let whole = format!(",{json}");
        let (own, rest) = whole
            .as_bytes()
            .split_at_checked(AT_ONCE)
            .unwrap_or((whole.as_bytes(), &[]));
        let mut beginning = [0; AT_ONCE];
        beginning[..own.len()].copy_from_slice(own);
        Self {
            beginning,
            length: own.len(),
            rest: rest.into(),
        }
    }

    /// Writes it, with this sign before it.
    pub(super) fn write(&self, sign: u8, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.beginning);
        out.truncate(start + self.length);
        out[start] = sign;
        if !self.rest.is_empty() {
            out.extend_from_slice(&self.rest);
        }
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut whole = Vec::new();
        self.write(b',', &mut whole);
        f.write_str(&String::from_utf8_lossy(&whole))
    }
}

/// Writes a text.
pub(super) fn text(text: &str, out: &mut Vec<u8>) {
    if is_plain(text.as_bytes()) {
        word(text, out);
    } else {
        // Into memory, from a text: this cannot fail.
        let _ = serde_json::to_writer(out, text);
    }
}

/// Writes a text in which nothing is that JSON would write otherwise.
pub(super) fn word(word: &str, out: &mut Vec<u8>) {
    out.reserve(word.len() + 2);
    out.push(b'"');
    out.extend_from_slice(word.as_bytes());
    out.push(b'"');
}

/// Whether JSON writes a text as it is. Blocks are looked at whole, which the processor does at once; the last
/// of them begins as far back as it must to be whole.
fn is_plain(text: &[u8]) -> bool {
    if let Some(last) = text.last_chunk::<16>() {
        let (blocks, _) = text.as_chunks::<16>();
        blocks.iter().all(is_plain_block) && is_plain_block(last)
    } else if let Some((first, last)) = ends::<8>(text) {
        is_plain_block(first) && is_plain_block(last)
    } else if let Some((first, last)) = ends::<4>(text) {
        is_plain_block(first) && is_plain_block(last)
    } else {
        text.iter().all(|byte| is_plain_block(&[*byte]))
    }
}

fn ends<const N: usize>(text: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    text.first_chunk().zip(text.last_chunk())
}

fn is_plain_block<const N: usize>(block: &[u8; N]) -> bool {
    let odd = |byte: u8| u8::from(byte < b' ') | u8::from(byte == b'"') | u8::from(byte == b'\\');
    block.iter().fold(0, |any, byte| any | odd(*byte)) == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_is_written_as_json_writes_it(own in "[a-zäж\"\\\\\n\u{1}\u{7f}]{0,70}", plain in "[ -!#-Za-z]{0,70}") {
            for written in [own, plain] {
                let mut out = Vec::new();
                text(&written, &mut out);
                prop_assert_eq!(out, serde_json::to_vec(&written).unwrap());
            }
        }

        #[test]
        fn a_head_is_written_whole_however_long_it_is(json in "[a-z\":ж]{0,80}") {
            let mut out = b"before".to_vec();
            Head::of(&json).write(b'{', &mut out);
            prop_assert_eq!(out, format!("before{{{json}").into_bytes());
        }
    }
}
