//! Bounds and documents as the operator sets them: by flags, variables and the config file.

use std::process::Command;

use serde_json::json;

use super::{BINARY, Server, fail};

#[test]
fn a_bound_is_set_by_a_flag_or_a_variable_or_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("foedera.toml");
    std::fs::write(
        &file,
        "status_codes = \"earlier\"\n[limits]\ndepth = 9\naliases = 2\ncost = 77\n",
    )
    .unwrap();
    let mut command = Command::new(BINARY);
    command
        .args(["serve", "--seed", "none", "--limit-depth", "3", "--config"])
        .arg(&file)
        .env("FOEDERA_LIMIT_DIRECTIVES", "1");
    let server = Server::run(command, &dir.path().join("data")).unwrap();
    for (query, limit, found) in [
        (
            "{ actors { nodes { relationships { totalCount } } } }",
            3,
            4,
        ),
        (
            "{ a: latestRevision b: latestRevision c: latestRevision }",
            2,
            3,
        ),
        (
            "{ latestRevision @skip(if: false) @include(if: true) }",
            1,
            2,
        ),
        ("{ actors(first: 100) { nodes { id } } }", 77, 121),
    ] {
        let answer = server.post(query, &json!({}));
        let told = json!({ "code": "DOCUMENT_TOO_COSTLY", "limit": limit, "found": found });
        assert_eq!(answer["errors"][0]["extensions"], told, "{answer}");
    }
    assert_eq!(server.stop(), Some(0));
    std::fs::write(&file, "[limits]\ndepht = 9\n").unwrap();
    let told = fail(&["serve", "--config", file.to_str().unwrap()]);
    assert!(told.contains("depht") && told.contains("depth"), "{told}");
}

#[test]
fn trusted_documents_are_read_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let (file, data) = (dir.path().join("documents.json"), dir.path().join("data"));
    std::fs::write(&file, r#"{ "latest": "{ latestRevision }" }"#).unwrap();
    let start = || {
        let mut command = Command::new(BINARY);
        command
            .args(["serve", "--seed", "none", "--only-trusted", "true"])
            .arg("--trusted-documents")
            .arg(&file);
        Server::run(command, &data)
    };
    let server = start().unwrap();
    let answer = server.post("{ latestRevision }", &json!({}));
    assert_eq!(answer["data"]["latestRevision"], 0);
    let answer = server.post("{ __typename }", &json!({}));
    assert_eq!(
        answer["errors"][0]["extensions"]["code"],
        "DOCUMENT_NOT_TRUSTED"
    );
    assert_eq!(server.stop(), Some(0));
    std::fs::write(&file, "[]").unwrap();
    let told = start().err().unwrap();
    assert!(
        told.contains("documents.json") && told.contains("by their ids"),
        "{told}"
    );
}
