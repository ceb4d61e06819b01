//! What can be set, and where it comes from: a flag, else an environment variable, else the config
//! file, else the default.

mod error;
mod limits;
mod oidc;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Deserialize;

pub use error::ConfigError;
pub use limits::{Bound, LimitArgs, Limits, StatusCodes};
pub use oidc::{OidcArgs, OidcConfig};

use limits::LimitTable;
use oidc::OidcFile;

/// What the record of an empty directory begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Seed {
    /// The Iran record that comes with the program.
    Iran,
    /// Nothing.
    None,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// A value that is not shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The value.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Where the config file and the data directory are: every command wants to know.
#[derive(Args, Clone, Debug, Default)]
pub struct DataArgs {
    /// The directory that holds the record [default: ./foedera-data]
    #[arg(long, env = "FOEDERA_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A TOML file with settings [default: ./foedera.toml where there is one]
    #[arg(long, env = "FOEDERA_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What `serve` can be told.
#[derive(Args, Clone, Debug, Default)]
pub struct ServeArgs {
    /// Where the record and the config file are.
    #[command(flatten)]
    pub place: DataArgs,
    /// The address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "FOEDERA_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// What an empty directory begins with [default: iran]
    #[arg(long, env = "FOEDERA_SEED")]
    pub seed: Option<Seed>,
    /// A file that holds the admin token; the variable `FOEDERA_ADMIN_TOKEN` can hold it too
    #[arg(long, env = "FOEDERA_ADMIN_TOKEN_FILE", value_name = "FILE")]
    pub admin_token_file: Option<PathBuf>,
    /// What to log: error, warn, info, debug or trace, or targets with levels [default: info]
    #[arg(long, env = "FOEDERA_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How to log [default: text]
    #[arg(long, env = "FOEDERA_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// How many MiB the records may take that were read and are kept to be read again [default: 256]
    #[arg(long, env = "FOEDERA_CACHE_MIB", value_name = "MIB")]
    pub cache_mib: Option<u64>,
    /// How many MiB the answers may take that are kept to be given again while no revision follows; 0
    /// keeps none [default: 64]
    #[arg(long, env = "FOEDERA_ANSWER_CACHE_MIB", value_name = "MIB")]
    pub answer_cache_mib: Option<u64>,
    /// The largest request body in KiB [default: 1024]
    #[arg(long, env = "FOEDERA_BODY_LIMIT_KIB", value_name = "KIB")]
    pub body_limit_kib: Option<usize>,
    /// The longest that one operation may take in seconds [default: 30]
    #[arg(
        long,
        env = "FOEDERA_OPERATION_TIMEOUT_SECONDS",
        value_name = "SECONDS"
    )]
    pub operation_timeout_seconds: Option<u64>,
    /// An origin whose pages may use the API, such as <https://example.org>; may be repeated. A star
    /// lets all origins in [default: none]
    #[arg(
        long,
        env = "FOEDERA_CORS_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub cors_origin: Vec<String>,
    /// How many sockets and event streams may be open at a time [default: 10000]
    #[arg(long, env = "FOEDERA_MOST_STREAMS", value_name = "COUNT")]
    pub most_streams: Option<u32>,
    /// Let nobody read without a token either
    #[arg(long, env = "FOEDERA_READS_NEED_TOKEN")]
    pub reads_need_token: bool,
    /// A PEM file with the certificate, and those that it is signed by: the server then speaks HTTPS
    #[arg(long, env = "FOEDERA_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// A PEM file with the key of the certificate
    #[arg(long, env = "FOEDERA_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Listen on this socket in the file system in place of an address
    #[arg(
        long,
        env = "FOEDERA_UNIX_SOCKET",
        value_name = "PATH",
        conflicts_with = "listen"
    )]
    pub unix_socket: Option<PathBuf>,
    /// From how many milliseconds on an operation is logged as a slow one; 0 for none [default: 1000]
    #[arg(long, env = "FOEDERA_SLOW_OPERATION_MILLIS", value_name = "MILLIS")]
    pub slow_operation_millis: Option<u64>,
    /// Whose tokens are taken beside our own.
    #[command(flatten)]
    pub oidc: OidcArgs,
    /// Which status codes an answer without data has [default: draft]
    #[arg(long, env = "FOEDERA_STATUS_CODES")]
    pub status_codes: Option<StatusCodes>,
    /// Whether the API tells its schema [default: true]
    #[arg(long, env = "FOEDERA_INTROSPECTION", value_name = "BOOL")]
    pub introspection: Option<bool>,
    /// Whether a field that there is not is answered with the names of some that there are [default: false]
    #[arg(long, env = "FOEDERA_SUGGESTIONS", value_name = "BOOL")]
    pub suggestions: Option<bool>,
    /// A JSON file of documents that clients may name instead of sending them
    #[arg(long, env = "FOEDERA_TRUSTED_DOCUMENTS", value_name = "FILE")]
    pub trusted_documents: Option<PathBuf>,
    /// Whether no other documents are carried out [default: false]
    #[arg(long, env = "FOEDERA_ONLY_TRUSTED", value_name = "BOOL")]
    pub only_trusted: Option<bool>,
    /// The header in which a proxy tells the address of the client, such as X-Forwarded-For; its last
    /// entry counts [default: none]
    #[arg(long, env = "FOEDERA_ADDRESS_HEADER", value_name = "NAME")]
    pub address_header: Option<String>,
    /// How much may be asked for.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// The config file: the same names as the flags, with underscores.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    listen: Option<SocketAddr>,
    seed: Option<Seed>,
    admin_token: Option<Secret>,
    admin_token_file: Option<PathBuf>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    cache_mib: Option<u64>,
    answer_cache_mib: Option<u64>,
    body_limit_kib: Option<usize>,
    operation_timeout_seconds: Option<u64>,
    cors_origins: Option<Vec<String>>,
    most_streams: Option<u32>,
    reads_need_token: Option<bool>,
    slow_operation_millis: Option<u64>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    unix_socket: Option<PathBuf>,
    #[serde(default)]
    oidc: OidcFile,
    status_codes: Option<StatusCodes>,
    introspection: Option<bool>,
    suggestions: Option<bool>,
    trusted_documents: Option<PathBuf>,
    only_trusted: Option<bool>,
    address_header: Option<String>,
    #[serde(default)]
    limits: LimitTable,
}

/// Everything that a server needs to know.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting")]
pub struct ServeConfig {
    /// The data directory.
    pub data: PathBuf,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// What an empty directory begins with.
    pub seed: Seed,
    /// The admin token; one is made at the first start where it is not set.
    pub admin_token: Option<Secret>,
    /// What to log.
    pub log: String,
    /// How to log.
    pub log_format: LogFormat,
    /// The bytes that records may take which were read and are kept to be read again.
    pub cache_bytes: u64,
    /// The bytes that answers may take which are kept to be given again.
    pub answer_cache: u64,
    /// The largest request body in bytes.
    pub body_limit: usize,
    /// The longest that one operation may take.
    pub operation_timeout: std::time::Duration,
    /// The origins whose pages may use the API.
    pub cors_origins: Vec<String>,
    /// The most sockets and event streams that may be open at a time.
    pub most_streams: u32,
    /// Whether nobody may read without a token.
    pub reads_need_token: bool,
    /// The files of the certificate and of its key, where the server itself speaks HTTPS.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The socket in the file system to listen on, in place of an address.
    pub unix_socket: Option<PathBuf>,
    /// From when on an operation is logged as a slow one.
    pub slow_operation: Option<std::time::Duration>,
    /// Whose tokens are taken beside our own.
    pub oidc: Option<OidcConfig>,
    /// Which status codes an answer without data has.
    pub status_codes: StatusCodes,
    /// Whether the API tells its schema.
    pub introspection: bool,
    /// Whether names are suggested in place of those that there are not.
    pub suggestions: bool,
    /// A file of documents that clients may name.
    pub trusted_documents: Option<PathBuf>,
    /// Whether no other documents are carried out.
    pub only_trusted: bool,
    /// The header in which a proxy tells the address of the client.
    pub address_header: Option<String>,
    /// How much may be asked for.
    pub limits: Limits,
}

/// The bytes that records which were read may take, unless something else is set.
pub const CACHE_BYTES: u64 = 256 << 20;

impl DataArgs {
    /// The data directory.
    ///
    /// # Errors
    /// When the config file is wrong.
    pub fn directory(&self) -> Result<PathBuf, ConfigError> {
        let file = File::find(self.config.as_deref())?;
        Ok(self
            .data
            .clone()
            .or(file.data)
            .unwrap_or_else(|| PathBuf::from("./foedera-data")))
    }
}

impl ServeArgs {
    /// Everything that a server needs to know.
    ///
    /// # Errors
    /// When the config file or the token file is wrong.
    pub fn resolve(self) -> Result<ServeConfig, ConfigError> {
        let file = File::find(self.place.config.as_deref())?;
        let origins = if self.cors_origin.is_empty() {
            file.cors_origins.unwrap_or_default()
        } else {
            self.cors_origin
        };
        if let Some(wrong) = origins.iter().find(|origin| !is_origin(origin)) {
            return Err(ConfigError::Origin(wrong.clone()));
        }
        let address_header = self.address_header.or(file.address_header);
        if let Some(wrong) = address_header.as_ref().filter(|name| !is_header(name)) {
            return Err(ConfigError::Header(wrong.clone()));
        }
        let token_file = self.admin_token_file.or(file.admin_token_file);
        // Not a flag: flags show in the list of processes.
        let from_environment = std::env::var("FOEDERA_ADMIN_TOKEN")
            .ok()
            .filter(|t| !t.is_empty());
        let admin_token = match (from_environment, token_file) {
            (Some(token), _) => Some(Secret(token)),
            (None, Some(path)) => {
                let token = read("admin token file", &path)?;
                Some(Secret(token.trim().to_owned()))
            }
            (None, None) => file.admin_token,
        };
        let timeout = self
            .operation_timeout_seconds
            .or(file.operation_timeout_seconds)
            .unwrap_or(30);
        Ok(ServeConfig {
            data: self
                .place
                .data
                .or(file.data)
                .unwrap_or_else(|| PathBuf::from("./foedera-data")),
            listen: self
                .listen
                .or(file.listen)
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            seed: self.seed.or(file.seed).unwrap_or(Seed::Iran),
            admin_token,
            log: self.log.or(file.log).unwrap_or_else(|| "info".to_owned()),
            log_format: self
                .log_format
                .or(file.log_format)
                .unwrap_or(LogFormat::Text),
            cache_bytes: self
                .cache_mib
                .or(file.cache_mib)
                .map_or(CACHE_BYTES, |mib| mib.saturating_mul(1 << 20)),
            answer_cache: self
                .answer_cache_mib
                .or(file.answer_cache_mib)
                .unwrap_or(64)
                .saturating_mul(1 << 20),
            body_limit: self
                .body_limit_kib
                .or(file.body_limit_kib)
                .unwrap_or(1024)
                .saturating_mul(1 << 10),
            operation_timeout: std::time::Duration::from_secs(timeout),
            cors_origins: origins,
            most_streams: self.most_streams.or(file.most_streams).unwrap_or(10_000),
            reads_need_token: self.reads_need_token || file.reads_need_token.unwrap_or(false),
            slow_operation: Some(
                self.slow_operation_millis
                    .or(file.slow_operation_millis)
                    .unwrap_or(1_000),
            )
            .filter(|millis| *millis > 0)
            .map(std::time::Duration::from_millis),
            tls: match (
                self.tls_cert.or(file.tls_cert),
                self.tls_key.or(file.tls_key),
            ) {
                (Some(cert), Some(key)) => Some((cert, key)),
                (None, None) => None,
                _ => return Err(ConfigError::Tls),
            },
            unix_socket: self
                .unix_socket
                .or(file.unix_socket)
                .filter(|_| self.listen.is_none()),
            oidc: self.oidc.resolve(file.oidc)?,
            status_codes: self.status_codes.or(file.status_codes).unwrap_or_default(),
            introspection: self.introspection.or(file.introspection).unwrap_or(true),
            suggestions: self.suggestions.or(file.suggestions).unwrap_or(false),
            trusted_documents: self.trusted_documents.or(file.trusted_documents),
            only_trusted: self.only_trusted.or(file.only_trusted).unwrap_or(false),
            address_header,
            limits: self.limits.resolve(&file.limits),
        })
    }
}

impl File {
    /// Reads the file that is named, or the usual one if it is there.
    fn find(named: Option<&Path>) -> Result<Self, ConfigError> {
        let usual = Path::new("foedera.toml");
        let path = match named {
            Some(path) => path,
            None if usual.exists() => usual,
            None => return Ok(Self::default()),
        };
        toml::from_str(&read("config file", path)?).map_err(|error| ConfigError::Invalid {
            path: path.to_owned(),
            problem: error.to_string().trim_end().to_owned(),
        })
    }
}

/// Whether an origin is one as browsers name it: nothing else is ever the same as theirs.
fn is_origin(text: &str) -> bool {
    let odd = |c: char| c == '/' || c.is_whitespace() || c.is_uppercase();
    let named = text.split_once("://");
    text == "*"
        || named.is_some_and(|(scheme, host)| {
            !scheme.is_empty() && !host.is_empty() && !host.contains(odd)
        })
}

fn is_header(name: &str) -> bool {
    name.parse::<axum::http::HeaderName>().is_ok()
}

fn read(what: &'static str, path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
        what,
        path: path.to_owned(),
        problem: error.to_string(),
    })
}
