//! Proposals of a server that is killed.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use super::{BINARY, Server, TOKEN, text};
use crate::support::agent;

fn token(server: &Server, name: &str, role: &str) -> String {
    let output = Command::new(BINARY)
        .args(["token", "create", "--name", name, "--role", role])
        .args(["--server", &server.url])
        .env("FOEDERA_ADMIN_TOKEN", TOKEN)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}

fn ask(server: &Server, token: &str, query: &str) -> Option<Value> {
    let sent = agent()
        .post(format!("{}/graphql", server.url))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .send(json!({ "query": query }).to_string());
    let body = sent.ok()?.body_mut().read_to_string().ok()?;
    let answer: Value = serde_json::from_str(&body).ok()?;
    assert_eq!(answer.get("errors"), None, "{answer}");
    Some(answer["data"].clone())
}

/// Proposes until the server is gone; the names that were acknowledged.
fn propose(server: &Server, token: &str, who: &str, count: &AtomicUsize) -> Vec<String> {
    let mut told = Vec::new();
    // Fewer than one author may have open.
    for n in 0..60 {
        let name = format!("{who} {n}");
        let query = format!(
            r#"mutation {{ createActor(input: {{ name: "{name}", kind: STATE, message: "{name}" }}) {{ proposal {{ id }} userErrors {{ message }} }} }}"#
        );
        let Some(data) = ask(server, token, &query) else {
            break;
        };
        if data["createActor"]["proposal"]["id"].is_string() {
            told.push(name);
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
    told
}

#[test]
fn no_proposal_that_was_acknowledged_is_lost_when_the_server_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut server = Server::start(&data);
    let [ana, boris] = ["ana", "boris"].map(|name| token(&server, name, "contributor"));
    let clara = token(&server, "clara", "editor");
    let mut told = Vec::new();
    for round in 0..3 {
        let mut made = Vec::new();
        let (count, began) = (&AtomicUsize::new(0), Instant::now());
        std::thread::scope(|scope| {
            let running = &server;
            let writers = [(&ana, "ana"), (&boris, "boris")].map(|(token, who)| {
                scope.spawn(move || propose(running, token, &format!("{who} {round}"), count))
            });
            // An editor approves what is there meanwhile.
            let editor = scope.spawn(|| {
                let query = "{ proposals(status: [OPEN], first: 1) { nodes { id } } }";
                while let Some(data) = ask(running, &clara, query) {
                    let Some(id) = data["proposals"]["nodes"][0]["id"].as_str() else {
                        continue;
                    };
                    let query = format!(
                        r#"mutation {{ approveProposal(input: {{ id: "{id}" }}) {{ revision {{ number }} }} }}"#
                    );
                    ask(running, &clara, &query);
                }
            });
            // On a busy machine it takes a while until the first is acknowledged.
            while count.load(Ordering::Relaxed) == 0 && began.elapsed().as_secs() < 30 {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            std::thread::sleep(std::time::Duration::from_millis(250));
            super::signal(&running.child, "KILL");
            made = writers
                .into_iter()
                .flat_map(|one| one.join().unwrap())
                .collect();
            editor.join().unwrap();
        });
        server.kill();
        assert!(!made.is_empty(), "round {round}");
        told.extend(made);
        server = Server::start(&data);
    }
    let mut found = Vec::new();
    let mut after = "null".to_owned();
    loop {
        let query = format!(
            "{{ proposals(first: 100, after: {after}) {{ nodes {{ message status revision {{ author approvedBy }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let data = ask(&server, &clara, &query).unwrap();
        let page = &data["proposals"];
        found.extend(page["nodes"].as_array().unwrap().clone());
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].to_string();
    }
    for name in &told {
        let same = found.iter().filter(|one| one["message"] == json!(name));
        assert!(same.count() >= 1, "{name} is lost");
    }
    let approved: Vec<_> = found
        .iter()
        .filter(|one| one["status"] == "APPROVED")
        .collect();
    for one in &approved {
        assert_eq!(one["revision"]["approvedBy"], "clara", "{one}");
    }
    // Each approval is one revision, and there is no other.
    let newest = ask(&server, &clara, "{ latestRevision }").unwrap();
    assert_eq!(newest["latestRevision"], approved.len());
    assert!(!approved.is_empty());
    assert_eq!(server.stop(), Some(0));
    super::succeed(&["verify", "--data", data.to_str().unwrap()]);
    let log = super::succeed(&["log", "--limit", "1", "--data", data.to_str().unwrap()]);
    assert!(log.contains(", approved by clara\n"), "{log}");
}
