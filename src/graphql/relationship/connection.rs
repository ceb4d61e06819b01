//! The relationships of one actor: each edge tells the counterpart and the role.

use std::sync::OnceLock;

use async_graphql::{Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::actor::Actor;
use crate::graphql::kit::connection::{Listed as _, PageInfo};
use crate::graphql::relationship::Relationship;
use crate::model::{OrderDirection, RelationshipOrderField, RelationshipRole, Vocabulary};
use crate::read::page::{self, Asked};
use crate::read::relationship::OfActor;
use crate::read::{facets, relationship};
use crate::snapshot::Tie;

/// A page of an actor's relationships.
pub struct ActorRelationshipConnection {
    list: OfActor,
    page: page::Page<Tie>,
    /// What only comes of the whole list, once somebody asks for it.
    counts: OnceLock<facets::Facets>,
}

impl ActorRelationshipConnection {
    /// Cuts the page that is asked for out of a list.
    pub fn cut(
        list: OfActor,
        by: &[(RelationshipOrderField, OrderDirection)],
        asked: &Asked,
    ) -> Result<Self> {
        let page = {
            let at = list.snapshot();
            let order = relationship::order(at, by, Some(list.actor()));
            page::cut(&list, &order, at.revision(), asked)?
        };
        Ok(Self {
            list,
            page,
            counts: OnceLock::new(),
        })
    }

    fn counts(&self) -> &facets::Facets {
        self.counts.get_or_init(|| facets::count(&self.list))
    }
}

/// A page of an actor's relationships, by the Relay cursor connections specification.
#[object]
impl ActorRelationshipConnection {
    /// What is on the page, each with its cursor, the counterpart and the actor's role.
    fn edges(&self) -> Vec<ActorRelationshipEdge<'_>> {
        let edge = |edge| ActorRelationshipEdge {
            connection: self,
            edge,
        };
        self.page.edges.iter().map(edge).collect()
    }

    /// The relationships on the page, without the rest of the edge.
    fn nodes(&self) -> Vec<Relationship> {
        self.page
            .edges
            .iter()
            .map(|edge| Relationship::at(self.list.snapshot(), edge.item.id))
            .collect()
    }

    /// Where the page stands in the list.
    fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }

    /// How many there are in the whole list.
    fn total_count(&self) -> usize {
        self.counts().total
    }

    /// How many of the whole list have each value.
    fn facets(&self) -> Facets {
        self.counts().clone().into()
    }
}

/// One relationship of an actor's, seen from that actor.
pub struct ActorRelationshipEdge<'a> {
    connection: &'a ActorRelationshipConnection,
    edge: &'a page::Edge<Tie>,
}

/// One relationship of an actor's, seen from that actor.
#[object]
impl<'a> ActorRelationshipEdge<'a> {
    /// Its place in the list: give it as `after` or `before`.
    fn cursor(&self) -> String {
        self.connection.page.cursor(self.edge).write()
    }

    /// The relationship.
    fn node(&self) -> Relationship {
        Relationship::at(self.connection.list.snapshot(), self.edge.item.id)
    }

    /// The actor at the other end.
    fn counterpart(&self) -> Actor {
        Actor::at(self.connection.list.snapshot(), self.edge.item.other)
    }

    /// Which end of the relationship the actor at hand is.
    fn role(&self) -> RelationshipRole {
        self.edge.item.role()
    }
}

/// How many relationships of a list have each value. Values that none has are left out.
#[derive(SimpleObject, Fields)]
pub struct Facets {
    /// By kind.
    kind: Vec<FacetCount>,
    /// By alignment.
    alignment: Vec<FacetCount>,
    /// By tier; those without one are not counted.
    tier: Vec<FacetCount>,
    /// By formality.
    formality: Vec<FacetCount>,
    /// By field of cooperation; a relationship counts in each of its fields.
    domain: Vec<FacetCount>,
}

/// How many have a value.
#[derive(SimpleObject, Fields)]
pub struct FacetCount {
    /// The value: a code of the list in question.
    value: &'static str,
    /// How many have it.
    count: u32,
}

impl From<facets::Facets> for Facets {
    fn from(facets: facets::Facets) -> Self {
        fn counts<V: Vocabulary>(counts: Vec<(V, u32)>) -> Vec<FacetCount> {
            let count = |(value, count): (V, u32)| FacetCount {
                value: value.code(),
                count,
            };
            counts.into_iter().map(count).collect()
        }
        Self {
            kind: counts(facets.kind),
            alignment: counts(facets.alignment),
            tier: counts(facets.tier),
            formality: counts(facets.formality),
            domain: counts(facets.domain),
        }
    }
}
