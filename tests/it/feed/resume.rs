//! A subscriber that is killed and comes back has each revision once, in order, from the real binary.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use serde_json::json;

use super::{Socket, Stream, chance};
use crate::process::{Server, TOKEN};
use crate::support::agent;

const CHANGES: &str = "subscription($after: Int) { changes(after: $after) { number } }";

/// Makes so many revisions.
fn write(server: &Server, revisions: u32) {
    let next = AtomicU32::new(0);
    let query = r"mutation($name: String!) { createActor(input: { name: $name, kind: STATE }) { revision { number } } }";
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let agent = agent();
                while let Some(n) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < revisions)
                {
                    let body = json!({ "query": query, "variables": { "name": format!("a {n}") } });
                    let mut answer = agent
                        .post(format!("{}/graphql", server.url))
                        .header("content-type", "application/json")
                        .header("authorization", format!("Bearer {TOKEN}"))
                        .send(body.to_string())
                        .unwrap();
                    let told = answer.body_mut().read_to_string().unwrap();
                    assert!(told.contains(r#""number":"#), "{told}");
                }
            });
        }
    });
}

/// Follows the record to its end, and breaks the connection off as often as this. `connect` takes the
/// last number that was seen, and gives what reads the next.
fn follow<C: FnMut() -> u64>(
    revisions: u32,
    breaks: u32,
    seed: u64,
    mut connect: impl FnMut(u64) -> C,
) {
    let mut pick = chance(seed);
    let mut last = 0;
    for connection in 0..=breaks {
        let mut next = connect(last);
        let until = if connection == breaks {
            u64::from(revisions)
        } else {
            let some = pick(2 * revisions as usize / breaks as usize) as u64;
            (last + some).min(u64::from(revisions))
        };
        while last < until {
            let number = next();
            assert_eq!(number, last + 1, "after connection {connection}");
            last = number;
        }
        // What reads is dropped here, and with it the connection, without a word.
    }
}

fn over_both(revisions: u32, breaks: u32) {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"));
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| write(&server, revisions));
        scope.spawn(|| {
            follow(revisions, breaks, 1, |after| {
                let mut socket = Socket::greeted(&server.url);
                socket.subscribe("1", CHANGES, json!({ "after": after }));
                move || socket.data("1")["changes"]["number"].as_u64().unwrap()
            });
        });
        scope.spawn(|| {
            follow(revisions, breaks, 2, |after| {
                let mut stream = Stream::post(&server.url, CHANGES, json!({ "after": after }));
                move || stream.data()["changes"]["number"].as_u64().unwrap()
            });
        });
        scope.spawn(|| {
            // As a browser does: the address stays the same, the last id goes along.
            let query = "subscription { changes(after: 0) { number } }";
            follow(revisions, breaks, 3, |after| {
                let last = (after > 0).then(|| after.to_string());
                let mut stream = Stream::again(&server.url, query, last.as_deref());
                move || {
                    let event = stream.next().unwrap();
                    let number = event.json()["data"]["changes"]["number"].as_u64().unwrap();
                    assert_eq!(event.id, Some(number.to_string()));
                    number
                }
            });
        });
    });
    println!(
        "{revisions} revisions, 3 subscribers that were each killed {breaks} times, in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn who_is_killed_and_comes_back_has_each_revision_once_and_in_order() {
    over_both(1_500, 20);
}

#[test]
#[ignore = "takes a minute: cargo test --release -- --ignored killed"]
fn the_same_holds_for_200_connections_killed_during_20_000_revisions() {
    over_both(20_000, 200);
}
