//! Answers that are given again: never one that is not true any more.

use std::sync::atomic::{AtomicI64, Ordering};

use foedera::model::Clock;
use serde_json::json;

use super::{JSON, get, post};
use crate::support::{TOKEN, TestApp, agent};

#[test]
fn no_answer_is_given_again_after_a_write() {
    let test = TestApp::empty();
    let query = json!({ "query": "{ latestRevision actors { totalCount } }" });
    for written in 0..50 {
        let wanted = json!({ "latestRevision": written, "actors": { "totalCount": written } });
        // Three times: the others are the first one again, whoever asks.
        for token in [None, None, Some(TOKEN)] {
            assert_eq!(test.post(&query, token)["data"], wanted);
        }
        test.actor(&format!("a-{written}"));
    }
    let metrics = get(&test, "/metrics", "*/*").body;
    assert!(
        metrics.contains("foedera_answer_cache_hits_total 100"),
        "{metrics}"
    );
}

#[test]
fn writers_and_readers_at_once_never_meet_an_answer_that_is_too_old() {
    let test = TestApp::empty();
    let query = json!({ "query": "{ latestRevision }" });
    let read = || {
        test.post(&query, None)["data"]["latestRevision"]
            .as_u64()
            .unwrap()
    };
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut last = 0;
                    while last < 60 {
                        let acknowledged = u64::from(test.app.ledger.snapshot().revision());
                        let now = read();
                        assert!(now >= last && now >= acknowledged, "{now} after {last}");
                        last = now;
                    }
                })
            })
            .collect();
        for written in 0..60 {
            test.actor(&format!("a-{written}"));
            assert!(
                read() > written,
                "an answer older than what was acknowledged"
            );
        }
        readers
            .into_iter()
            .for_each(|reader| reader.join().unwrap());
    });
}

#[test]
fn an_answer_is_not_given_again_on_another_day() {
    static NOW: AtomicI64 = AtomicI64::new(1_772_366_400_000);
    let test = TestApp::start(tempfile::tempdir().unwrap(), Clock::Set(&NOW));
    let query = json!({ "query": "{ at { validOn } }" });
    assert_eq!(
        test.post(&query, None)["data"]["at"]["validOn"],
        "2026-03-01"
    );
    NOW.fetch_add(86_400_000, Ordering::Relaxed);
    assert_eq!(
        test.post(&query, None)["data"]["at"]["validOn"],
        "2026-03-02"
    );
}

#[test]
fn a_client_that_has_the_answer_is_told_so() {
    let test = TestApp::iran("2026-03-01");
    let path = "/graphql?query=%7Bactor(slug:%22iran%22)%7Bname%7D%7D";
    let first = get(&test, path, "*/*");
    let tag = first.header("etag").to_owned();
    assert!(tag.len() > 10 && first.status == 200, "{tag}");
    let again = |known: &str| {
        let request = agent().get(format!("{}{path}", test.url));
        super::read(request.header("if-none-match", known).call().unwrap())
    };
    for known in [&*tag, &format!("\"other\", W/{tag}"), "*"] {
        let answer = again(known);
        assert_eq!((answer.status, &*answer.body), (304, ""), "{known}");
        assert_eq!(answer.header("etag"), tag);
    }
    assert_eq!(again("\"other\"").status, 200);
    // Another revision with the same answer: the client still has it.
    test.actor("somebody");
    assert_eq!(again(&tag).status, 304);
    let iran = test.query(r#"{ actor(slug: "iran") { id } }"#)["actor"]["id"].clone();
    test.done(
        "updateActor",
        &json!({ "id": iran, "name": "Islamic Republic of Iran" }),
        "actor { id }",
    );
    assert_eq!(again(&tag).status, 200);
}

#[test]
fn what_a_request_wants_beside_its_answer_is_not_left_out_the_second_time() {
    let test = TestApp::empty();
    let body = json!({ "query": "{ latestRevision }" }).to_string();
    for _ in 0..2 {
        let plain = post(&test, &[JSON], &body);
        assert_eq!(plain.json().get("extensions"), None);
        let receipt = post(&test, &[JSON, ("foedera-receipt", "1")], &body);
        assert!(receipt.json()["extensions"]["receipt"].is_object());
    }
}
