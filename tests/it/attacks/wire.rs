//! Requests that are not what HTTP says.

use super::{Target, in_short};

fn body() -> &'static str {
    r#"{"query":"{ latestRevision }"}"#
}

pub fn headers(target: &Target) -> String {
    let line = format!("x-filler: {}\r\n", "x".repeat(8_000));
    target.post(&line.repeat(40), body().as_bytes())
}

pub fn many_headers(target: &Target) -> String {
    let lines: String = (0..2_000).map(|n| format!("x-{n}: y\r\n")).collect();
    target.post(&lines, body().as_bytes())
}

pub fn address(target: &Target) -> String {
    let request = format!(
        "GET /graphql?query={} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        "x".repeat(100_000)
    );
    in_short(&target.raw(request.as_bytes()))
}

/// Whoever believes the one length sees one request, whoever believes the other sees two.
pub fn two_lengths(target: &Target) -> String {
    let inner = "GET /admin/backup HTTP/1.1\r\nhost: a\r\n\r\n";
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 5\r\ncontent-length: {}\r\n\r\n0\r\n\r\n{inner}",
        5 + inner.len()
    );
    let told = target.raw(request.as_bytes());
    assert_eq!(told.matches("HTTP/1.1 ").count(), 1, "{told}");
    in_short(&told)
}

pub fn length_and_chunks(target: &Target) -> String {
    let inner = "GET /admin/backup HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
        5 + inner.len()
    );
    let told = target.raw(request.as_bytes());
    assert!(told.matches("HTTP/1.1 ").count() <= 1, "{told}");
    in_short(&told)
}

pub fn chunks_in_disguise(target: &Target) -> String {
    let request = "POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n";
    in_short(&target.raw(request.as_bytes()))
}

pub fn methods(target: &Target) -> String {
    let told = ["BREW", "TRACE", "DELETE", "PUT", "PROPFIND"].map(|method| {
        let request = format!("{method} /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        in_short(&target.raw(request.as_bytes()))
    });
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    let [first, ..] = told;
    first
}

pub fn paths(target: &Target) -> String {
    let told = [
        "/playground/assets/../../../Cargo.toml",
        "/playground/assets/..%2f..%2fCargo.toml",
        "/playground/assets/%2e%2e/mod.rs",
        "/playground/assets/..%5c..%5cmod.rs",
        "/playground/assets//etc/passwd",
        "/../../../etc/passwd",
        "//etc/passwd",
        "/receipts/..%2f..%2fetc%2fpasswd/../x",
    ]
    .map(|path| {
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        in_short(&target.raw(request.as_bytes()))
    });
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    let [first, ..] = told;
    first
}

pub fn noise(target: &Target) -> String {
    let noise: Vec<u8> = (0..20_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    in_short(&target.raw(&noise))
}
