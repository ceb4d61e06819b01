//! How a list of relationships changes: what comes into it, what changes in it, what leaves it, by a
//! revision of the record or by the calendar alone.
//!
//! Whether a relationship is in a list may depend on other records: on the kind of its counterpart, on
//! the publishers of its sources, on a viewpoint that disputes it. What a revision can have moved is
//! gathered first, from indexes where there are some; only that is looked at before and after.

use crate::model::{
    ActorId, ChangeKind, Day, Kind, PeriodFilter, RelationshipEventKind, RelationshipFilter,
    RelationshipId, SourceId, TypedId, ViewpointId,
};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{RelationshipFacts, ViewpointFacts};

use super::changes::Touched;
use super::filter::{self, Candidate};

/// A list that somebody watches: the relationships that pass a filter, of one actor or of all.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    filter: RelationshipFilter,
    actor: Option<ActorId>,
    asks: Asks,
}

/// What happened to one relationship of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The relationship.
    pub id: RelationshipId,
    /// What happened to it.
    pub kind: RelationshipEventKind,
}

/// What a filter asks of besides the relationship itself.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
struct Asks {
    counterpart: bool,
    against: bool,
    viewpoints: bool,
    sources: bool,
    calendar: bool,
}

impl Asks {
    fn of(filter: &RelationshipFilter) -> Self {
        let mut asks = Self {
            counterpart: filter.counterpart.is_some(),
            against: filter.against.is_some(),
            viewpoints: filter.contested.is_some(),
            sources: filter.evidence.is_some(),
            calendar: filter
                .period
                .is_some_and(|period| period != PeriodFilter::All),
        };
        let parts = filter.and.iter().chain(&filter.or).flatten();
        for part in parts.chain(filter.not.as_deref()) {
            let inner = Self::of(part);
            asks.counterpart |= inner.counterpart;
            asks.against |= inner.against;
            asks.viewpoints |= inner.viewpoints;
            asks.sources |= inner.sources;
            asks.calendar |= inner.calendar;
        }
        asks
    }
}

impl Watched {
    /// The list of a filter, of one actor or of all.
    pub fn new(filter: RelationshipFilter, actor: Option<ActorId>) -> Self {
        let mut asks = Asks::of(&filter);
        // A silent filter takes what is current.
        asks.calendar |= filter.period.is_none();
        Self {
            filter,
            actor,
            asks,
        }
    }

    /// The actor whose list it is.
    pub fn actor(&self) -> Option<ActorId> {
        self.actor
    }

    /// Whether the list can change without a revision, because a day ends.
    pub fn follows_the_calendar(&self) -> bool {
        self.asks.calendar
    }

    /// Whether finding what a revision moved takes a walk over all relationships: it changed a source
    /// or an actor that relationships name without an index.
    pub fn is_far_reaching(&self, touched: &[Touched]) -> bool {
        self.actor.is_none() && touched.iter().any(|one| self.reaches_far(*one))
    }

    fn reaches_far(&self, one: Touched) -> bool {
        // Nothing but what the same revision wrote can name what is new.
        one.kind != ChangeKind::Created
            && match one.id.kind {
                Kind::Actor => self.asks.against,
                Kind::Source => self.asks.sources,
                _ => false,
            }
    }

    /// What a revision did to the list, in the order of entry. `before` and `after` are the moments
    /// around it, both about the same day.
    pub fn by_revision(
        &self,
        before: &Snapshot,
        after: &Snapshot,
        touched: &[Touched],
    ) -> Vec<Move> {
        let mut ids = self.reached(before, after, touched);
        ids.sort_unstable();
        ids.dedup();
        self.moves(before, after, ids)
    }

    /// What happened to some relationships between two moments, in their order: a revision, or a day.
    pub fn moves(
        &self,
        before: &Snapshot,
        after: &Snapshot,
        ids: impl IntoIterator<Item = RelationshipId>,
    ) -> Vec<Move> {
        let mut ids = ids.into_iter().peekable();
        if ids.peek().is_none() {
            return Vec::new();
        }
        let [was, is] = [before, after].map(|at| Membership {
            at,
            actor: self.actor.map(|actor| at.survivor(actor)),
            wanted: filter::Relationships::for_list(&self.filter, at),
        });
        let version = |at: &Snapshot, id: RelationshipId| at.version(id.into());
        ids.filter_map(|id| {
            let kind = match (was.holds(id), is.holds(id)) {
                (false, true) => RelationshipEventKind::Enters,
                (true, false) => RelationshipEventKind::Leaves,
                (true, true) if version(before, id) != version(after, id) => {
                    RelationshipEventKind::Changes
                }
                _ => return None,
            };
            Some(Move { id, kind })
        })
        .collect()
    }

    /// The relationships whose place in the list a revision can have changed.
    fn reached(
        &self,
        before: &Snapshot,
        after: &Snapshot,
        touched: &[Touched],
    ) -> Vec<RelationshipId> {
        let mut ids = Vec::new();
        let (mut actors, mut sources) = (Vec::new(), Vec::new());
        for one in touched {
            match one.id.kind {
                Kind::Relationship => ids.extend(RelationshipId::checked(one.id.number)),
                Kind::Viewpoint if self.asks.viewpoints => {
                    let viewpoint = ViewpointId::from_number(one.id.number);
                    for at in [before, after] {
                        let row = at.row_even_retired::<ViewpointFacts>(viewpoint);
                        let positions = row.iter().flat_map(|row| row.facts.positions.iter());
                        ids.extend(positions.map(|position| position.relationship));
                    }
                }
                Kind::Actor => {
                    let actor = ActorId::from_number(one.id.number);
                    if self.asks.counterpart {
                        ids.extend(after.state().ever_tied(actor));
                    }
                    if self.reaches_far(*one) {
                        actors.push(actor);
                    }
                }
                Kind::Source if self.reaches_far(*one) => {
                    sources.push(SourceId::from_number(one.id.number));
                }
                _ => {}
            }
        }
        if let Some(actor) = self.actor {
            let (was, is) = (before.survivor(actor), after.survivor(actor));
            if was != is {
                // The list is now that of the actor which this one became part of.
                ids.extend(
                    after
                        .state()
                        .ever_tied(was)
                        .chain(after.state().ever_tied(is)),
                );
            }
        }
        if !actors.is_empty() || !sources.is_empty() {
            let named = |facts: &RelationshipFacts| {
                let mut against = facts.against().iter();
                against.any(|one| actors.contains(one))
                    || facts.sources.iter().any(|one| sources.contains(one))
            };
            ids.extend(
                self.candidates(after)
                    .filter(|(_, facts)| named(facts))
                    .map(|(id, _)| id),
            );
        }
        ids
    }

    /// The relationships that can be in the list at all.
    fn candidates<'a>(
        &self,
        at: &'a Snapshot,
    ) -> Box<dyn Iterator<Item = (RelationshipId, &'a RelationshipFacts)> + 'a> {
        match self.actor {
            Some(actor) => Box::new(super::relationship::touching(at, at.survivor(actor))),
            None => Box::new(at.facts()),
        }
    }
}

/// Whether relationships are in the list at one moment.
struct Membership<'a> {
    at: &'a Snapshot,
    actor: Option<ActorId>,
    wanted: filter::Relationships,
}

impl Membership<'_> {
    fn holds(&self, id: RelationshipId) -> bool {
        self.at.row::<RelationshipFacts>(id).is_some_and(|row| {
            let ends = self
                .actor
                .is_none_or(|actor| row.facts.counterpart(actor).is_some());
            let candidate = Candidate::of_facts(id, &row.facts);
            ends && self.wanted.holds(self.at, &candidate, self.actor)
        })
    }
}

/// The relationships that begin or end in some days: later than `from`, no later than `until`. Each
/// with the first day on which it can hold, or the first on which it no longer can, in order of days.
/// Of one actor, or of the whole record.
pub fn turning(
    at: &Snapshot,
    actor: Option<ActorId>,
    (from, until): (Day, Day),
) -> Vec<(Day, RelationshipId)> {
    let list = Watched {
        actor,
        ..Watched::default()
    };
    let mut found = Vec::new();
    for (id, facts) in list.candidates(at) {
        let (begins, over) = (facts.span.possible_from, facts.span.possible_until);
        // The last day of all is no end.
        let ends = (over < Day::MAX).then(|| over.plus(1));
        let days = std::iter::once(begins).chain(ends);
        found.extend(
            days.filter(|day| from < *day && *day <= until)
                .map(|day| (day, id)),
        );
    }
    found.sort_unstable();
    found.dedup();
    found
}
