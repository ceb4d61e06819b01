//! Sources in the API.

mod object;
mod reads;
mod writes;

pub use object::Source;
pub use reads::SourceReads;
pub use writes::{CreateSourceInput, SourcePayload, SourceWrites, UpdateSourceInput};
