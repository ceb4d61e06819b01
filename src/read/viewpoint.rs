//! Lists of viewpoints.

use crate::model::{ActorId, RelationshipId, ViewpointId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{RelationshipFacts, ViewpointFacts};

use super::evidence;

/// Which viewpoints.
#[derive(Clone, Debug, Default)]
pub struct ViewpointFilter {
    /// Held by this actor.
    pub holder: Option<ActorId>,
    /// With a position on this relationship.
    pub relationship: Option<RelationshipId>,
    /// Held by this actor, or with a position on a relationship of its.
    pub actor: Option<ActorId>,
}

/// The viewpoints that pass a filter, in the order of entry.
pub fn list(snapshot: &Snapshot, filter: &ViewpointFilter) -> Vec<ViewpointId> {
    snapshot
        .rows::<ViewpointFacts>()
        .filter(|(_, row)| {
            let facts = &row.facts;
            filter
                .holder
                .is_none_or(|holder| facts.holder == Some(holder))
                && filter
                    .relationship
                    .is_none_or(|id| takes_position(facts, id))
                && filter
                    .actor
                    .is_none_or(|actor| concerns(snapshot, facts, actor))
        })
        .map(|(id, _)| id)
        .collect()
}

/// The viewpoints that an actor holds, or that have a position on a relationship of its.
pub fn of_actor(snapshot: &Snapshot, actor: ActorId) -> Vec<ViewpointId> {
    let ids = snapshot.state().viewpoints_of_actor(actor);
    ids.filter(|id| {
        let row = snapshot.row::<ViewpointFacts>(*id);
        row.is_some_and(|row| concerns(snapshot, &row.facts, actor))
    })
    .collect()
}

/// The viewpoints with a position on any of some relationships, in the order of entry.
pub fn of_relationships(snapshot: &Snapshot, ids: &[RelationshipId]) -> Vec<ViewpointId> {
    let mut found: Vec<_> = ids
        .iter()
        .flat_map(|id| evidence::positions(snapshot, *id).map(|(viewpoint, _)| viewpoint))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn takes_position(facts: &ViewpointFacts, id: RelationshipId) -> bool {
    facts
        .positions
        .iter()
        .any(|position| position.relationship == id)
}

fn concerns(snapshot: &Snapshot, facts: &ViewpointFacts, actor: ActorId) -> bool {
    facts.holder == Some(actor)
        || facts.positions.iter().any(|position| {
            snapshot
                .row::<RelationshipFacts>(position.relationship)
                .is_some_and(|row| row.facts.counterpart(actor).is_some())
        })
}
