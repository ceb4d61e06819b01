//! How well a claim is sourced, how fresh it is, and who disputes it.

use std::collections::HashSet;

use crate::model::{Day, EvidenceGrade, RelationshipId, SourceId, ViewpointId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts};

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
        row.facts.publisher_folded.as_deref()
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

/// The day that lies so many days before the last one asked about.
pub fn days_before(snapshot: &Snapshot, days: u32) -> Day {
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    snapshot.asked().last.plus(-days)
}

/// Whether there is no news of a relationship, which holds, since a day: neither did the record change
/// it on that day or later, nor does a note about it speak of that day or a later one.
///
/// It is counted from the day asked about, and not from the newest revision: a record that nobody
/// touches would never grow stale. Nor from the clock: an answer follows from the revision and the day.
pub fn stale(snapshot: &Snapshot, id: RelationshipId, since: Day) -> bool {
    let recorded = |version: u32| snapshot.recorded_at(version).day();
    let tells = |note| {
        let row = snapshot.row::<NoteFacts>(note);
        row.is_some_and(|row| {
            row.facts.relationships.contains(&id) && row.facts.as_of.last_day() >= since
        })
    };
    snapshot
        .row::<RelationshipFacts>(id)
        .is_some_and(|row| recorded(row.version) < since)
        && !snapshot.state().notes_of_relationship(id).any(tells)
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
