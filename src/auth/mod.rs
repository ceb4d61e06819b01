//! Who is asking? For now one secret: whoever knows it may write, anybody may read.

use crate::store::{Store, StoreError};

/// Who is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// Anybody: may read.
    Anonymous,
    /// Whoever has the admin token: may read and write.
    Admin,
}

impl Viewer {
    /// The name that revisions of this viewer carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Admin => "admin",
        }
    }
}

/// Why somebody is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The token is not one that was given out.
    #[error(
        "the token is not valid; send the admin token as «Authorization: Bearer TOKEN», or no token to read"
    )]
    BadToken,
}

/// The tokens that open the record for writing.
#[derive(Clone)]
pub struct Tokens {
    admin: blake3::Hash,
}

const SETTING: &str = "admin-token";

impl Tokens {
    /// Takes the configured token, or the one made on an earlier start, or makes one. The second
    /// value is the new token: it is known only now, the store keeps its hash.
    ///
    /// # Errors
    /// When the store cannot be read or written, or the system gives no random bytes.
    pub fn open(
        store: &Store,
        configured: Option<&str>,
    ) -> Result<(Self, Option<String>), StoreError> {
        if let Some(token) = configured {
            return Ok((
                Self {
                    admin: blake3::hash(token.as_bytes()),
                },
                None,
            ));
        }
        if let Some(hash) = store.setting(SETTING)? {
            let hash: [u8; 32] = hash
                .try_into()
                .map_err(|_| StoreError::Damaged("the stored token is not a hash".to_owned()))?;
            return Ok((Self { admin: hash.into() }, None));
        }
        let token = Self::random()?;
        let admin = blake3::hash(token.as_bytes());
        store.set_setting(SETTING, admin.as_bytes())?;
        Ok((Self { admin }, Some(token)))
    }

    /// Makes a new token in place of the one made before. Returns the token.
    ///
    /// # Errors
    /// When the store cannot be written, or the system gives no random bytes.
    pub fn renew(store: &Store) -> Result<String, StoreError> {
        let token = Self::random()?;
        store.set_setting(SETTING, blake3::hash(token.as_bytes()).as_bytes())?;
        Ok(token)
    }

    /// Who has this token. None is sent by whoever only reads.
    ///
    /// # Errors
    /// When the token is not one that was given out.
    pub fn viewer(&self, bearer: Option<&str>) -> Result<Viewer, AuthError> {
        match bearer {
            None => Ok(Viewer::Anonymous),
            // blake3's comparison of hashes takes the same time wherever they differ.
            Some(token) if blake3::hash(token.as_bytes()) == self.admin => Ok(Viewer::Admin),
            Some(_) => Err(AuthError::BadToken),
        }
    }

    fn random() -> Result<String, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| {
            StoreError::ReadOnly(format!("the system gives no random bytes: {error}"))
        })?;
        Ok(blake3::Hash::from(bytes).to_hex().to_string())
    }
}
