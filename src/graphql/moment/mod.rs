//! The record at another moment in the API.

mod object;
mod reads;

pub use object::Snapshot;
pub use reads::{MomentInput, MomentReads};
