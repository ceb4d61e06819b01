//! Following the record over HTTP: subscriptions by the graphql-transport-ws protocol over WebSocket,
//! and by the GraphQL over SSE protocol, one stream an operation.
//!
//! Both carry queries and mutations too. Nothing is read ahead of a client: the next event is looked
//! for when the one before is on its way, so one that reads slowly costs no more than its place.

mod handshake;
mod message;
mod operation;
mod socket;
mod sse;
mod streams;

pub(super) use handshake::handshake;
pub(super) use sse::{get, post};
pub use streams::{Pace, Streams};
