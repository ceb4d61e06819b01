//! The token of a receipt, as text (`r`) or as the JSON that is packed in it (`p`); and what is shown to be
//! let in: text (`b`), the head and the claims of a signed token with nobody's signature (`h`, an empty line
//! between them), and claims that the identity provider has signed (`s`).
#![no_main]

use axum::http::{HeaderValue, Request};
use foedera_fuzz::{SERVED, packed};
use libfuzzer_sys::fuzz_target;
use miniz_oxide::deflate::compress_to_vec_zlib;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    match kind {
        b'b' => show(rest),
        b'h' => {
            let end = rest.windows(2).position(|two| two == b"\n\n");
            let (head, claims) = rest.split_at(end.unwrap_or(rest.len()));
            let token = [head, claims, b"signature"].map(packed).join(".");
            show(token.as_bytes());
        }
        b's' => {
            let claims = serde_json::from_slice(rest).ok();
            if let Some(token) = claims.and_then(|claims| SERVED.provider.sign(&claims)) {
                show(token.as_bytes());
            }
        }
        b'p' => replay(packed(&compress_to_vec_zlib(rest, 1)).into_bytes()),
        _ => replay(rest.to_vec()),
    }
});

fn replay(token: Vec<u8>) {
    SERVED.ask(Request::post("/receipts"), token);
}

fn show(token: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(&[b"Bearer ", token].concat()) else {
        return;
    };
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("authorization", value);
    SERVED.ask(request, r#"{"query":"{ viewer { name role } }"}"#);
}
