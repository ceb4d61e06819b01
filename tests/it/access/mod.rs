//! Who may do what.

mod closed;
mod desk;
mod guessing;
mod newsroom;
mod oidc;
mod provider;
mod roles;
mod tokens;

use std::sync::atomic::AtomicI64;

use foedera::auth::Rules;
use foedera::model::Clock;
use serde_json::{Value, json};

use crate::support::{TOKEN, TestApp, agent, web};

/// Noon of 1 March 2026, in milliseconds.
const NOON: i64 = 1_772_366_400_000;
const DAY: i64 = 86_400_000;

/// A clock that can be set.
fn clock() -> &'static AtomicI64 {
    Box::leak(Box::new(AtomicI64::new(NOON)))
}

fn serving(clock: &'static AtomicI64, reads_need_token: bool) -> TestApp {
    let rules = Rules {
        admin_token: Some(TOKEN),
        reads_need_token,
        ..Rules::default()
    };
    let dir = tempfile::tempdir().unwrap();
    TestApp::behind(dir, Clock::Set(clock), web(), rules)
}

/// What came of a request.
struct Answer {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: String,
}

impl Answer {
    fn of(mut response: ureq::http::Response<ureq::Body>) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().read_to_string().unwrap(),
        }
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn code(&self) -> String {
        let code = &self.json()["errors"][0]["extensions"]["code"];
        code.as_str().unwrap_or_default().to_owned()
    }
}

fn post(test: &TestApp, token: Option<&str>, query: &str) -> Answer {
    let mut request = agent()
        .post(format!("{}/graphql", test.url))
        .header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = json!({ "query": query }).to_string();
    Answer::of(request.send(body).unwrap())
}

fn get(test: &TestApp, token: Option<&str>, path: &str) -> Answer {
    let mut request = agent().get(format!("{}{path}", test.url));
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    Answer::of(request.call().unwrap())
}

/// Gives out a token; its id and its secret.
fn give(test: &TestApp, name: &str, role: &str) -> (String, String) {
    let input = json!({ "name": name, "role": role });
    let query = "mutation($input: CreateTokenInput!) { createToken(input: $input) { token { id } secret userErrors { message } } }";
    let answer = test.post(
        &json!({ "query": query, "variables": { "input": input } }),
        Some(TOKEN),
    );
    let made = &answer["data"]["createToken"];
    assert_eq!(made["userErrors"], json!([]), "{answer}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["token"]["id"]), text(&made["secret"]))
}
