//! Bounds of serving: lists of requests, budgets, connections, operations at a time.

use std::io::Read as _;
use std::net::TcpStream;
use std::time::Duration;

use foedera::config::Limits;
use foedera::http::Web;
use serde_json::json;

use super::limits::{bounded, refused};
use super::{JSON, get, post};
use crate::support::{TestApp, agent, noon, web};

#[test]
fn lists_of_requests_are_taken_where_they_are_allowed() {
    let one = json!({ "query": "{ latestRevision }" });
    let test = TestApp::empty();
    let answer = post(&test, &[JSON], &json!([one]).to_string());
    assert_eq!(answer.status, 422);
    assert_eq!(
        refused(&answer.json()),
        &json!({ "code": "BATCH_TOO_LARGE", "limit": 0, "found": 1 })
    );
    let test = bounded(Limits {
        batch: 3,
        ..Limits::default()
    });
    let wrong = json!({ "query": "{ nothing }" });
    let answer = post(&test, &[JSON], &json!([one, wrong, one]).to_string());
    assert_eq!(
        (answer.status, &*answer.kind),
        (200, "application/json; charset=utf-8")
    );
    let told = answer.json();
    assert_eq!(told[0], json!({ "data": { "latestRevision": 0 } }));
    assert_eq!(refused(&told[1])["code"], "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(told[2], told[0]);
    let answer = post(&test, &[JSON], &json!([one, one, one, one]).to_string());
    assert_eq!(
        refused(&answer.json()),
        &json!({ "code": "BATCH_TOO_LARGE", "limit": 3, "found": 4 })
    );
    assert_eq!(post(&test, &[JSON], "[]").status, 422);
    assert_eq!(post(&test, &[JSON], "[1]").status, 422);
    assert_eq!(post(&test, &[JSON], "[").status, 400);
}

#[test]
fn a_budget_is_spent_and_told() {
    let test = bounded(Limits {
        budget: 100,
        ..Limits::default()
    });
    let ask = |first: u32| {
        let query = format!("{{ actors(first: {first}) {{ nodes {{ id }} }} }}");
        post(&test, &[JSON], &json!({ "query": query }).to_string())
    };
    let answer = ask(39);
    assert_eq!(answer.header("ratelimit-policy"), "\"cost\";q=100;w=60");
    assert!(
        answer.header("ratelimit").starts_with("\"cost\";r=40;t="),
        "{}",
        answer.header("ratelimit")
    );
    // An answer that was given before costs next to nothing.
    assert!(ask(39).header("ratelimit").starts_with("\"cost\";r=39;t="));
    let answer = ask(40);
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 60);
    assert_eq!(
        refused(&answer.json()),
        &json!({ "code": "RATE_LIMITED", "limit": 100, "found": 122 })
    );
    // Somebody else has a budget of their own.
    let body = json!({ "query": "{ actors(first: 41) { nodes { id } } }" });
    assert_eq!(
        test.post(&body, Some(crate::support::TOKEN)).get("errors"),
        None
    );
    // What is small still fits, on every road.
    let small = get(&test, "/graphql?query=%7BlatestRevision%7D", "*/*");
    assert!(small.header("ratelimit").starts_with("\"cost\";r=38;t="));
    let stream = |query: &str| {
        let url = format!("{}/graphql/stream", test.url);
        agent().get(url).query("query", query).call().unwrap()
    };
    let mut small = stream("{ latestRevision }");
    let left = small.headers()["ratelimit"].to_str().unwrap().to_owned();
    assert!(left.starts_with("\"cost\";r=37;t="), "{left}");
    assert!(small.headers().contains_key("ratelimit-policy"));
    let told = small.body_mut().read_to_string().unwrap();
    assert!(told.contains(r#"{"data":{"latestRevision":0}}"#), "{told}");
    let mut large = stream("{ actors(first: 50) { nodes { id } } }");
    assert_eq!(large.status(), 429);
    assert!(large.headers().contains_key("retry-after"));
    let told = large.body_mut().read_to_string().unwrap();
    assert!(told.contains("RATE_LIMITED"), "{told}");
}

#[test]
fn an_operation_that_takes_too_long_is_broken_off() {
    let web = Web {
        operation_timeout: Duration::from_millis(1),
        ..web()
    };
    let test = TestApp::serve(tempfile::tempdir().unwrap(), noon("2026-03-10"), web);
    test.import(foedera::transfer::fixture::IRAN);
    let query = "{ actors(first: 50) { nodes { name summary relationships(first: 100) { nodes { label summary citations { source { title publisher } } from { name } to { name relationships(first: 1) { nodes { label } } } } } } } }";
    let began = std::time::Instant::now();
    let answer = test.post(&json!({ "query": query }), None);
    let took = began.elapsed();
    let error = &answer["errors"][0]["extensions"];
    assert_eq!(
        (&error["code"], &error["limit"]),
        (&json!("OPERATION_TIMEOUT"), &json!(1)),
        "{answer}"
    );
    let found = error["found"].as_u64().unwrap();
    assert!(
        (1..2_000).contains(&found) && took < Duration::from_secs(5),
        "{found}"
    );
    assert_eq!(answer["data"], serde_json::Value::Null);
}

#[test]
fn nobody_is_told_of_budgets_where_there_are_none() {
    let test = TestApp::empty();
    let answer = post(&test, &[JSON], r#"{"query":"{ latestRevision }"}"#);
    assert_eq!(
        (
            answer.header("ratelimit"),
            answer.header("ratelimit-policy")
        ),
        ("", "")
    );
}

#[test]
fn one_connection_more_than_there_is_room_for_is_turned_away() {
    let test = bounded(Limits {
        connections: 3,
        ..Limits::default()
    });
    let address = test.url.trim_start_matches("http://").to_owned();
    let open = || {
        let stream = TcpStream::connect(&address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    };
    let held: Vec<_> = (0..3).map(|_| open()).collect();
    let mut told = String::new();
    open().read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 503 "), "{told}");
    drop(held);
    let began = std::time::Instant::now();
    while get_status(&test) != Some(200) {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn get_status(test: &TestApp) -> Option<u16> {
    let answer = agent().get(format!("{}/health/live", test.url)).call();
    answer.ok().map(|answer| answer.status().as_u16())
}

#[test]
fn an_operation_more_than_are_carried_out_at_a_time_is_told_to_come_back() {
    let test = bounded(Limits {
        concurrent: 1,
        ..Limits::default()
    });
    std::thread::scope(|scope| {
        // Waits for a revision that does not come, but is not carried out meanwhile: it holds its place.
        let waiting = scope.spawn(|| {
            let headers = [JSON, ("foedera-min-revision", "1")];
            // One of the others may have the place just then.
            while post(&test, &headers, r#"{"query":"{ latestRevision }"}"#).status == 503 {}
        });
        let began = std::time::Instant::now();
        for number in 0.. {
            // Never the same twice: one that was answered before is not carried out.
            let query = format!("{{ a{number}: latestRevision }}");
            let answer = post(&test, &[JSON], &json!({ "query": query }).to_string());
            if answer.status == 503 {
                assert_eq!(refused(&answer.json())["code"], "OVERLOADED");
                assert_eq!(answer.header("retry-after"), "1");
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(4), "{}", answer.body);
        }
        waiting.join().unwrap();
    });
    assert_eq!(
        post(&test, &[JSON], r#"{"query":"{ latestRevision }"}"#).status,
        200
    );
}
