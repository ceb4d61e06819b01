//! Records and servers to be fed with noise.

mod provider;
mod record;
mod served;

pub use provider::{Provider, packed};
pub use record::Record;
pub use served::{SERVED, Served};
