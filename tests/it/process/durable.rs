//! What is acknowledged is on the disk, not merely with the operating system.

use std::fs;
use std::process::Command;

use super::BINARY;

/// Imports so many actors, and tells the calls that put a file on the disk; none where nobody can count.
fn calls_of_an_import(actors: usize) -> Option<String> {
    let traced = Command::new("strace").args(["-V"]).output();
    if !traced.is_ok_and(|output| output.status.success()) {
        use std::io::Write as _;
        let told = "\n### SKIPPED: there is no strace here, so it was NOT tested that the log is synced ###\n\n";
        let _ = std::io::stderr().write_all(told.as_bytes());
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let (fixture, trace) = (dir.path().join("fixture.json"), dir.path().join("trace"));
    let summary = "word ".repeat(20);
    let actor = |n: usize| {
        format!(r#"{{"slug":"a-{n}","name":"Actor {n}","kind":"STATE","summary":"{summary}"}}"#)
    };
    let actors: Vec<_> = (0..actors).map(actor).collect();
    let text = format!(
        r#"{{"format":"foedera-fixture/1","actors":[{}]}}"#,
        actors.join(",")
    );
    fs::write(&fixture, text).unwrap();
    let done = Command::new("strace")
        .args(["-f", "-y", "-e", "trace=fdatasync", "-o"])
        .arg(&trace)
        .args([BINARY, "import", "fixture"])
        .arg(&fixture)
        .arg("--data")
        .arg(dir.path().join("data"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{told}");
    Some(fs::read_to_string(&trace).unwrap())
}

fn count(calls: &str, file: &str) -> usize {
    calls.lines().filter(|line| line.contains(file)).count()
}

#[test]
fn much_is_synced_in_the_engines_file_before_it_is_acknowledged() {
    // Three revisions of 5,000 records, some 600 kB each.
    let Some(calls) = calls_of_an_import(15_000) else {
        return;
    };
    assert!(count(&calls, "sled/db>") >= 3, "{calls}");
    assert_eq!(count(&calls, "journal>"), 0, "{calls}");
}

#[test]
fn little_is_synced_in_the_journal_before_it_is_acknowledged() {
    let Some(calls) = calls_of_an_import(10) else {
        return;
    };
    assert_eq!(count(&calls, "journal>"), 1, "{calls}");
}
