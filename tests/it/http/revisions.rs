//! Which revision an answer was read from, which one it may be read from, and who may keep it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Answer, GRAPHQL, JSON, get, post};
use crate::support::{TOKEN, TestApp, agent, noon};

fn ask(test: &TestApp, headers: &[(&str, &str)], extensions: Value) -> Answer {
    let body = json!({ "query": "{ latestRevision }", "extensions": extensions });
    let headers = [&[JSON, GRAPHQL], headers].concat();
    post(test, &headers, &body.to_string())
}

#[test]
fn an_answer_says_which_revision_it_was_read_from() {
    let test = TestApp::empty();
    test.actor("a");
    assert_eq!(ask(&test, &[], json!({})).header("foedera-revision"), "1");
    let past = get(
        &test,
        "/graphql?query=%7Bat(revision:0)%7Brevision%7D%7D",
        "*/*",
    );
    assert_eq!(past.header("foedera-revision"), "1");
    // Nothing was read for an answer without data.
    let wrong = post(&test, &[JSON], r#"{"query":"{ nothing }"}"#);
    assert_eq!(wrong.header("foedera-revision"), "");
}

#[test]
fn who_has_written_reads_what_was_written() {
    let test = TestApp::empty();
    let mutation =
        r#"mutation { createActor(input: { name: "A", kind: STATE }) { revision { number } } }"#;
    let body = json!({ "query": mutation }).to_string();
    let bearer = format!("Bearer {TOKEN}");
    let written = post(&test, &[JSON, ("authorization", &bearer)], &body);
    assert_eq!(
        written.json()["data"]["createActor"]["revision"]["number"],
        1
    );
    let revision = written.header("foedera-revision");
    assert_eq!(revision, "1");
    let read = ask(&test, &[("foedera-min-revision", revision)], json!({}));
    assert_eq!(read.json()["data"]["latestRevision"], 1);
}

#[test]
fn a_request_waits_for_the_revision_that_it_wants() {
    let test = TestApp::empty();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| ask(&test, &[], json!({ "minRevision": 3 })));
        for slug in ["a", "b", "c"] {
            std::thread::sleep(Duration::from_millis(100));
            assert!(!waiting.is_finished(), "it did not wait");
            test.actor(slug);
        }
        let answer = waiting.join().unwrap().json();
        assert_eq!(answer, json!({ "data": { "latestRevision": 3 } }));
    });
}

#[test]
fn a_revision_that_does_not_come_is_an_error_that_says_how_far_the_record_is() {
    let dir = tempfile::tempdir().unwrap();
    let test = TestApp::start_with(dir, noon("2026-03-01"), Duration::from_millis(300));
    test.actor("a");
    let began = Instant::now();
    // Of the extension and the header, the later one counts.
    let answer = ask(
        &test,
        &[("foedera-min-revision", "7")],
        json!({ "minRevision": 1 }),
    );
    let waited = began.elapsed();
    assert!(
        (Duration::from_millis(300)..Duration::from_secs(4)).contains(&waited),
        "{waited:?}"
    );
    assert_eq!(answer.status, 400);
    let errors = json!([{
        "message": "revision 7 is not there yet; the newest is 1",
        "extensions": { "code": "REVISION_NOT_REACHED", "newestRevision": 1 },
    }]);
    assert_eq!(answer.json(), json!({ "errors": errors }));
}

#[test]
fn waiting_ends_after_five_seconds_however_long_an_operation_may_take() {
    let test = TestApp::empty();
    let began = Instant::now();
    let answer = ask(&test, &[], json!({ "minRevision": u32::MAX }));
    let code = &answer.json()["errors"][0]["extensions"]["code"];
    assert_eq!(code, "REVISION_NOT_REACHED");
    let waited = began.elapsed();
    assert!(
        (Duration::from_secs(5)..Duration::from_secs(9)).contains(&waited),
        "{waited:?}"
    );
}

#[test]
fn a_wish_that_makes_no_sense_is_refused_in_plain_words() {
    let test = TestApp::empty();
    for extensions in [
        json!({ "minRevision": -1 }),
        json!({ "minRevision": "1" }),
        json!({ "minRevision": 5_000_000_000_u64 }),
        json!({ "receipt": "yes" }),
    ] {
        let answer = ask(&test, &[], extensions);
        assert_eq!(answer.status, 400, "{}", answer.body);
        let error = &answer.json()["errors"][0];
        assert_eq!(error["extensions"]["code"], "BAD_REQUEST");
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .starts_with("extensions.")
        );
    }
    for value in ["-1", "x", ""] {
        let answer = ask(&test, &[("foedera-min-revision", value)], json!({}));
        assert_eq!(answer.status, 400, "{value:?}: {}", answer.body);
    }
    // Null is as good as nothing, and what others call an extension is no matter of ours.
    let others = json!({ "minRevision": null, "receipt": null, "persistedQuery": {} });
    assert_eq!(ask(&test, &[], others).status, 200);
}

#[test]
fn caches_keep_for_ever_what_can_never_be_another_answer_and_nothing_else() {
    let test = TestApp::iran("2026-03-10");
    test.actor("a");
    let asks = |query: &str| {
        let encoded: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
        get(&test, &format!("/graphql?query={encoded}"), "*/*")
    };
    let kept = |query: &str| {
        let answer = asks(query);
        assert!(answer.header("vary").contains("foedera-receipt"));
        match answer.header("cache-control") {
            "public, max-age=31536000, immutable" => true,
            "no-cache" => false,
            other => panic!("{query}: {other:?}"),
        }
    };
    for settled in [
        r#"{ at(validOn: "2026-01-01", revision: 1) { actor(slug: "iran") { __typename allies { totalCount } } } }"#,
        r#"{ a: at(validOn: "2026-01", revision: 1) { validOn } b: at(validOn: "2030", revision: 2) { revision } }"#,
        r#"{ diff(from: { validOn: "2024-01-01", revision: 1 }, to: { validOn: "2026-01-01", revision: 1 }) { totalCount } }"#,
    ] {
        assert!(kept(settled), "{settled}");
    }
    for moving in [
        "{ latestRevision }",
        "{ at(revision: 1) { validOn } }",
        r#"{ at(validOn: "2026-01-01") { revision } }"#,
        r#"{ at(validOn: "2026-01-01", revision: 1) { validOn } latestRevision }"#,
        r#"{ diff(from: { validOn: "2024-01-01", revision: 1 }, to: { revision: 1 }) { totalCount } }"#,
        // Errors may be mended, and the schema grows.
        r#"{ at(validOn: "2026-01-01", revision: 9) { validOn } }"#,
        r#"{ at(validOn: "2026-01-01", revision: 1) { node(id: "nonsense") { id } } }"#,
        r#"{ at(validOn: "2026-01-01", revision: 1) { validOn } __schema { queryType { name } } }"#,
        r#"{ at(validOn: "2026-01-01", revision: 1) { validOn } __type(name: "Actor") { name } }"#,
        "{ nothing }",
    ] {
        assert!(!kept(moving), "{moving}");
    }
}

#[test]
fn pages_on_other_origins_may_send_and_read_our_headers() {
    let dir = tempfile::tempdir().unwrap();
    let origins = vec!["https://example.org".to_owned()];
    let test = TestApp::start_for(dir, noon("2026-03-01"), Duration::from_secs(20), origins);
    let header = |response: &ureq::http::Response<ureq::Body>, name: &str| {
        response.headers()[name].to_str().unwrap().to_owned()
    };
    let url = format!("{}/graphql", test.url);
    let asked = ureq::http::Request::options(&url)
        .header("origin", "https://example.org")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "foedera-receipt")
        .body(())
        .unwrap();
    let allowed = header(&agent().run(asked).unwrap(), "access-control-allow-headers");
    for name in ["foedera-receipt", "foedera-min-revision"] {
        assert!(allowed.contains(name), "{allowed}");
    }
    let request = agent().get(format!("{url}?query=%7BlatestRevision%7D"));
    let answer = request
        .header("origin", "https://example.org")
        .call()
        .unwrap();
    let exposed = header(&answer, "access-control-expose-headers");
    assert!(exposed.contains("foedera-revision"), "{exposed}");
}
