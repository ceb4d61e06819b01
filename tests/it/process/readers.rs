//! Many readers while some write: nobody sees half of anything.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Server, UPDATE, news};

fn watch(how_long: Duration) {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"));
    let over = AtomicBool::new(false);
    let (reads, writes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let query = "{ notes(first: 5, orderBy: [{field: RECORDED, direction: DESC}]) { nodes { headline actors { name } relationships { from { name } to { name } citations { source { title } } } citations { source { title } } } } relationships(last: 5) { nodes { from { name } to { name } } } }";
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let (server, over, writes) = (&server, &over, &writes);
            scope.spawn(move || {
                for count in 0.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    let answer = server.post(UPDATE, &news(&format!("{writer}-{count}")));
                    assert!(
                        answer["data"]["recordUpdate"]["revision"].is_object(),
                        "{answer:#}"
                    );
                    writes.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for _ in 0..64 {
            let (server, over, reads) = (&server, &over, &reads);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let answer = server.post(query, &json!({}));
                    assert_eq!(answer.get("errors"), None, "{answer:#}");
                    for note in answer["data"]["notes"]["nodes"].as_array().unwrap() {
                        let headline = note["headline"].as_str().unwrap();
                        let n = headline.trim_start_matches("news ");
                        let source = json!([{ "source": { "title": format!("source {n}") } }]);
                        let (a, b) = (
                            json!({ "name": format!("a {n}") }),
                            json!({ "name": format!("b {n}") }),
                        );
                        let whole = json!({
                            "headline": headline, "actors": [a, b],
                            "relationships": [{ "from": a, "to": b, "citations": source }],
                            "citations": source,
                        });
                        assert_eq!(*note, whole, "half of an update was seen");
                    }
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let began = Instant::now();
        while began.elapsed() < how_long {
            std::thread::sleep(Duration::from_millis(50));
        }
        over.store(true, Ordering::Relaxed);
    });
    let (reads, writes) = (reads.into_inner(), writes.into_inner());
    println!("{reads} reads and {writes} writes, no half update seen");
    assert!(reads > 100 && writes > 10, "{reads} reads, {writes} writes");
}

#[test]
fn sixty_four_readers_and_eight_writers_never_meet_half_an_update() {
    watch(Duration::from_secs(5));
}

#[test]
#[ignore = "takes a minute: cargo test --release -- --ignored minute"]
fn the_same_holds_for_a_minute() {
    watch(Duration::from_secs(60));
}
