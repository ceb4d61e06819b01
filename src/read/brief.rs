//! The sections of a brief, answered at this moment.

use crate::model::{RelationshipId, Section};
use crate::snapshot::Snapshot;

use super::relationship;

/// The relationships of a section: those pinned first, then the others in the order of entry.
pub fn section(snapshot: &Snapshot, section: &Section) -> Vec<RelationshipId> {
    let found = match section.actor {
        Some(actor) => relationship::of_actor(snapshot, actor, &section.filter),
        None => relationship::list(snapshot, &section.filter),
    };
    let pinned = section
        .order
        .iter()
        .filter(|id| found.binary_search(id).is_ok())
        .copied();
    let mut ordered: Vec<_> = pinned.collect();
    ordered.extend(
        found
            .iter()
            .filter(|id| !section.order.contains(id))
            .copied(),
    );
    ordered
}
