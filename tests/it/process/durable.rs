//! What is acknowledged is on the disk, not merely with the operating system.

use std::fs;
use std::process::Command;

use super::BINARY;

#[test]
fn the_log_is_synced_before_a_revision_is_acknowledged() {
    let traced = Command::new("strace").args(["-V"]).output();
    if !traced.is_ok_and(|output| output.status.success()) {
        use std::io::Write as _;
        let told = "\n### SKIPPED: there is no strace here, so it was NOT tested that the log is synced ###\n\n";
        let _ = std::io::stderr().write_all(told.as_bytes());
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (fixture, trace) = (dir.path().join("fixture.json"), dir.path().join("trace"));
    // Three revisions of at most 5,000 records.
    let actor = |n: usize| format!(r#"{{"slug":"a-{n}","name":"Actor {n}","kind":"STATE"}}"#);
    let actors: Vec<_> = (0..11_000).map(actor).collect();
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
    let calls = fs::read_to_string(&trace).unwrap();
    let synced = calls.lines().filter(|line| line.contains("sled/db>"));
    assert!(synced.count() >= 3, "{calls}");
}
