//! Whether a record is in a list. A filter is compiled once for a snapshot, then asked of each row.

use std::collections::HashSet;

use crate::model::{
    ActorFilter, ActorId, Assertion, Day, DayRange, Identifier, PeriodFilter, RelationshipFilter,
    RelationshipId, RelationshipRole, SourceId, Vocabulary,
};
use crate::snapshot::facts::{ActorFacts, DomainSet, Outline, RelationshipFacts, SourceFacts};
use crate::snapshot::{Snapshot, Tie, fold_name};

use super::{actor, evidence};

/// Some values of a vocabulary, one bit each.
#[derive(Clone, Copy)]
struct Among(u32);

impl Among {
    fn of<V: Vocabulary>(values: Option<&Vec<V>>) -> Option<Self> {
        values.map(|values| Self(values.iter().fold(0, |set, value| set | 1 << value.index())))
    }

    fn holds<V: Vocabulary>(wanted: Option<Self>, value: V) -> bool {
        wanted.is_none_or(|wanted| wanted.0 & (1 << value.index()) != 0)
    }

    fn holds_some<V: Vocabulary>(wanted: Option<Self>, value: Option<V>) -> bool {
        wanted.is_none_or(|wanted| value.is_some_and(|value| wanted.0 & (1 << value.index()) != 0))
    }
}

/// A compiled filter of actors.
pub struct Actors {
    kind: Option<Among>,
    slugs: Option<HashSet<ActorId>>,
    name: Option<String>,
    country: Option<Vec<String>>,
    identifier: Option<Identifier>,
    and: Vec<Actors>,
    or: Option<Vec<Actors>>,
    not: Option<Box<Actors>>,
}

impl Actors {
    /// Prepares a filter for a snapshot.
    pub fn compile(filter: &ActorFilter, snapshot: &Snapshot) -> Self {
        let all = |filters: &Vec<ActorFilter>| {
            filters
                .iter()
                .map(|filter| Self::compile(filter, snapshot))
                .collect()
        };
        Self {
            kind: Among::of(filter.kind.as_ref()),
            slugs: filter.slug.as_ref().map(|slugs| {
                slugs
                    .iter()
                    .filter_map(|slug| actor::by_slug(snapshot, slug))
                    .collect()
            }),
            name: filter.name.as_deref().map(fold_name),
            country: filter
                .country
                .as_ref()
                .map(|codes| codes.iter().map(|code| code.to_uppercase()).collect()),
            identifier: filter.identifier.clone(),
            and: filter.and.as_ref().map(all).unwrap_or_default(),
            or: filter.or.as_ref().map(all),
            not: filter
                .not
                .as_ref()
                .map(|not| Box::new(Self::compile(not, snapshot))),
        }
    }

    /// Whether an actor passes.
    pub fn holds(&self, snapshot: &Snapshot, id: ActorId) -> bool {
        snapshot
            .row::<ActorFacts>(id)
            .is_some_and(|row| self.holds_for(id, &row.facts))
    }

    fn holds_for(&self, id: ActorId, facts: &ActorFacts) -> bool {
        let in_country = |codes: &Vec<String>| {
            facts
                .country
                .is_some_and(|own| codes.iter().any(|code| code.as_bytes() == own))
        };
        Among::holds(self.kind, facts.kind)
            && self.slugs.as_ref().is_none_or(|slugs| slugs.contains(&id))
            && self
                .name
                .as_ref()
                .is_none_or(|name| facts.names.iter().any(|own| **own == **name))
            && self.country.as_ref().is_none_or(in_country)
            && self
                .identifier
                .as_ref()
                .is_none_or(|wanted| facts.identifiers.contains(wanted))
            && self.and.iter().all(|part| part.holds_for(id, facts))
            && self
                .or
                .as_ref()
                .is_none_or(|parts| parts.iter().any(|part| part.holds_for(id, facts)))
            && self
                .not
                .as_ref()
                .is_none_or(|part| !part.holds_for(id, facts))
    }

    /// The actors that can pass, where the filter names them: a short list instead of all.
    pub fn candidates(&self, snapshot: &Snapshot) -> Option<Vec<ActorId>> {
        let mut ids: Vec<_> = match (&self.slugs, &self.name) {
            (Some(slugs), _) => slugs.iter().copied().collect(),
            (None, Some(name)) => snapshot.state().named(name).collect(),
            (None, None) => return None,
        };
        ids.sort_unstable();
        Some(ids)
    }
}

/// A relationship that may be in a list: what most filters ask of it, and the rest where it is at hand.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    id: RelationshipId,
    from: ActorId,
    to: ActorId,
    outline: Outline,
    facts: Option<&'a RelationshipFacts>,
}

impl<'a> Candidate<'a> {
    /// A relationship as it stands in the list of an actor.
    pub fn of_tie(actor: ActorId, tie: &Tie) -> Self {
        let [from, to] = tie.ends(actor);
        Self {
            id: tie.id,
            from,
            to,
            outline: tie.outline,
            facts: None,
        }
    }

    /// A relationship as it stands in the list of all.
    pub fn of_facts(id: RelationshipId, facts: &'a RelationshipFacts) -> Self {
        Self {
            id,
            from: facts.from,
            to: facts.to,
            outline: facts.outline(),
            facts: Some(facts),
        }
    }

    /// All that is kept of it, where it is in the lists.
    fn facts(&self, snapshot: &'a Snapshot) -> Option<&'a RelationshipFacts> {
        let row = || snapshot.row::<RelationshipFacts>(self.id);
        self.facts.or_else(|| Some(&row()?.facts))
    }
}

/// A compiled filter of relationships.
pub struct Relationships {
    kind: Option<Among>,
    alignment: Option<Among>,
    tier: Option<Among>,
    formality: Option<Among>,
    assertion: Option<Among>,
    confidence: Option<Among>,
    evidence: Option<Among>,
    domain: Option<DomainSet>,
    period: Option<PeriodFilter>,
    role: Option<RelationshipRole>,
    counterpart: Option<Actors>,
    against: Option<Actors>,
    contested: Option<bool>,
    source: Option<SourceId>,
    reliability: Option<Among>,
    uncited_area: Option<bool>,
    /// Nothing that is newer than this day.
    stale_since: Option<Day>,
    and: Vec<Relationships>,
    or: Option<Vec<Relationships>>,
    not: Option<Box<Relationships>>,
}

impl Relationships {
    /// Prepares the filter of a list: where it is silent, the list holds what is current and not denied.
    pub fn for_list(filter: &RelationshipFilter, snapshot: &Snapshot) -> Self {
        let mut compiled = Self::compile(filter, snapshot);
        compiled.period.get_or_insert(PeriodFilter::Current);
        let stated = vec![Assertion::Affirmed, Assertion::Alleged];
        compiled.assertion = compiled.assertion.or(Among::of(Some(&stated)));
        compiled
    }

    fn compile(filter: &RelationshipFilter, snapshot: &Snapshot) -> Self {
        let all = |filters: &Vec<RelationshipFilter>| {
            filters
                .iter()
                .map(|filter| Self::compile(filter, snapshot))
                .collect()
        };
        let actors = |filter: &ActorFilter| Actors::compile(filter, snapshot);
        Self {
            kind: Among::of(filter.kind.as_ref()),
            alignment: Among::of(filter.alignment.as_ref()),
            tier: Among::of(filter.tier.as_ref()),
            formality: Among::of(filter.formality.as_ref()),
            assertion: Among::of(filter.assertion.as_ref()),
            confidence: Among::of(filter.confidence.as_ref()),
            evidence: Among::of(filter.evidence.as_ref()),
            domain: filter
                .domain
                .as_ref()
                .map(|domains| domains.iter().copied().collect()),
            period: filter.period,
            role: filter.role,
            counterpart: filter.counterpart.as_ref().map(actors),
            against: filter.against.as_ref().map(actors),
            contested: filter.contested,
            source: filter.source,
            reliability: Among::of(filter.reliability.as_ref()),
            uncited_area: filter.uncited_area,
            stale_since: filter
                .stale_days
                .map(|days| evidence::days_before(snapshot, days)),
            and: filter.and.as_ref().map(all).unwrap_or_default(),
            or: filter.or.as_ref().map(all),
            not: filter
                .not
                .as_ref()
                .map(|not| Box::new(Self::compile(not, snapshot))),
        }
    }

    /// Whether a relationship passes. `actor` is the one whose list it is, if it is somebody's.
    pub fn holds(
        &self,
        snapshot: &Snapshot,
        candidate: &Candidate<'_>,
        actor: Option<ActorId>,
    ) -> bool {
        let Candidate {
            id,
            from,
            to,
            outline,
            ..
        } = *candidate;
        let part_holds = |part: &Self| part.holds(snapshot, candidate, actor);
        Among::holds(self.kind, outline.kind)
            && Among::holds(self.alignment, outline.alignment)
            && Among::holds_some(self.tier, outline.tier)
            && Among::holds(self.formality, outline.formality)
            && Among::holds(self.assertion, outline.assertion)
            && Among::holds_some(self.confidence, outline.confidence)
            && self
                .domain
                .is_none_or(|domains| outline.domains.meets(domains))
            && self
                .period
                .is_none_or(|period| in_period(period, snapshot, outline.possible))
            && self
                .uncited_area
                .is_none_or(|wanted| outline.domains.has_uncited() == wanted)
            && self.role.is_none_or(|role| match role {
                RelationshipRole::From => actor.is_none_or(|actor| from == actor),
                RelationshipRole::To => actor.is_none_or(|actor| to == actor),
            })
            && self.counterpart.as_ref().is_none_or(|wanted| {
                self.counterparts([from, to], actor)
                    .any(|other| wanted.holds(snapshot, other))
            })
            && self
                .contested
                .is_none_or(|wanted| evidence::contested(snapshot, id) == wanted)
            && self.stale_since.is_none_or(|since| {
                let holds = in_period(PeriodFilter::Current, snapshot, outline.possible);
                holds && evidence::stale(snapshot, id, since)
            })
            && (!self.asks_for_more()
                || candidate
                    .facts(snapshot)
                    .is_some_and(|facts| self.holds_for(snapshot, facts)))
            && self.and.iter().all(part_holds)
            && self
                .or
                .as_ref()
                .is_none_or(|parts| parts.iter().any(part_holds))
            && self.not.as_ref().is_none_or(|part| !part_holds(part))
    }

    /// Whether it asks for what the outline does not tell.
    fn asks_for_more(&self) -> bool {
        self.source.is_some()
            || self.reliability.is_some()
            || self.against.is_some()
            || self.evidence.is_some()
    }

    /// Whether what the outline does not tell passes.
    fn holds_for(&self, snapshot: &Snapshot, facts: &RelationshipFacts) -> bool {
        let reliable = |source: &SourceId| {
            let row = snapshot.row::<SourceFacts>(*source);
            row.is_some_and(|row| Among::holds(self.reliability, row.facts.reliability))
        };
        let grade = || evidence::of(snapshot, &facts.sources).grade;
        self.source
            .is_none_or(|source| facts.sources.contains(&source))
            && (self.reliability.is_none() || facts.sources.iter().any(reliable))
            && self.against.as_ref().is_none_or(|wanted| {
                let mut against = facts.against().iter();
                against.any(|other| wanted.holds(snapshot, *other))
            })
            && (self.evidence.is_none() || Among::holds(self.evidence, grade()))
    }

    /// Who counts as the counterpart: the other end of somebody's relationship; in a list of
    /// nobody's either end, or the end opposite to the role that is asked for.
    fn counterparts(
        &self,
        [from, to]: [ActorId; 2],
        actor: Option<ActorId>,
    ) -> impl Iterator<Item = ActorId> + use<> {
        let ends = match (actor, self.role) {
            (Some(actor), _) if from == actor => [Some(to), None],
            (Some(actor), _) => [Some(from).filter(|_| to == actor), None],
            (None, Some(RelationshipRole::From)) => [Some(to), None],
            (None, Some(RelationshipRole::To)) => [Some(from), None],
            (None, None) => [Some(from), Some(to)],
        };
        ends.into_iter().flatten()
    }
}

fn in_period(period: PeriodFilter, snapshot: &Snapshot, possible: DayRange) -> bool {
    let asked = snapshot.asked();
    match period {
        PeriodFilter::Current => possible.meets(asked),
        PeriodFilter::Past => possible.is_before(asked),
        PeriodFilter::Future => asked.is_before(possible),
        PeriodFilter::All => true,
    }
}
