//! `foedera doctor`.

use std::path::Path;

use anyhow::{Result, bail};

use crate::auth;
use crate::config::{OidcConfig, Secret, ServeArgs, ServeConfig};
use crate::http::Tls;
use crate::ledger::verify::verify;
use crate::model::{Clock, Timestamp};
use crate::store::{Log as _, Store, StoreError, looks_empty};
use crate::telemetry;

/// A token shorter than this could be guessed.
const SHORT: usize = 32;
/// Files that are open beside those of sockets and streams.
const OTHER_FILES: u64 = 200;
/// No clock that is right shows an earlier time: the first day of 2025.
const EARLIEST: Timestamp = Timestamp(1_735_689_600_000);

/// What was found.
#[derive(Default)]
struct Report {
    warnings: u32,
    faults: u32,
}

impl Report {
    fn fine(&self, what: &str) {
        say!("ok       {what}");
    }

    fn warn(&mut self, what: &str) {
        self.warnings += 1;
        say!("warning  {what}");
    }

    fn fault(&mut self, what: &str) {
        self.faults += 1;
        say!("fault    {what}");
    }
}

pub(super) fn run(args: ServeArgs) -> Result<()> {
    let mut report = Report::default();
    match args.resolve() {
        Ok(config) => look(&config, &mut report),
        Err(error) => report.fault(&error.to_string()),
    }
    let Report { warnings, faults } = report;
    if faults > 0 {
        bail!("the server would not start, or not work (faults: {faults}, warnings: {warnings})");
    }
    say!("Nothing stands in the way (warnings: {warnings}).");
    Ok(())
}

fn look(config: &ServeConfig, report: &mut Report) {
    report.fine("the settings can be read");
    match telemetry::check(&config.log) {
        Ok(()) => report.fine(&format!("log filter {:?}", config.log)),
        Err(error) => report.fault(&error.to_string()),
    }
    let newest = data(&config.data, report);
    clock(newest, report);
    listening(config, report);
    files(config, report);
    token(config.admin_token.as_ref(), report);
    if let Some((cert, key)) = &config.tls {
        certificate(cert, key, report);
        private(key, report);
    }
    if let Some(oidc) = &config.oidc {
        provider(oidc, report);
    }
    traces(report);
}

/// The data directory; the time of the newest revision, where it can be read.
fn data(path: &Path, report: &mut Report) -> Option<Timestamp> {
    let shown = path.display();
    if looks_empty(path) {
        match writable(nearest(path)) {
            Ok(()) => report.fine(&format!("{shown} is empty and will be filled at the start")),
            Err(error) => report.fault(&format!("{shown} cannot be made or filled: {error}")),
        }
        return None;
    }
    let store = match Store::open(path) {
        Ok(store) => store,
        Err(error @ StoreError::Locked(_)) => {
            report.warn(&format!("{error}; the record was not looked at"));
            return None;
        }
        Err(error) => {
            report.fault(&error.to_string());
            return None;
        }
    };
    match writable(path) {
        Ok(()) => report.fine(&format!("{shown} can be written")),
        Err(error) => report.fault(&format!("{shown} cannot be written: {error}")),
    }
    private(path, report);
    match verify(&store, |_| {}) {
        Ok(found) => report.fine(&format!(
            "the record is whole: {} revisions",
            found.revisions
        )),
        Err(error) => report.fault(&error.to_string()),
    }
    store.head().map(|newest| newest.header.committed_at)
}

/// The folder that a path would be made or filled in: itself where it is there, as it is for a service
/// that may write nowhere else, or the nearest above it.
fn nearest(path: &Path) -> &Path {
    let mut there = path.ancestors().filter(|folder| folder.exists());
    there.next().unwrap_or(Path::new("."))
}

fn writable(folder: &Path) -> std::io::Result<()> {
    tempfile::NamedTempFile::new_in(folder).map(|_| ())
}

fn clock(newest: Option<Timestamp>, report: &mut Report) {
    let now = Clock::System.now();
    if now < EARLIEST {
        report.fault(&format!("the clock of the system shows {now}; set it"));
    } else if newest.is_some_and(|newest| newest > now) {
        report.warn(&format!(
            "the newest revision is younger than {now}, which the clock of the system shows; look whether it is right"
        ));
    } else {
        report.fine(&format!("the clock shows {now}"));
    }
}

fn listening(config: &ServeConfig, report: &mut Report) {
    if let Some(path) = &config.unix_socket {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        match writable(folder.unwrap_or(Path::new("."))) {
            Ok(()) => report.fine(&format!("a socket can be made at {}", path.display())),
            Err(error) => {
                report.fault(&format!(
                    "no socket can be made at {}: {error}",
                    path.display()
                ));
            }
        }
        return;
    }
    let address = config.listen;
    match std::net::TcpListener::bind(address) {
        Ok(_) => report.fine(&format!("{address} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            report.warn(&format!("{address} is in use: by the server, if it runs"));
        }
        Err(error) => report.fault(&format!("cannot listen on {address}: {error}")),
    }
    let open = !address.ip().is_loopback() && config.tls.is_none();
    if open && config.address_header.is_none() {
        report.warn(&format!(
            "{address} can be reached from other machines, and tokens go there in the clear; give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy"
        ));
    }
}

/// Whether as many files may be open as there may be sockets and streams.
fn files(config: &ServeConfig, report: &mut Report) {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let allowed = line.and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    let Some(allowed) = allowed else { return };
    let wanted = u64::from(config.most_streams) + OTHER_FILES;
    if allowed < wanted {
        report.warn(&format!(
            "{allowed} files may be open, and --most-streams {} needs some {wanted}; raise the limit (ulimit -n, LimitNOFILE=) or lower the setting",
            config.most_streams
        ));
    } else {
        report.fine(&format!("{allowed} files may be open"));
    }
}

fn token(token: Option<&Secret>, report: &mut Report) {
    if token.is_some_and(|token| token.reveal().len() < SHORT) {
        report.warn(&format!(
            "the configured admin token has fewer than {SHORT} characters; take a longer one, such as openssl rand -hex 32 makes"
        ));
    }
}

fn certificate(cert: &Path, key: &Path, report: &mut Report) {
    let tls = match Tls::load(cert, key) {
        Ok(tls) => tls,
        Err(error) => return report.fault(&error.to_string()),
    };
    report.fine("the certificate and its key go together");
    let Some(validity) = tls.validity() else {
        return report.warn(&format!(
            "until when the certificate in {} holds cannot be read",
            cert.display()
        ));
    };
    // No fault: a server starts with it all the same.
    match validity.lapse(Clock::System.now()) {
        None => report.fine(&format!("the certificate holds until {}", validity.ends)),
        Some(lapse) => report.warn(&lapse.to_string()),
    }
}

/// Whether others can read what is not for them.
fn private(path: &Path, report: &mut Report) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map(|found| found.permissions().mode());
        if mode.is_ok_and(|mode| mode & 0o007 != 0) {
            let shown = path.display();
            report.warn(&format!(
                "every user of this machine can read {shown}; chmod o= {shown}"
            ));
        }
    }
    #[cfg(not(unix))]
    let _ = (path, report);
}

/// Whether somebody waits for traces in vain.
fn traces(report: &mut Report) {
    if !telemetry::is_collector_named() {
        return;
    }
    #[cfg(feature = "otel")]
    report.fine("traces go to the collector that the environment names");
    #[cfg(not(feature = "otel"))]
    report.warn(super::NO_TRACES);
}

fn provider(oidc: &OidcConfig, report: &mut Report) {
    match auth::keys_of(&oidc.jwks) {
        Ok(0) => report.fault(&format!("{} holds no key that signs tokens", oidc.jwks)),
        Ok(count) => report.fine(&format!("{count} keys of {}", oidc.issuer)),
        Err(error) => report.fault(&format!("{} cannot be read: {error}", oidc.jwks)),
    }
    let open = oidc.jwks.starts_with("http://");
    if open
        && !["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|own| oidc.jwks[7..].starts_with(own))
    {
        report.warn("the keys of the identity provider come in the clear: who sits in between can give others; use https");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_there_is_looked_at_itself_and_not_what_it_lies_in() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(nearest(folder.path()), folder.path());
        assert_eq!(nearest(&folder.path().join("a/b")), folder.path());
        assert_eq!(nearest(Path::new("not-there")), Path::new("."));
    }
}
