//! The real binary, from outside: started, killed, starved, damaged.

#[cfg(target_os = "linux")]
mod background;
mod certificates;
mod checkpoint;
mod crash;
mod damage;
mod disk;
mod durable;
mod exports;
mod failures;
mod limits;
mod guide;
mod ops;
#[cfg(target_os = "linux")]
mod memory;
mod readers;
mod upgrade;
mod receipts;
mod proposals;
mod reports;
mod search;
mod secrets;
mod served;
#[cfg(feature = "otel")]
mod traces;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::agent;

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_foedera");
/// The admin token of servers under test.
pub const TOKEN: &str = "a token for tests";

/// A figure of `/proc/PID/status` in KiB, such as `VmRSS`; none where the process is gone.
pub fn status(process: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A server in a process of its own. It is killed when it goes out of scope.
pub struct Server {
    pub child: Child,
    pub url: String,
    pub greeting: String,
}

impl Server {
    pub fn start(data: &Path) -> Self {
        let mut command = Command::new(BINARY);
        command.args(["serve", "--seed", "none"]);
        Self::run(command, data).unwrap_or_else(|told| panic!("the server did not start: {told}"))
    }

    /// Starts a server; what it said on the standard error stream if it ended instead.
    pub fn run(command: Command, data: &Path) -> Result<Self, String> {
        Self::run_at(command, data, "error")
    }

    /// The same, with a log filter.
    pub fn run_at(mut command: Command, data: &Path, log: &str) -> Result<Self, String> {
        let mut child = command
            .args(["--listen", "127.0.0.1:0", "--log", log, "--data"])
            .arg(data)
            .env("FOEDERA_ADMIN_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut greeting = String::new();
        for line in BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
        {
            greeting.push_str(&line);
            greeting.push('\n');
            if line.contains("Ctrl-C") {
                break;
            }
        }
        let line = greeting.lines().find(|line| line.contains("GraphQL"));
        if let Some(url) = line.and_then(|line| line.split_whitespace().last()) {
            let url = url.trim_end_matches("/graphql").to_owned();
            return Ok(Self {
                child,
                url,
                greeting,
            });
        }
        let mut told = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut told)
            .unwrap();
        child.wait().unwrap();
        Err(told)
    }

    /// Posts a GraphQL request with the admin token; an error where the server is gone.
    pub fn try_post(&self, query: &str, variables: &Value) -> Result<Value, String> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut answer = agent()
            .post(format!("{}/graphql", self.url))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {TOKEN}"))
            .send(body)
            .map_err(|error| error.to_string())?;
        let text = answer
            .body_mut()
            .read_to_string()
            .map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))
    }

    pub fn post(&self, query: &str, variables: &Value) -> Value {
        self.try_post(query, variables).unwrap()
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells the server to stop, and waits until it has; its exit code.
    pub fn stop(mut self) -> Option<i32> {
        signal(&self.child, "TERM");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Runs a command of the binary to its end.
pub fn foedera(arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .args(arguments)
        .env_remove("FOEDERA_ADMIN_TOKEN")
        .output()
        .unwrap()
}

/// Runs a command that must succeed; what it printed.
pub fn succeed(arguments: &[&str]) -> String {
    let output = foedera(arguments);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {out}{err}");
    out
}

/// Runs a command that must fail; its one sentence.
pub fn fail(arguments: &[&str]) -> String {
    let output = foedera(arguments);
    let told = text(&output.stderr);
    assert!(!output.status.success(), "{arguments:?} succeeded");
    assert!(
        !told.contains("panicked") && !told.contains("backtrace"),
        "{told}"
    );
    told
}

/// A path as an argument.
pub fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub const UPDATE: &str = "mutation($input: RecordUpdateInput!) { recordUpdate(input: $input) { note { id } revision { number } userErrors { message } } }";

/// News numbered `n`: a source, two actors, a relationship and a note, all or nothing.
pub fn news(n: &str) -> Value {
    json!({ "input": {
        "note": { "headline": format!("news {n}"), "body": "text ".repeat(50), "asOf": "2026-01",
            "actors": ["#a", "#b"], "relationships": ["#tie"], "citations": [{ "source": "#source" }], "tags": [n] },
        "changes": [
            { "createSource": { "ref": "source", "title": format!("source {n}") } },
            { "createActor": { "ref": "a", "name": format!("a {n}"), "slug": format!("a-{n}"), "kind": "STATE" } },
            { "createActor": { "ref": "b", "name": format!("b {n}"), "slug": format!("b-{n}"), "kind": "STATE" } },
            { "createRelationship": { "ref": "tie", "from": "#a", "to": "#b", "kind": "ALLIANCE", "alignment": "ALLY",
                "period": { "start": "2000" }, "citations": [{ "source": "#source" }] } },
        ],
    } })
}

/// The same with a note of so many words, five bytes each.
pub fn long_news(n: &str, words: usize) -> Value {
    let mut update = news(n);
    update["input"]["note"]["body"] = json!("text ".repeat(words));
    update
}

/// What the record holds of the news numbered `n`: all of it, or nothing. Anything between is a fault.
pub fn is_whole(server: &Server, n: &str) -> bool {
    let query = format!(
        r#"{{ a: actor(slug: "a-{n}") {{ relationships {{ nodes {{ to {{ slug }} citations {{ source {{ title }} }} }} }} notes {{ nodes {{ headline citations {{ source {{ title }} }} }} }} }} b: actor(slug: "b-{n}") {{ slug }} }}"#
    );
    let data = &server.post(&query, &json!({}))["data"];
    if data["a"].is_null() && data["b"].is_null() {
        return false;
    }
    let source = json!([{ "source": { "title": format!("source {n}") } }]);
    assert_eq!(
        *data,
        json!({
            "a": {
                "relationships": { "nodes": [{ "to": { "slug": format!("b-{n}") }, "citations": source }] },
                "notes": { "nodes": [{ "headline": format!("news {n}"), "citations": source }] },
            },
            "b": { "slug": format!("b-{n}") },
        }),
        "half of news {n}"
    );
    true
}
