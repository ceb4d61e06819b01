//! The clients that front ends use: graphql-ws and graphql-sse, in Node.

use std::path::Path;
use std::process::Command;

use crate::process::{Server, TOKEN};

/// Whether a program is there to be run; if not, says so where nobody can miss it.
fn is_there(program: &str) -> bool {
    let there = Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !there {
        skipped(&format!("there is no {program} on this machine"));
    }
    there
}

fn skipped(why: &str) {
    // Not captured: whoever runs the tests is to see it.
    use std::io::Write as _;
    let line = "#".repeat(72);
    let told = format!(
        "\n{line}\n# SKIPPED: graphql-ws and graphql-sse were NOT tested:\n# {why}\n{line}\n\n"
    );
    let _ = std::io::stderr().write_all(told.as_bytes());
}

#[test]
fn graphql_ws_and_graphql_sse_subscribe_and_come_back() {
    if !is_there("node") || !is_there("npm") {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let installed = Command::new("npm")
        .args(["install", "--no-fund", "--no-audit", "--prefer-offline"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&installed.stderr).into_owned();
    if !installed.status.success() {
        let unreachable = [
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ENETUNREACH",
            "ETIMEDOUT",
        ];
        assert!(unreachable.iter().any(|code| told.contains(code)), "{told}");
        skipped(&format!(
            "npm cannot install them: {}",
            told.trim().replace('\n', "\n# ")
        ));
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"));
    let run = Command::new("node")
        .args(["follow.mjs", &server.url, TOKEN])
        .current_dir(&folder)
        .output()
        .unwrap();
    let [out, err] =
        [run.stdout, run.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(run.status.success(), "{out}{err}");
    for client in ["graphql-ws", "graphql-sse"] {
        let line = format!("{client}: 20 revisions, each once, over 3 connections");
        assert!(out.contains(&line), "{out}{err}");
    }
}
