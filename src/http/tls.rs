//! HTTPS: the certificate, and the one after it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

use crate::model::{Clock, Timestamp};
use crate::telemetry::Metrics;

use super::certificate::{Certificate, Lapse, Validity};

/// How often is looked whether the files have changed.
const LOOK: Duration = Duration::from_secs(60);
/// How often a certificate is warned of that has ended or soon will, in milliseconds: once a day.
const WARN: i64 = 86_400_000;

/// Why there can be no HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or does not hold what it should.
    #[error("cannot read {what} in {path}: {problem}; give a PEM file")]
    File {
        /// What should be there.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// They do not go together.
    #[error("the certificate in {cert} and the key in {key} cannot be used: {problem}")]
    Pair {
        /// The file of the certificate.
        cert: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// Why.
        problem: String,
    },
}

/// A certificate with its key, read again when the files change. Cheap to clone.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    shown: Arc<Shown>,
}

/// The certificate that is shown to those who come.
#[derive(Debug)]
struct Shown {
    cert: PathBuf,
    key: PathBuf,
    certificate: ArcSwap<Certificate>,
    seen: Mutex<Seen>,
}

/// What is known of the files and the certificate.
#[derive(Debug)]
struct Seen {
    /// When the files were last changed.
    changed: Changed,
    /// When the certificate was last warned of.
    warned: Option<Timestamp>,
}

type Changed = [Option<SystemTime>; 2];

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.certificate.load().pair.clone())
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tls({})", self.shown.cert.display())
    }
}

impl Tls {
    /// Reads a certificate, with those that it is signed by, and its key.
    ///
    /// # Errors
    /// When one of the files is not what it should be, or they do not go together.
    pub fn load(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let shown = Arc::new(Shown {
            seen: Mutex::new(Seen {
                changed: changed(cert, key),
                warned: None,
            }),
            certificate: ArcSwap::from_pointee(Certificate::read(cert, key)?),
            cert: cert.to_owned(),
            key: key.to_owned(),
        });
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Pair {
                cert: cert.to_owned(),
                key: key.to_owned(),
                problem: error.to_string(),
            })?;
        let mut config = config
            .with_no_client_auth()
            .with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self { acceptor, shown })
    }

    /// What greets those who come.
    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// When the certificate holds, where that can be read.
    pub fn validity(&self) -> Option<Validity> {
        self.shown.certificate.load().validity
    }

    /// Reads the files again when they have changed, or when the process is told to (SIGHUP). What cannot
    /// be used leaves the certificate as it is. Tells when it ends, and warns before.
    pub(super) async fn keep_fresh(self, metrics: Metrics) {
        self.shown.tell(&metrics);
        #[cfg(unix)]
        let mut told = {
            use tokio::signal::unix::{SignalKind, signal};
            match signal(SignalKind::hangup()) {
                Ok(told) => told,
                Err(error) => {
                    tracing::warn!(%error, "SIGHUP cannot be heard");
                    return;
                }
            }
        };
        loop {
            #[cfg(unix)]
            let by_signal = tokio::select! {
                told = told.recv() => told.is_some(),
                () = tokio::time::sleep(LOOK) => false,
            };
            #[cfg(not(unix))]
            let by_signal = {
                tokio::time::sleep(LOOK).await;
                false
            };
            let (shown, metrics) = (self.shown.clone(), metrics.clone());
            let look = move || {
                shown.look(by_signal);
                shown.tell(&metrics);
            };
            // Files are read where no request waits for them.
            let _ = tokio::task::spawn_blocking(look).await;
        }
    }
}

impl Shown {
    fn look(&self, whatever: bool) {
        let now = changed(&self.cert, &self.key);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.changed == now && !whatever {
            return;
        }
        seen.changed = now;
        match Certificate::read(&self.cert, &self.key) {
            Ok(certificate) => {
                self.certificate.store(Arc::new(certificate));
                seen.warned = None;
                tracing::info!(cert = %self.cert.display(), "the certificate was read again");
            }
            Err(error) => {
                tracing::error!(%error, "the certificate stays the one before");
            }
        }
    }

    /// Tells when the certificate ends, and warns of one that clients refuse, or soon will.
    fn tell(&self, metrics: &Metrics) {
        let Some(validity) = self.certificate.load().validity else {
            return;
        };
        metrics.certificate_ends(validity.ends.0 / 1_000);
        let now = Clock::System.now();
        let Some(lapse) = validity.lapse(now) else {
            return;
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.warned.is_some_and(|warned| now.0 - warned.0 < WARN) {
            return;
        }
        seen.warned = Some(now);
        let cert = self.cert.display();
        match lapse {
            Lapse::EndsSoon { .. } => tracing::warn!(%cert, "{lapse}"),
            Lapse::Ended(_) | Lapse::NotYet(_) => tracing::error!(%cert, "{lapse}"),
        }
    }
}

fn changed(cert: &Path, key: &Path) -> Changed {
    [cert, key].map(|path| std::fs::metadata(path).ok()?.modified().ok())
}
