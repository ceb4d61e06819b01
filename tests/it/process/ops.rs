//! What an operator does: start, stop, token, backup, restore, reindex, import, export.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::{BINARY, Server, TOKEN, UPDATE, is_whole, news, succeed};
use crate::support::agent;

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn export(data: &Path) -> String {
    succeed(&["export", "--data", name(data)])
}

const FIXTURES: [&str; 2] = ["fixtures/iran.json", "fixtures/nordic-baltic.json"];

#[test]
fn an_empty_directory_is_seeded_and_the_token_is_shown_once() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let start = || {
        let mut command = Command::new("env");
        // Without a configured token one is made.
        command.args(["-u", "FOEDERA_ADMIN_TOKEN", BINARY, "serve"]);
        Server::run(command, &data).unwrap()
    };
    let server = start();
    let token = server
        .greeting
        .split("Bearer ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    let token = token.to_owned();
    let query = json!({ "query": r#"mutation { createActor(input: {name: "A", kind: STATE}) { actor { slug } } }"# });
    let write = |server: &Server, token: &str| {
        let request = agent().post(format!("{}/graphql", server.url));
        let request = request.header("content-type", "application/json");
        let mut answer = request
            .header("authorization", format!("Bearer {token}"))
            .send(query.to_string())
            .unwrap();
        (
            answer.status().as_u16(),
            answer.body_mut().read_to_string().unwrap(),
        )
    };
    assert!(write(&server, &token).1.contains(r#""slug":"a""#));
    assert_eq!(write(&server, "wrong").0, 401);
    let found = server.try_post("{ latestRevision }", &json!({}));
    assert!(found.is_ok());
    assert_eq!(server.stop(), Some(0));

    let server = start();
    assert!(!server.greeting.contains("Bearer"), "{}", server.greeting);
    assert!(
        server.greeting.contains("revision 2"),
        "{}",
        server.greeting
    );
    assert!(write(&server, &token).1.contains(r#""slug":"a-2""#));
    assert_eq!(server.stop(), Some(0));

    let new = succeed(&["token", "--data", name(&data)]);
    let server = start();
    assert_eq!(write(&server, &token).0, 401);
    assert!(write(&server, new.trim()).1.contains("slug"));
}

#[test]
fn an_interrupt_right_after_the_greeting_ends_it_cleanly() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    super::signal(&server.child, "INT");
    assert_eq!(server.stop_code(), Some(0));
    assert!(data.join("seal").exists());
}

#[test]
fn what_runs_is_finished_before_the_server_stops() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(&dir.path().join("data"));
    let answers = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let server = &server;
                scope.spawn(move || {
                    let mut done = 0;
                    // Until the door is shut; no answer may break off.
                    while server
                        .try_post(UPDATE, &news(&format!("{writer}-{done}")))
                        .is_ok()
                    {
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        std::thread::sleep(std::time::Duration::from_millis(200));
        super::signal(&server.child, "TERM");
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .sum::<usize>()
    });
    assert!(answers > 0);
    assert_eq!(server.stop_code(), Some(0));
    let server = Server::start(&dir.path().join("data"));
    let data = server.post("{ latestRevision }", &json!({}));
    assert_eq!(data["data"]["latestRevision"], answers);
}

#[test]
fn a_backup_brings_the_whole_log_back_offline_and_through_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let (data, offline, online) = (
        dir.path().join("data"),
        dir.path().join("a"),
        dir.path().join("b"),
    );
    let server = Server::start(&data);
    for n in 0..20 {
        server.post(UPDATE, &news(&n.to_string()));
    }
    let through = |verb: &str, file: &Path, server: &Server| {
        let output = Command::new(BINARY)
            .args([verb, name(file), "--server", &server.url])
            .env("FOEDERA_ADMIN_TOKEN", TOKEN)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", super::text(&output.stderr));
    };
    through("backup", &online, &server);
    assert_eq!(server.stop(), Some(0));
    succeed(&["backup", name(&offline), "--data", name(&data)]);
    assert!(fs::read(&offline).unwrap() == fs::read(&online).unwrap());

    let restored = dir.path().join("restored");
    let told = succeed(&["restore", name(&offline), "--data", name(&restored)]);
    assert!(told.contains("20 revisions restored"), "{told}");
    assert_eq!(export(&restored), export(&data));
    let again = succeed(&["restore", name(&offline), "--data", name(&restored)]);
    assert!(again.contains("0 revisions restored"), "{again}");

    let empty = Server::start(&dir.path().join("empty"));
    through("restore", &online, &empty);
    assert!((0..20).all(|n| is_whole(&empty, &n.to_string())));
    assert_eq!(empty.stop(), Some(0));
    assert_eq!(export(&dir.path().join("empty")), export(&data));
}

#[test]
fn the_backup_of_another_record_is_refused_even_where_it_is_the_shorter_one() {
    let dir = tempfile::tempdir().unwrap();
    let (own, other, file) = (
        dir.path().join("own"),
        dir.path().join("other"),
        dir.path().join("backup"),
    );
    for (data, updates) in [(&own, 0..6), (&other, 10..13)] {
        let server = Server::start(data);
        for n in updates {
            server.post(UPDATE, &news(&n.to_string()));
        }
        server.stop();
    }
    succeed(&["backup", name(&file), "--data", name(&other)]);
    let told = super::fail(&["restore", name(&file), "--data", name(&own)]);
    assert!(told.contains("differ at revision 3"), "{told}");
}

#[test]
fn an_import_stops_at_the_first_batch_with_a_problem_and_says_how_far_it_came() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("long.json"));
    let actor = |n: usize| {
        let country = if n == 7_000 { "Atlantis" } else { "SE" };
        format!(r#"{{"slug":"a-{n}","name":"Actor {n}","kind":"STATE","country":"{country}"}}"#)
    };
    let actors: Vec<_> = (0..20_000).map(actor).collect();
    let text = format!(
        r#"{{"format":"foedera-fixture/1","actors":[{}]}}"#,
        actors.join(",")
    );
    fs::write(&file, text).unwrap();
    let told = super::fail(&["import", "fixture", name(&file), "--data", name(&data)]);
    assert!(told.contains("actors[7000] (a-7000): country"), "{told}");
    assert!(told.contains("was imported, in 1 revisions"), "{told}");
    let verified = succeed(&["verify", "--data", name(&data)]);
    assert!(verified.contains("1 revisions, 5000 changes"), "{verified}");
}

#[test]
fn reindex_keeps_everything() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    succeed(&["import", "fixture", FIXTURES[0], "--data", name(&data)]);
    let before = export(&data);
    let verified = succeed(&["verify", "--data", name(&data)]);
    let told = succeed(&["reindex", "--data", name(&data)]);
    assert!(told.contains("1 revisions written anew"), "{told}");
    assert_eq!(export(&data), before);
    assert_eq!(succeed(&["verify", "--data", name(&data)]), verified);
}

#[test]
fn an_export_is_imported_and_exported_the_same_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    for (number, fixture) in FIXTURES.iter().enumerate() {
        let (first, second) = (
            dir.path().join(format!("a{number}")),
            dir.path().join(format!("b{number}")),
        );
        succeed(&["import", "fixture", fixture, "--data", name(&first)]);
        let file = dir.path().join("export.json");
        succeed(&["export", "fixture", name(&file), "--data", name(&first)]);
        succeed(&["import", "fixture", name(&file), "--data", name(&second)]);
        assert_eq!(export(&second), fs::read_to_string(&file).unwrap());
    }
}

#[test]
fn both_fixtures_fit_in_one_record_and_a_second_import_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    for fixture in FIXTURES {
        succeed(&["import", "fixture", fixture, "--data", name(&data)]);
    }
    for fixture in FIXTURES {
        let told = succeed(&["import", "fixture", fixture, "--data", name(&data)]);
        assert!(told.contains("nothing was changed"), "{told}");
    }
}

#[test]
fn a_retry_is_recognised_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut update = news("once");
    update["input"]["idempotencyKey"] = json!("key");
    let query = UPDATE.replace("userErrors", "replayed userErrors");
    let server = Server::start(&data);
    let first = server.post(&query, &update)["data"]["recordUpdate"].clone();
    server.kill();
    let server = Server::start(&data);
    let again = server.post(&query, &update)["data"]["recordUpdate"].clone();
    assert_eq!(
        (&first["replayed"], &again["replayed"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(
        (&first["note"], &first["revision"]),
        (&again["note"], &again["revision"])
    );
}

impl Server {
    /// Waits for a server that was told to stop.
    fn stop_code(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}
