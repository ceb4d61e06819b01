//! HTTPS: the certificate, and the one after it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

/// How often is looked whether the files have changed.
const LOOK: Duration = Duration::from_secs(60);

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
    pair: ArcSwap<CertifiedKey>,
    /// When the files were last changed.
    changed: Mutex<Changed>,
}

type Changed = [Option<SystemTime>; 2];

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.pair.load_full())
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
            changed: Mutex::new(changed(cert, key)),
            pair: ArcSwap::from_pointee(read(cert, key)?),
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

    /// Reads the files again when they have changed, or when the process is told to (SIGHUP). What cannot
    /// be used leaves the certificate as it is.
    pub(super) async fn keep_fresh(self) {
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
            let shown = self.shown.clone();
            // Files are read where no request waits for them.
            let _ = tokio::task::spawn_blocking(move || shown.look(by_signal)).await;
        }
    }
}

impl Shown {
    fn look(&self, whatever: bool) {
        let now = changed(&self.cert, &self.key);
        let mut known = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        if *known == now && !whatever {
            return;
        }
        *known = now;
        match read(&self.cert, &self.key) {
            Ok(pair) => {
                self.pair.store(Arc::new(pair));
                tracing::info!(cert = %self.cert.display(), "the certificate was read again");
            }
            Err(error) => {
                tracing::error!(%error, "the certificate stays the one before");
            }
        }
    }
}

fn changed(cert: &Path, key: &Path) -> Changed {
    [cert, key].map(|path| std::fs::metadata(path).ok()?.modified().ok())
}

fn read(cert: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let file = |what, path: &Path, problem: String| TlsError::File {
        what,
        path: path.to_owned(),
        problem,
    };
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| file("a certificate", cert, error.to_string()))?;
    if chain.is_empty() {
        return Err(file("a certificate", cert, "there is none".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| file("a private key", key, error.to_string()))?;
    CertifiedKey::from_der(chain, private, &ring::default_provider()).map_err(|error| {
        TlsError::Pair {
            cert: cert.to_owned(),
            key: key.to_owned(),
            problem: error.to_string(),
        }
    })
}
