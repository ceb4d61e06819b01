//! A record that nobody reads without a token.

use serde_json::json;

use super::{clock, get, give, post, serving};
use crate::support::{TOKEN, agent};

#[test]
fn nothing_of_the_record_is_told_without_a_token() {
    let test = serving(clock(), true);
    test.actor("a");
    let (_, reader) = give(&test, "ana", "READER");
    let query = "/graphql?query=%7BlatestRevision%7D";
    let stream = "/graphql/stream?query=%7BlatestRevision%7D";
    for path in [query, stream, "/receipts/x", "/receipts/x/data", "/metrics"] {
        let answer = get(&test, None, path);
        assert_eq!(answer.status, 401, "{path}: {}", answer.body);
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{path}");
        assert!(
            answer.body.contains("reading needs a token"),
            "{}",
            answer.body
        );
        assert_ne!(get(&test, Some(&reader), path).status, 401, "{path}");
    }
    let posted = agent()
        .post(format!("{}/receipts", test.url))
        .send("x")
        .unwrap();
    assert_eq!(posted.status().as_u16(), 401);
    assert_eq!(post(&test, None, "{ latestRevision }").status, 401);
    // Also when somebody who may read has asked the same before.
    let own = post(&test, Some(&reader), "{ latestRevision }").json();
    assert_eq!(own, json!({ "data": { "latestRevision": 1 } }));
    assert_eq!(post(&test, None, "{ latestRevision }").status, 401);
    for path in [
        "/",
        "/health/live",
        "/health/ready",
        "/playground",
        "/schema.graphql",
    ] {
        assert_eq!(get(&test, None, path).status, 200, "{path}");
    }
}

#[test]
fn caches_in_between_keep_no_answer_for_others() {
    let settled = "/graphql?query=%7Bat(validOn:%222020%22,revision:1)%7Brevision%7D%7D";
    for (closed, wanted) in [
        (true, "private, max-age=31536000, immutable"),
        (false, "public, max-age=31536000, immutable"),
    ] {
        let test = serving(clock(), closed);
        test.actor("a");
        let answer = get(&test, Some(TOKEN), settled);
        assert_eq!(answer.header("cache-control"), wanted, "{}", answer.body);
    }
}
