//! Files that are not as they were left: that is told, or nothing acknowledged is missing.

use std::fs;
use std::process::Command;

use serde_json::json;

use super::failures::{contents, record, verify};
use super::{BINARY, Server, succeed};

#[test]
fn a_truncated_file_after_a_clean_stop() {
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path(), 5, true);
    let file = data.join("sled/db");
    let length = fs::metadata(&file).unwrap().len();
    fs::File::options()
        .write(true)
        .open(&file)
        .unwrap()
        .set_len(length / 2)
        .unwrap();
    let before = contents(&data);
    let told = verify(&data);
    assert!(
        told.contains("sled/db had") && told.contains("restore"),
        "{told}"
    );
    assert!(before == contents(&data), "something was touched");
}

#[test]
fn a_flipped_byte_after_a_clean_stop() {
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path(), 5, true);
    let file = data.join("sled/db");
    let whole = fs::read(&file).unwrap();
    for part in 0..8 {
        let mut damaged = whole.clone();
        let place = damaged.len() / 8 * part + 77;
        damaged[place] ^= 0x20;
        fs::write(&file, &damaged).unwrap();
        let before = contents(&data);
        let told = verify(&data);
        assert!(
            told.contains("sled/db is not as it was when it was closed"),
            "{told}"
        );
        assert!(before == contents(&data), "something was touched");
    }
    fs::write(&file, &whole).unwrap();
    succeed(&["verify", "--data", data.to_str().unwrap()]);
}

/// Damage to a file that no seal can tell of. Either it is told, or nothing acknowledged is missing.
fn told_or_harmless(file: &str, damage: impl Fn(&mut Vec<u8>)) {
    const COUNT: usize = 12;
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path(), COUNT, false);
    if file == "sled/db" {
        // All of it is in the engine's files, and nothing in the journal.
        Server::start(&data).kill();
    }
    let file = data.join(file);
    let mut bytes = fs::read(&file).unwrap();
    damage(&mut bytes);
    fs::write(&file, bytes).unwrap();
    let mut command = Command::new(BINARY);
    command.args(["serve", "--seed", "none"]);
    match Server::run(command, &data) {
        Err(told) => {
            assert!(
                told.starts_with("foedera: ") && !told.contains("panicked"),
                "{told}"
            );
        }
        Ok(server) => {
            for n in 0..COUNT {
                let query = format!(r#"{{ actor(slug: "a-{n}") {{ name summary }} }}"#);
                let answer = server.post(&query, &json!({}));
                let found = answer["data"]["actor"]["name"] == format!("a {n}");
                assert!(
                    found || answer["errors"].is_array(),
                    "lost without a word: {n}"
                );
            }
        }
    }
}

/// The files that change while a server runs.
const FILES: [&str; 2] = ["sled/db", "journal"];

#[test]
fn a_truncated_file_after_a_kill() {
    for file in FILES {
        for tenth in 1..10 {
            told_or_harmless(file, |bytes| {
                // The journal is full of zeros behind what was written.
                let used = bytes
                    .iter()
                    .rposition(|byte| *byte != 0)
                    .map_or(0, |at| at + 1);
                bytes.truncate(used * tenth / 10);
            });
        }
    }
}

#[test]
fn a_flipped_byte_after_a_kill() {
    for (file, part) in FILES
        .into_iter()
        .flat_map(|file| (0..12usize).map(move |part| (file, part)))
    {
        told_or_harmless(file, |bytes| {
            // Where there is something: the file is full of zeros between the segments.
            let used: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
            let place = used[(part * 7_919 + 13) % used.len()];
            bytes[place] ^= 0x10;
        });
    }
}
