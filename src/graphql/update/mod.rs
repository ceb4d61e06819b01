//! News updates, and records that leave the lists and come back.

mod lifecycle;
mod record_update;
mod repair;

pub use lifecycle::{LifecycleWrites, RetireInput};
pub use record_update::UpdateWrites;
pub use repair::RepairWrites;
