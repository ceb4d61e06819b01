//! An identity provider whose tokens are taken.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use foedera::config::OidcConfig;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::Value;

/// A key of Ed25519 (RFC 8410), made for this.
const KEY: &str = "MC4CAQAwBQYDK2VwBCIEIH3tHKdTX33kuKRiwvA5H6iyDVMea0NehaVl0yjG9eAw";

/// The provider.
pub struct Provider {
    key: EncodingKey,
    config: OidcConfig,
    _keys: tempfile::NamedTempFile,
}

impl Provider {
    pub(crate) fn new() -> Self {
        let der = STANDARD.decode(KEY).expect("our own key is right");
        let key = EncodingKey::from_ed_der(&der);
        let public = Jwk::from_encoding_key(&key, Algorithm::EdDSA).expect("our own key is right");
        let mut keys = tempfile::NamedTempFile::new().expect("there is room for a file");
        let set = serde_json::json!({ "keys": [public] });
        write!(keys, "{set}").expect("there is room for a file");
        let config = OidcConfig {
            issuer: "issuer".to_owned(),
            audience: vec!["foedera".to_owned()],
            jwks: keys.path().display().to_string(),
            role_claim: "realm.roles".to_owned(),
            name_claim: "sub".to_owned(),
        };
        Self {
            key,
            config,
            _keys: keys,
        }
    }

    pub(crate) fn config(&self) -> &OidcConfig {
        &self.config
    }

    /// A token with these claims, as the provider signs it.
    pub fn sign(&self, claims: &Value) -> Option<String> {
        encode(&Header::new(Algorithm::EdDSA), claims, &self.key).ok()
    }
}

/// Bytes as they travel in tokens and cursors.
pub fn packed(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
