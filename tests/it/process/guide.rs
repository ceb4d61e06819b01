//! The guide for operators: from nothing to a public instance, each command as it stands there.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use super::{BINARY, text};

/// The commands of a section, in order.
fn commands(section: &str) -> String {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operators.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let from = guide.find(&format!("\n## {section}\n")).unwrap();
    let section = &guide[from + 1..];
    let end = section.find("\n## ").unwrap_or(section.len());
    let blocks = section[..end].split("\n```sh\n").skip(1);
    let own = blocks.map(|block| block.split("\n```").next().unwrap());
    own.collect::<Vec<_>>().join("\n")
}

#[test]
fn from_nothing_to_a_public_instance() {
    let tools = ["openssl", "curl"];
    let there = |tool: &str| Command::new(tool).arg("version").output().is_ok();
    if !tools.iter().all(|tool| there(tool)) {
        println!("openssl or curl is not there; the guide was not run");
        return;
    }
    let commands = commands("A public instance, from nothing");
    for part in [
        "foedera doctor",
        "foedera serve",
        "token create",
        "backup",
        "restore",
        "kill -HUP",
    ] {
        assert!(commands.contains(part), "the guide has no {part}");
    }
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let script = format!(
        "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{}",
        commands.replace("8443", &free.port().to_string())
    );
    let dir = tempfile::tempdir().unwrap();
    let own = Path::new(BINARY).parent().unwrap();
    let path = format!("{}:{}", own.display(), std::env::var("PATH").unwrap());
    let output = Command::new("timeout")
        .args(["60", "bash", "-c", &script])
        .current_dir(dir.path())
        .env("PATH", path)
        .env_remove("FOEDERA_ADMIN_TOKEN")
        .output()
        .unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    let log = std::fs::read_to_string(dir.path().join("public/log")).unwrap_or_default();
    assert!(output.status.success(), "{out}\n{err}\n{log}");
    for told in [
        "Nothing stands in the way",
        r#""status":"ready""#,
        "CONTRIBUTOR  ana",
        r#"{"data":{"createActor":{"revision":{"author":"clara"}}}}"#,
        "Saved 1 revisions",
        "1 revisions restored",
        "The record is whole: 1 revisions",
    ] {
        assert!(out.contains(told), "{told} is not in {out}");
    }
    let greeting = std::fs::read_to_string(dir.path().join("public/greeting")).unwrap();
    assert!(greeting.ends_with("Stopped.\n"), "{greeting}");
    assert!(log.contains("the certificate was read again"), "{log}");
}
