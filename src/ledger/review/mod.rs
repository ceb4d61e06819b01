//! How does a wish of somebody who may not change the record become part of it? It is tried, laid on the
//! desk as a proposal, talked over, and approved or rejected by an editor.
//!
//! Proposals are settings: they lie beside the record and are no part of it before they are approved.

mod conflict;
mod decide;
mod desk;
mod follower;
mod proposal;
mod refusal;

pub use conflict::{Clash, Conflict, conflicts};
pub use desk::{Desk, Filed};
pub use follower::Follower;
pub use proposal::{Comment, Decision, Proposal, ProposalStatus, Proposed};
