//! What the operator sets about the web side.

use std::collections::HashMap;
use std::time::Duration;

use crate::config::{Limits, StatusCodes};

use super::feed::Pace;
use super::tls::Tls;

/// What the operator sets about the web side.
#[derive(Clone, Debug)]
pub struct Web {
    /// The largest request body in bytes.
    pub body_limit: usize,
    /// The bytes that answers may take which are kept to be given again.
    pub answer_cache: u64,
    /// The longest that one operation may take.
    pub operation_timeout: Duration,
    /// The origins whose pages may use the API; a star lets all in.
    pub cors_origins: Vec<String>,
    /// The most sockets and event streams that may be open at a time.
    pub most_streams: u32,
    /// From when on an operation is logged as a slow one.
    pub slow: Option<Duration>,
    /// The certificate, where the server itself speaks HTTPS.
    pub tls: Option<Tls>,
    /// How long sockets and event streams wait.
    pub pace: Pace,
    /// Which status codes an answer without data has.
    pub status_codes: StatusCodes,
    /// Whether the API tells its schema.
    pub introspection: bool,
    /// Whether names are suggested in place of those that there are not.
    pub suggestions: bool,
    /// The documents that clients may name, by their ids.
    pub trusted: HashMap<String, String>,
    /// Whether no others are carried out.
    pub only_trusted: bool,
    /// The header in which a proxy tells the address of the client; its last entry counts.
    pub address_header: Option<String>,
    /// How much may be asked for.
    pub limits: Limits,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            body_limit: 1 << 20,
            answer_cache: 64 << 20,
            operation_timeout: Duration::from_secs(30),
            cors_origins: Vec::new(),
            most_streams: 10_000,
            slow: None,
            tls: None,
            pace: Pace::default(),
            status_codes: StatusCodes::default(),
            introspection: true,
            suggestions: false,
            trusted: HashMap::new(),
            only_trusted: false,
            address_header: None,
            limits: Limits::default(),
        }
    }
}
