//! Lists: their orders, counts, pairs, chains and common counterparts, by the plain list.

use std::cmp::Ordering;

use foedera::model::{
    ActorId, Alignment, CooperationDomain, Formality, Kind, NoteId, Record, RecordId, Relationship,
    RelationshipId, RelationshipKind, Tier, TypedId, ViewpointId, Vocabulary,
};
use serde_json::{Value, json};

use super::answers::{ids, page};
use super::calendar::Readings;
use super::model::Moment;

/// An order as a client asks for it: fields and directions.
pub type By = Vec<(&'static str, &'static str)>;

/// What a list is sorted by.
#[derive(PartialEq, PartialOrd)]
pub enum Key {
    Number(i64),
    Text(String),
}

/// Sorts what is in the order of entry; what is the same stays in that order.
pub fn sort<I: Copy>(list: &mut [I], by: &By, key: impl Fn(I, &str) -> Key) {
    list.sort_by(|a, b| {
        let parts = by.iter().map(|(field, direction)| {
            let ordering = key(*a, field).partial_cmp(&key(*b, field)).unwrap();
            if *direction == "DESC" {
                ordering.reverse()
            } else {
                ordering
            }
        });
        parts.fold(Ordering::Equal, Ordering::then)
    });
}

/// The input of an order.
pub fn order(by: &By) -> Value {
    by.iter()
        .map(|(field, direction)| json!({ "field": field, "direction": direction }))
        .collect()
}

fn place<V: Vocabulary>(value: V) -> Key {
    Key::Number(V::ALL.iter().position(|own| *own == value).unwrap() as i64)
}

impl Moment<'_> {
    fn folded_name(self, id: ActorId) -> Key {
        let Record::Actor(actor) = &self.any(id).unwrap().record else {
            panic!("{id}")
        };
        Key::Text(actor.name.trim().to_lowercase())
    }

    fn updated(self, id: impl Into<RecordId>) -> Key {
        Key::Number(i64::from(self.any(id).unwrap().revision))
    }

    /// The relationships of a list in an order.
    pub fn ordered_ties(self, filter: &Value, by: &By, of: Option<ActorId>) -> Vec<RelationshipId> {
        let mut found = self.ties(filter, of);
        sort(&mut found, by, |id, field| {
            let tie = self.tie(id).unwrap();
            let (first, last) = Readings::of(&tie.period, self.asked()).bounds();
            match field {
                "RECORDED" => Key::Number(i64::from(id.number())),
                "UPDATED" => self.updated(id),
                "START" => Key::Number(i64::from(first.0)),
                "END" => Key::Number(i64::from(last.0)),
                "TIER" => tie.tier.map_or(Key::Number(i64::MAX), place),
                "ALIGNMENT" => place(tie.alignment),
                "KIND" => place(tie.kind),
                _ => self.folded_name(of.map_or(tie.to, |actor| self.counterpart(id, actor))),
            }
        });
        found
    }

    /// The actors of a list in an order.
    pub fn ordered_actors(self, filter: &Value, by: &By) -> Vec<ActorId> {
        let mut found: Vec<ActorId> = self.all();
        found.retain(|id| self.actor_passes(filter, *id));
        sort(&mut found, by, |id, field| {
            let Record::Actor(actor) = &self.any(id).unwrap().record else {
                panic!("{id}")
            };
            match field {
                "NAME" => self.folded_name(id),
                "KIND" => place(actor.kind),
                "RECORDED" => Key::Number(i64::from(id.number())),
                _ => self.updated(id),
            }
        });
        found
    }

    /// The notes of a list in an order; newest first if none is given.
    pub fn ordered_notes(self, filter: &Value, by: Option<&By>) -> Vec<NoteId> {
        let mut found = self.notes(|_| true);
        found.retain(|id| self.note_passes(filter, (*id).into()));
        if let Some(by) = by {
            found.sort_unstable();
            sort(&mut found, by, |id, field| match field {
                "AS_OF" => {
                    let Record::Note(note) = &self.any(id).unwrap().record else {
                        panic!("{id}")
                    };
                    Key::Number(i64::from(note.as_of.first_day().0))
                }
                "RECORDED" => Key::Number(i64::from(id.number())),
                _ => self.updated(id),
            });
        }
        found
    }

    /// The relationships of an actor, as its edges tell them, with their counts.
    pub fn around(self, of: ActorId, found: &[RelationshipId]) -> Value {
        let ties: Vec<_> = found.iter().map(|id| self.tie(*id).unwrap()).collect();
        let edges = found.iter().zip(&ties).map(|(id, tie)| {
            json!({
                "role": if tie.from == of { "FROM" } else { "TO" },
                "counterpart": { "id": self.counterpart(*id, of) },
                "node": { "id": id },
            })
        });
        fn counts<V: Vocabulary>(
            ties: &[Relationship],
            has: impl Fn(&Relationship, V) -> bool,
        ) -> Value {
            let counts = V::ALL
                .iter()
                .map(|value| (value, ties.iter().filter(|tie| has(tie, *value)).count()));
            let some = counts.filter(|(_, count)| *count > 0);
            some.map(|(value, count)| json!({ "value": value.code(), "count": count }))
                .collect()
        }
        json!({
            "totalCount": found.len(),
            "edges": edges.collect::<Vec<_>>(),
            "facets": {
                "kind": counts(&ties, |tie, kind: RelationshipKind| tie.kind == kind),
                "alignment": counts(&ties, |tie, alignment: Alignment| tie.alignment == alignment),
                "tier": counts(&ties, |tie, tier: Tier| tie.tier == Some(tier)),
                "formality": counts(&ties, |tie, formality: Formality| tie.formality == formality),
                "domain": counts(&ties, |tie, domain: CooperationDomain| {
                    tie.areas.iter().any(|area| area.domain == domain)
                }),
            },
        })
    }

    /// An actor's allies in the widest sense: ALLY, PARTNER or MIXED, memberships apart, by tier.
    pub fn allies(self, of: ActorId, tier: &Value, domain: &Value) -> Vec<RelationshipId> {
        let filter = json!({
            "alignment": ["ALLY", "PARTNER", "MIXED"], "not": { "kind": ["MEMBERSHIP"] }, "tier": tier, "domain": domain,
        });
        self.ordered_ties(&filter, &vec![("TIER", "ASC")], Some(of))
    }

    /// Two actors and all that is between them; null where one is not in the lists.
    pub fn dyad(self, a: ActorId, b: ActorId, filter: &Value) -> Value {
        let (a, b) = (self.survivor(a), self.survivor(b));
        if self.live(a).is_none() || self.live(b).is_none() {
            return Value::Null;
        }
        let is_between =
            |tie: &Relationship| (tie.from, tie.to) == (a, b) || (tie.from, tie.to) == (b, a);
        let between = |filter: &Value| -> Vec<RelationshipId> {
            let ties = self.ties(filter, Some(a)).into_iter();
            ties.filter(|id| is_between(&self.tie(*id).unwrap()))
                .collect()
        };
        let ever: Vec<RelationshipId> = self
            .all()
            .into_iter()
            .filter(|id| self.tie(*id).is_some_and(|tie| is_between(&tie)))
            .collect();
        let current = between(&json!({}));
        let aligned = |alignment: &&Alignment| {
            current
                .iter()
                .any(|id| self.tie(*id).unwrap().alignment == **alignment)
        };
        let about = |note: &foedera::model::ContextNote| {
            (note.actors.contains(&a) && note.actors.contains(&b))
                || note.relationships.iter().any(|id| ever.contains(id))
        };
        json!({
            "a": { "id": a }, "b": { "id": b },
            "relationships": page(&between(filter)),
            "alignments": Alignment::ALL.iter().filter(aligned).collect::<Vec<_>>(),
            "contested": current.iter().any(|id| self.contested(*id)),
            "viewpoints": ids(&self.views(|view| view.positions.iter().any(|own| ever.contains(&own.relationship)))),
            "notes": page(&self.notes(about)),
        })
    }

    /// Every chain of at most so many steps, without going through anyone twice, shortest first; each
    /// step is of the oldest relationship that leads there, as seen by the actor that it leaves.
    pub fn chains(self, from: ActorId, to: ActorId, filter: &Value, longest: usize) -> Vec<Value> {
        let mut found = Vec::new();
        let mut waiting = vec![(vec![from], Vec::<RelationshipId>::new())];
        while let Some((actors, ties)) = waiting.pop() {
            let here = actors[actors.len() - 1];
            if here == to && !ties.is_empty() {
                found.push((ties.len(), json!({ "length": ties.len(), "actors": ids(&actors), "relationships": ids(&ties) })));
                continue;
            }
            if ties.len() == longest || here == to {
                continue;
            }
            let mut met = actors.clone();
            for id in self.ties(filter, Some(here)) {
                let next = self.counterpart(id, here);
                if !met.contains(&next) {
                    met.push(next);
                    waiting.push(([&actors[..], &[next]].concat(), [&ties[..], &[id]].concat()));
                }
            }
        }
        found.sort_by_key(|(length, _)| *length);
        found.into_iter().map(|(_, chain)| chain).collect()
    }

    /// Those who have a relationship with every one of some actors.
    pub fn shared(self, of: &[ActorId], filter: &Value) -> Vec<ActorId> {
        let knows = |other: &ActorId| {
            let with = |actor: &ActorId| {
                self.ties(filter, Some(*actor))
                    .iter()
                    .any(|tie| self.counterpart(*tie, *actor) == *other)
            };
            !of.contains(other) && of.iter().all(with)
        };
        self.all().into_iter().filter(knows).collect()
    }

    /// What two viewpoints read differently among what holds on the day and is not denied.
    pub fn compared(self, a: ViewpointId, b: ViewpointId) -> Value {
        let reading = |view: ViewpointId, id: RelationshipId| {
            let tie = self.seen_through(view).tie(id).unwrap();
            json!({ "alignment": tie.alignment, "tier": tie.tier, "label": tie.label })
        };
        let position = |view: ViewpointId, id: RelationshipId| -> Value {
            let own = self.positions(|holder, own| holder == view && own.relationship == id);
            own.get(0)
                .map_or(Value::Null, |own| json!({ "stance": own["stance"] }))
        };
        let disputes = |view, id| position(view, id)["stance"] == "DISPUTES";
        let differ = |id: &RelationshipId| {
            reading(a, *id) != reading(b, *id) || disputes(a, *id) != disputes(b, *id)
        };
        let found: Vec<_> = self
            .ties(&json!({}), None)
            .into_iter()
            .filter(differ)
            .collect();
        let nodes = found.iter().map(|id| {
            let tie = self.plain().tie(*id).unwrap();
            json!({
                "relationship": { "id": id },
                "recorded": { "alignment": tie.alignment, "tier": tie.tier, "label": tie.label },
                "a": reading(a, *id), "b": reading(b, *id),
                "positionA": position(a, *id), "positionB": position(b, *id),
            })
        });
        json!({ "totalCount": found.len(), "nodes": nodes.collect::<Vec<_>>() })
    }

    /// The actor that a slug leads to, if it is in the lists.
    pub fn by_slug(self, slug: &str) -> Option<ActorId> {
        let named = self.named(Kind::Actor, slug)?;
        let id = self.survivor(TypedId::from_number(named.number));
        self.live(id).map(|_| id)
    }
}
