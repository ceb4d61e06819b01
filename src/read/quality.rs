//! What editors can mend: claims that are poorly sourced, old or disputed, and what does not fit.
//!
//! Whatever can be said as a filter is one, so that a list of the report and a list with the same filter
//! agree. All look at every relationship in the lists, of whatever period, denied ones too.

use std::collections::HashSet;

use crate::model::{
    ActorId, Assertion, EvidenceGrade, PeriodConflictKind, PeriodFilter, RelationshipFilter,
    RelationshipId, Reliability, SourceId, Vocabulary,
};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{ActorFacts, RelationshipFacts, SourceFacts};

use super::{relationship, source};

/// Sources that are better than these are needed.
pub const LOW: [Reliability; 3] = [Reliability::D, Reliability::E, Reliability::F];

/// The relationships of an actor, or of the whole record, that pass a filter, in the order of entry.
pub fn claims(
    snapshot: &Snapshot,
    actor: Option<ActorId>,
    filter: RelationshipFilter,
) -> Vec<RelationshipId> {
    let filter = RelationshipFilter {
        period: Some(PeriodFilter::All),
        assertion: Some(Assertion::ALL.to_vec()),
        ..filter
    };
    match actor {
        Some(actor) => relationship::of_actor(snapshot, actor, &filter),
        None => relationship::list(snapshot, &filter),
    }
}

/// Claims whose evidence has a grade.
pub fn of_grade(grade: EvidenceGrade) -> RelationshipFilter {
    RelationshipFilter {
        evidence: Some(vec![grade]),
        ..Default::default()
    }
}

/// Claims that cite something, and nothing better than D.
pub fn of_low_reliability() -> RelationshipFilter {
    let citing = |reliability: Vec<Reliability>| RelationshipFilter {
        reliability: Some(reliability),
        ..Default::default()
    };
    let better = Reliability::ALL.iter().copied();
    let better = better.filter(|reliability| !LOW.contains(reliability));
    RelationshipFilter {
        not: Some(Box::new(citing(better.collect()))),
        ..citing(LOW.to_vec())
    }
}

/// Claims that hold, and so many days without news.
pub fn stale(days: u32) -> RelationshipFilter {
    RelationshipFilter {
        stale_days: Some(days),
        ..Default::default()
    }
}

/// Claims that a viewpoint disputes.
pub fn contested() -> RelationshipFilter {
    RelationshipFilter {
        contested: Some(true),
        ..Default::default()
    }
}

/// Claims with an area that has no citation of its own.
pub fn with_uncited_areas() -> RelationshipFilter {
    RelationshipFilter {
        uncited_area: Some(true),
        ..Default::default()
    }
}

/// The relationships of an actor, or of the whole record, whose periods contradict those of their
/// actors, in the order of entry.
pub fn period_conflicts(snapshot: &Snapshot, actor: Option<ActorId>) -> Vec<RelationshipId> {
    relationship::all(snapshot, actor)
        .filter(|(_, facts)| contradictions(snapshot, facts).next().is_some())
        .map(|(id, _)| id)
        .collect()
}

/// How the period of a relationship contradicts those of its actors.
pub fn contradictions<'a>(
    snapshot: &'a Snapshot,
    facts: &'a RelationshipFacts,
) -> impl Iterator<Item = (ActorId, PeriodConflictKind)> + 'a {
    [facts.from, facts.to].into_iter().flat_map(move |actor| {
        let active = snapshot.row::<ActorFacts>(actor);
        let active = active.map(|row| &row.facts.active);
        let before = active.is_some_and(|active| facts.span.begins_before(active));
        let after = active.is_some_and(|active| facts.span.outlasts(active));
        let before = before.then_some((actor, PeriodConflictKind::BeforeStart));
        let after = after.then_some((actor, PeriodConflictKind::AfterEnd));
        before.into_iter().chain(after)
    })
}

/// The actors at no end of a relationship and in opposition to whom none is, in the order of entry; of
/// one actor, itself or none.
pub fn unconnected(snapshot: &Snapshot, actor: Option<ActorId>) -> Vec<ActorId> {
    let opponents: HashSet<ActorId> = relationship::all(snapshot, None)
        .flat_map(|(_, facts)| facts.against().iter().copied())
        .collect();
    let alone = |id: &ActorId| !opponents.contains(id) && snapshot.ties(*id).next().is_none();
    match actor {
        Some(actor) => Some(actor).filter(alone).into_iter().collect(),
        None => snapshot.ids::<ActorFacts>().filter(alone).collect(),
    }
}

/// The sources that nothing cites, in the order of entry.
pub fn unused_sources(snapshot: &Snapshot) -> Vec<SourceId> {
    let unused = |id: &SourceId| source::citing(snapshot, *id).next().is_none();
    snapshot.ids::<SourceFacts>().filter(unused).collect()
}
