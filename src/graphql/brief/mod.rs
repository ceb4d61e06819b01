//! Briefs in the API.

mod object;
mod reads;
mod writes;

pub use object::Brief;
pub use reads::BriefReads;
pub use writes::{BriefPayload, BriefWrites, CreateBriefInput, UpdateBriefInput};
