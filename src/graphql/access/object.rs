//! The types `Viewer` and `AccessToken`.

use async_graphql::ID;
use foedera_macros::object;

use crate::auth::{self, Role};
use crate::model::Timestamp;

/// Whoever sends the request.
pub struct Viewer {
    pub(super) viewer: auth::Viewer,
    pub(super) token: Option<auth::AccessToken>,
}

/// Whoever sends the request.
#[object]
impl Viewer {
    /// The name that revisions of this viewer carry; `anonymous` for whoever shows no token.
    fn name(&self) -> &str {
        self.viewer.name()
    }

    /// What this viewer may do.
    fn role(&self) -> Role {
        self.viewer.role()
    }

    /// Whether the request came with a token.
    fn is_known(&self) -> bool {
        self.viewer.known().is_some()
    }

    /// Until when what was shown is valid. Null for the admin token, which has no end, and for whoever
    /// shows none.
    fn valid_until(&self) -> Option<Timestamp> {
        self.viewer.known()?.until
    }

    /// The access token that was shown; null where it was something else.
    fn token(&self) -> Option<AccessToken> {
        self.token.clone().map(AccessToken)
    }
}

/// A token that was given out, without its secret.
pub struct AccessToken(pub auth::AccessToken);

impl AccessToken {
    const PREFIX: &str = "token_";

    /// The number in an id of a token.
    pub(super) fn number(id: &str) -> Option<u32> {
        id.strip_prefix(Self::PREFIX)?.parse().ok()
    }
}

/// A token that was given out to somebody, or to a program. The secret itself is shown once, by
/// `createToken`.
#[object]
impl AccessToken {
    /// Its name in the API.
    fn id(&self) -> ID {
        format!("{}{}", Self::PREFIX, self.0.id).into()
    }

    /// Whom it was given to: the name that revisions carry.
    fn name(&self) -> &str {
        &self.0.name
    }

    /// What it lets do.
    fn role(&self) -> Role {
        self.0.role
    }

    /// When it was made.
    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// Who made it.
    fn created_by(&self) -> &str {
        &self.0.created_by
    }

    /// From when on it is no longer valid.
    fn expires_at(&self) -> Timestamp {
        self.0.expires_at
    }

    /// When it was taken back; null if it was not.
    fn revoked_at(&self) -> Option<Timestamp> {
        self.0.revoked_at
    }

    /// Who took it back.
    fn revoked_by(&self) -> Option<&str> {
        self.0.revoked_by.as_deref()
    }

    /// When it was last used; null if never. After a crash of the server it may be up to an hour too
    /// early.
    fn last_used_at(&self) -> Option<Timestamp> {
        self.0.last_used_at
    }
}
