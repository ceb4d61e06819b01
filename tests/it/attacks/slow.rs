//! Clients that begin and do not go on.

use std::io::{Read as _, Write as _};

use super::{Target, in_short};

/// As many clients as an attacker has sockets; what each is told at last.
fn clients(target: &Target, beginning: &str) -> String {
    let mut streams: Vec<_> = (0..200).map(|_| target.connect()).collect();
    for stream in &mut streams {
        stream.write_all(beginning.as_bytes()).unwrap();
    }
    let told = streams.into_iter().map(|mut stream| {
        let mut told = Vec::new();
        let _ = stream.read_to_end(&mut told);
        in_short(&String::from_utf8_lossy(&told))
    });
    let mut told: Vec<_> = told.collect();
    told.sort_unstable();
    told.dedup();
    told.join(", ")
}

pub fn heads(target: &Target) -> String {
    clients(target, "POST /graphql HTTP/1.1\r\nhost: a\r\nx-slow: ")
}

pub fn bodies(target: &Target) -> String {
    let head = "POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{";
    clients(target, head)
}
