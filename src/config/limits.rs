//! How much may be asked for, declared once: a flag, a variable, a key in the config file and a default
//! for each bound.

use clap::{Args, ValueEnum};
use serde::Deserialize;

/// A bound, for the guide.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// The flag, without the hyphens before it.
    pub flag: &'static str,
    /// The environment variable.
    pub variable: &'static str,
    /// The key in the table `[limits]` of the config file.
    pub key: &'static str,
    /// What is taken if nothing is set.
    pub usual: u64,
}

macro_rules! limits {
    ($($key:ident = $usual:literal, $flag:literal, $variable:literal: $what:literal;)+) => {
        /// How much may be asked for.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $(#[doc = $what] pub $key: u64,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($key: $usual,)+ }
            }
        }

        impl Limits {
            /// All bounds.
            pub const ALL: &'static [Bound] = &[
                $(Bound { flag: $flag, variable: $variable, key: stringify!($key), usual: $usual },)+
            ];
        }

        /// The bounds that are set as flags or environment variables.
        #[derive(Args, Clone, Debug, Default)]
        #[command(next_help_heading = "Limits")]
        pub struct LimitArgs {
            $(
                #[doc = $what]
                #[arg(
                    long = $flag,
                    env = $variable,
                    value_name = "NUMBER",
                    help = concat!($what, " [default: ", stringify!($usual), "]"),
                )]
                pub $key: Option<u64>,
            )+
        }

        /// The bounds that are set in the config file.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct LimitTable {
            $($key: Option<u64>,)+
        }

        impl LimitArgs {
            /// A flag or variable, else the file, else the default.
            pub(super) fn resolve(&self, file: &LimitTable) -> Limits {
                Limits { $($key: self.$key.or(file.$key).unwrap_or($usual),)+ }
            }
        }
    };
}

limits! {
    fields = 5_000, "limit-fields", "FOEDERA_LIMIT_FIELDS":
        "Fields of an operation, after its fragments are put in their places";
    depth = 20, "limit-depth", "FOEDERA_LIMIT_DEPTH": "Levels of fields within each other";
    root_fields = 100, "limit-root-fields", "FOEDERA_LIMIT_ROOT_FIELDS":
        "Fields at the root of an operation";
    aliases = 250, "limit-aliases", "FOEDERA_LIMIT_ALIASES": "Aliases of a document";
    directives = 100, "limit-directives", "FOEDERA_LIMIT_DIRECTIVES": "Directives of a document";
    operations = 20, "limit-operations", "FOEDERA_LIMIT_OPERATIONS": "Operations of a document";
    fragments = 100, "limit-fragments", "FOEDERA_LIMIT_FRAGMENTS": "Fragments of a document";
    document_bytes = 100_000, "limit-document-bytes", "FOEDERA_LIMIT_DOCUMENT_BYTES":
        "Bytes of a document";
    tokens = 20_000, "limit-tokens", "FOEDERA_LIMIT_TOKENS": "Words and signs of a document";
    nesting = 200, "limit-nesting", "FOEDERA_LIMIT_NESTING": "Brackets within brackets of a document";
    variables_bytes = 524_288, "limit-variables-bytes", "FOEDERA_LIMIT_VARIABLES_BYTES":
        "Bytes of the variables of a request";
    list_size = 100, "limit-list-size", "FOEDERA_LIMIT_LIST_SIZE":
        "Entries of one list, by first, last or ids; never more than 100";
    cost = 500_000, "limit-cost", "FOEDERA_LIMIT_COST":
        "The cost of an operation, estimated before it is carried out";
    batch = 0, "limit-batch", "FOEDERA_LIMIT_BATCH":
        "Requests in one list of requests; 0 takes no lists";
    budget = 0, "limit-budget", "FOEDERA_LIMIT_BUDGET":
        "The cost that one token or address may cause in a minute; 0 sets no budget";
    concurrent = 1_000, "limit-concurrent", "FOEDERA_LIMIT_CONCURRENT":
        "Operations that are carried out at a time";
    costly = 1, "limit-costly", "FOEDERA_LIMIT_COSTLY":
        "Operations of a cost above 20000 that are carried out at a time";
    connections = 20_000, "limit-connections", "FOEDERA_LIMIT_CONNECTIONS":
        "Connections that are open at a time";
    socket_operations = 100, "limit-socket-operations", "FOEDERA_LIMIT_SOCKET_OPERATIONS":
        "Operations that run on one WebSocket";
    head_seconds = 30, "limit-head-seconds", "FOEDERA_LIMIT_HEAD_SECONDS":
        "Seconds for the head of a request, and for a connection that lies idle";
    body_seconds = 60, "limit-body-seconds", "FOEDERA_LIMIT_BODY_SECONDS":
        "Seconds for the body of a request";
}

/// Which status codes an answer without data has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum StatusCodes {
    /// Those of the present draft of GraphQL over HTTP: 422 for what does not validate, 294 for part of
    /// an answer.
    #[default]
    Draft,
    /// Those that clients written before it expect: 400, and 200 where the client takes only
    /// application/json.
    Earlier,
}
