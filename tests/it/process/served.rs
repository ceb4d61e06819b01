//! How a server is reached and what it tells: HTTPS, a socket in the file system, logs, metrics, doctor.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use super::{BINARY, Server, TOKEN, foedera, succeed, text};
use crate::support::agent;

const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/process/tls");

/// A client that trusts one authority and no other.
fn trusting(authority: u8) -> ureq::Agent {
    let pem = fs::read(format!("{TLS}/ca{authority}.pem")).unwrap();
    let roots = RootCerts::Specific(Arc::new(vec![Certificate::from_pem(&pem).unwrap()]));
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = ureq::Agent::config_builder().tls_config(tls);
    config
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}

fn use_pair(dir: &Path, number: u8) {
    for name in ["cert", "key"] {
        let from = format!("{TLS}/{name}{number}.pem");
        fs::copy(from, dir.join(format!("{name}.pem"))).unwrap();
    }
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn https_is_spoken_and_the_certificate_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    use_pair(dir.path(), 1);
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    let mut command = Command::new(BINARY);
    command.args([
        "serve",
        "--seed",
        "none",
        "--tls-cert",
        name(&cert),
        "--tls-key",
        name(&key),
    ]);
    let server = Server::run(command, &dir.path().join("data")).unwrap();
    assert!(server.url.starts_with("https://"), "{}", server.url);
    let url = format!("{}/health/live", server.url);
    let reached = |authority| trusting(authority).get(&url).call().is_ok();
    assert!(reached(1) && !reached(2));
    // Words in the clear are no request here.
    assert!(agent().get(url.replace("https", "http")).call().is_err());

    let tokens = |authority: u8| {
        Command::new(BINARY)
            .args(["token", "list", "--server", &server.url])
            .env("FOEDERA_ADMIN_TOKEN", TOKEN)
            .env("SSL_CERT_FILE", format!("{TLS}/ca{authority}.pem"))
            .output()
            .unwrap()
    };
    assert!(tokens(1).status.success(), "{}", text(&tokens(1).stderr));
    assert!(!tokens(2).status.success());

    // What cannot be used leaves the certificate as it is.
    fs::write(&key, "no key").unwrap();
    super::signal(&server.child, "HUP");
    std::thread::sleep(Duration::from_millis(300));
    assert!(reached(1));
    use_pair(dir.path(), 2);
    super::signal(&server.child, "HUP");
    let began = Instant::now();
    while !reached(2) {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!reached(1));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_before_anything_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let pair = |cert: &str, key: &str| {
        let output = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--data", name(&data)])
            .args([
                "--tls-cert",
                &format!("{TLS}/{cert}"),
                "--tls-key",
                &format!("{TLS}/{key}"),
            ])
            .output()
            .unwrap();
        assert!(!output.status.success());
        text(&output.stderr)
    };
    assert!(pair("cert1.pem", "key2.pem").contains("cannot be used"));
    assert!(pair("key1.pem", "key1.pem").contains("a certificate"));
    assert!(pair("cert1.pem", "cert1.pem").contains("a private key"));
    assert!(pair("none.pem", "key1.pem").contains("none.pem"));
    assert!(!data.exists());
    let half = foedera(&["serve", "--tls-cert", "a.pem", "--data", name(&data)]);
    assert_eq!(
        text(&half.stderr),
        "foedera: HTTPS needs --tls-cert and --tls-key, both\n"
    );
}

fn over_socket(path: &Path, head: &str) -> String {
    let mut socket = UnixStream::connect(path).unwrap();
    write!(socket, "{head}\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut told = String::new();
    socket.read_to_string(&mut told).unwrap();
    told
}

#[test]
fn a_socket_in_the_file_system_is_served_and_taken_away_again() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("foedera.sock");
    // What a server that was killed left behind.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let mut child = Command::new(BINARY)
        .args([
            "serve",
            "--seed",
            "none",
            "--data",
            name(&dir.path().join("data")),
        ])
        .args(["--unix-socket", name(&socket)])
        .env("FOEDERA_ADMIN_TOKEN", TOKEN)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut greeting = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    while !greeting.contains("Ctrl-C") {
        std::io::BufRead::read_line(&mut out, &mut greeting).unwrap();
    }
    assert!(greeting.contains(name(&socket)), "{greeting}");
    let told = over_socket(&socket, "GET /graphql?query=%7BlatestRevision%7D HTTP/1.1");
    assert!(told.ends_with(r#"{"data":{"latestRevision":0}}"#), "{told}");
    let guess = "GET /admin/backup HTTP/1.1\r\nauthorization: Bearer guess";
    assert!(over_socket(&socket, guess).starts_with("HTTP/1.1 401 "));
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    let second = Command::new(BINARY)
        .args(["serve", "--data", name(&dir.path().join("other"))])
        .args(["--unix-socket", name(&socket)])
        .output()
        .unwrap();
    assert!(
        text(&second.stderr).contains("cannot listen on"),
        "{}",
        text(&second.stderr)
    );
    super::signal(&child, "HUP");
    assert!(over_socket(&socket, "GET /health/live HTTP/1.1").contains("live"));
    super::signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!socket.exists());
}

#[test]
fn an_operation_is_logged_and_counted_by_its_name_with_the_id_of_its_request() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let script = format!(
        "exec {BINARY} serve --seed none --slow-operation-millis 1 --log-format json \"$@\" 2>{}",
        name(&log)
    );
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh"]);
    let server = Server::run_at(command, &dir.path().join("data"), "debug").unwrap();
    let ask = |query: &str| {
        let request = agent()
            .post(format!("{}/graphql", server.url))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {TOKEN}"));
        let answer = request.send(json!({ "query": query }).to_string()).unwrap();
        answer.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let quick = ask("query Quick { __typename }");
    // One that waits for the disk is slower than a millisecond now and then.
    let mut slow = Vec::new();
    for n in 0..20 {
        slow.push(ask(&format!(
            r#"mutation Slow {{ createActor(input: {{ name: "A {n}", kind: STATE }}) {{ revision {{ number }} }} }}"#
        )));
    }
    let metrics = agent()
        .get(format!("{}/metrics", server.url))
        .call()
        .unwrap();
    let metrics = metrics.into_body().read_to_string().unwrap();
    for line in [
        r#"foedera_named_operation_duration_seconds_count{name="Quick"} 1"#,
        r#"foedera_named_operation_duration_seconds_count{name="Slow"} 20"#,
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    server.stop();
    let log = fs::read_to_string(log).unwrap();
    let lines: Vec<Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let of = |id: &str| {
        let mut own = lines.iter().filter(|line| line["operation"].is_string());
        own.find(|line| line["span"]["id"] == json!(id))
            .unwrap_or_else(|| panic!("{id}: {log}"))
    };
    assert_eq!(of(&quick)["operation"], "Quick");
    let told = slow.iter().map(|id| of(id));
    let warned = told.filter(|line| line["level"] == "WARN").inspect(|line| {
        assert_eq!(
            (&line["operation"], &line["message"]),
            (&json!("Slow"), &json!("a slow operation"))
        );
    });
    assert!(warned.count() > 0, "{log}");
}

#[test]
fn the_doctor_finds_what_would_keep_a_server_from_working() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let at = name(&data);
    let free = ["--listen", "127.0.0.1:0"];
    let fine = succeed(&["doctor", "--data", at, free[0], free[1]]);
    assert!(fine.contains("is empty and will be filled"), "{fine}");
    assert!(!data.exists());
    succeed(&["import", "fixture", "fixtures/iran.json", "--data", at]);
    let fine = succeed(&["doctor", "--data", at, free[0], free[1]]);
    assert!(
        fine.contains("ok       the record is whole: 1 revisions"),
        "{fine}"
    );
    let told = succeed(&["doctor", "--data", at, "--listen", "0.0.0.0:0"]);
    assert!(told.contains("warning  0.0.0.0:0 can be reached"), "{told}");

    let keys = dir.path().join("keys.json");
    fs::write(&keys, r#"{"keys":[]}"#).unwrap();
    let (cert, key) = (format!("{TLS}/cert1.pem"), format!("{TLS}/key2.pem"));
    let output = foedera(&[
        "doctor",
        "--data",
        at,
        free[0],
        free[1],
        "--log",
        "foedera=loud",
        "--tls-cert",
        &cert,
        "--tls-key",
        &key,
        "--oidc-issuer",
        "i",
        "--oidc-audience",
        "a",
        "--oidc-jwks",
        name(&keys),
    ]);
    assert!(!output.status.success());
    let told = text(&output.stdout);
    for fault in ["is no log filter", "cannot be used", "holds no key"] {
        let found = told
            .lines()
            .any(|line| line.starts_with("fault") && line.contains(fault));
        assert!(found, "{fault}: {told}");
    }
    assert!(
        text(&output.stderr).contains("faults: 3"),
        "{}",
        text(&output.stderr)
    );

    let server = Server::start(&data);
    let told = succeed(&["doctor", "--data", at, free[0], free[1]]);
    assert!(
        told.contains("is in use by another foedera process"),
        "{told}"
    );
    server.stop();
    // A byte of the log is not what it was.
    let log = data.join("sled/db");
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&log, bytes).unwrap();
    let output = foedera(&["doctor", "--data", at, free[0], free[1]]);
    assert!(text(&output.stdout).contains("fault    the store is damaged"));
}

#[test]
fn the_unit_of_systemd_is_one() {
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/contrib/foedera.service");
    let text_of = fs::read_to_string(unit).unwrap();
    for line in [
        "ExecStart=/usr/local/bin/foedera serve ",
        "NoNewPrivileges=yes",
        "StateDirectory=foedera",
    ] {
        assert!(text_of.contains(line), "{line}");
    }
    // Its flags are flags of the program.
    let help = succeed(&["serve", "--help"]);
    let lines = text_of
        .lines()
        .filter(|line| line.contains("/usr/local/bin/foedera"));
    for flag in lines
        .flat_map(str::split_whitespace)
        .filter(|word| word.starts_with("--"))
    {
        assert!(help.contains(flag), "{flag}");
    }
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("foedera.service");
    fs::write(&copy, text_of.replace("/usr/local/bin/foedera", BINARY)).unwrap();
    let Ok(checked) = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&copy)
        .output()
    else {
        println!("systemd-analyze is not there; the unit was not verified");
        return;
    };
    let told = text(&checked.stderr);
    let own = told.lines().filter(|line| line.contains("foedera.service"));
    assert_eq!(own.collect::<Vec<_>>(), [""; 0], "{told}");
}
