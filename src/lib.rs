//! Foedera: a dated, sourced, disputable record of who stands with whom, served as GraphQL.
//!
//! The modules stand in one line, which is also the order to read them in. A module imports only
//! from those before it; a test keeps it so.

pub mod background;
pub mod config;
pub mod telemetry;
pub mod model;
pub mod store;
pub mod snapshot;
pub mod read;
pub mod ledger;
pub mod auth;
pub mod transfer;
pub mod app;
pub mod graphql;
pub mod http;
pub mod cli;
