//! Whose tokens are taken beside our own.

use clap::Args;
use serde::Deserialize;

use super::ConfigError;

/// The flags about an identity provider.
#[derive(Args, Clone, Debug, Default)]
pub struct OidcArgs {
    /// Take the tokens of this OpenID Connect issuer, exactly as their claim `iss` names it
    #[arg(long, env = "FOEDERA_OIDC_ISSUER", value_name = "ISSUER")]
    oidc_issuer: Option<String>,
    /// An audience that such tokens must be for, in their claim `aud`; may be repeated
    #[arg(
        long,
        env = "FOEDERA_OIDC_AUDIENCE",
        value_name = "AUDIENCE",
        value_delimiter = ','
    )]
    oidc_audience: Vec<String>,
    /// Where the issuer's keys are: the address of a JSON Web Key Set, or a file
    #[arg(long, env = "FOEDERA_OIDC_JWKS", value_name = "URL|FILE")]
    oidc_jwks: Option<String>,
    /// The claim that names roles: READER, CONTRIBUTOR, EDITOR, ADMIN, also with foedera- before it; dots
    /// lead inwards [default: roles]
    #[arg(long, env = "FOEDERA_OIDC_ROLE_CLAIM", value_name = "CLAIM")]
    oidc_role_claim: Option<String>,
    /// The claim that revisions name as their author [default: sub]
    #[arg(long, env = "FOEDERA_OIDC_NAME_CLAIM", value_name = "CLAIM")]
    oidc_name_claim: Option<String>,
}

/// The table `[oidc]` of the config file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OidcFile {
    issuer: Option<String>,
    audience: Option<Vec<String>>,
    jwks: Option<String>,
    role_claim: Option<String>,
    name_claim: Option<String>,
}

/// An identity provider whose tokens are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcConfig {
    /// Who issues them.
    pub issuer: String,
    /// Whom they must be for: one of these.
    pub audience: Vec<String>,
    /// Where the keys are: the address of a JSON Web Key Set, or a file.
    pub jwks: String,
    /// The claim that names roles.
    pub role_claim: String,
    /// The claim that revisions name as their author.
    pub name_claim: String,
}

impl OidcArgs {
    /// The provider, where there is one.
    ///
    /// # Errors
    /// When only a part of it is said.
    pub(super) fn resolve(self, file: OidcFile) -> Result<Option<OidcConfig>, ConfigError> {
        let audience = if self.oidc_audience.is_empty() {
            file.audience.unwrap_or_default()
        } else {
            self.oidc_audience
        };
        let issuer = self.oidc_issuer.or(file.issuer);
        let jwks = self.oidc_jwks.or(file.jwks);
        match (issuer, audience, jwks) {
            (None, audience, None) if audience.is_empty() => Ok(None),
            (Some(issuer), audience, Some(jwks)) if !audience.is_empty() => Ok(Some(OidcConfig {
                issuer,
                audience,
                jwks,
                role_claim: self
                    .oidc_role_claim
                    .or(file.role_claim)
                    .unwrap_or_else(|| "roles".to_owned()),
                name_claim: self
                    .oidc_name_claim
                    .or(file.name_claim)
                    .unwrap_or_else(|| "sub".to_owned()),
            })),
            _ => Err(ConfigError::Oidc),
        }
    }
}
