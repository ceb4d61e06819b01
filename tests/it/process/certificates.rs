//! Certificates that soon end, or have ended.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use foedera::model::Clock;
use rcgen::{CertificateParams, KeyPair};
use ureq::tls::{TlsConfig, TlsProvider};

use super::{BINARY, Server, signal, succeed};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Writes a certificate that begins and ends so many seconds from now; when it ends, in seconds since 1970.
fn issue(dir: &Path, begins: i64, ends: i64) -> i64 {
    let now = Clock::System.now().0 / 1_000;
    let moment = |offset: i64| {
        let since = Duration::from_secs((now + offset).unsigned_abs());
        SystemTime::UNIX_EPOCH + since
    };
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_before = moment(begins).into();
    params.not_after = moment(ends).into();
    let key = KeyPair::generate().unwrap();
    let cert = params.self_signed(&key).unwrap();
    fs::write(dir.join("cert.pem"), cert.pem()).unwrap();
    fs::write(dir.join("key.pem"), key.serialize_pem()).unwrap();
    now + ends
}

fn flags(dir: &Path) -> [String; 4] {
    let path = |name| dir.join(name).display().to_string();
    let (cert, key) = (path("cert.pem"), path("key.pem"));
    ["--tls-cert".to_owned(), cert, "--tls-key".to_owned(), key]
}

#[test]
fn the_doctor_warns_of_a_certificate_that_soon_ends_or_has_ended() {
    let dir = tempfile::tempdir().unwrap();
    let look = |begins, ends| {
        issue(dir.path(), begins, ends);
        let data = dir.path().join("data");
        let mut words = ["doctor", "--listen", "127.0.0.1:0", "--data"]
            .map(str::to_owned)
            .to_vec();
        words.push(data.display().to_string());
        words.extend(flags(dir.path()));
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        succeed(&words)
    };
    let told = look(-80 * DAY, 10 * DAY - HOUR);
    assert!(told.contains("warning  the certificate ends at"), "{told}");
    assert!(told.contains("in 9 days; put a new one"), "{told}");
    let told = look(-90 * DAY, -HOUR);
    assert!(told.contains("warning  the certificate ended at"), "{told}");
    let told = look(HOUR, 90 * DAY);
    let early = "warning  the certificate holds from";
    assert!(told.contains(early), "{told}");
    let told = look(-DAY, 89 * DAY);
    assert!(
        told.contains("ok       the certificate holds until"),
        "{told}"
    );
}

#[test]
fn a_server_warns_of_a_certificate_that_soon_ends_and_metrics_tell_when() {
    let dir = tempfile::tempdir().unwrap();
    let ends = issue(dir.path(), -80 * DAY, 10 * DAY);
    let log = dir.path().join("log");
    let script = format!("exec {BINARY} serve --seed none \"$@\" 2>{}", log.display());
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh"]).args(flags(dir.path()));
    let server = Server::run_at(command, &dir.path().join("data"), "info").unwrap();
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .disable_verification(true)
        .unversioned_rustls_crypto_provider(rustls::crypto::ring::default_provider().into())
        .build();
    let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
    let told = || {
        let url = format!("{}/metrics", server.url);
        let metrics = agent.get(url).call().unwrap().into_body();
        let metrics = metrics.into_reader();
        let metrics = std::io::read_to_string(metrics).unwrap();
        let name = "foedera_certificate_end_timestamp_seconds ";
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|seconds| seconds.parse::<i64>().ok())
    };
    let wait_for = |ends: i64| {
        let began = Instant::now();
        while told() != Some(ends) {
            assert!(began.elapsed() < Duration::from_secs(10), "{:?}", told());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    wait_for(ends);
    let later = issue(dir.path(), -DAY, 80 * DAY);
    signal(&server.child, "HUP");
    wait_for(later);
    let ended = issue(dir.path(), -90 * DAY, -HOUR);
    signal(&server.child, "HUP");
    wait_for(ended);
    assert_eq!(server.stop(), Some(0));
    let log = fs::read_to_string(log).unwrap();
    let warned: Vec<_> = log
        .lines()
        .filter(|line| line.contains("put a new one in its place"))
        .collect();
    assert_eq!(warned.len(), 2, "{log}");
    assert!(warned[0].contains("WARN") && warned[0].contains("the certificate ends at"));
    assert!(warned[1].contains("ERROR") && warned[1].contains("the certificate ended at"));
}
