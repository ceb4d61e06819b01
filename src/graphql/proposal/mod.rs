//! Proposals: the wishes of those who may not change the record, and what editors make of them.

mod event;
mod object;
mod reads;
mod writes;

pub use event::{ProposalEvent, Queue};
pub use object::Proposal;
pub use reads::{ProposalReads, Sees};
pub use writes::ProposalWrites;
