//! Relationships in the API.

mod connection;
mod filter;
mod object;
mod reads;
mod writes;

pub use connection::ActorRelationshipConnection;
pub use filter::{RelationshipFilter, RelationshipOrder, orders};
pub use object::{Citation, CooperationArea, Relationship, citations};
pub use reads::RelationshipReads;
pub use writes::{
    CreateRelationshipInput, EndRelationshipInput, RelationshipPayload, RelationshipWrites,
    UpdateRelationshipInput,
};
