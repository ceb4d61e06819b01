//! Whether a record is in a list. A filter is compiled once for a snapshot, then asked of each row.

use std::collections::HashSet;

use crate::model::{
    ActorFilter, ActorId, Assertion, Day, DayRange, Identifier, PeriodFilter, RelationshipFilter,
    RelationshipId, RelationshipRole, SourceId, Vocabulary,
};
use crate::snapshot::facts::{ActorFacts, Outline, RelationshipFacts, SourceFacts};
use crate::snapshot::marks::{Marked, Marks};
use crate::snapshot::{Snapshot, Tie, fold_name};

use super::{actor, evidence};

/// Some values of a vocabulary, one bit each.
#[derive(Clone, Copy, PartialEq)]
struct Among(u32);

impl Among {
    fn of<V: Vocabulary>(values: Option<&Vec<V>>) -> Option<Self> {
        values.map(|values| Self(values.iter().fold(0, |set, value| set | 1 << value.index())))
    }

    fn holds<V: Vocabulary>(wanted: Option<Self>, value: V) -> bool {
        wanted.is_none_or(|wanted| wanted.0 & (1 << value.index()) != 0)
    }
}

/// A compiled filter of actors.
#[derive(PartialEq)]
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
            && self.name.as_ref().is_none_or(|name| facts.has_name(name))
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
    fn of_tie(actor: ActorId, tie: &Tie) -> Self {
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
#[derive(PartialEq)]
pub struct Relationships {
    /// What none may be.
    refused: Marks,
    /// What each must be.
    required: Marks,
    /// One of these each must be, where it is given.
    domain: Option<Marks>,
    /// On which days it can begin to hold.
    first: DayRange,
    /// On which days it can hold for the last time.
    last: DayRange,
    /// What else is asked, if anything.
    more: Option<Box<More>>,
}

/// What a filter asks besides what a relationship is and when it holds.
#[derive(Default, PartialEq)]
struct More {
    evidence: Option<Among>,
    role: Option<RelationshipRole>,
    counterpart: Option<Actors>,
    against: Option<Actors>,
    contested: Option<bool>,
    source: Option<SourceId>,
    reliability: Option<Among>,
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
        if filter.period.is_none() {
            compiled.hold(PeriodFilter::Current, snapshot);
        }
        if filter.assertion.is_none() {
            compiled.refused = compiled.refused.and(Marks::of(Assertion::Denied));
        }
        compiled
    }

    fn compile(filter: &RelationshipFilter, snapshot: &Snapshot) -> Self {
        let none = Marks::default();
        let cited = filter.uncited_area == Some(false);
        let refused = others(filter.kind.as_ref())
            .and(others(filter.alignment.as_ref()))
            .and(others(filter.tier.as_ref()))
            .and(filter.tier.as_ref().map_or(none, |_| Marks::NO_TIER))
            .and(others(filter.formality.as_ref()))
            .and(others(filter.assertion.as_ref()))
            .and(others(filter.confidence.as_ref()))
            .and(
                filter
                    .confidence
                    .as_ref()
                    .map_or(none, |_| Marks::NO_CONFIDENCE),
            )
            .and(if cited { Marks::UNCITED } else { none });
        let uncited = filter.uncited_area == Some(true);
        let ever = DayRange {
            first: Day(i32::MIN),
            last: Day(i32::MAX),
        };
        let mut compiled = Self {
            refused,
            required: if uncited { Marks::UNCITED } else { none },
            domain: filter.domain.as_deref().map(Marks::some),
            first: ever,
            last: ever,
            more: More::compile(filter, snapshot).map(Box::new),
        };
        compiled.hold(filter.period.unwrap_or(PeriodFilter::All), snapshot);
        compiled
    }

    /// Has it take only what holds before the days asked about, on them, or after them.
    fn hold(&mut self, period: PeriodFilter, snapshot: &Snapshot) {
        let asked = snapshot.asked();
        match period {
            PeriodFilter::Current => {
                self.first.last = asked.last;
                self.last.first = asked.first;
            }
            PeriodFilter::Past => self.last.last = asked.first.plus(-1),
            PeriodFilter::Future => self.first.first = asked.last.plus(1),
            PeriodFilter::All => {}
        }
    }

    /// Whether a relationship passes. `actor` is the one whose list it is, if it is somebody's.
    pub fn holds(
        &self,
        snapshot: &Snapshot,
        candidate: &Candidate<'_>,
        actor: Option<ActorId>,
    ) -> bool {
        let more = |more: &More| more.holds(snapshot, candidate, actor);
        self.fits(&candidate.outline) && self.more.as_deref().is_none_or(more)
    }

    /// Whether a relationship of an actor passes, in the list of `actor` or of the one at its other end.
    #[inline]
    pub fn takes(&self, snapshot: &Snapshot, actor: ActorId, tie: &Tie, of: ActorId) -> bool {
        let more = |more: &More| {
            let candidate = Candidate::of_tie(actor, tie);
            more.holds(snapshot, &candidate, Some(of))
        };
        self.fits(&tie.outline) && self.more.as_deref().is_none_or(more)
    }

    /// Whether what is asked of the outline is so.
    #[inline]
    fn fits(&self, Outline { possible, marks }: &Outline) -> bool {
        !marks.meets(self.refused)
            && marks.holds(self.required)
            && self.domain.is_none_or(|domains| marks.meets(domains))
            && self.first.contains(possible.first)
            && self.last.contains(possible.last)
    }
}

/// The marks of the values of a vocabulary that are not among those that are wanted.
fn others<V: Marked>(wanted: Option<&Vec<V>>) -> Marks {
    wanted.map_or_else(Marks::default, |wanted| {
        Marks::all::<V>().without(Marks::some(wanted))
    })
}

impl More {
    /// What a filter asks besides, if anything.
    fn compile(filter: &RelationshipFilter, snapshot: &Snapshot) -> Option<Self> {
        let compile = |filter: &RelationshipFilter| Relationships::compile(filter, snapshot);
        let all = |filters: &Vec<RelationshipFilter>| filters.iter().map(compile).collect();
        let actors = |filter: &ActorFilter| Actors::compile(filter, snapshot);
        let stale_since = |days| evidence::days_before(snapshot, days);
        let more = Self {
            evidence: Among::of(filter.evidence.as_ref()),
            role: filter.role,
            counterpart: filter.counterpart.as_ref().map(actors),
            against: filter.against.as_ref().map(actors),
            contested: filter.contested,
            source: filter.source,
            reliability: Among::of(filter.reliability.as_ref()),
            stale_since: filter.stale_days.map(stale_since),
            and: filter.and.as_ref().map(all).unwrap_or_default(),
            or: filter.or.as_ref().map(all),
            not: filter.not.as_deref().map(compile).map(Box::new),
        };
        (more != Self::default()).then_some(more)
    }

    fn holds(
        &self,
        snapshot: &Snapshot,
        candidate: &Candidate<'_>,
        actor: Option<ActorId>,
    ) -> bool {
        let Candidate { id, from, to, .. } = *candidate;
        let part_holds = |part: &Relationships| part.holds(snapshot, candidate, actor);
        self.role.is_none_or(|role| match role {
            RelationshipRole::From => actor.is_none_or(|actor| from == actor),
            RelationshipRole::To => actor.is_none_or(|actor| to == actor),
        }) && self.counterpart.as_ref().is_none_or(|wanted| {
            self.counterparts([from, to], actor)
                .any(|other| wanted.holds(snapshot, other))
        }) && self
            .contested
            .is_none_or(|wanted| evidence::contested(snapshot, id) == wanted)
            && self.stale_since.is_none_or(|since| {
                let holds = candidate.outline.possible.meets(snapshot.asked());
                holds && evidence::stale(snapshot, id, since)
            })
            && (!self.asks_for_facts()
                || candidate
                    .facts(snapshot)
                    .is_some_and(|facts| self.holds_for(snapshot, facts)))
            && self.and.iter().all(part_holds)
            && self
                .or
                .as_ref()
                .is_none_or(|parts| parts.iter().any(part_holds))
            && self.not.as_deref().is_none_or(|part| !part_holds(part))
    }

    /// Whether it asks for what the outline does not tell.
    fn asks_for_facts(&self) -> bool {
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
