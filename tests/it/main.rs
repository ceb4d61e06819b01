//! Tests through the public doors: HTTP and the command line.
//!
//! Folders mirror `src`. What takes long is marked `ignore` with the command that runs it.

#![allow(
    clippy::expect_used,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong, and says so"
)]

mod support;

mod access;
mod attacks;
mod docs;
mod feed;
mod graphql;
mod http;
mod imports;
mod ledger;
mod process;
mod schema;
mod tidy;
mod time;
