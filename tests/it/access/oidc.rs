//! Tokens of an identity provider.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use foedera::auth::Rules;
use foedera::config::OidcConfig;
use foedera::model::Clock;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::provider::{EDWARDS, FIRST, Host, Key, OLD, SECOND};
use super::{Answer, DAY, NOON, clock, get, post};
use crate::support::{TOKEN, TestApp, agent, web};

const ISSUER: &str = "https://id.example.org/";
const MINUTE: i64 = 60_000;

fn trusting(keys: &str, clock: &'static AtomicI64) -> TestApp {
    let oidc = OidcConfig {
        issuer: ISSUER.to_owned(),
        audience: vec!["foedera".to_owned(), "newsroom".to_owned()],
        jwks: keys.to_owned(),
        role_claim: "roles".to_owned(),
        name_claim: "sub".to_owned(),
    };
    let rules = Rules {
        admin_token: Some(TOKEN),
        oidc: Some(&oidc),
        ..Rules::default()
    };
    let mut web = web();
    // So that each try of a test can be a client of its own.
    web.address_header = Some("X-Forwarded-For".to_owned());
    TestApp::behind(tempfile::tempdir().unwrap(), Clock::Set(clock), web, rules)
}

/// Claims that are in order for an hour from noon on, but for some.
fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "aud": "foedera", "sub": "ana", "exp": NOON / 1000 + 3600, "roles": ["editor"],
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().shift_remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

/// What somebody who was never seen before is answered.
fn ask(test: &TestApp, token: &str) -> Answer {
    static CLIENTS: AtomicU32 = AtomicU32::new(0);
    let client = std::net::Ipv4Addr::from(CLIENTS.fetch_add(1, Ordering::Relaxed));
    let request = agent()
        .post(format!("{}/graphql", test.url))
        .header("content-type", "application/json")
        .header("x-forwarded-for", client.to_string())
        .header("authorization", format!("Bearer {token}"));
    let body = json!({ "query": "{ viewer { name role validUntil } }" }).to_string();
    Answer::of(request.send(body).unwrap())
}

#[test]
fn a_token_of_the_provider_gives_its_name_and_its_role() {
    let host = Host::with(&[FIRST, EDWARDS, OLD]);
    let test = trusting(&host.url, clock());
    for key in [FIRST, EDWARDS, OLD] {
        let answer = ask(&test, &key.sign(&claims(json!({}))));
        assert_eq!(
            answer.json()["data"]["viewer"],
            json!({ "name": "ana", "role": "EDITOR", "validUntil": "2026-03-01T13:01:00Z" }),
            "{key:?}"
        );
    }
    assert_eq!(host.asked(), 1);
    let token = FIRST.sign(&claims(json!({})));
    let made = post(
        &test,
        Some(&token),
        r#"mutation { createActor(input: {name: "A", kind: STATE}) { revision { author } } }"#,
    );
    let author = &made.json()["data"]["createActor"]["revision"]["author"];
    assert_eq!(author, "ana");
}

/// A token put together by hand.
fn by_hand(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (header, claims) = (header.to_string(), claims.to_string());
    format!(
        "{}.{}.{}",
        part(header.as_bytes()),
        part(claims.as_bytes()),
        part(signature)
    )
}

/// What an attacker may send, by what it tries.
fn forgeries() -> Vec<(&'static str, String)> {
    let good = claims(json!({}));
    let impostor = Key {
        id: FIRST.id,
        ..SECOND
    };
    let signed = FIRST.sign(&good);
    let (rest, signature) = signed.rsplit_once('.').unwrap();
    let header = rest.split('.').next().unwrap();
    let admin = claims(json!({ "roles": ["admin"] })).to_string();
    let symmetric = |secret: &[u8], id: &str| {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(id.to_owned());
        encode(&header, &good, &EncodingKey::from_secret(secret)).unwrap()
    };
    let public = FIRST.public();
    let mut own_key = Header::new(Algorithm::ES256);
    own_key.jwk = Some(serde_json::from_value(SECOND.public()).unwrap());
    own_key.kid = Some("mine".to_owned());
    let mut critical = Header::new(Algorithm::ES256);
    critical.kid = Some(FIRST.id.to_owned());
    critical.crit = Some(vec!["b64".to_owned()]);
    let none = |name: &str| by_hand(&json!({ "alg": name, "kid": "first" }), &good, b"");
    vec![
        ("alg none", none("none")),
        ("alg None", none("None")),
        ("alg nOnE", none("nOnE")),
        ("no alg", by_hand(&json!({ "kid": "first" }), &good, b"")),
        ("no signature", format!("{rest}.")),
        ("another key under the same id", impostor.sign(&good)),
        (
            "other claims under the same signature",
            format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(admin)),
        ),
        (
            "the public key as a secret",
            symmetric(public.to_string().as_bytes(), "first"),
        ),
        (
            "a part of the public key as a secret",
            symmetric(public["x"].as_str().unwrap().as_bytes(), "first"),
        ),
        ("no secret", symmetric(b"", "first")),
        ("its own key in the head", SECOND.sign_with(&own_key, &good)),
        (
            "the algorithm of another key",
            by_hand(&json!({ "alg": "RS256", "kid": "first" }), &good, b"x"),
        ),
        (
            "an extension that must be known",
            FIRST.sign_with(&critical, &good),
        ),
        (
            "another issuer",
            FIRST.sign(&claims(json!({ "iss": "https://evil.example/" }))),
        ),
        ("no issuer", FIRST.sign(&claims(json!({ "iss": null })))),
        (
            "another audience",
            FIRST.sign(&claims(json!({ "aud": "other" }))),
        ),
        (
            "other audiences",
            FIRST.sign(&claims(json!({ "aud": ["other", "others"] }))),
        ),
        ("no audience", FIRST.sign(&claims(json!({ "aud": null })))),
        ("no end", FIRST.sign(&claims(json!({ "exp": null })))),
        (
            "an end in words",
            FIRST.sign(&claims(json!({ "exp": "tomorrow" }))),
        ),
        (
            "a beginning in words",
            FIRST.sign(&claims(json!({ "nbf": "yesterday" }))),
        ),
        ("nothing in it", FIRST.sign(&json!({}))),
        ("no object", FIRST.sign(&json!([]))),
        ("dots", "..".to_owned()),
        ("no base64", "a!.b!.c!".to_owned()),
        ("far too much", format!("{}.a.a", "a".repeat(20_000))),
    ]
}

#[test]
fn what_is_forged_is_refused_and_all_of_it_alike() {
    let host = Host::with(&[FIRST, OLD]);
    let test = trusting(&host.url, clock());
    let good = claims(json!({ "aud": ["other", "newsroom"] }));
    assert_eq!(ask(&test, &FIRST.sign(&good)).status, 200);
    for (what, token) in forgeries() {
        let answer = ask(&test, &token);
        assert_eq!(answer.status, 401, "{what}: {}", answer.body);
        let told = answer.json()["errors"][0]["message"].clone();
        let told = told.as_str().unwrap();
        assert!(
            told.starts_with("the token is not valid;"),
            "{what}: {told}"
        );
    }
}

#[test]
fn clocks_may_differ_by_a_minute_and_no_more() {
    let host = Host::with(&[FIRST]);
    let test = trusting(&host.url, clock());
    let noon = NOON / 1000;
    for (changes, status) in [
        (json!({ "exp": noon - 59 }), 200),
        (json!({ "exp": noon - 60 }), 401),
        (json!({ "nbf": noon + 60 }), 200),
        (json!({ "nbf": noon + 61 }), 401),
        (json!({ "exp": noon as f64 + 0.5 }), 200),
        (json!({ "exp": 1e300 }), 401),
        (json!({ "exp": -1e300 }), 401),
    ] {
        let answer = ask(&test, &FIRST.sign(&claims(changes.clone())));
        assert_eq!(answer.status, status, "{changes}: {}", answer.body);
    }
    let over = ask(&test, &FIRST.sign(&claims(json!({ "exp": noon - 3600 }))));
    assert!(
        over.body
            .contains("the token was valid until 2026-03-01T11:00:00Z"),
        "{}",
        over.body
    );
}

#[test]
fn keys_are_fetched_again_when_they_change() {
    let clock = clock();
    let host = Host::with(&[FIRST]);
    let test = trusting(&host.url, clock);
    let [first, second] = [FIRST, SECOND].map(|key| key.sign(&claims(json!({}))));
    assert_eq!(ask(&test, &first).status, 200);
    host.give(&[FIRST, SECOND]);
    // Not at once: whoever makes up ids does not have us fetch for each.
    for _ in 0..20 {
        assert_eq!(ask(&test, &second).status, 401);
    }
    assert_eq!(host.asked(), 1);
    clock.fetch_add(10_000, Ordering::SeqCst);
    assert_eq!(ask(&test, &second).status, 200);
    assert_eq!(host.asked(), 2);
    host.give(&[SECOND]);
    assert_eq!(ask(&test, &first).status, 200);
    clock.fetch_add(10 * MINUTE, Ordering::SeqCst);
    assert_eq!(ask(&test, &first).status, 401);
    assert_eq!(ask(&test, &second).status, 200);
    assert_eq!(host.asked(), 3);
}

#[test]
fn while_the_host_of_the_keys_is_down_the_last_ones_serve_for_a_day() {
    let clock = clock();
    let host = Host::with(&[FIRST]);
    let test = trusting(&host.url, clock);
    let long = json!({ "exp": NOON / 1000 + 10 * 86_400 });
    let [first, second] = [FIRST, SECOND].map(|key| key.sign(&claims(long.clone())));
    let unavailable = |token: &str| {
        let answer = ask(&test, token);
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert_eq!(answer.code(), "KEYS_UNAVAILABLE");
        assert_eq!(answer.header("retry-after"), "10");
        let told = answer.json()["errors"][0]["message"].clone();
        assert!(
            told.as_str().unwrap().contains("cannot be fetched now"),
            "{told}"
        );
    };
    assert_eq!(ask(&test, &first).status, 200);
    host.set_down(true);
    clock.fetch_add(DAY - MINUTE, Ordering::SeqCst);
    assert_eq!(ask(&test, &first).status, 200);
    // A key that nobody has heard of may be a new one.
    unavailable(&second);
    clock.fetch_add(2 * MINUTE, Ordering::SeqCst);
    unavailable(&first);
    // Whoever does not depend on the provider goes on.
    assert_eq!(ask(&test, TOKEN).status, 200);
    assert_eq!(
        get(&test, None, "/graphql?query=%7BlatestRevision%7D").status,
        200
    );
    host.set_down(false);
    clock.fetch_add(10_000, Ordering::SeqCst);
    assert_eq!(ask(&test, &first).status, 200);
    assert_eq!(ask(&test, &second).status, 401);
}

#[test]
fn a_host_that_never_was_there_is_no_reason_to_let_anybody_in() {
    let host = Host::with(&[FIRST]);
    host.set_down(true);
    let test = trusting(&host.url, clock());
    assert_eq!(ask(&test, &FIRST.sign(&claims(json!({})))).status, 503);
    // What could never be valid is refused without keys.
    let none = by_hand(&json!({ "alg": "none" }), &claims(json!({})), b"");
    assert_eq!(ask(&test, &none).status, 401);
}

#[test]
fn the_keys_can_be_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("keys.json");
    std::fs::write(&file, json!({ "keys": [FIRST.public()] }).to_string()).unwrap();
    let clock = clock();
    let test = trusting(file.to_str().unwrap(), clock);
    assert_eq!(ask(&test, &FIRST.sign(&claims(json!({})))).status, 200);
    std::fs::write(&file, json!({ "keys": [SECOND.public()] }).to_string()).unwrap();
    clock.fetch_add(10_000, Ordering::SeqCst);
    assert_eq!(ask(&test, &SECOND.sign(&claims(json!({})))).status, 200);
}

#[test]
fn a_token_without_a_role_or_a_name_lets_nobody_in() {
    let host = Host::with(&[FIRST]);
    let test = trusting(&host.url, clock());
    for changes in [
        json!({ "roles": null }),
        json!({ "roles": ["king"] }),
        json!({ "sub": null }),
        json!({ "sub": "admin" }),
        json!({ "sub": "a\u{0}b" }),
    ] {
        let answer = ask(&test, &FIRST.sign(&claims(changes.clone())));
        assert_eq!(
            (answer.status, &*answer.code()),
            (403, "FORBIDDEN"),
            "{changes}"
        );
    }
}
