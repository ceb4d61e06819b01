//! Actors in the API.

mod filter;
mod merge;
mod object;
mod reads;
mod writes;

pub use filter::{ActorFilter, ActorOrder};
pub use merge::{MergeActorsInput, MergeReport, MergeWrites};
pub use object::{Actor, Period};
pub use reads::ActorReads;
pub use writes::{ActorPayload, ActorWrites, CreateActorInput, IdentifierInput, UpdateActorInput};
