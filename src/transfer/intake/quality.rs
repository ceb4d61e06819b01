//! What there is to mend in what an import has brought.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::model::{ActorId, Kind, RecordId, RelationshipId, SourceId};
use crate::read::{duplicate, quality};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{ActorFacts, RelationshipFacts};

use super::report::List;

/// What there is to mend, as far as records of the import are concerned. Periods that run backwards and
/// citations of nothing are refused before they get this far, and stand among what was not taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quality {
    /// Actors that share a name or an identifier with another.
    pub duplicate_actors: List<String>,
    /// Relationships with the same ends and kind whose periods overlap.
    pub overlapping_relationships: List<String>,
    /// Relationships whose period contradicts the time in which one of their actors existed.
    pub period_conflicts: List<String>,
    /// Actors without any relationship.
    pub unconnected_actors: List<String>,
    /// Relationships that cite nothing.
    pub uncited_relationships: List<String>,
    /// Sources that nothing cites.
    pub unused_sources: List<String>,
}

impl Quality {
    /// Its lists, with the words for them.
    pub fn lists(&self) -> [(&'static str, &List<String>); 6] {
        [
            ("actors that may be one", &self.duplicate_actors),
            (
                "relationships that overlap with one like them",
                &self.overlapping_relationships,
            ),
            (
                "relationships outside the time of their actors",
                &self.period_conflicts,
            ),
            ("actors without a relationship", &self.unconnected_actors),
            (
                "relationships without a citation",
                &self.uncited_relationships,
            ),
            ("sources that nothing cites", &self.unused_sources),
        ]
    }
}

/// Looks at the records that an import has changed.
pub(super) fn examine(snapshot: &Snapshot, touched: &HashSet<RecordId>) -> Quality {
    let mut found = Quality::default();
    let of = |id: RecordId| touched.contains(&id);
    for pair in duplicate::actors(snapshot, None) {
        if of(pair.younger.into()) || of(pair.older.into()) {
            let shared = duplicate::shared(snapshot, pair).join(", ");
            let (one, other) = (actor(snapshot, pair.younger), actor(snapshot, pair.older));
            found
                .duplicate_actors
                .push(format!("{one} and {other} share {shared}"));
        }
    }
    for pair in duplicate::relationships(snapshot, None) {
        if of(pair.younger.into()) || of(pair.older.into()) {
            let (one, other) = (tie(snapshot, pair.younger), pair.older);
            found
                .overlapping_relationships
                .push(format!("{one}, and {}", RecordId::from(other)));
        }
    }
    for id in quality::period_conflicts(snapshot, None) {
        if of(id.into()) {
            found.period_conflicts.push(tie(snapshot, id));
        }
    }
    for id in quality::unconnected(snapshot, None) {
        if of(id.into()) {
            found.unconnected_actors.push(actor(snapshot, id));
        }
    }
    let mut ties: Vec<_> = touched
        .iter()
        .filter(|id| id.kind == Kind::Relationship)
        .map(|id| crate::model::TypedId::from_number(id.number))
        .collect();
    ties.sort_unstable();
    for id in ties {
        let row = snapshot.row::<RelationshipFacts>(id);
        if row.is_some_and(|row| row.facts.sources.is_empty()) {
            found.uncited_relationships.push(tie(snapshot, id));
        }
    }
    for id in quality::unused_sources(snapshot) {
        if of(id.into()) {
            found.unused_sources.push(source(id));
        }
    }
    found
}

fn actor(snapshot: &Snapshot, id: ActorId) -> String {
    let row = snapshot.row_even_retired::<ActorFacts>(id);
    row.map_or_else(String::new, |row| row.facts.slug().to_owned())
}

fn tie(snapshot: &Snapshot, id: RelationshipId) -> String {
    let id_text = RecordId::from(id);
    let Some(row) = snapshot.row::<RelationshipFacts>(id) else {
        return id_text.to_string();
    };
    let (from, to) = (
        actor(snapshot, row.facts.from),
        actor(snapshot, row.facts.to),
    );
    format!("{from} → {to} ({id_text})")
}

fn source(id: SourceId) -> String {
    RecordId::from(id).to_string()
}
