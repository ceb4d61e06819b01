//! What a program holds of what it has written.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{BINARY, status};

#[test]
fn a_large_import_does_not_hold_what_it_has_written() {
    let dir = tempfile::tempdir().unwrap();
    let source = |n: usize| {
        format!(r#"{{"key":"s-{n}","title":"Source {n}","kind":"OTHER","reliability":"F"}}"#)
    };
    let sources: Vec<_> = (0..100_000).map(source).collect();
    let file = dir.path().join("sources.json");
    let text = format!(
        r#"{{"format":"foedera-fixture/1","sources":[{}]}}"#,
        sources.join(",")
    );
    fs::write(&file, text).unwrap();

    let mut import = Command::new(BINARY)
        .args(["import", "fixture"])
        .arg(&file)
        .arg("--data")
        .arg(dir.path().join("data"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut taken = 0;
    let done = loop {
        taken = status(import.id(), "VmHWM:").map_or(taken, |kib| taken.max(kib >> 10));
        if let Some(done) = import.try_wait().unwrap() {
            break done;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(done.success());
    // With what the engine leaves behind it took 500 MiB, and 190 since that is swept.
    assert!(taken > 0 && taken < 300, "{taken} MiB");
}
