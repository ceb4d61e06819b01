//! Tokens of an identity provider: JSON Web Tokens by OpenID Connect, signed by its keys.
//!
//! Only signatures by public keys count, made with the algorithm that the key is for. Issuer, audience and
//! end must be there; the clocks of both sides may differ by a minute.

mod fetch;
mod keys;

use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde_json::Value;

use crate::config::OidcConfig;
use crate::model::{Clock, Timestamp, Vocabulary as _};

use super::{AuthError, Known, Role, token};

pub use fetch::agent;
pub use keys::keys_of;

use keys::Keys;

/// How far the clocks of the provider and of this server may differ, in milliseconds.
const SKEW: i64 = 60_000;
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16 << 10;
/// Signatures that anybody can check and only the provider can make.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// An identity provider whose tokens are taken.
pub(super) struct Oidc {
    config: OidcConfig,
    keys: Keys,
    clock: Clock,
}

impl Oidc {
    pub(super) fn new(config: OidcConfig, clock: Clock) -> Self {
        Self {
            keys: Keys::new(config.jwks.clone(), clock),
            config,
            clock,
        }
    }

    /// Whether a text looks like a signed token: three parts.
    pub(super) fn is_like(text: &str) -> bool {
        text.bytes().filter(|byte| *byte == b'.').count() == 2
    }

    /// Who has this token.
    pub(super) async fn known(&self, text: &str) -> Result<Known, AuthError> {
        if text.len() > LONGEST {
            return Err(AuthError::BadToken);
        }
        // What cannot be read is not told apart: a guesser learns nothing.
        let bad = |error| {
            tracing::debug!(%error, "a signed token is not valid");
            AuthError::BadToken
        };
        let header = decode_header(text).map_err(bad)?;
        if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
            return Err(AuthError::BadToken);
        }
        let key = self.keys.find(header.kid.as_deref(), header.alg).await?;
        let mut rules = Validation::new(header.alg);
        rules.set_issuer(&[&self.config.issuer]);
        rules.set_audience(&self.config.audience);
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        // By our own clock, below.
        rules.validate_exp = false;
        let claims = decode::<Value>(text, &key, &rules).map_err(bad)?.claims;
        let until = self.in_time(&claims)?;
        let name = claims[&self.config.name_claim].as_str();
        let name = name.filter(|name| token::is_name(name));
        Ok(Known {
            name: name.ok_or(AuthError::NoName)?.to_owned(),
            role: role(&claims, &self.config.role_claim).ok_or(AuthError::NoRole)?,
            token: None,
            until: Some(until),
        })
    }

    /// Until when the claims hold, if they hold now.
    fn in_time(&self, claims: &Value) -> Result<Timestamp, AuthError> {
        let instant = |name: &str| {
            let seconds = claims[name].as_f64()?;
            // Beyond what fits it stays at the end.
            Some((seconds * 1e3) as i64)
        };
        let now = self.clock.now().0;
        let until = instant("exp").ok_or(AuthError::BadToken)?;
        let until = Timestamp(until.saturating_add(SKEW));
        if until.0 <= now {
            return Err(AuthError::Expired(Timestamp(until.0 - SKEW)));
        }
        let begun = match &claims["nbf"] {
            Value::Null => true,
            _ => instant("nbf").is_some_and(|begin| begin.saturating_sub(SKEW) <= now),
        };
        if begun {
            Ok(until)
        } else {
            Err(AuthError::BadToken)
        }
    }
}

/// The highest role that a claim names: a text of words, or a list of them. Where no claim has the whole
/// name, dots in it lead inwards.
fn role(claims: &Value, name: &str) -> Option<Role> {
    let inner = || {
        name.split('.')
            .try_fold(claims, |value, key| value.get(key))
    };
    let claim = claims.get(name).or_else(inner)?;
    let texts: Vec<&str> = match claim {
        Value::String(text) => text.split_whitespace().collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let named = |text: &str| {
        let plain = text.to_ascii_uppercase();
        let plain = plain.strip_prefix("FOEDERA-").unwrap_or(&plain);
        Role::from_code(plain)
    };
    texts.into_iter().filter_map(named).max()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn roles_are_found_in_words_in_lists_and_further_in() {
        let claims = json!({
            "role": "editor",
            "scope": "openid foedera-reader foedera-contributor",
            "https://example.org/roles": ["ADMIN", "other"],
            "realm_access": { "roles": ["offline_access", "Reader"] },
            "number": 4,
            "none": ["king"],
        });
        for (name, found) in [
            ("role", Some(Role::Editor)),
            ("scope", Some(Role::Contributor)),
            ("https://example.org/roles", Some(Role::Admin)),
            ("realm_access.roles", Some(Role::Reader)),
            ("number", None),
            ("none", None),
            ("absent", None),
            ("realm_access.absent", None),
        ] {
            assert_eq!(role(&claims, name), found, "{name}");
        }
    }
}
