//! A server of one's own for a test: its own directory, its own port, a clock that stands still.

pub mod npm;

use std::sync::mpsc;
use std::time::Duration;

use foedera::app::{App, Opening};
use foedera::auth::Rules;
use foedera::config::Limits;
use foedera::http::Web;
use foedera::model::{Clock, Day, Timestamp};
use foedera::transfer::fixture;
use serde_json::{Value, json};

/// The admin token of test servers.
pub const TOKEN: &str = "a token for tests";

/// A server in this process.
pub struct TestApp {
    pub app: App,
    pub url: String,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    dir: tempfile::TempDir,
}

impl TestApp {
    /// An empty record, on 1 March 2026.
    pub fn empty() -> Self {
        Self::on("2026-03-01")
    }

    /// An empty record on a day.
    pub fn on(day: &str) -> Self {
        Self::start(tempfile::tempdir().unwrap(), noon(day))
    }

    /// Stops it and starts it again on another day.
    pub fn reopened(mut self, day: &str) -> Self {
        let dir = std::mem::replace(&mut self.dir, tempfile::tempdir().unwrap());
        let app = self.app.clone();
        drop(self);
        app.close();
        Self::start(dir, noon(day))
    }

    /// The Iran record on a day.
    pub fn iran(day: &str) -> Self {
        let test = Self::on(day);
        test.import(fixture::IRAN);
        test
    }

    pub fn start(dir: tempfile::TempDir, clock: Clock) -> Self {
        Self::serve(dir, clock, web())
    }

    /// A record that a command has written, on a clock.
    pub fn at(data: &std::path::Path, clock: Clock) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(data).unwrap() {
            let entry = entry.unwrap();
            std::fs::rename(entry.path(), dir.path().join(entry.file_name())).unwrap();
        }
        Self::start(dir, clock)
    }

    /// The same, where an operation may take only so long.
    pub fn start_with(dir: tempfile::TempDir, clock: Clock, limit: Duration) -> Self {
        let operation_timeout = limit;
        Self::serve(
            dir,
            clock,
            Web {
                operation_timeout,
                ..web()
            },
        )
    }

    /// The same, where pages on some origins may use the API.
    pub fn start_for(
        dir: tempfile::TempDir,
        clock: Clock,
        operation_timeout: Duration,
        cors_origins: Vec<String>,
    ) -> Self {
        Self::serve(
            dir,
            clock,
            Web {
                operation_timeout,
                cors_origins,
                ..web()
            },
        )
    }

    /// A server with settings of its own.
    pub fn serve(dir: tempfile::TempDir, clock: Clock, web: Web) -> Self {
        let rules = Rules {
            admin_token: Some(TOKEN),
            ..Rules::default()
        };
        Self::behind(dir, clock, web, rules)
    }

    /// A server that lets people in by rules of its own.
    pub fn behind(dir: tempfile::TempDir, clock: Clock, web: Web, rules: Rules<'_>) -> Self {
        let opening = Opening {
            data: dir.path(),
            cache_bytes: 8 << 20,
            rules,
            clock,
        };
        let (app, _) = App::open(&opening, |_| {}).unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = mpsc::channel();
        let shared = app.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build();
            runtime.unwrap().block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let stopped = async {
                    let _ = stopped.await;
                };
                foedera::http::serve(listener, shared, &web, stopped).await;
            });
        });
        let url = format!("http://{}", told.recv().unwrap());
        Self {
            app,
            url,
            stop: Some(stop),
            thread: Some(thread),
            dir,
        }
    }

    /// Its data directory.
    pub fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    pub fn import(&self, text: &str) {
        fixture::import(&self.app.ledger, text.as_bytes(), "test", "test", |_| {}).unwrap();
    }

    pub fn export(&self) -> String {
        let mut out = Vec::new();
        fixture::export(&self.app.ledger.snapshot(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The data of a query that must have no errors.
    pub fn query(&self, query: &str) -> Value {
        self.query_with(query, json!({}))
    }

    pub fn query_with(&self, query: &str, variables: Value) -> Value {
        let answer = self.post(&json!({ "query": query, "variables": variables }), None);
        assert_eq!(answer.get("errors"), None, "{answer:#}");
        answer["data"].clone()
    }

    /// The errors of a query that must have some.
    pub fn errors(&self, query: &str) -> Value {
        let answer = self.post(&json!({ "query": query }), None);
        assert!(answer["errors"].is_array(), "{answer:#}");
        answer["errors"].clone()
    }

    /// The payload of a mutation, whose name and input these are; `fields` is what to ask of it.
    pub fn mutate(&self, name: &str, input: &Value, fields: &str) -> Value {
        let mut kind = name.to_owned();
        kind[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {fields} replayed revision {{ number }} userErrors {{ code message path }} }} }}"
        );
        let body = json!({ "query": query, "variables": { "input": input } });
        let answer = self.post(&body, Some(TOKEN));
        assert_eq!(answer.get("errors"), None, "{answer:#}");
        answer["data"][name].clone()
    }

    /// The payload of a mutation that must have no user errors.
    pub fn done(&self, name: &str, input: &Value, fields: &str) -> Value {
        let payload = self.mutate(name, input, fields);
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload
    }

    /// An actor made for a test; its id.
    pub fn actor(&self, slug: &str) -> String {
        let input = json!({ "slug": slug, "name": slug, "kind": "STATE" });
        let payload = self.done("createActor", &input, "actor { id }");
        payload["actor"]["id"].as_str().unwrap().to_owned()
    }

    /// A relationship made for a test; its id.
    pub fn tie(&self, from: &str, to: &str) -> String {
        let input = json!({ "from": from, "to": to, "kind": "ALLIANCE", "alignment": "ALLY", "period": { "start": "2000" } });
        let payload = self.done("createRelationship", &input, "relationship { id }");
        payload["relationship"]["id"].as_str().unwrap().to_owned()
    }

    /// Posts a GraphQL request.
    pub fn post(&self, body: &Value, token: Option<&str>) -> Value {
        let mut request = agent()
            .post(format!("{}/graphql", self.url))
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let text = request
            .send(body.to_string())
            .unwrap()
            .body_mut()
            .read_to_string()
            .unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A clock that stands at noon of a day.
pub fn noon(day: &str) -> Clock {
    let day: foedera::model::PartialDate = day.parse().unwrap();
    let Day(days) = day.first_day();
    Clock::Fixed(Timestamp(i64::from(days) * 86_400_000 + 43_200_000))
}

/// The settings of test servers.
pub fn web() -> Web {
    Web {
        answer_cache: 8 << 20,
        operation_timeout: Duration::from_secs(20),
        most_streams: 1_000,
        // Estimates take lists for as long as they may be; those of tests are short.
        limits: Limits {
            cost: 10_000_000,
            ..Limits::default()
        },
        ..Web::default()
    }
}

/// An HTTP client that takes every status for an answer.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into()
}

/// The codes and paths of user errors.
pub fn told(payload: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let path = |value: &Value| {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect::<Vec<_>>()
            .join(".")
    };
    let errors = payload["userErrors"].as_array().unwrap().iter();
    errors
        .map(|error| (text(&error["code"]), path(&error["path"])))
        .collect()
}

/// Whether some file below a folder holds these words.
pub fn is_kept(folder: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return is_kept(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    })
}

/// Copies a directory, as it is, with all that is in it.
pub fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
