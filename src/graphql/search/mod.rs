//! Search in the API.

mod object;
mod reads;

pub use object::{SearchConnection, SearchHit};
pub use reads::SearchReads;
