//! Lists of relationships: of the record, of an actor, of a pair.

use crate::model::{
    ActorId, Alignment, CooperationDomain, OrderDirection, RelationshipFilter, RelationshipId,
    RelationshipKind, RelationshipOrderField, Span, Tier, TypedId, Vocabulary,
};
use crate::snapshot::facts::{ActorFacts, RelationshipFacts};
use crate::snapshot::table::Row;
use crate::snapshot::{Snapshot, fold_name};

use super::filter;
use super::page::{KeyPart, Order};

/// The relationships of the whole record that pass a filter, in the order of entry.
pub fn list(snapshot: &Snapshot, filter: &RelationshipFilter) -> Vec<RelationshipId> {
    let wanted = filter::Relationships::for_list(filter, snapshot);
    snapshot
        .rows::<RelationshipFacts>()
        .filter(|(id, row)| wanted.holds(snapshot, *id, &row.facts, None))
        .map(|(id, _)| id)
        .collect()
}

/// The relationships of one actor that pass a filter, in the order of entry.
pub fn of_actor(
    snapshot: &Snapshot,
    actor: ActorId,
    filter: &RelationshipFilter,
) -> Vec<RelationshipId> {
    let wanted = filter::Relationships::for_list(filter, snapshot);
    touching(snapshot, actor)
        .filter(|(id, facts)| wanted.holds(snapshot, *id, facts, Some(actor)))
        .map(|(id, _)| id)
        .collect()
}

/// The relationships between two actors, whichever way they run, that pass a filter.
pub fn between(
    snapshot: &Snapshot,
    a: ActorId,
    b: ActorId,
    filter: &RelationshipFilter,
) -> Vec<RelationshipId> {
    let wanted = filter::Relationships::for_list(filter, snapshot);
    touching(snapshot, a)
        .filter(|(_, facts)| facts.counterpart(a) == Some(b))
        .filter(|(id, facts)| wanted.holds(snapshot, *id, facts, Some(a)))
        .map(|(id, _)| id)
        .collect()
}

/// The relationships at one end of which an actor stands, in the order of entry.
pub fn touching(
    snapshot: &Snapshot,
    actor: ActorId,
) -> impl Iterator<Item = (RelationshipId, &RelationshipFacts)> + '_ {
    snapshot.state().ties(actor).filter_map(move |id| {
        let facts = &snapshot.row::<RelationshipFacts>(id)?.facts;
        facts.counterpart(actor)?;
        Some((id, facts))
    })
}

/// Pairs of an actor's relationships that look like one: the same ends and kind, in opposition to the
/// same actors, and periods that overlap.
pub fn alike(snapshot: &Snapshot, actor: ActorId) -> Vec<(RelationshipId, RelationshipId)> {
    let ties: Vec<_> = touching(snapshot, actor).collect();
    let overlap = |a: &Span, b: &Span| {
        a.possible_from <= b.possible_until && b.possible_from <= a.possible_until
    };
    let mut pairs = Vec::new();
    for (at, (a, one)) in ties.iter().enumerate() {
        for (b, other) in &ties[at + 1..] {
            let same = (one.from, one.to, one.kind) == (other.from, other.to, other.kind)
                && one.against == other.against;
            if same && overlap(&one.span, &other.span) {
                pairs.push((*a, *b));
            }
        }
    }
    pairs
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

/// The order that a list of relationships is asked in. `actor` is the one whose list it is.
pub fn order<'a>(
    snapshot: &'a Snapshot,
    by: &[(RelationshipOrderField, OrderDirection)],
    actor: Option<ActorId>,
) -> Order<'a, RelationshipId> {
    Order::by(by, move |id, revision, field| {
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
        By::Tier => facts.tier.map_or(i64::MAX, |tier| i64::from(tier.index())),
        By::Alignment => i64::from(facts.alignment.index()),
        By::Kind => i64::from(facts.kind.index()),
        By::Counterpart => {
            let other = actor
                .and_then(|actor| facts.counterpart(actor))
                .unwrap_or(facts.to);
            let other = snapshot.row_then::<ActorFacts>(other, revision);
            let name = other.map_or_else(String::new, |other| fold_name(&other.facts.name));
            return KeyPart::Text(name.into());
        }
    })
}
