//! Following the record, in the API.

mod cursor;
mod event;
mod filter;
mod following;
mod relationships;
mod followers;
mod subscription;

pub use followers::Follower;
pub use following::{Following, Occasion};
pub use subscription::Subscription;
