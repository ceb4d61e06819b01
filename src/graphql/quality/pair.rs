//! The types of two records that look like one.

use async_graphql::SimpleObject;
use foedera_macros::Fields;

use crate::graphql::actor::Actor;
use crate::graphql::kit::connection::Listed;
use crate::graphql::relationship::Relationship;
use crate::model::{ActorId, RelationshipId};
use crate::read::duplicate::{self, Pair};
use crate::snapshot::Snapshot;

/// Two relationships that look like one: they have the same ends and kind, are directed against the same
/// actors, and can hold at the same time. Of kinds that run both ways the ends may be the other way round.
#[derive(SimpleObject, Fields)]
pub struct RelationshipPair {
    /// The older in the record.
    a: Relationship,
    /// The younger in the record.
    b: Relationship,
}

impl Listed for RelationshipPair {
    type Id = Pair<RelationshipId>;
    fn at(snapshot: &Snapshot, pair: Self::Id) -> Self {
        Self {
            a: Relationship::at(snapshot, pair.older),
            b: Relationship::at(snapshot, pair.younger),
        }
    }
}

/// Two actors that look like one: they share a name, an alias or an identifier. If they are one, merge
/// them with `mergeActors`.
#[derive(SimpleObject, Fields)]
pub struct ActorPair {
    /// The older in the record.
    a: Actor,
    /// The younger in the record.
    b: Actor,
    /// What they share: names in lower case, and identifiers such as `wikidata:Q794`.
    shared: Vec<String>,
}

impl Listed for ActorPair {
    type Id = Pair<ActorId>;
    fn at(snapshot: &Snapshot, pair: Self::Id) -> Self {
        Self {
            a: Actor::at(snapshot, pair.older),
            b: Actor::at(snapshot, pair.younger),
            shared: duplicate::shared(snapshot, pair),
        }
    }
}
