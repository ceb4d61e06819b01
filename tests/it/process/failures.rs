//! What goes wrong is told in a sentence, with an exit code that is not zero, and nothing is touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{BINARY, Server, TOKEN, UPDATE, fail, foedera, news, succeed, text};

/// A record with some news, stopped cleanly or killed.
pub(super) fn record(dir: &Path, count: usize, clean: bool) -> PathBuf {
    let data = dir.join("data");
    let server = Server::start(&data);
    for n in 0..count {
        let answer = server.post(UPDATE, &news(&n.to_string()));
        assert!(
            answer["data"]["recordUpdate"]["revision"].is_object(),
            "{answer:#}"
        );
    }
    if clean {
        assert_eq!(server.stop(), Some(0));
    } else {
        server.kill();
    }
    data
}

pub(super) fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

pub(super) fn verify(data: &Path) -> String {
    fail(&["verify", "--data", data.to_str().unwrap()])
}

#[test]
fn two_servers_on_one_directory() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    let told = verify(&data);
    assert!(
        told.contains("is in use by another foedera process"),
        "{told}"
    );
    let mut second = Command::new(BINARY);
    second.arg("serve");
    let told = Server::run(second, &data).err().unwrap();
    assert!(
        told.contains("is in use by another foedera process"),
        "{told}"
    );
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_directory_that_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    let told = verify(&file.join("data"));
    assert!(
        told.contains("there is no record") || told.contains("cannot"),
        "{told}"
    );
    let below = file.join("data");
    let mut command = Command::new(BINARY);
    command.arg("serve");
    let told = Server::run(command, &below).err().unwrap();
    assert!(
        told.contains("cannot create the directory") && told.contains("file/data"),
        "{told}"
    );
}

#[test]
fn a_port_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = dir.path().join("data");
    let told = fail(&[
        "serve",
        "--listen",
        &address,
        "--data",
        data.to_str().unwrap(),
    ]);
    assert!(
        told.contains("the port is in use") && told.contains("--listen"),
        "{told}"
    );
    assert!(
        !data.exists(),
        "the record was opened before the port was had"
    );
}

#[test]
fn a_config_key_that_there_is_not_and_a_value_that_cannot_be() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("foedera.toml");
    let name = file.to_str().unwrap();
    fs::write(&file, "seed = \"none\"\nlistne = \"127.0.0.1:80\"\n").unwrap();
    let told = fail(&["serve", "--config", name]);
    for part in [name, "line 2", "listne", "listen"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    fs::write(&file, "listen = \"here\"\n").unwrap();
    let told = fail(&["serve", "--config", name]);
    assert!(
        told.contains("line 1") && told.contains("socket address"),
        "{told}"
    );
    let told = fail(&["serve", "--config", "/no/such/file"]);
    assert!(
        told.contains("cannot read the config file /no/such/file"),
        "{told}"
    );
}

#[test]
fn settings_that_could_have_no_effect_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let refused = |flag: &str, value: &str, told: &str| {
        let data = data.to_str().unwrap();
        let said = fail(&["serve", "--data", data, flag, value]);
        assert!(said.contains(told), "{said}");
    };
    for origin in [
        "example.org",
        "https://example.org/",
        "https://Example.org",
        "://",
    ] {
        refused("--cors-origin", origin, "is no origin as browsers name it");
    }
    refused(
        "--address-header",
        "X Forwarded For",
        "is no name of a header",
    );
    let missing = dir.path().join("none");
    let missing = missing.to_str().unwrap();
    let told = "cannot read the admin token file";
    refused("--admin-token-file", missing, told);
    assert!(!data.exists());
}

#[test]
fn a_command_says_what_is_missing_and_what_would_help() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let told = fail(&["backup", &at("saved"), "--data", &at("none")]);
    assert!(told.starts_with("foedera: there is no record in"), "{told}");
    let pair = |name| format!("{}/tests/it/process/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(BINARY);
    command.args(["serve", "--seed", "none", "--tls-cert", &pair("cert1.pem")]);
    command.args(["--tls-key", &pair("key1.pem")]);
    let server = Server::run(command, &dir.path().join("data")).unwrap();
    let list = |url: &str| {
        let mut command = Command::new(BINARY);
        command.args(["token", "list", "--server", url]);
        let output = command.env("FOEDERA_ADMIN_TOKEN", TOKEN).output().unwrap();
        assert!(!output.status.success());
        text(&output.stderr)
    };
    let told = list(&server.url);
    assert!(told.contains("SSL_CERT_FILE names"), "{told}");
    let told = list(&server.url.replace("https", "http"));
    assert!(told.contains("begin the address with https://"), "{told}");
}

#[test]
fn a_store_of_a_newer_format_and_a_directory_of_something_else() {
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path(), 1, true);
    fs::write(data.join("STORE"), "foedera store 3\n").unwrap();
    let before = contents(&data);
    let told = verify(&data);
    assert!(
        told.contains("format 3") && told.contains("use a newer foedera"),
        "{told}"
    );
    assert!(before == contents(&data), "something was touched");
    let other = dir.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("letter.txt"), "x").unwrap();
    let told = verify(&other);
    assert!(told.contains("holds files but no foedera store"), "{told}");
    assert_eq!(fs::read_dir(&other).unwrap().count(), 1);
}

#[test]
fn a_damaged_backup_restores_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path(), 5, true);
    let backup = dir.path().join("backup");
    succeed(&[
        "backup",
        backup.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
    ]);
    let whole = fs::read(&backup).unwrap();
    let damaged = dir.path().join("damaged");
    let target = dir.path().join("target");
    for cut in [0, 10, whole.len() / 2, whole.len() - 1] {
        fs::write(&damaged, &whole[..cut]).unwrap();
        let told = fail(&[
            "restore",
            damaged.to_str().unwrap(),
            "--data",
            target.to_str().unwrap(),
        ]);
        assert!(told.contains("backup"), "{told}");
    }
    for part in 1..10 {
        let mut bytes = whole.clone();
        let place = bytes.len() * part / 10;
        bytes[place] ^= 1;
        fs::write(&damaged, &bytes).unwrap();
        let told = fail(&[
            "restore",
            damaged.to_str().unwrap(),
            "--data",
            target.to_str().unwrap(),
        ]);
        assert!(told.contains("damaged"), "{told}");
    }
    let told = succeed(&["verify", "--data", target.to_str().unwrap()]);
    assert!(told.contains("0 revisions"), "{told}");
}

#[test]
fn a_backup_of_another_record_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    let (ours, theirs) = (record(&one, 2, true), record(&two, 3, true));
    let backup = dir.path().join("backup");
    succeed(&[
        "backup",
        backup.to_str().unwrap(),
        "--data",
        theirs.to_str().unwrap(),
    ]);
    let told = fail(&[
        "restore",
        backup.to_str().unwrap(),
        "--data",
        ours.to_str().unwrap(),
    ]);
    assert!(told.contains("does not go on from this record"), "{told}");
}

#[test]
fn a_fixture_with_mistakes_is_refused_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("bad.json"));
    for (content, part) in [
        ("", "EOF"),
        ("[]", "a fixture"),
        (r#"{"actors": []}"#, "stands before"),
        (r#"{"format": "foedera-fixture/9"}"#, "foedera-fixture/1"),
        (
            r#"{"format": "foedera-fixture/1", "actor": []}"#,
            "no \"actor\" in a fixture",
        ),
        (
            r#"{"format": "foedera-fixture/1", "actors": [{"slug": "a"}]}"#,
            "missing field `name`",
        ),
        (
            r#"{"format": "foedera-fixture/1", "actors": [{"slug": "a", "name": "A", "kind": "LAND"}]}"#,
            "unknown variant `LAND`",
        ),
        (
            r#"{"format": "foedera-fixture/1", "actors": [{"slug": "a", "name": "A", "kind": "STATE"}], "relationships": [{"key": "k", "from": "a", "to": "b", "kind": "ALLIANCE", "alignment": "ALLY"}]}"#,
            "relationships[0] (k): to: there is no actor \"b\"",
        ),
        (
            r#"{"format": "foedera-fixture/1", "actors": [{"slug": "a", "name": "A", "kind": "STATE"}"#,
            "EOF",
        ),
    ] {
        fs::write(&file, content).unwrap();
        let output = foedera(&[
            "import",
            "fixture",
            file.to_str().unwrap(),
            "--data",
            data.to_str().unwrap(),
        ]);
        let told = text(&output.stderr);
        assert!(
            !output.status.success() && told.contains(part),
            "{content}: {told}"
        );
    }
    let told = succeed(&["verify", "--data", data.to_str().unwrap()]);
    assert!(told.contains("0 revisions"), "{told}");
}
