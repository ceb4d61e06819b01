//! A disk that is full.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use super::{BINARY, Server, UPDATE, is_whole, long_news, news, succeed};
use crate::support::agent;

/// Starts a server whose files can grow to so many KiB; a larger write fails, as on a full disk.
fn bounded(data: &std::path::Path, kib: u64) -> Server {
    let mut command = Command::new("bash");
    // The signal is ignored so that the write itself fails, as it does on a full disk.
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec {BINARY} serve --seed none \"$@\"");
    command.args(["-c", &script, "bash"]);
    Server::run(command, data).unwrap()
}

/// Writes at most so many news of so many words, until the record is read-only: what was acknowledged, and the refusal.
fn write_until_refused(server: &Server, most: usize, words: usize) -> (Vec<String>, Value) {
    let mut kept = Vec::new();
    let refused = (0..most).find_map(|n| {
        let answer = server.post(UPDATE, &long_news(&n.to_string(), words));
        if answer["data"]["recordUpdate"]["revision"]["number"].is_u64() {
            kept.push(n.to_string());
            None
        } else {
            Some(answer)
        }
    });
    let refused = refused.expect("everything could be written");
    assert_eq!(
        refused["errors"][0]["extensions"]["code"], "READ_ONLY",
        "{refused:#}"
    );
    assert!(!kept.is_empty());
    (kept, refused)
}

#[test]
fn on_a_full_disk_reads_go_on_writes_fail_and_nothing_acknowledged_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = bounded(&data, 8 << 10);
    let (kept, _) = write_until_refused(&server, 20_000, 8_000);

    let data_query = |n: &str| format!(r#"{{ actor(slug: "a-{n}") {{ name }} }}"#);
    let last = kept.last().unwrap();
    let read = server.post(&data_query(last), &json!({}));
    assert_eq!(read["data"]["actor"]["name"], format!("a {last}"));
    let again = server.post(UPDATE, &news("late"));
    assert_eq!(
        again["errors"][0]["extensions"]["code"], "READ_ONLY",
        "{again:#}"
    );
    let mut health = agent()
        .get(format!("{}/health/ready", server.url))
        .call()
        .unwrap();
    assert_eq!(health.status().as_u16(), 503);
    let health = health.body_mut().read_to_string().unwrap();
    assert!(
        health.contains("\"reads\":true") && health.contains("\"writes\":false"),
        "{health}"
    );
    server.kill();

    let server = Server::start(&data);
    for n in &kept {
        let read = server.post(&data_query(n), &json!({}));
        assert_eq!(read["data"]["actor"]["name"], format!("a {n}"), "lost: {n}");
    }
    let after = server.post(UPDATE, &news("after"));
    assert!(
        after["data"]["recordUpdate"]["revision"]["number"].is_u64(),
        "{after:#}"
    );
    assert!(is_whole(&server, "after"));
    assert_eq!(server.stop(), Some(0));
    succeed(&["verify", "--data", data.to_str().unwrap()]);
}

#[test]
fn a_server_whose_engine_cannot_write_stops_when_it_is_told_to_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    // Where the engine keeps what is too large for its file.
    let blobs = data.join("sled/blobs");
    fs::remove_dir_all(&blobs).unwrap();
    let (kept, refused) = write_until_refused(&server, 200, 9_000);
    let text = refused.to_string();
    assert!(!text.contains(dir.path().to_str().unwrap()), "{text}");
    assert_eq!(server.stop(), Some(0));

    fs::create_dir(&blobs).unwrap();
    let server = Server::start(&data);
    for n in &kept {
        assert!(is_whole(&server, n), "lost: {n}");
    }
    assert_eq!(server.stop(), Some(0));
    succeed(&["verify", "--data", data.to_str().unwrap()]);
}
