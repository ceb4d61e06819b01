//! Tokens and the operator: given out, lasting, and never told.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::{BINARY, Server, TOKEN, fail, succeed, text};
use crate::support::agent;

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Who the server says that somebody is; the status where it says nothing.
fn viewer(server: &Server, token: &str) -> Result<String, u16> {
    let request = agent()
        .post(format!("{}/graphql", server.url))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"));
    let mut answer = request
        .send(json!({ "query": "{ viewer { name role } }" }).to_string())
        .unwrap();
    let status = answer.status().as_u16();
    let body = answer.body_mut().read_to_string().unwrap();
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let viewer = &body["data"]["viewer"];
    match (viewer["name"].as_str(), viewer["role"].as_str()) {
        (Some(name), Some(role)) => Ok(format!("{name} {role}")),
        _ => Err(status),
    }
}

fn through(server: &Server, arguments: &[&str]) -> String {
    let output = Command::new(BINARY)
        .arg("token")
        .args(arguments)
        .args(["--server", &server.url])
        .env("FOEDERA_ADMIN_TOKEN", TOKEN)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}

#[test]
fn tokens_are_given_out_and_revoked_in_the_directory_and_through_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    let ana = through(&server, &["create", "--name", "ana", "--role", "editor"]);
    assert_eq!(viewer(&server, &ana), Ok("ana EDITOR".to_owned()));
    assert_eq!(server.stop(), Some(0));

    let at = name(&data);
    let arguments = [
        "token", "create", "--name", "boris", "--role", "reader", "--days", "1", "--data", at,
    ];
    let boris = succeed(&arguments).trim().to_owned();
    let list = succeed(&["token", "list", "--data", at]);
    let lines: Vec<_> = list.lines().collect();
    assert!(lines[0].starts_with("1  EDITOR  ana  until ") && lines[0].contains("last used"));
    assert!(lines[1].starts_with("2  READER  boris  until ") && lines[1].ends_with("never used"));

    let server = Server::start(&data);
    assert_eq!(viewer(&server, &ana), Ok("ana EDITOR".to_owned()));
    assert_eq!(viewer(&server, &boris), Ok("boris READER".to_owned()));
    assert_eq!(through(&server, &["revoke", "1"]), "Token 1 is revoked.");
    assert_eq!(viewer(&server, &ana), Err(401));
    assert!(through(&server, &["list"]).starts_with("1  EDITOR  ana  revoked "));
    assert_eq!(server.stop(), Some(0));

    succeed(&["token", "revoke", "2", "--data", at]);
    let told = fail(&["token", "revoke", "3", "--data", at]);
    assert_eq!(told, "foedera: there is no such token\n");
    let server = Server::start(&data);
    assert_eq!(viewer(&server, &boris), Err(401));
}

#[test]
fn tokens_survive_a_crash_and_reindex_and_are_in_no_backup() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file, restored) = (
        dir.path().join("data"),
        dir.path().join("backup"),
        dir.path().join("restored"),
    );
    let server = Server::start(&data);
    let ana = through(&server, &["create", "--name", "ana", "--role", "reader"]);
    let boris = through(&server, &["create", "--name", "boris", "--role", "reader"]);
    through(&server, &["revoke", "2"]);
    server.kill();
    succeed(&["reindex", "--data", name(&data)]);
    let server = Server::start(&data);
    assert_eq!(viewer(&server, &ana), Ok("ana READER".to_owned()));
    assert_eq!(viewer(&server, &boris), Err(401));
    server.stop();
    succeed(&["backup", name(&file), "--data", name(&data)]);
    succeed(&["restore", name(&file), "--data", name(&restored)]);
    assert_eq!(succeed(&["token", "list", "--data", name(&restored)]), "");
}

#[test]
fn no_secret_is_logged_however_much_is() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let mut command = Command::new("sh");
    // The arguments that the server is started with come after these; the last filter counts.
    let script = format!("exec {BINARY} serve --seed none \"$@\" 2>{}", name(&log));
    command.args(["-c", &script, "sh"]).env("RUST_LOG", "trace");
    let server = Server::run_at(command, &dir.path().join("data"), "trace").unwrap();
    let ana = through(&server, &["create", "--name", "ana", "--role", "reader"]);
    assert!(viewer(&server, &ana).is_ok());
    let wrong = "foedera_1_a-guess-that-is-wrong";
    assert_eq!(viewer(&server, wrong), Err(401));
    server.stop();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(
        log.contains("a token was made") && log.contains("DEBUG"),
        "{log}"
    );
    for secret in [
        TOKEN,
        &ana,
        ana.rsplit('_').next().unwrap(),
        "a-guess-that-is-wrong",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
