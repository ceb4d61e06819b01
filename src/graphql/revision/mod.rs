//! Revisions and changes in the API.

mod object;
mod reads;

pub use object::{Change, FieldChange, Revision};
pub use reads::RevisionReads;
