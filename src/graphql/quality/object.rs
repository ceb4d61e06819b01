//! The type `RecordQuality` and what its lists are made of.

use std::borrow::Cow;

use async_graphql::{Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::actor::Actor;
use crate::graphql::kit::connection::{Connection, Listed};
use crate::graphql::quality::{ActorPair, RelationshipPair};
use crate::graphql::relationship::{CooperationArea, Relationship};
use crate::graphql::source::Source;
use crate::model::{
    ActorId, EvidenceGrade, PeriodConflictKind, RelationshipFilter, RelationshipId,
};
use crate::read::duplicate::{self, Pair};
use crate::read::page::{Asked, Order};
use crate::read::quality;
use crate::snapshot::Snapshot;
use crate::snapshot::facts::RelationshipFacts;

/// What editors can mend, in the whole record or about one actor.
pub struct RecordQuality {
    /// The moment.
    pub at: Snapshot,
    /// Whom it is about.
    pub actor: Option<ActorId>,
}

impl RecordQuality {
    /// A page of a list in the order of entry.
    fn page<N: Listed>(
        &self,
        ids: &[N::Id],
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<N>> {
        self.ordered(ids, &Order::of_entry(), first, after)
    }

    fn ordered<N: Listed>(
        &self,
        ids: &[N::Id],
        order: &Order<'_, N::Id>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<N>> {
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::cut(&self.at, ids, order, &asked)
    }

    fn claims<N: Listed<Id = RelationshipId>>(
        &self,
        filter: RelationshipFilter,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<N>> {
        let ids = quality::claims(&self.at, self.actor, filter);
        self.page(&ids, first, after)
    }
}

/// What editors can mend, list by list. A claim is a relationship in the lists, of whatever period and
/// assertion, denied ones included; each list is in the order of entry. Work from the front: what is
/// mended leaves the list, and the cursors of the rest stay good.
#[object]
impl RecordQuality {
    /// Whom it is about; null for the whole record.
    fn actor(&self) -> Option<Actor> {
        self.actor.map(|id| Actor::at(&self.at, id))
    }

    /// Claims without a source: nothing is cited for them or for one of their areas of cooperation. As a
    /// filter: `evidence: [UNCITED]`.
    fn uncited(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Relationship>> {
        self.claims(quality::of_grade(EvidenceGrade::Uncited), first, after)
    }

    /// Claims for which everything cited comes from one publisher. As a filter:
    /// `evidence: [SINGLE_SOURCE]`.
    fn single_source(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Relationship>> {
        self.claims(quality::of_grade(EvidenceGrade::SingleSource), first, after)
    }

    /// Claims that cite something, and nothing better than D: not usually reliable, unreliable, or not
    /// to be judged. As a filter: `reliability: [D, E, F], not: {reliability: [A, B, C]}`.
    fn low_reliability(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Relationship>> {
        self.claims(quality::of_low_reliability(), first, after)
    }

    /// Claims that hold, and about which there has been no news for so many days: the record last
    /// changed them earlier, and no note about them speaks of that time or later. As a filter:
    /// `staleDays`, where it is told exactly.
    fn stale(
        &self,
        #[graphql(desc = "So many days before the day asked for.", default = 365)] days: u32,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Relationship>> {
        self.claims(quality::stale(days), first, after)
    }

    /// Claims that a viewpoint disputes. That is no fault; see that both readings are told. As a filter:
    /// `contested: true`.
    fn contested(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Relationship>> {
        self.claims(quality::contested(), first, after)
    }

    /// Areas of cooperation without a citation of their own, relationship by relationship; `totalCount`
    /// counts the relationships. As a filter: `uncitedArea: true`.
    fn uncited_areas(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<UncitedAreas>> {
        self.claims(quality::with_uncited_areas(), first, after)
    }

    /// Claims whose period contradicts the time in which one of their actors existed, whatever the
    /// dates mean exactly.
    fn period_conflicts(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<PeriodConflict>> {
        let ids = quality::period_conflicts(&self.at, self.actor);
        self.page(&ids, first, after)
    }

    /// Actors without any relationship, of whatever time: at neither end of one, nor among those against
    /// whom one is directed.
    fn unconnected_actors(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Actor>> {
        let ids = quality::unconnected(&self.at, self.actor);
        self.page(&ids, first, after)
    }

    /// Sources that no relationship, viewpoint or note cites. A source is nobody's own: about one actor
    /// this list is empty.
    fn unused_sources(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Source>> {
        let ids = match self.actor {
            Some(_) => Vec::new(),
            None => quality::unused_sources(&self.at),
        };
        self.page(&ids, first, after)
    }

    /// Relationships that look like an older one, each with the oldest that it looks like, in the order
    /// in which the younger ones entered. If they are one, retire one of them.
    fn duplicate_relationships(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<RelationshipPair>> {
        let pairs = duplicate::relationships(&self.at, self.actor);
        self.ordered(&pairs, &Pair::order(), first, after)
    }

    /// Actors that share a name, an alias or an identifier with an older one, in the order in which the
    /// younger ones entered.
    fn duplicate_actors(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<ActorPair>> {
        let pairs = duplicate::actors(&self.at, self.actor);
        self.ordered(&pairs, &Pair::order(), first, after)
    }
}

/// A relationship with areas of cooperation that have no citation of their own.
pub struct UncitedAreas(Relationship);

impl Listed for UncitedAreas {
    type Id = RelationshipId;
    fn at(snapshot: &Snapshot, id: RelationshipId) -> Self {
        Self(Relationship::at(snapshot, id))
    }
}

/// A relationship with areas of cooperation that have no citation of their own.
#[object]
impl UncitedAreas {
    /// The relationship.
    fn relationship(&self) -> &Relationship {
        &self.0
    }

    /// Those of its areas that have no citation.
    fn areas(&self) -> Result<Vec<CooperationArea<'_>>> {
        let areas = self.0.0.text()?.areas.iter();
        let uncited = areas.filter(|area| area.citations.is_empty());
        let uncited = uncited.map(Cow::Borrowed);
        Ok(CooperationArea::list(&self.0.0.at, uncited))
    }
}

/// A relationship whose period contradicts the time in which an actor of it existed.
#[derive(SimpleObject, Fields)]
pub struct PeriodConflict {
    /// The relationship.
    relationship: Relationship,
    /// Each contradiction.
    contradictions: Vec<Contradiction>,
}

/// How the period of a relationship contradicts that of an actor.
#[derive(SimpleObject, Fields)]
pub struct Contradiction {
    /// The actor: `active` is when it existed.
    actor: Actor,
    /// At which end.
    kind: PeriodConflictKind,
}

impl Listed for PeriodConflict {
    type Id = RelationshipId;
    fn at(snapshot: &Snapshot, id: RelationshipId) -> Self {
        let row = snapshot.row::<RelationshipFacts>(id);
        let found = row.into_iter().flat_map(|row| {
            quality::contradictions(snapshot, &row.facts).map(|(actor, kind)| Contradiction {
                actor: Actor::at(snapshot, actor),
                kind,
            })
        });
        Self {
            contradictions: found.collect(),
            relationship: Relationship::at(snapshot, id),
        }
    }
}
