//! Fetching by HTTP and HTTPS.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest set of keys, in bytes.
const LARGEST: u64 = 1 << 20;

/// A client that trusts whom the system trusts, and takes every status for an answer. There is a limit of
/// time where one is given.
pub fn agent(limit: Option<Duration>) -> ureq::Agent {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .timeout_global(limit)
        .build()
        .into()
}

/// Reads what lies at an address, or in a file.
pub(super) fn read(from: &str) -> Result<Vec<u8>, String> {
    if !from.starts_with("https://") && !from.starts_with("http://") {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(Path::new(from)).map_err(|error| error.to_string())?;
        let read = file.take(LARGEST).read_to_end(&mut bytes);
        return read.map(|_| bytes).map_err(|error| error.to_string());
    }
    let mut response = agent(Some(PATIENCE))
        .get(from)
        .call()
        .map_err(|error| error.to_string())?;
    if !response.status().is_success() {
        return Err(format!("the answer was {}", response.status()));
    }
    let body = response.body_mut().with_config().limit(LARGEST);
    body.read_to_vec().map_err(|error| error.to_string())
}
