//! How two moments differ, in the API.

mod object;
mod reads;

pub use object::{Difference, versions_between};
pub use reads::DiffReads;
