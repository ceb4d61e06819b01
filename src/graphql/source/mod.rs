//! Sources in the API.

mod citing;
mod object;
mod reads;
mod writes;

pub use citing::CitingRecord;
pub use object::Source;
pub use reads::SourceReads;
pub use writes::{CreateSourceInput, SourcePayload, SourceWrites, UpdateSourceInput};
