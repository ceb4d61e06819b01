//! The relationships of one actor: each edge tells the counterpart and the role.

use async_graphql::{Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::actor::Actor;
use crate::graphql::kit::connection::{Listed as _, PageInfo};
use crate::graphql::relationship::Relationship;
use crate::model::{
    ActorId, OrderDirection, RelationshipId, RelationshipOrderField, RelationshipRole, Vocabulary,
};
use crate::read::page::{self, Asked};
use crate::read::{facets, relationship};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::RelationshipFacts;

/// A page of an actor's relationships.
pub struct ActorRelationshipConnection {
    at: Snapshot,
    actor: ActorId,
    ids: Vec<RelationshipId>,
    page: page::Page<RelationshipId>,
}

impl ActorRelationshipConnection {
    /// Cuts the page that is asked for out of a list in the order of entry.
    pub fn cut(
        at: &Snapshot,
        actor: ActorId,
        ids: Vec<RelationshipId>,
        by: &[(RelationshipOrderField, OrderDirection)],
        asked: &Asked,
    ) -> Result<Self> {
        let order = relationship::order(at, by, Some(actor));
        let page = page::cut(&ids, &order, at.revision(), asked)?;
        Ok(Self {
            at: at.clone(),
            actor,
            ids,
            page,
        })
    }
}

/// A page of an actor's relationships, by the Relay cursor connections specification.
#[object]
impl ActorRelationshipConnection {
    /// What is on the page, each with its cursor, the counterpart and the actor's role.
    fn edges(&self) -> Vec<ActorRelationshipEdge> {
        let edge = |edge: &page::Edge<RelationshipId>| ActorRelationshipEdge {
            at: self.at.clone(),
            actor: self.actor,
            edge: edge.clone(),
        };
        self.page.edges.iter().map(edge).collect()
    }

    /// The relationships on the page, without the rest of the edge.
    fn nodes(&self) -> Vec<Relationship> {
        self.page
            .edges
            .iter()
            .map(|edge| Relationship::at(&self.at, edge.id))
            .collect()
    }

    /// Where the page stands in the list.
    fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }

    /// How many there are in the whole list.
    fn total_count(&self) -> usize {
        self.ids.len()
    }

    /// How many of the whole list have each value.
    fn facets(&self) -> Facets {
        facets::count(&self.at, &self.ids).into()
    }
}

/// One relationship of an actor's, seen from that actor.
pub struct ActorRelationshipEdge {
    at: Snapshot,
    actor: ActorId,
    edge: page::Edge<RelationshipId>,
}

impl ActorRelationshipEdge {
    fn facts(&self) -> Result<&RelationshipFacts> {
        let row = self.at.row_even_retired::<RelationshipFacts>(self.edge.id);
        Ok(row.map(|row| &row.facts).ok_or_else(|| {
            crate::store::StoreError::Damaged(format!("{} is not in the state", self.edge.id))
        })?)
    }
}

/// One relationship of an actor's, seen from that actor.
#[object]
impl ActorRelationshipEdge {
    /// Its place in the list: give it as `after` or `before`.
    fn cursor(&self) -> &str {
        &self.edge.cursor
    }

    /// The relationship.
    fn node(&self) -> Relationship {
        Relationship::at(&self.at, self.edge.id)
    }

    /// The actor at the other end.
    fn counterpart(&self) -> Result<Actor> {
        let facts = self.facts()?;
        Ok(Actor::at(
            &self.at,
            facts.counterpart(self.actor).unwrap_or(facts.to),
        ))
    }

    /// Which end of the relationship the actor at hand is.
    fn role(&self) -> Result<RelationshipRole> {
        let from = self.facts()?.from == self.actor;
        Ok(if from {
            RelationshipRole::From
        } else {
            RelationshipRole::To
        })
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
