//! `kill -9` while writers write at full speed.

use std::sync::Mutex;
use std::time::Duration;

use super::{Server, UPDATE, is_whole, news, succeed};

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
