//! Viewpoints in the API.

mod object;
mod reads;
mod writes;

pub use object::{Position, Reading, Viewpoint, ViewpointDifference};
pub use reads::ViewpointReads;
pub use writes::{CreateViewpointInput, UpdateViewpointInput, ViewpointPayload, ViewpointWrites};
