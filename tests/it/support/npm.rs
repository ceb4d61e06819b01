//! Programs for Node in `tests/clients`. Where there is no Node, or npm cannot reach its registry, they
//! are skipped so that nobody can miss it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// Runs a program of `tests/clients` that must succeed; what it printed. None where it cannot be run on
/// this machine, after saying so.
pub fn run(program: &str, arguments: &[&str], what: &str) -> Option<String> {
    if let Err(why) = installed() {
        skipped(what, why);
        return None;
    }
    let run = Command::new("node")
        .arg(program)
        .args(arguments)
        .current_dir(folder())
        .output()
        .unwrap();
    let [out, err] =
        [run.stdout, run.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(run.status.success(), "{out}{err}");
    Some(out)
}

/// Installs what the programs need, once; why not, where that cannot be done here.
fn installed() -> Result<(), &'static str> {
    static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();
    let installed = INSTALLED.get_or_init(install);
    installed.as_ref().copied().map_err(String::as_str)
}

fn install() -> Result<(), String> {
    for program in ["node", "npm"] {
        let there = Command::new(program).arg("--version").output();
        if !there.is_ok_and(|output| output.status.success()) {
            return Err(format!("there is no {program} on this machine"));
        }
    }
    let installed = Command::new("npm")
        .args(["install", "--no-fund", "--no-audit", "--prefer-offline"])
        .current_dir(folder())
        .output()
        .unwrap();
    if installed.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&installed.stderr).into_owned();
    let unreachable = [
        "ENOTFOUND",
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ENETUNREACH",
        "ETIMEDOUT",
    ];
    assert!(unreachable.iter().any(|code| told.contains(code)), "{told}");
    Err(format!("npm cannot install what it needs: {}", told.trim()))
}

fn skipped(what: &str, why: &str) {
    // Not captured: whoever runs the tests is to see it.
    let line = "#".repeat(72);
    let why = why.replace('\n', "\n# ");
    let told = format!("\n{line}\n# SKIPPED: {what} NOT tested:\n# {why}\n{line}\n\n");
    let _ = std::io::stderr().write_all(told.as_bytes());
}
