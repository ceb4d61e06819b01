//! What all concepts share: context, errors, connections, scalars, inputs, payloads.

pub mod connection;
pub mod context;
pub mod error;
pub mod guard;
pub mod handle;
pub mod input;
pub mod object;
pub mod payload;
pub mod scalars;
pub mod vocabulary;
