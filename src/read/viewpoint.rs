//! Lists of viewpoints.

use std::collections::HashMap;

use crate::model::{ActorId, Position, RelationshipFilter, RelationshipId, Stance, ViewpointId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{RelationshipFacts, ViewpointFacts};

use crate::store::StoreError;

use super::evidence;
use super::filter::{Candidate, Relationships};

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
        .facts::<ViewpointFacts>()
        .filter(|(_, facts)| {
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

/// The relationships that two viewpoints read differently, in the order of entry: those that hold on
/// the day and are not denied. `a` and `b` are one moment through each of them.
///
/// # Errors
/// When the store cannot read the viewpoints.
pub fn differences(a: &Snapshot, b: &Snapshot) -> Result<Vec<RelationshipId>, StoreError> {
    let (of_a, of_b) = (positions(a)?, positions(b)?);
    let wanted = Relationships::for_list(&RelationshipFilter::default(), a);
    let mut ids: Vec<_> = of_a.keys().chain(of_b.keys()).copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::new();
    for id in ids {
        let rows = a
            .row::<RelationshipFacts>(id)
            .zip(b.row::<RelationshipFacts>(id));
        let Some((one, other)) =
            rows.filter(|(one, _)| wanted.holds(a, &Candidate::of_facts(id, &one.facts), None))
        else {
            continue;
        };
        let disputes =
            |positions: &HashMap<_, Stance>| positions.get(&id) == Some(&Stance::Disputes);
        if one.facts.alignment() != other.facts.alignment()
            || one.facts.tier() != other.facts.tier()
            || disputes(&of_a) != disputes(&of_b)
            || label(a, id)? != label(b, id)?
        {
            found.push(id);
        }
    }
    Ok(found)
}

/// The label of a relationship as it is read at a moment.
///
/// # Errors
/// When the store cannot be read.
pub fn label(at: &Snapshot, id: RelationshipId) -> Result<Option<String>, StoreError> {
    if let Some(label) = at.lens().and_then(|lens| lens.label(id)) {
        return Ok(Some(label.to_owned()));
    }
    match at.row_even_retired::<RelationshipFacts>(id) {
        Some(row) => Ok(at.document(row)?.label.clone()),
        None => Ok(None),
    }
}

/// The stances of the viewpoint that a moment is read through.
fn positions(at: &Snapshot) -> Result<HashMap<RelationshipId, Stance>, StoreError> {
    let row = at
        .lens()
        .and_then(|lens| at.row::<ViewpointFacts>(lens.viewpoint()));
    let Some(row) = row else {
        return Ok(HashMap::new());
    };
    let text = at.document::<ViewpointFacts>(row)?;
    let stance = |position: &Position| (position.relationship, position.stance);
    Ok(text.positions.iter().map(stance).collect())
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
