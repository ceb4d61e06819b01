//! Tests through the public doors: HTTP and the command line.
//!
//! Folders mirror `src`. What takes long is marked `ignore` with the command that runs it.

mod support;

mod graphql;
mod http;
mod ledger;
mod process;
mod schema;
mod tidy;
