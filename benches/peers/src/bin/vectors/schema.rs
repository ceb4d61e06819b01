//! The part of Foedera's schema that the questions need, by async-graphql as its book shows it.

use async_graphql::resolver_utils::EnumType;
use async_graphql::{EmptyMutation, EmptySubscription, InputObject, InputValueError};
use async_graphql::{Enum, InputValueResult, Object, Scalar, ScalarType, SimpleObject, Value};

use crate::world::{self, days};
use crate::world::{ActorKind, Alignment, Confidence, Domain, Formality, PeriodStatus};
use crate::world::{RelationshipKind, Reliability, Tier, World};

pub type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

pub fn schema(world: &'static World) -> Schema {
    Schema::new(Query(world), EmptyMutation, EmptySubscription)
}

pub struct Query(&'static World);

#[Object]
impl Query {
    async fn actor(&self, slug: String) -> Option<Actor> {
        find(self.0, world::today(), &slug)
    }

    async fn at(&self, valid_on: PartialDate) -> Snapshot {
        Snapshot {
            world: self.0,
            day: valid_on.0,
        }
    }
}

struct Snapshot {
    world: &'static World,
    day: u32,
}

#[Object]
impl Snapshot {
    async fn actor(&self, slug: String) -> Option<Actor> {
        find(self.world, self.day, &slug)
    }
}

fn find(world: &'static World, day: u32, slug: &str) -> Option<Actor> {
    let place = *world.slugs.get(slug)?;
    Some(Actor { world, day, place })
}

/// A whole day, as a number such as 20241208.
struct PartialDate(u32);

#[Scalar]
impl ScalarType for PartialDate {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => match days(text) {
                Ok((first, last)) if first == last => Ok(Self(first)),
                _ => Err(InputValueError::custom("a whole day is needed")),
            },
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum Role {
    From,
    To,
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum Validity {
    Certain,
    Possible,
    No,
}

#[derive(InputObject, Default)]
struct RelationshipFilter {
    alignment: Option<Vec<Alignment>>,
}

#[derive(Clone, Copy)]
struct Actor {
    world: &'static World,
    day: u32,
    place: u32,
}

impl Actor {
    fn of(&self) -> &'static world::Actor {
        &self.world.actors[self.place as usize]
    }
}

#[Object]
impl Actor {
    async fn slug(&self) -> &str {
        &self.of().slug
    }

    async fn name(&self) -> &str {
        &self.of().name
    }

    async fn kind(&self) -> ActorKind {
        self.of().kind
    }

    async fn summary(&self) -> Option<&str> {
        self.of().summary.as_deref()
    }

    async fn relationships(
        &self,
        filter: Option<RelationshipFilter>,
        #[graphql(default = 20)] first: usize,
    ) -> Relationships {
        Relationships {
            actor: *self,
            alignment: filter.unwrap_or_default().alignment,
            first: first.min(100),
        }
    }

    async fn notes(&self, #[graphql(default = 20)] first: usize) -> Notes {
        Notes {
            actor: *self,
            first: first.min(100),
        }
    }
}

struct Relationships {
    actor: Actor,
    alignment: Option<Vec<Alignment>>,
    first: usize,
}

impl Relationships {
    /// Those of the list, one by one: a page stops where it is full.
    fn each(&self) -> impl Iterator<Item = &'static world::Relationship> {
        let Actor { world, day, .. } = self.actor;
        let ties = self.actor.of().ties.iter();
        let relationships = ties.map(|place| &world.relationships[*place as usize]);
        relationships.filter(move |relationship| {
            let (from, until) = relationship.span.possible;
            let alignment = self.alignment.as_ref();
            from <= day
                && day <= until
                && alignment.is_none_or(|wanted| wanted.contains(&relationship.alignment))
        })
    }
}

#[Object(name = "ActorRelationshipConnection")]
impl Relationships {
    async fn total_count(&self) -> usize {
        self.each().count()
    }

    async fn edges(&self) -> Vec<Edge> {
        let edge = |of| Edge {
            actor: self.actor,
            of,
        };
        self.each().take(self.first).map(edge).collect()
    }

    async fn facets(&self) -> Facets {
        let mut counts = [[0; 32]; 5];
        for relationship in self.each() {
            counts[0][relationship.kind as usize] += 1;
            counts[1][relationship.alignment as usize] += 1;
            if let Some(tier) = relationship.tier {
                counts[2][tier as usize] += 1;
            }
            counts[3][relationship.formality as usize] += 1;
            let domains = relationship.areas.iter();
            let domains = domains.fold(0u32, |set, area| set | 1 << area.domain as u32);
            for domain in (0..32).filter(|domain| domains & (1 << domain) != 0) {
                counts[4][domain] += 1;
            }
        }
        let [kind, alignment, tier, formality, domain] = counts;
        Facets {
            kind: told::<RelationshipKind>(&kind),
            alignment: told::<Alignment>(&alignment),
            tier: told::<Tier>(&tier),
            formality: told::<Formality>(&formality),
            domain: told::<Domain>(&domain),
        }
    }
}

fn told<T: EnumType>(counts: &[usize]) -> Vec<FacetCount> {
    let names = T::items().iter().map(|item| item.name);
    let counted = names.zip(counts);
    let counted = counted.filter(|(_, count)| **count > 0);
    counted
        .map(|(value, &count)| FacetCount { value, count })
        .collect()
}

#[derive(SimpleObject)]
struct Facets {
    kind: Vec<FacetCount>,
    alignment: Vec<FacetCount>,
    tier: Vec<FacetCount>,
    formality: Vec<FacetCount>,
    domain: Vec<FacetCount>,
}

#[derive(SimpleObject)]
struct FacetCount {
    value: &'static str,
    count: usize,
}

struct Edge {
    actor: Actor,
    of: &'static world::Relationship,
}

#[Object(name = "ActorRelationshipEdge")]
impl Edge {
    async fn role(&self) -> Role {
        if self.of.from == self.actor.place {
            Role::From
        } else {
            Role::To
        }
    }

    async fn counterpart(&self) -> Actor {
        let ends = [self.of.from, self.of.to];
        Actor {
            place: ends[usize::from(ends[0] == self.actor.place)],
            ..self.actor
        }
    }

    async fn node(&self) -> Relationship {
        Relationship {
            world: self.actor.world,
            day: self.actor.day,
            of: self.of,
        }
    }
}

struct Relationship {
    world: &'static World,
    day: u32,
    of: &'static world::Relationship,
}

#[Object]
impl Relationship {
    async fn kind(&self) -> RelationshipKind {
        self.of.kind
    }

    async fn alignment(&self) -> Alignment {
        self.of.alignment
    }

    async fn tier(&self) -> Option<Tier> {
        self.of.tier
    }

    async fn formality(&self) -> Formality {
        self.of.formality
    }

    async fn label(&self) -> Option<&str> {
        self.of.label.as_deref()
    }

    async fn summary(&self) -> Option<&str> {
        self.of.summary.as_deref()
    }

    async fn confidence(&self) -> Option<Confidence> {
        self.of.confidence
    }

    async fn period(&self) -> Period {
        Period(&self.of.period)
    }

    async fn validity(&self) -> Validity {
        let within = |(from, until): (u32, u32)| from <= self.day && self.day <= until;
        match &self.of.span {
            span if within(span.certain) => Validity::Certain,
            span if within(span.possible) => Validity::Possible,
            _ => Validity::No,
        }
    }

    async fn areas(&self) -> Vec<Area> {
        let areas = self.of.areas.iter();
        areas.map(|of| Area(self.world, of)).collect()
    }

    async fn citations(&self) -> Vec<Citation> {
        cited(self.world, &self.of.citations)
    }
}

struct Period(&'static world::Period);

#[Object]
impl Period {
    async fn start(&self) -> Option<&str> {
        self.0.start.as_deref()
    }

    async fn end(&self) -> Option<&str> {
        self.0.end.as_deref()
    }

    async fn status(&self) -> PeriodStatus {
        self.0.status
    }
}

struct Area(&'static World, &'static world::Area);

#[Object(name = "CooperationArea")]
impl Area {
    async fn domain(&self) -> Domain {
        self.1.domain
    }

    async fn description(&self) -> &str {
        &self.1.description
    }

    async fn citations(&self) -> Vec<Citation> {
        cited(self.0, &self.1.citations)
    }
}

struct Citation(&'static World, &'static world::Citation);

fn cited(world: &'static World, citations: &'static [world::Citation]) -> Vec<Citation> {
    citations.iter().map(|of| Citation(world, of)).collect()
}

#[Object]
impl Citation {
    async fn locator(&self) -> Option<&str> {
        self.1.locator.as_deref()
    }

    async fn source(&self) -> Source {
        Source(&self.0.sources[self.1.source as usize])
    }
}

struct Source(&'static world::Source);

#[Object]
impl Source {
    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn publisher(&self) -> Option<&str> {
        self.0.publisher.as_deref()
    }

    async fn reliability(&self) -> Reliability {
        self.0.reliability
    }
}

struct Notes {
    actor: Actor,
    first: usize,
}

#[Object(name = "ContextNoteConnection")]
impl Notes {
    async fn total_count(&self) -> usize {
        self.actor.of().notes.len()
    }

    async fn nodes(&self) -> Vec<Note> {
        let Actor { world, .. } = self.actor;
        let notes = self.actor.of().notes.iter().take(self.first);
        let note = |place: &u32| Note {
            actor: self.actor,
            of: &world.notes[*place as usize],
        };
        notes.map(note).collect()
    }
}

struct Note {
    actor: Actor,
    of: &'static world::Note,
}

#[Object(name = "ContextNote")]
impl Note {
    async fn headline(&self) -> &str {
        &self.of.headline
    }

    async fn body(&self) -> &str {
        &self.of.body
    }

    async fn as_of(&self) -> &str {
        &self.of.as_of
    }

    async fn author(&self) -> &str {
        &self.of.author
    }

    async fn tags(&self) -> &[String] {
        &self.of.tags
    }

    async fn actors(&self) -> Vec<Actor> {
        let places = self.of.actors.iter();
        let actor = |place: &u32| Actor {
            place: *place,
            ..self.actor
        };
        places.map(actor).collect()
    }

    async fn citations(&self) -> Vec<Citation> {
        cited(self.actor.world, &self.of.citations)
    }
}
