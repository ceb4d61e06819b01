//! Giving out tokens and taking them back.

use async_graphql::{ID, InputObject, Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::auth::{NewToken, Role, TokenError, Tokens};
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::payload::UserError;
use crate::ledger::ProblemCode;
use crate::model::Timestamp;
use crate::store::StoreError;

use super::object::AccessToken;

/// A new token.
#[derive(Clone, Debug, InputObject)]
pub struct CreateTokenInput {
    /// Whom it is for: the name that revisions will carry.
    pub name: String,
    /// What it lets do.
    pub role: Role,
    /// From when on it is no longer valid. In 365 days if nothing is given.
    pub expires_at: Option<Timestamp>,
}

/// A token to be taken back.
#[derive(Clone, Debug, InputObject)]
pub struct RevokeTokenInput {
    /// The token: its id, not its secret.
    pub id: ID,
}

/// What became of giving out a token.
#[derive(SimpleObject, Fields)]
pub struct CreateTokenPayload {
    /// The token. Null where there are user errors.
    pub token: Option<AccessToken>,
    /// The secret, to be sent as `Authorization: Bearer SECRET`. It is shown now and never again.
    pub secret: Option<String>,
    /// Everything that is wrong with the input.
    pub user_errors: Vec<UserError>,
}

/// What became of taking a token back.
#[derive(SimpleObject, Fields)]
pub struct RevokeTokenPayload {
    /// The token. Null where there are user errors.
    pub token: Option<AccessToken>,
    /// Everything that is wrong with the input.
    pub user_errors: Vec<UserError>,
}

/// The mutations of tokens.
#[derive(Default)]
pub struct AccessWrites;

#[object]
impl AccessWrites {
    /// Gives out a token. The secret in the answer is shown now and never again.
    ///
    /// Needs the role ADMIN.
    async fn create_token(
        &self,
        ask: &Ask,
        #[graphql(desc = "Whom it is for, and what it lets do.")] input: CreateTokenInput,
    ) -> Result<CreateTokenPayload> {
        ask.may(Role::Admin)?;
        let CreateTokenInput {
            name,
            role,
            expires_at,
        } = input;
        let new = NewToken {
            name,
            role,
            expires_at,
        };
        let made = change(ask, move |tokens, by| tokens.create(new, by)).await?;
        Ok(match made {
            Ok((token, secret)) => CreateTokenPayload {
                token: Some(AccessToken(token)),
                secret: Some(secret),
                user_errors: Vec::new(),
            },
            Err(error) => CreateTokenPayload {
                token: None,
                secret: None,
                user_errors: vec![error],
            },
        })
    }

    /// Takes a token back: from now on nobody is let in with it. What was done with it stays.
    ///
    /// Needs the role ADMIN.
    async fn revoke_token(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which token.")] input: RevokeTokenInput,
    ) -> Result<RevokeTokenPayload> {
        ask.may(Role::Admin)?;
        // No token has the number 0.
        let number = AccessToken::number(&input.id).unwrap_or(0);
        let revoked = change(ask, move |tokens, by| tokens.revoke(number, by)).await?;
        let (token, error) = match revoked {
            Ok(token) => (Some(AccessToken(token)), None),
            Err(error) => (None, Some(error)),
        };
        Ok(RevokeTokenPayload {
            token,
            user_errors: error.into_iter().collect(),
        })
    }
}

/// Changes the tokens where no request waits for the disk.
async fn change<T: Send + 'static>(
    ask: &Ask,
    work: impl FnOnce(&Tokens, &str) -> Result<T, TokenError> + Send + 'static,
) -> Result<Result<T, UserError>> {
    let (auth, by) = (ask.app().auth.clone(), ask.viewer().name().to_owned());
    let work = tokio::task::spawn_blocking(move || work(auth.tokens(), &by));
    let stopping = |_| StoreError::ReadOnly("the server is stopping".to_owned());
    let (code, field) = match work.await.map_err(stopping)? {
        Ok(done) => return Ok(Ok(done)),
        Err(TokenError::Store(error)) => return Err(error.into()),
        Err(error @ TokenError::Name) => (ProblemCode::Invalid, ("name", error)),
        Err(error @ TokenError::Past) => (ProblemCode::Invalid, ("expiresAt", error)),
        Err(error @ TokenError::NotFound) => (ProblemCode::NotFound, ("id", error)),
    };
    let (field, error) = field;
    Ok(Err(UserError {
        code,
        message: error.to_string(),
        path: ["input", field].map(str::to_owned).into(),
    }))
}
