//! Viewpoints in the API.

mod object;
mod reads;
mod writes;

pub use object::{Position, Viewpoint};
pub use reads::ViewpointReads;
pub use writes::{CreateViewpointInput, UpdateViewpointInput, ViewpointPayload, ViewpointWrites};
