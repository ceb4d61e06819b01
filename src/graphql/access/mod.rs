//! Who may do what, in the API.

mod object;
mod reads;
mod writes;

pub use object::{AccessToken, Viewer};
pub use reads::AccessReads;
pub use writes::AccessWrites;
