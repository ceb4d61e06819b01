//! Sending files to a server that runs.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::auth::agent;
use crate::cli::server::reached;
use crate::transfer::intake::Report;

/// Between the parts of the form. No file can be expected to hold it.
fn boundary() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("foedera-{hex}"))
}

/// Sends files as a form, and reads the report that comes back.
pub(super) fn send(
    url: &str,
    bearer: &str,
    mapping: Option<(&str, &str)>,
    files: &[impl AsRef<Path>],
) -> Result<Report> {
    let boundary = boundary()?;
    let head = |field: &str, name: &str| {
        let name = name.replace(['"', '\r', '\n'], "_");
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
    };
    let mut body: Box<dyn Read> = Box::new(std::io::empty());
    if let Some((name, text)) = mapping {
        let part = format!("{}{text}\r\n", head("mapping", name));
        body = Box::new(body.chain(Cursor::new(part)));
    }
    for path in files {
        let path = path.as_ref();
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let part = Cursor::new(head("data", &name))
            .chain(file)
            .chain(&b"\r\n"[..]);
        body = Box::new(body.chain(part));
    }
    let mut body = body.chain(Cursor::new(format!("--{boundary}--\r\n")));
    // What is refused is refused before it is sent.
    let sent = agent(None)
        .post(url)
        .header("authorization", bearer)
        .header("expect", "100-continue")
        .header(
            "content-type",
            format!("multipart/form-data; boundary={boundary}"),
        )
        .send(ureq::SendBody::from_reader(&mut body));
    let mut response = reached(url, sent)?;
    let text = response
        .body_mut()
        .with_config()
        .limit(1 << 30)
        .read_to_string()?;
    if !response.status().is_success() {
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let reason = answer["detail"].as_str().unwrap_or("no reason given");
        bail!("the server refused: {reason}");
    }
    serde_json::from_str(&text).context("the server's answer is no report")
}
