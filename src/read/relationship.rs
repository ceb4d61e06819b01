//! Lists of relationships: of the record, of an actor, of a pair.

use std::convert::Infallible;
use std::ops::{Bound, ControlFlow};

use crate::model::{
    ActorId, Alignment, CooperationDomain, OrderDirection, RelationshipFilter, RelationshipId,
    RelationshipKind, RelationshipOrderField, Tier, TypedId, Vocabulary,
};
use crate::snapshot::facts::{ActorFacts, RelationshipFacts};
use crate::snapshot::table::Row;
use crate::snapshot::{Snapshot, Tie, fold_name};

use super::filter::{self, Candidate};
use super::page::{self, Key, KeyPart, List, Order};

/// The relationships of the whole record that pass a filter, in the order of entry.
pub fn list(snapshot: &Snapshot, filter: &RelationshipFilter) -> Vec<RelationshipId> {
    let wanted = filter::Relationships::for_list(filter, snapshot);
    let passes = |(id, facts): (RelationshipId, &RelationshipFacts)| {
        let candidate = Candidate::of_facts(id, facts);
        wanted.holds(snapshot, &candidate, None).then_some(id)
    };
    // What cites a source is a short list of a long one; the filter is asked all the same.
    if let Some(source) = filter.source {
        let citing = snapshot.state().relationships_citing(source);
        snapshot.facts_of(citing).filter_map(passes).collect()
    } else {
        snapshot.facts().filter_map(passes).collect()
    }
}

/// The relationships of one actor that pass a filter, in the order of entry. An actor can have very
/// many, so they are gone through when somebody wants them, and only as far as is wanted.
pub struct OfActor {
    snapshot: Snapshot,
    actor: ActorId,
    wanted: filter::Relationships,
}

impl OfActor {
    /// The relationships of an actor that pass a filter.
    pub fn new(snapshot: &Snapshot, actor: ActorId, filter: &RelationshipFilter) -> Self {
        Self {
            snapshot: snapshot.clone(),
            actor,
            wanted: filter::Relationships::for_list(filter, snapshot),
        }
    }

    /// Whose they are.
    pub fn actor(&self) -> ActorId {
        self.actor
    }

    /// The moment at which they are read.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Shows each of them.
    pub fn each(&self, mut see: impl FnMut(&Tie)) {
        let ControlFlow::Continue(()) = self.snapshot.each_tie(self.actor, |tie| {
            if self.takes(tie) {
                see(tie);
            }
            ControlFlow::<Infallible>::Continue(())
        });
    }

    fn takes(&self, tie: &Tie) -> bool {
        let (snapshot, actor) = (&self.snapshot, self.actor);
        self.wanted.takes(snapshot, actor, tie, actor)
    }

    /// Those of some of the actor's relationships that pass the filter.
    fn passing(&self, ties: impl Iterator<Item = Tie>) -> impl Iterator<Item = Tie> {
        ties.filter(|tie| self.takes(tie))
    }
}

impl page::Numbered for Tie {
    fn number(self) -> u32 {
        TypedId::number(self.id)
    }
}

impl List<Tie> for OfActor {
    type Place = u32;

    fn place(&self, _: &Key, number: u32) -> Option<u32> {
        Some(number)
    }

    fn key(&self, _: u32) -> Key {
        Key::new()
    }

    fn up(&self, from: Bound<u32>, _: u32) -> impl Iterator<Item = (u32, Tie)> {
        let ties = self.snapshot.ties_from(self.actor, from);
        self.passing(ties).map(|tie| (tie.id.number(), tie))
    }

    fn down(&self, from: Bound<u32>, _: u32) -> impl Iterator<Item = (u32, Tie)> {
        let ties = self.snapshot.ties_up_to(self.actor, from);
        self.passing(ties).map(|tie| (tie.id.number(), tie))
    }
}

/// The relationships of one actor that pass a filter, in the order of entry.
pub fn of_actor(
    snapshot: &Snapshot,
    actor: ActorId,
    filter: &RelationshipFilter,
) -> Vec<RelationshipId> {
    let mut found = Vec::new();
    OfActor::new(snapshot, actor, filter).each(|tie| found.push(tie.id));
    found
}

/// The actors at the other ends of an actor's relationships that pass a filter, one for each
/// relationship.
pub fn counterparts(
    snapshot: &Snapshot,
    actor: ActorId,
    filter: &RelationshipFilter,
) -> Vec<ActorId> {
    let mut found = Vec::new();
    OfActor::new(snapshot, actor, filter).each(|tie| found.push(tie.other));
    found
}

/// The relationships between two actors, whichever way they run, that pass a filter.
pub fn between(
    snapshot: &Snapshot,
    a: ActorId,
    b: ActorId,
    filter: &RelationshipFilter,
) -> Vec<RelationshipId> {
    let wanted = filter::Relationships::for_list(filter, snapshot);
    snapshot
        .ties(a)
        .filter(|tie| tie.other == b)
        .filter(|tie| wanted.takes(snapshot, a, tie, a))
        .map(|tie| tie.id)
        .collect()
}

/// The relationships of an actor, or of the whole record, in the order of entry, of whatever period.
pub fn all(
    snapshot: &Snapshot,
    actor: Option<ActorId>,
) -> Box<dyn Iterator<Item = (RelationshipId, &RelationshipFacts)> + '_> {
    match actor {
        Some(actor) => Box::new(touching(snapshot, actor)),
        None => Box::new(snapshot.facts()),
    }
}

/// The relationships at one end of which an actor stands, in the order of entry.
pub fn touching(
    snapshot: &Snapshot,
    actor: ActorId,
) -> impl Iterator<Item = (RelationshipId, &RelationshipFacts)> + '_ {
    let ties = snapshot.ties(actor).map(|tie| tie.id);
    snapshot.facts_of::<RelationshipFacts>(ties)
}

/// Which of an actor's relationships are with its allies: those that are ALLY, PARTNER or MIXED,
/// memberships apart, in these tiers and domains where some are given.
pub fn allies_filter(
    tier: Option<Vec<Tier>>,
    domain: Option<Vec<CooperationDomain>>,
) -> RelationshipFilter {
    let friendly = Alignment::ALL
        .iter()
        .copied()
        .filter(|alignment| alignment.friendly());
    RelationshipFilter {
        alignment: Some(friendly.collect()),
        tier,
        domain,
        not: Some(Box::new(RelationshipFilter {
            kind: Some(vec![RelationshipKind::Membership]),
            ..Default::default()
        })),
        ..Default::default()
    }
}

/// The order that a list of relationships, or of an actor's ties to them, is asked in. `actor` is the one
/// whose list it is.
pub fn order<'a, I: page::Numbered + 'a>(
    snapshot: &'a Snapshot,
    by: &[(RelationshipOrderField, OrderDirection)],
    actor: Option<ActorId>,
) -> Order<'a, I> {
    Order::by(by, move |item: I, revision, field| {
        let id = RelationshipId::from_number(item.number());
        let row = snapshot.row_then::<RelationshipFacts>(id, revision);
        key(snapshot, id, field, row, actor, revision)
    })
}

fn key(
    snapshot: &Snapshot,
    id: RelationshipId,
    field: RelationshipOrderField,
    row: Option<&Row<RelationshipFacts>>,
    actor: Option<ActorId>,
    revision: u32,
) -> KeyPart {
    use RelationshipOrderField as By;
    let Some(row) = row else {
        return KeyPart::Number(0);
    };
    let facts = &row.facts;
    KeyPart::Number(match field {
        By::Recorded => i64::from(id.number()),
        By::Updated => i64::from(row.version),
        By::Start => i64::from(facts.span.possible_from.0),
        By::End => i64::from(facts.span.possible_until.0),
        By::Tier => facts
            .tier()
            .map_or(i64::MAX, |tier| i64::from(tier.index())),
        By::Alignment => i64::from(facts.alignment().index()),
        By::Kind => i64::from(facts.kind().index()),
        By::Counterpart => {
            let other = actor
                .and_then(|actor| facts.counterpart(actor))
                .unwrap_or(facts.to);
            let other = snapshot.row_then::<ActorFacts>(other, revision);
            let name = other.map_or_else(String::new, |other| fold_name(other.facts.name()));
            return KeyPart::Text(name.into());
        }
    })
}
