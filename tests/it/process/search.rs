//! The search index beside the record: made, lost, damaged, made anew.

use std::fs;

use serde_json::json;

use super::{Server, UPDATE, news, succeed};
use crate::support::copy;

/// Whether a server finds the two actors of the news numbered so, and says that it searched everything.
fn finds(server: &Server, n: &str) -> bool {
    let query = "query($query: String!) { search(query: $query, types: [ACTOR]) { complete nodes { record { ... on Actor { slug } } } } }";
    let found = &server.post(query, &json!({ "query": format!("\"a {n}\"") }))["data"]["search"];
    assert_eq!(found["complete"], true, "{found}");
    found["nodes"] == json!([{ "record": { "slug": format!("a-{n}") } }])
}

fn tell(server: &Server, n: &str) {
    let answer = server.post(UPDATE, &news(n));
    assert_eq!(
        answer["data"]["recordUpdate"]["userErrors"],
        json!([]),
        "{answer}"
    );
}

#[test]
fn an_index_that_is_behind_missing_damaged_or_of_another_record_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let index = dir.path().join("search");
    let server = Server::start(dir.path());
    tell(&server, "one");
    assert!(finds(&server, "one"));
    tell(&server, "two");
    // Acknowledged, and not in the index yet.
    server.kill();
    let server = Server::start(dir.path());
    assert!(finds(&server, "one") && finds(&server, "two"));
    assert_eq!(server.stop(), Some(0));

    fs::remove_dir_all(&index).unwrap();
    let server = Server::start(dir.path());
    assert!(finds(&server, "two"));
    assert_eq!(server.stop(), Some(0));

    for file in fs::read_dir(&index).unwrap() {
        fs::write(file.unwrap().path(), "not what it was").unwrap();
    }
    let server = Server::start(dir.path());
    assert!(finds(&server, "two"));
    assert_eq!(server.stop(), Some(0));

    let other = tempfile::tempdir().unwrap();
    let server = Server::start(other.path());
    tell(&server, "three");
    tell(&server, "four");
    assert!(finds(&server, "three"));
    assert_eq!(server.stop(), Some(0));
    fs::remove_dir_all(&index).unwrap();
    copy(&other.path().join("search"), &index);
    let server = Server::start(dir.path());
    assert!(finds(&server, "one") && !finds(&server, "three"));
}

#[test]
fn reindex_makes_the_index_anew() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let server = Server::start(dir.path());
    tell(&server, "one");
    assert_eq!(server.stop(), Some(0));
    let _ = fs::remove_dir_all(dir.path().join("search"));
    let told = succeed(&["reindex", "--data", data]);
    assert!(
        told.contains("search index is made anew, up to revision 1"),
        "{told}"
    );
    assert!(dir.path().join("search/meta.json").exists());
    let server = Server::start(dir.path());
    assert!(finds(&server, "one"));
}

#[test]
fn the_record_answers_and_takes_writes_while_there_can_be_no_index() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    assert_eq!(server.stop(), Some(0));
    let _ = fs::remove_dir_all(dir.path().join("search"));
    // A file in the place of the folder.
    fs::write(dir.path().join("search"), "").unwrap();
    let server = Server::start(dir.path());
    tell(&server, "one");
    assert!(super::is_whole(&server, "one"));
    let answer = server.post(
        "{ search(query: \"a\") { complete } latestRevision }",
        &json!({}),
    );
    assert_eq!(
        answer["errors"][0]["extensions"]["code"], "SEARCH_UNAVAILABLE",
        "{answer}"
    );
}
