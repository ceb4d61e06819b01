//! Records that look like one: for people to judge, never to be merged on sight.

use std::collections::HashMap;

use crate::model::{ActorId, Assertion, RelationshipId, Span, TypedId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{ActorFacts, RelationshipFacts};

use super::page::{Numbered, Order};
use super::relationship;

/// Two records of a kind that look like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair<I> {
    /// The younger in the record.
    pub younger: I,
    /// The older in the record.
    pub older: I,
}

impl<I: TypedId> Numbered for Pair<I> {
    fn number(self) -> u32 {
        self.older.number()
    }
}

impl<I: TypedId> Pair<I> {
    /// The order in which the younger ones entered.
    pub fn order<'a>() -> Order<'a, Self> {
        Order::keyed(0xd0, |pair: Self| [pair.younger.number().into()])
    }
}

/// Relationships of an actor, or of the whole record, that look like an older one, each with the oldest
/// that it looks like: the same ends and kind, in opposition to the same actors, and periods that can
/// overlap. Kinds that run both ways may run either way; what is denied is like what is denied.
pub fn relationships(snapshot: &Snapshot, actor: Option<ActorId>) -> Vec<Pair<RelationshipId>> {
    let key = |(id, facts): (RelationshipId, &RelationshipFacts)| {
        let (from, to) = (facts.from, facts.to);
        let ends = if facts.kind().symmetric_by_default() {
            (from.min(to), from.max(to))
        } else {
            (from, to)
        };
        (ends, facts.kind(), id)
    };
    let mut keyed: Vec<_> = relationship::all(snapshot, actor).map(key).collect();
    keyed.sort_unstable();
    let mut pairs = Vec::new();
    for group in keyed.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let rows = group.iter().filter_map(|(.., id)| {
            let row = snapshot.row::<RelationshipFacts>(*id)?;
            Some((*id, &row.facts))
        });
        let rows: Vec<_> = rows.collect();
        for (at, (younger, one)) in rows.iter().enumerate() {
            let like = rows[..at].iter().find(|(_, other)| alike(one, other));
            pairs.extend(like.map(|(older, _)| Pair {
                younger: *younger,
                older: *older,
            }));
        }
    }
    pairs.sort_unstable();
    pairs
}

fn alike(one: &RelationshipFacts, other: &RelationshipFacts) -> bool {
    let overlap = |a: &Span, b: &Span| {
        a.possible_from <= b.possible_until && b.possible_from <= a.possible_until
    };
    let denied = |facts: &RelationshipFacts| facts.assertion() == Assertion::Denied;
    one.against() == other.against()
        && denied(one) == denied(other)
        && overlap(&one.span, &other.span)
}

/// Actors that share a name, an alias or an identifier with an older one, each with every such one: all
/// in the record, or those of which an actor is one.
pub fn actors(snapshot: &Snapshot, actor: Option<ActorId>) -> Vec<Pair<ActorId>> {
    let mut identified: HashMap<(&str, &str), Vec<ActorId>> = HashMap::new();
    let mut pairs = Vec::new();
    for (younger, facts) in snapshot.facts::<ActorFacts>() {
        let names = facts.names();
        let mut older: Vec<_> = names
            .flat_map(|name| snapshot.state().named(name))
            .filter(|older| *older < younger)
            .collect();
        for identifier in facts.identifiers.iter() {
            let key = (identifier.scheme.as_str(), identifier.value.as_str());
            let same = identified.entry(key).or_default();
            older.extend(same.iter().copied());
            same.push(younger);
        }
        older.sort_unstable();
        older.dedup();
        let of_interest =
            |pair: &Pair<_>| actor.is_none_or(|id| id == pair.younger || id == pair.older);
        let likely = older.into_iter().map(|older| Pair { younger, older });
        pairs.extend(
            likely
                .filter(of_interest)
                .filter(|pair| !shared(snapshot, *pair).is_empty()),
        );
    }
    pairs
}

/// What two actors share at this moment: names in lower case, and identifiers as `scheme:value`.
pub fn shared(snapshot: &Snapshot, pair: Pair<ActorId>) -> Vec<String> {
    let facts = |id| snapshot.row::<ActorFacts>(id).map(|row| &row.facts);
    let Some((one, other)) = facts(pair.younger).zip(facts(pair.older)) else {
        return Vec::new();
    };
    let names = one.names().filter(|name| other.has_name(name));
    let identifiers = one.identifiers.iter();
    let identifiers = identifiers
        .filter(|identifier| other.identifiers.contains(identifier))
        .map(|identifier| format!("{}:{}", identifier.scheme, identifier.value));
    let mut shared: Vec<_> = names.map(str::to_owned).chain(identifiers).collect();
    shared.sort_unstable();
    shared.dedup();
    shared
}
