//! How well a claim is sourced, and who disputes it.

use std::collections::HashSet;

use crate::model::{EvidenceGrade, RelationshipId, SourceId, ViewpointId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{SourceFacts, ViewpointFacts};

/// How well a claim is sourced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How many distinct sources are cited.
    pub sources: usize,
    /// How many independent publishers they have. A source without one counts by itself.
    pub publishers: usize,
    /// What that amounts to.
    pub grade: EvidenceGrade,
}

/// The evidence that some sources make.
pub fn of(snapshot: &Snapshot, sources: &[SourceId]) -> Evidence {
    let publisher = |source: &SourceId| {
        let row = snapshot.row::<SourceFacts>(*source)?;
        row.facts.publisher.as_deref()
    };
    let publishers = match sources {
        [] | [_] => sources.len(),
        several => {
            let named: HashSet<_> = several.iter().filter_map(publisher).collect();
            named.len()
                + several
                    .iter()
                    .filter(|source| publisher(source).is_none())
                    .count()
        }
    };
    let grade = match publishers {
        0 => EvidenceGrade::Uncited,
        1 => EvidenceGrade::SingleSource,
        _ => EvidenceGrade::Corroborated,
    };
    Evidence {
        sources: sources.len(),
        publishers,
        grade,
    }
}

/// Whether a viewpoint in the lists disputes a relationship.
pub fn contested(snapshot: &Snapshot, id: RelationshipId) -> bool {
    positions(snapshot, id).any(|(_, disputes)| disputes)
}

/// The viewpoints with a position on a relationship, and whether each disputes it.
pub fn positions(
    snapshot: &Snapshot,
    id: RelationshipId,
) -> impl Iterator<Item = (ViewpointId, bool)> + '_ {
    snapshot
        .state()
        .viewpoints_of_relationship(id)
        .filter_map(move |viewpoint| {
            let row = snapshot.row::<ViewpointFacts>(viewpoint)?;
            let position = row
                .facts
                .positions
                .iter()
                .find(|position| position.relationship == id)?;
            Some((viewpoint, position.disputes))
        })
}
