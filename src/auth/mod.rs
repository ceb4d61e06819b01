//! Who is asking? A role for each who shows a token; nobody needs one to read, unless the operator says
//! so.
//!
//! Nothing of a token is kept but its digest, and nothing of one is ever logged or told.

mod oidc;
mod role;
mod token;
mod tries;
mod viewer;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::config::OidcConfig;
use crate::model::{Clock, Timestamp};
use crate::store::{Store, StoreError};

pub use oidc::{agent, keys_of};
pub use role::Role;
pub use token::{AccessToken, NewToken, TokenError, Tokens};
pub use viewer::{Known, Viewer};

use oidc::Oidc;
use tries::Tries;

/// Why somebody is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The token is not one that was given out.
    #[error(
        "the token is not valid; send a valid one as «Authorization: Bearer TOKEN», or no token to read"
    )]
    BadToken,
    /// The token was valid once.
    #[error("the token was valid until {0}; ask an admin for a new one")]
    Expired(Timestamp),
    /// The token was taken back.
    #[error("the token was revoked; ask an admin for a new one")]
    Revoked,
    /// Nobody may do that without a token.
    #[error("reading needs a token here; send yours as «Authorization: Bearer TOKEN»")]
    NeedsToken,
    /// Too many tokens from there were not valid.
    #[error("too many tokens from your address were not valid; try again in {0} seconds")]
    TooManyTries(u64),
    /// A token of the identity provider gives no role here.
    #[error("the token of your identity provider names no role for this record; ask for one")]
    NoRole,
    /// A token of the identity provider does not say who has it.
    #[error("the token of your identity provider has no name that revisions could carry")]
    NoName,
    /// Whether a token is valid cannot be known.
    #[error(
        "the keys of the identity provider cannot be fetched now, so its tokens cannot be checked; try again later"
    )]
    KeysUnavailable,
}

/// How people are let in.
#[derive(Clone, Debug, Default)]
pub struct Rules<'a> {
    /// The admin token, where one is configured.
    pub admin_token: Option<&'a str>,
    /// Whether nobody may read without a token.
    pub reads_need_token: bool,
    /// The identity provider whose tokens are taken, if one is.
    pub oidc: Option<&'a OidcConfig>,
}

/// The door.
#[derive(Clone)]
pub struct Auth(Arc<Door>);

struct Door {
    admin: blake3::Hash,
    tokens: Tokens,
    oidc: Option<Oidc>,
    tries: Tries,
    reads_need_token: bool,
    clock: Clock,
}

const ADMIN_TOKEN: &str = "admin-token";

impl Auth {
    /// Takes the configured admin token, or the one made on an earlier start, or makes one. The second
    /// value is the new token: it is known only now, the store keeps its digest.
    ///
    /// # Errors
    /// When the store cannot be read or written, or the system gives no random bytes.
    pub fn open(
        store: &Arc<Store>,
        clock: Clock,
        rules: &Rules<'_>,
    ) -> Result<(Self, Option<String>), StoreError> {
        let (admin, made) = if let Some(token) = rules.admin_token {
            (blake3::hash(token.as_bytes()), None)
        } else if let Some(digest) = store.setting(ADMIN_TOKEN)? {
            (read(digest)?, None)
        } else {
            let token = renew_admin(store)?;
            (blake3::hash(token.as_bytes()), Some(token))
        };
        let door = Door {
            admin,
            tokens: Tokens::open(store.clone(), clock)?,
            oidc: rules.oidc.map(|config| Oidc::new(config.clone(), clock)),
            tries: Tries::default(),
            reads_need_token: rules.reads_need_token,
            clock,
        };
        Ok((Self(Arc::new(door)), made))
    }

    /// Who shows this token, from this address. None is shown by whoever only reads.
    ///
    /// # Errors
    /// When the token is not valid, or reading needs one.
    pub async fn viewer(
        &self,
        bearer: Option<&str>,
        from: Option<IpAddr>,
    ) -> Result<Viewer, AuthError> {
        let Some(token) = bearer else {
            return if self.0.reads_need_token {
                Err(AuthError::NeedsToken)
            } else {
                Ok(Viewer::Anonymous)
            };
        };
        if let Some(seconds) = self.0.tries.wait(from, Instant::now()) {
            return Err(AuthError::TooManyTries(seconds));
        }
        let known = self.known(token).await;
        // Whoever comes when nothing can be checked has not failed.
        if known
            .as_ref()
            .is_err_and(|error| *error != AuthError::KeysUnavailable)
        {
            self.0.tries.failed(from, Instant::now());
        }
        Ok(known?.into())
    }

    async fn known(&self, token: &str) -> Result<Known, AuthError> {
        // blake3's comparison of hashes takes the same time wherever they differ.
        if blake3::hash(token.as_bytes()) == self.0.admin {
            return Ok(Known {
                name: "admin".to_owned(),
                role: Role::Admin,
                token: None,
                until: None,
            });
        }
        if Tokens::is_like(token) {
            return self.0.tokens.known(token);
        }
        if let Some(oidc) = self.0.oidc.as_ref().filter(|_| Oidc::is_like(token)) {
            return oidc.known(token).await;
        }
        Err(AuthError::BadToken)
    }

    /// Whether somebody who was let in before would be let in still: the token of a connection that
    /// stays open can end or be revoked.
    pub fn is_still(&self, viewer: &Viewer) -> bool {
        let Some(known) = viewer.known() else {
            return !self.0.reads_need_token;
        };
        let in_time = known.until.is_none_or(|until| self.0.clock.now() < until);
        in_time && known.token.is_none_or(|id| self.0.tokens.is_valid(id))
    }

    /// Whether nobody may read without a token.
    pub fn reads_need_token(&self) -> bool {
        self.0.reads_need_token
    }

    /// The tokens that were given out.
    pub fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }
}

/// Makes a new admin token in place of the one made before. Returns the token.
///
/// # Errors
/// When the store cannot be written, or the system gives no random bytes.
pub fn renew_admin(store: &Store) -> Result<String, StoreError> {
    let token = random()?;
    store.set_setting(ADMIN_TOKEN, blake3::hash(token.as_bytes()).as_bytes())?;
    Ok(token)
}

fn read(digest: Vec<u8>) -> Result<blake3::Hash, StoreError> {
    let digest: [u8; 32] = digest
        .try_into()
        .map_err(|_| StoreError::Damaged("the stored token is not a hash".to_owned()))?;
    Ok(digest.into())
}

/// 256 random bits in hexadecimal.
fn random() -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        StoreError::ReadOnly(format!("the system gives no random bytes: {error}"))
    })?;
    Ok(blake3::Hash::from(bytes).to_hex().to_string())
}
