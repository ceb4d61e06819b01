//! Access tokens: given out to people and programs, each with a name, a role and an end.
//!
//! A token is `foedera_`, its number, `_` and 256 random bits in hexadecimal. The store keeps a BLAKE3
//! digest of the whole text; the number finds it, and the digests are compared in constant time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};

use crate::model::{Clock, Timestamp, Vocabulary as _};
use crate::store::{Store, StoreError};

use super::{AuthError, Known, Role, random};

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// Its number, from 1.
    pub id: u32,
    /// Whom it was given to: the name that revisions carry.
    pub name: String,
    /// What it lets do.
    pub role: Role,
    digest: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// From when on it is no longer valid.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// Who took it back.
    pub revoked_by: Option<String>,
    /// When it was last used, to within an hour after a crash.
    pub last_used_at: Option<Timestamp>,
}

/// What a new token is to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whom it is for.
    pub name: String,
    /// What it lets do.
    pub role: Role,
    /// From when on it is no longer valid; in a year if nothing is given.
    pub expires_at: Option<Timestamp>,
}

/// Why a token is not made or taken back.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TokenError {
    /// A revision could not carry the name.
    #[error(
        "a name has 1 to 100 characters, none of them a control character, and is not «admin» or «anonymous»"
    )]
    Name,
    /// It would never be valid.
    #[error("the end of the token is in the past")]
    Past,
    /// There is none.
    #[error("there is no such token")]
    NotFound,
    /// The store cannot keep it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A token and when it was last used. The latter changes without a lock.
struct Held {
    token: AccessToken,
    used: Arc<Used>,
}

#[derive(Default)]
struct Used {
    /// When it was last used, in milliseconds; 0 if never.
    at: AtomicI64,
    /// What the store knows of that.
    noted: AtomicI64,
}

/// How long a use may go without being noted in the store, in milliseconds.
const NOTE_AFTER: i64 = 3_600_000;
const A_YEAR: i64 = 365 * 86_400_000;
const PREFIX: &str = "token/";
const BEGINNING: &str = "foedera_";

/// All tokens that were given out.
pub struct Tokens {
    store: Arc<Store>,
    clock: Clock,
    /// In the order of their numbers.
    held: ArcSwap<Vec<Held>>,
    /// One change at a time.
    changing: Mutex<()>,
}

impl Tokens {
    /// Reads the tokens of a data directory.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(store: Arc<Store>, clock: Clock) -> Result<Self, StoreError> {
        let damaged = |error| StoreError::Damaged(format!("a stored token: {error}"));
        let mut held = Vec::new();
        for value in store.settings(PREFIX)? {
            held.push(Held::new(serde_json::from_slice(&value).map_err(damaged)?));
        }
        Ok(Self {
            store,
            clock,
            held: ArcSwap::from_pointee(held),
            changing: Mutex::default(),
        })
    }

    /// Makes a token. The text is the token itself: it is known only now.
    ///
    /// # Errors
    /// When it cannot be as it is wanted, or the store cannot keep it.
    pub fn create(&self, new: NewToken, by: &str) -> Result<(AccessToken, String), TokenError> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let (held, now) = (self.held.load_full(), self.clock.now());
        let name = new.name.trim().to_owned();
        if !is_name(&name) {
            return Err(TokenError::Name);
        }
        let expires_at = new.expires_at.unwrap_or(Timestamp(now.0 + A_YEAR));
        if expires_at <= now {
            return Err(TokenError::Past);
        }
        let id = held.len() as u32 + 1;
        let secret = format!("{BEGINNING}{id}_{}", random()?);
        let token = AccessToken {
            id,
            name,
            role: new.role,
            digest: *blake3::hash(secret.as_bytes()).as_bytes(),
            created_at: now,
            created_by: by.to_owned(),
            expires_at,
            revoked_at: None,
            revoked_by: None,
            last_used_at: None,
        };
        self.store.set_setting(&key(id), &stored(&token))?;
        let all = held.iter().map(Held::again);
        let all = all.chain([Held::new(token.clone())]).collect();
        self.held.store(Arc::new(all));
        tracing::info!(token = id, name = %token.name, role = token.role.code(), by, "a token was made");
        Ok((token, secret))
    }

    /// Takes a token back: from now on nobody is let in with it.
    ///
    /// # Errors
    /// When there is none of this number, or the store cannot keep it.
    pub fn revoke(&self, id: u32, by: &str) -> Result<AccessToken, TokenError> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.held.load_full();
        let place = (id as usize).checked_sub(1).ok_or(TokenError::NotFound)?;
        let mut token = held.get(place).ok_or(TokenError::NotFound)?.token();
        if token.revoked_at.is_some() {
            return Ok(token);
        }
        token.revoked_at = Some(self.clock.now());
        token.revoked_by = Some(by.to_owned());
        self.store.set_setting(&key(id), &stored(&token))?;
        let mut all: Vec<_> = held.iter().map(Held::again).collect();
        all[place].token = token.clone();
        self.held.store(Arc::new(all));
        tracing::info!(token = id, name = %token.name, by, "a token was revoked");
        Ok(token)
    }

    /// All of them, in the order in which they were made.
    pub fn list(&self) -> Vec<AccessToken> {
        self.held.load().iter().map(Held::token).collect()
    }

    /// The token of a number.
    pub fn get(&self, id: u32) -> Option<AccessToken> {
        let held = self.held.load();
        held.get((id as usize).checked_sub(1)?).map(Held::token)
    }

    /// Whether a text looks like one of these tokens.
    pub(super) fn is_like(text: &str) -> bool {
        text.starts_with(BEGINNING)
    }

    /// Who has this token.
    pub(super) fn known(&self, text: &str) -> Result<Known, AuthError> {
        let held = self.held.load();
        let number = text
            .strip_prefix(BEGINNING)
            .and_then(|rest| rest.split_once('_'));
        let place = number.and_then(|(number, _)| number.parse::<usize>().ok()?.checked_sub(1));
        let found = place.and_then(|place| held.get(place));
        let found = found.ok_or(AuthError::BadToken)?;
        // blake3's comparison of hashes takes the same time wherever they differ.
        if blake3::hash(text.as_bytes()) != blake3::Hash::from(found.token.digest) {
            return Err(AuthError::BadToken);
        }
        let now = self.clock.now();
        found.check(now)?;
        self.note(found, now);
        Ok(Known {
            name: found.token.name.clone(),
            role: found.token.role,
            token: Some(found.token.id),
            until: Some(found.token.expires_at),
        })
    }

    /// Whether the token of a number is still valid.
    pub(super) fn is_valid(&self, id: u32) -> bool {
        let held = self.held.load();
        let found = held.get((id as usize).wrapping_sub(1));
        found.is_some_and(|found| found.check(self.clock.now()).is_ok())
    }

    /// Notes a use: in memory each, in the store now and then.
    fn note(&self, held: &Held, now: Timestamp) {
        let used = &held.used;
        used.at.fetch_max(now.0, Ordering::Relaxed);
        let noted = used.noted.load(Ordering::Relaxed);
        let due = now.0 - noted >= NOTE_AFTER;
        let swap = |old| {
            let order = Ordering::Relaxed;
            used.noted.compare_exchange(old, now.0, order, order)
        };
        if due && swap(noted).is_ok() {
            self.keep(held);
        }
    }

    fn keep(&self, held: &Held) {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        // It may have been revoked since.
        if let Some(token) = self.get(held.token.id) {
            let noted = self.store.note_setting(&key(token.id), &stored(&token));
            if let Err(error) = noted {
                tracing::warn!(%error, "the use of a token could not be noted");
            }
        }
    }
}

impl Drop for Tokens {
    /// What is known of uses and not noted yet.
    fn drop(&mut self) {
        let held = self.held.load_full();
        for held in held.iter() {
            let at = held.used.at.load(Ordering::Relaxed);
            if at > held.used.noted.load(Ordering::Relaxed) {
                self.keep(held);
            }
        }
    }
}

impl Held {
    fn new(token: AccessToken) -> Self {
        let used = Used::default();
        if let Some(at) = token.last_used_at {
            used.at.store(at.0, Ordering::Relaxed);
            used.noted.store(at.0, Ordering::Relaxed);
        }
        Self {
            token,
            used: Arc::new(used),
        }
    }

    fn again(&self) -> Self {
        Self {
            token: self.token.clone(),
            used: self.used.clone(),
        }
    }

    /// The token as it is now.
    fn token(&self) -> AccessToken {
        let at = self.used.at.load(Ordering::Relaxed);
        AccessToken {
            last_used_at: (at != 0).then_some(Timestamp(at)),
            ..self.token.clone()
        }
    }

    fn check(&self, now: Timestamp) -> Result<(), AuthError> {
        if self.token.revoked_at.is_some() {
            return Err(AuthError::Revoked);
        }
        if self.token.expires_at <= now {
            return Err(AuthError::Expired(self.token.expires_at));
        }
        Ok(())
    }
}

/// Whether revisions can carry a name. Two stand for whoever has no name of their own.
pub(super) fn is_name(name: &str) -> bool {
    let reserved = ["admin", "anonymous"];
    let length = name.chars().count();
    (1..=100).contains(&length)
        && !name.chars().any(char::is_control)
        && !reserved.iter().any(|own| name.eq_ignore_ascii_case(own))
}

fn key(id: u32) -> String {
    format!("{PREFIX}{id:08}")
}

fn stored(token: &AccessToken) -> Vec<u8> {
    // Plain values into memory: this cannot fail.
    serde_json::to_vec(token).unwrap_or_default()
}
