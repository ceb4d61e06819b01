//! Whoever shows tokens that are none is not heard for a while.

use foedera::auth::Rules;
use serde_json::json;

use super::{Answer, get, post};
use crate::support::{TOKEN, TestApp, agent, noon, web};

#[test]
fn after_ten_tokens_that_are_none_no_token_is_looked_at() {
    let test = TestApp::empty();
    for number in 0..10 {
        let guess = format!("foedera_1_{number}");
        assert_eq!(post(&test, Some(&guess), "{ latestRevision }").status, 401);
    }
    for token in ["foedera_1_x", TOKEN] {
        let answer = post(&test, Some(token), "{ latestRevision }");
        assert_eq!(answer.status, 429);
        assert_eq!(answer.code(), "TOO_MANY_TRIES");
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=6).contains(&seconds), "{seconds}");
    }
    assert_eq!(get(&test, Some(TOKEN), "/admin/backup").status, 429);
    // Who shows none reads on.
    assert_eq!(post(&test, None, "{ latestRevision }").status, 200);
}

#[test]
fn behind_a_proxy_one_client_does_not_shut_out_the_others() {
    let mut web = web();
    web.address_header = Some("X-Forwarded-For".to_owned());
    let rules = Rules {
        admin_token: Some(TOKEN),
        ..Rules::default()
    };
    let test = TestApp::behind(tempfile::tempdir().unwrap(), noon("2026-03-01"), web, rules);
    let ask = |token: &str, client: &str| {
        let request = agent()
            .post(format!("{}/graphql", test.url))
            .header("content-type", "application/json")
            .header("x-forwarded-for", client)
            .header("authorization", format!("Bearer {token}"));
        let body = json!({ "query": "{ latestRevision }" }).to_string();
        Answer::of(request.send(body).unwrap()).status
    };
    for number in 0..10 {
        // What a client says of itself does not help it.
        let client = format!("198.51.100.{number}, 203.0.113.7");
        assert_eq!(ask("guess", &client), 401);
    }
    assert_eq!(ask(TOKEN, "203.0.113.7"), 429);
    assert_eq!(ask(TOKEN, "203.0.113.8"), 200);
}

#[test]
fn a_refusal_repeats_nothing_of_the_token() {
    let test = TestApp::empty();
    for token in [
        "secret-word-of-mine",
        "foedera_1_secret-word-of-mine",
        "a.secret-word-of-mine.c",
    ] {
        for answer in [
            post(&test, Some(token), "{ latestRevision }"),
            get(&test, Some(token), "/admin/backup"),
        ] {
            assert_eq!(answer.status, 401);
            assert!(!answer.body.contains("secret-word"), "{}", answer.body);
        }
    }
}
