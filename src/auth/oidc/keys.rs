//! The keys of the provider: fetched, kept, and fetched again when they change.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::Mutex;

use crate::auth::AuthError;
use crate::model::{Clock, Timestamp};

use super::fetch;

/// After so long the keys are fetched again, in milliseconds: one that was taken back is refused then.
const FRESH: i64 = 10 * 60_000;
/// So long keys serve that cannot be fetched again.
const USABLE: i64 = 24 * 3_600_000;
/// So long after a fetch there is no other, whatever is asked for.
const PAUSE: i64 = 10_000;

/// The keys of the provider.
pub(super) struct Keys {
    /// A file or an address.
    from: String,
    clock: Clock,
    held: ArcSwapOption<Held>,
    /// When a fetch was last tried. Who has the lock fetches.
    tried: Mutex<Option<Timestamp>>,
}

struct Held {
    keys: Vec<Jwk>,
    at: Timestamp,
}

impl Keys {
    pub(super) fn new(from: String, clock: Clock) -> Self {
        Self {
            from,
            clock,
            held: ArcSwapOption::empty(),
            tried: Mutex::new(None),
        }
    }

    /// The key that a token names, for an algorithm. A token that names none is checked with the only
    /// one there is.
    pub(super) async fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, AuthError> {
        if let Some(key) = self.held(FRESH).and_then(|held| held.find(id, algorithm)) {
            return Ok(key);
        }
        let known = self.held(USABLE).and_then(|held| held.find(id, algorithm));
        let fetched = match (self.tried.try_lock(), &known) {
            (Ok(mut tried), _) => self.fetch(&mut tried).await,
            // Somebody fetches already, and there is a key to go on with.
            (Err(_), Some(_)) => false,
            (Err(_), None) => {
                let mut tried = self.tried.lock().await;
                self.fetch(&mut tried).await
            }
        };
        // Keys that were just fetched are all that count; older ones only where none could be.
        let found = self.held(FRESH).map(|held| held.find(id, algorithm));
        match (found, known) {
            (Some(Some(key)), _) | (None, Some(key)) => Ok(key),
            (Some(None), _) if fetched => Err(AuthError::BadToken),
            _ => Err(AuthError::KeysUnavailable),
        }
    }

    /// Fetches the keys, unless that was just tried. Whether what is held is what the provider has.
    async fn fetch(&self, tried: &mut Option<Timestamp>) -> bool {
        let now = self.clock.now();
        if tried.is_some_and(|tried| now.0 - tried.0 < PAUSE) {
            return self.held(PAUSE).is_some();
        }
        *tried = Some(now);
        let from = self.from.clone();
        let read = tokio::task::spawn_blocking(move || read(&from)).await;
        let keys = read
            .map_err(|error| error.to_string())
            .and_then(|read| read);
        match keys {
            Ok(keys) => {
                tracing::debug!(
                    keys = keys.len(),
                    "the keys of the identity provider were fetched"
                );
                self.held.store(Some(Arc::new(Held { keys, at: now })));
                true
            }
            Err(error) => {
                tracing::warn!(%error, from = self.from, "the keys of the identity provider cannot be had");
                false
            }
        }
    }

    /// The keys, if they are no older than so many milliseconds.
    fn held(&self, most: i64) -> Option<Arc<Held>> {
        let now = self.clock.now();
        let held = self.held.load_full()?;
        (now.0 - held.at.0 < most).then_some(held)
    }
}

/// How many keys that sign tokens lie at an address or in a file.
///
/// # Errors
/// When they cannot be had.
pub fn keys_of(from: &str) -> Result<usize, String> {
    let signs = |key: &&Jwk| super::ALGORITHMS.iter().any(|one| fits(key, *one));
    Ok(read(from)?.iter().filter(signs).count())
}

fn read(from: &str) -> Result<Vec<Jwk>, String> {
    let bytes = fetch::read(from)?;
    let set: JwkSet = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    Ok(set.keys)
}

impl Held {
    fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        let mut fitting = self.keys.iter().filter(|key| {
            fits(key, algorithm) && (id.is_none() || key.common.key_id.as_deref() == id)
        });
        let key = fitting.next()?;
        if id.is_none() && fitting.next().is_some() {
            return None;
        }
        DecodingKey::from_jwk(key).ok()
    }
}

/// Whether a key is one that signs with this algorithm.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    use Algorithm as A;
    let common = &key.common;
    let signs = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
    let own = common.key_algorithm;
    let named = own.is_none_or(|own| own.to_string().parse() == Ok(algorithm));
    let of_kind = match &key.algorithm {
        AlgorithmParameters::RSA(_) => matches!(
            algorithm,
            A::RS256 | A::RS384 | A::RS512 | A::PS256 | A::PS384 | A::PS512
        ),
        AlgorithmParameters::EllipticCurve(_) => matches!(algorithm, A::ES256 | A::ES384),
        AlgorithmParameters::OctetKeyPair(_) => algorithm == A::EdDSA,
        _ => false,
    };
    signs && named && of_kind
}
