//! Packing what is answered, in the coding that a client likes best.

use std::io::Write as _;
use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::graphql::quality;

/// What is smaller than this is sent as it is, in bytes.
const WORTHWHILE: usize = 1_000;
/// How hard it is tried, by the measures of the codings: as much as takes less time than it saves.
const ZSTD_LEVEL: i32 = 3;
const GZIP_LEVEL: u32 = 4;
const BROTLI_LEVEL: i32 = 4;
/// How far back Brotli looks, as a power of two.
const BROTLI_WINDOW: i32 = 20;

/// A way to pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Zstd,
    Brotli,
    Gzip,
}

impl Coding {
    /// All of them, the quickest first.
    const ALL: [Self; 3] = [Self::Zstd, Self::Brotli, Self::Gzip];

    fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The coding that a client ranks highest; of several the quickest. None where it wants none.
    pub(super) fn wanted(headers: &HeaderMap) -> Option<Self> {
        let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
        let mut best = (0, None);
        for coding in Self::ALL {
            let quality = coding.quality(accepted);
            if quality > best.0 {
                best = (quality, Some(coding));
            }
        }
        best.1
    }

    fn quality(self, accepted: &str) -> u16 {
        let mut any = 0;
        for part in accepted.split(',') {
            let mut words = part.split(';').map(str::trim);
            match words.next() {
                Some(name) if name.eq_ignore_ascii_case(self.name()) => return quality(words),
                Some("*") => any = quality(words),
                _ => {}
            }
        }
        any
    }

    /// The bytes, packed.
    fn pack(self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Zstd => zstd::bulk::compress(bytes, ZSTD_LEVEL),
            Self::Gzip => {
                let room = Vec::with_capacity(bytes.len() / 2);
                let mut encoder = GzEncoder::new(room, Compression::new(GZIP_LEVEL));
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Self::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_LEVEL,
                    lgwin: BROTLI_WINDOW,
                    size_hint: bytes.len(),
                    ..Default::default()
                };
                let mut packed = Vec::with_capacity(bytes.len() / 2);
                brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters)?;
                Ok(packed)
            }
        }
    }
}

/// A body, and what it is packed as: packed when somebody first wants it so.
#[derive(Default)]
pub(super) struct Packed([OnceLock<Bytes>; 3]);

impl Packed {
    pub(super) const fn new() -> Self {
        Self([const { OnceLock::new() }; 3])
    }

    /// Puts a body into a response, packed in a coding if that is worth while.
    pub(super) fn respond(&self, response: &mut Response, body: &Bytes, coding: Option<Coding>) {
        if body.len() < WORTHWHILE {
            *response.body_mut() = Body::from(body.clone());
            return;
        }
        let headers = response.headers_mut();
        let by = HeaderValue::from_static("accept-encoding");
        headers.entry(header::VARY).or_insert(by);
        let Some(coding) = coding else {
            *response.body_mut() = Body::from(body.clone());
            return;
        };
        let packed = self.0[coding as usize].get_or_init(|| match coding.pack(body) {
            Ok(packed) => packed.into(),
            Err(error) => {
                // Into memory: this cannot fail. If it does, the body goes out as it is.
                tracing::error!(%error, "a body cannot be packed");
                Bytes::new()
            }
        });
        if packed.is_empty() || packed.len() >= body.len() {
            *response.body_mut() = Body::from(body.clone());
            return;
        }
        let name = HeaderValue::from_static(coding.name());
        headers.insert(header::CONTENT_ENCODING, name);
        // Other bytes have another entity tag.
        let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
        let tag = tag.map(|tag| format!("{}-{}\"", tag.trim_end_matches('"'), coding.name()));
        if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
            headers.insert(header::ETAG, tag);
        }
        *response.body_mut() = Body::from(packed.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(accepted: &str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
        Coding::wanted(&headers).map(Coding::name)
    }

    #[test]
    fn the_coding_that_is_ranked_highest_is_taken_and_of_several_the_quickest() {
        assert_eq!(wanted("gzip, deflate, br, zstd"), Some("zstd"));
        assert_eq!(wanted("gzip, br"), Some("br"));
        assert_eq!(wanted("gzip;q=1.0, br;q=0.5"), Some("gzip"));
        assert_eq!(wanted("GZIP"), Some("gzip"));
        assert_eq!(wanted("*"), Some("zstd"));
        assert_eq!(wanted("zstd;q=0, *;q=0.5"), Some("br"));
        assert_eq!(wanted("identity, deflate"), None);
        assert_eq!(wanted("gzip;q=0"), None);
        assert_eq!(Coding::wanted(&HeaderMap::new()), None);
    }

    #[test]
    fn what_does_not_get_smaller_goes_out_as_it_is() {
        let body = Bytes::from_static(&[7; 10]);
        let mut response = Response::default();
        Packed::new().respond(&mut response, &body, Some(Coding::Gzip));
        assert!(response.headers().is_empty());
    }
}
