//! A stream of some encoding as a stream of UTF-8, for encodings in which a separator cannot be told by
//! its byte.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

const CHUNK: usize = 1 << 15;

pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    name: &'static str,
    raw: Vec<u8>,
    /// How much of `raw` is still to be decoded.
    start: usize,
    ended: bool,
    text: Vec<u8>,
    given: usize,
    before: u64,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            name: encoding.name(),
            raw: Vec::new(),
            start: 0,
            ended: false,
            text: Vec::new(),
            given: 0,
            before: 0,
        }
    }

    /// Decodes another piece; false where there is none.
    fn fill(&mut self) -> io::Result<bool> {
        if self.start == self.raw.len() {
            if self.ended {
                return Ok(false);
            }
            self.before += self.raw.len() as u64;
            self.raw.clear();
            self.start = 0;
            self.inner
                .by_ref()
                .take(CHUNK as u64)
                .read_to_end(&mut self.raw)?;
            self.ended = self.raw.len() < CHUNK;
        }
        self.text.resize(CHUNK * 3 + 16, 0);
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
            &self.raw[self.start..],
            &mut self.text,
            self.ended,
        );
        self.start += read;
        self.text.truncate(written);
        self.given = 0;
        match result {
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(true),
            DecoderResult::Malformed(..) => {
                let at = self.before + self.start as u64;
                let message = format!("what stands before byte {at} is not {}", self.name);
                Err(io::Error::new(io::ErrorKind::InvalidData, message))
            }
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.fill()? {
                return Ok(0);
            }
        }
        let count = to.len().min(self.text.len() - self.given);
        to[..count].copy_from_slice(&self.text[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}
