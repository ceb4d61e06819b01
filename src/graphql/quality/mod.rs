//! What editors can mend, in the API.

mod object;
mod pair;
mod reads;

pub use object::RecordQuality;
pub use pair::{ActorPair, RelationshipPair};
pub use reads::QualityReads;
