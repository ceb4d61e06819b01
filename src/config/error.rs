//! What is wrong with the settings.

use std::path::PathBuf;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read the {what} {path}: {problem}")]
    Unreadable {
        /// Which file it is.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        problem: String,
    },
    /// The file says something that means nothing.
    #[error("the config file {path} is wrong: {problem}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What, where, and what is allowed.
        problem: String,
    },
    /// A certificate needs its key.
    #[error("HTTPS needs --tls-cert and --tls-key, both")]
    Tls,
    /// An identity provider needs all three.
    #[error(
        "tokens of an identity provider need --oidc-issuer, --oidc-audience and --oidc-jwks, all three"
    )]
    Oidc,
    /// No page of a browser comes from there.
    #[error(
        "--cors-origin {0:?} is no origin as browsers name it: write https://www.example.org, with the port if it is another, and nothing behind it, or a star for all"
    )]
    Origin(String),
    /// No request has such a header.
    #[error("--address-header {0:?} is no name of a header; write X-Forwarded-For or the like")]
    Header(String),
}
