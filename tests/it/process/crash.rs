//! `kill -9` while writers write at full speed.

use std::fs;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use super::failures::contents;
use super::{Server, UPDATE, fail, is_whole, long_news, news, succeed};

/// Writes from four threads, kills the server at some moment, and checks what is there afterwards.
fn cycle(data: &std::path::Path, cycle: usize, pause: Duration) -> usize {
    let server = Server::start(data);
    let acknowledged = Mutex::new(Vec::new());
    let tried = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (server, acknowledged, tried) = (&server, &acknowledged, &tried);
            scope.spawn(move || {
                for count in 0.. {
                    let n = format!("{cycle}-{writer}-{count}");
                    tried.lock().unwrap().push(n.clone());
                    let Ok(answer) = server.try_post(UPDATE, &news(&n)) else {
                        break;
                    };
                    let payload = &answer["data"]["recordUpdate"];
                    assert!(payload["revision"]["number"].is_u64(), "{answer:#}");
                    acknowledged.lock().unwrap().push(n);
                }
            });
        }
        std::thread::sleep(pause);
        super::signal(&server.child, "KILL");
    });
    server.kill();
    let server = Server::start(data);
    for n in acknowledged.lock().unwrap().iter() {
        assert!(is_whole(&server, n), "acknowledged and lost: {n}");
    }
    for n in tried.lock().unwrap().iter() {
        is_whole(&server, n);
    }
    server.kill();
    acknowledged.into_inner().unwrap().len()
}

/// Cycles of `kill -9`. A record is killed a number of times in a row, so that a log grows over
/// wounds, and is then verified as a whole.
fn survive(cycles: usize) {
    const IN_A_ROW: usize = 15;
    let mut total = 0;
    for first in (0..cycles).step_by(IN_A_ROW) {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        for number in first..cycles.min(first + IN_A_ROW) {
            // Moments that are spread over the first third of a second.
            let pause = Duration::from_millis(40 + (number as u64 * 7_919) % 300);
            total += cycle(&data, number, pause);
        }
        let told = succeed(&["verify", "--data", data.to_str().unwrap()]);
        assert!(told.contains("The record is whole"), "{told}");
    }
    assert!(total > cycles, "only {total} updates were acknowledged");
    println!("{cycles} cycles, {total} acknowledged updates, 0 lost, 0 half there");
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_there_after_kill_9() {
    survive(30);
}

#[test]
#[ignore = "takes minutes: cargo test --test it -- --ignored kill_9"]
fn the_same_holds_for_three_hundred_cycles_of_kill_9() {
    survive(300);
}

/// Writes news one after the other, each with so many words.
fn write(server: &Server, names: std::ops::Range<usize>, words: usize) {
    for n in names {
        send(server, &long_news(&n.to_string(), words));
    }
}

fn send(server: &Server, update: &Value) {
    let answer = server.post(UPDATE, update);
    let number = &answer["data"]["recordUpdate"]["revision"]["number"];
    assert!(number.is_u64(), "{answer:#}");
}

#[test]
fn nothing_is_lost_where_the_journal_was_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    // 40 kB each: the journal holds 25 of them.
    write(&server, 0..60, 8_000);
    // More at once than the journal takes, and something little after it.
    let mut update = news("large");
    let changes = update["input"]["changes"].as_array_mut().unwrap();
    changes.extend((0..8).map(|n| {
        json!({ "createActor": { "name": format!("c {n}"), "slug": format!("c-{n}"), "kind": "STATE",
            "summary": "text ".repeat(9_000) } })
    }));
    send(&server, &update);
    write(&server, 60..63, 10);
    server.kill();
    let server = Server::start(&data);
    for n in 0..63 {
        assert!(is_whole(&server, &n.to_string()), "lost: {n}");
    }
    assert!(is_whole(&server, "large"));
    assert_eq!(server.stop(), Some(0));
    assert!(!data.join("journal").exists());
    succeed(&["verify", "--data", data.to_str().unwrap()]);
}

#[test]
fn what_was_torn_off_at_the_end_of_the_journal_is_not_there_and_nobody_was_told_that_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    write(&server, 0..3, 10);
    server.kill();
    let file = data.join("journal");
    let whole = fs::read(&file).unwrap();
    let end = whole.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    // A record that begins and does not end.
    let mut torn = whole.clone();
    torn.copy_within(0..100, end);
    fs::write(&file, torn).unwrap();
    let server = Server::start(&data);
    for n in 0..3 {
        assert!(is_whole(&server, &n.to_string()), "lost: {n}");
    }
    // The end of the last record that was acknowledged is gone.
    write(&server, 3..5, 10);
    server.kill();
    let mut torn = fs::read(&file).unwrap();
    let end = torn.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    torn[end - 20..end].fill(0);
    fs::write(&file, torn).unwrap();
    let told = fail(&["verify", "--data", data.to_str().unwrap()]);
    assert!(
        told.contains("revision 5 was acknowledged, and the log ends at 4"),
        "{told}"
    );
}

#[test]
fn what_is_redacted_is_in_no_file_once_the_server_has_started_again() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    let mut update = news("1");
    update["input"]["note"]["body"] = json!("unspeakable");
    let told = server.post(
        "mutation($input: RecordUpdateInput!) { recordUpdate(input: $input) { note { id } } }",
        &update,
    );
    let journal = data.join("journal");
    let before = fs::read(&journal).unwrap();
    assert!(holds(&before, b"unspeakable"));
    let id = &told["data"]["recordUpdate"]["note"]["id"];
    let query =
        "mutation($input: RedactInput!) { redact(input: $input) { userErrors { message } } }";
    let told = server.post(
        query,
        &json!({ "input": { "id": id, "reason": "the law" } }),
    );
    assert_eq!(told["data"]["redact"]["userErrors"], json!([]), "{told}");
    assert!(!journal.exists());
    server.kill();
    // As if the power had gone before the disk heard that the file is removed.
    fs::write(&journal, before).unwrap();
    assert_eq!(Server::start(&data).stop(), Some(0));
    for (file, bytes) in contents(&data) {
        assert!(!holds(&bytes, b"unspeakable"), "{}", file.display());
    }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|some| some == word)
}
