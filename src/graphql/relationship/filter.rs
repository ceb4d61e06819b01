//! Which relationships, and in which order.

use async_graphql::{ID, InputObject};

use crate::graphql::actor::ActorFilter;
use crate::model::id::IdError;
use crate::model::{
    self, Alignment, Assertion, Confidence, CooperationDomain, EvidenceGrade, Formality,
    OrderDirection, PeriodFilter, RelationshipKind, RelationshipOrderField, RelationshipRole,
    Reliability, SourceId, Tier, TypedId,
};

/// Which relationships. Every field that is given must hold; a list holds where the relationship has
/// one of its values. The outermost filter takes what is CURRENT and not DENIED unless it says
/// otherwise; filters inside `and`, `or` and `not` have no such silent conditions.
#[derive(Clone, Debug, Default, InputObject)]
pub struct RelationshipFilter {
    /// Of one of these kinds.
    pub kind: Option<Vec<RelationshipKind>>,
    /// Of one of these alignments.
    pub alignment: Option<Vec<Alignment>>,
    /// Of one of these tiers.
    pub tier: Option<Vec<Tier>>,
    /// Founded in one of these ways.
    pub formality: Option<Vec<Formality>>,
    /// With an area of cooperation in one of these fields.
    pub domain: Option<Vec<CooperationDomain>>,
    /// Holding on the day asked for, before it or after it. CURRENT if nothing is given in the
    /// outermost filter; it holds what is certain or possible on that day.
    pub period: Option<PeriodFilter>,
    /// Where the actor at hand is this end of it.
    pub role: Option<RelationshipRole>,
    /// Where the other end is such an actor. In a list without an actor at hand: where either end is,
    /// or with `role` the end opposite to it.
    pub counterpart: Option<ActorFilter>,
    /// Put by the sources in one of these ways. AFFIRMED and ALLEGED if nothing is given in the
    /// outermost filter.
    pub assertion: Option<Vec<Assertion>>,
    /// Sourced this well, citations of areas included. UNCITED: claims without any source.
    pub evidence: Option<Vec<EvidenceGrade>>,
    /// Whether a viewpoint disputes it.
    pub contested: Option<bool>,
    /// Held with one of these degrees of confidence.
    pub confidence: Option<Vec<Confidence>>,
    /// In opposition to such an actor.
    pub against: Option<ActorFilter>,
    /// Citing this source, for itself or for one of its areas.
    pub source: Option<ID>,
    /// Citing at least one source of such a reliability, for itself or for one of its areas. For those
    /// that rest on nothing better than D: `and: [{reliability: [D, E, F]}, {not: {reliability: [A, B,
    /// C]}}]`.
    pub reliability: Option<Vec<Reliability>>,
    /// Whether one of its areas of cooperation has no citation of its own.
    pub uncited_area: Option<bool>,
    /// Holding, and without news for more than so many days: it certainly or possibly holds on the day
    /// asked for; the record last changed it earlier than so many days before that day; and no note
    /// about it speaks of that time or later. For a month or a year: so many days before its last day.
    pub stale_days: Option<u32>,
    /// All of these hold.
    pub and: Option<Vec<RelationshipFilter>>,
    /// At least one of these holds.
    pub or: Option<Vec<RelationshipFilter>>,
    /// This does not hold.
    pub not: Option<Box<RelationshipFilter>>,
}

impl RelationshipFilter {
    /// The filter as the record understands it.
    ///
    /// # Errors
    /// When the id of the source is none.
    pub fn read(self) -> Result<model::RelationshipFilter, IdError> {
        self.plain()
            .rename_sources(&mut |text: String| SourceId::parse(&text))
    }

    /// The filter with its sources as the user named them.
    pub fn plain(self) -> model::RelationshipFilter<String> {
        let all = |filters: Vec<Self>| filters.into_iter().map(Self::plain).collect();
        model::RelationshipFilter {
            kind: self.kind,
            alignment: self.alignment,
            tier: self.tier,
            formality: self.formality,
            domain: self.domain,
            period: self.period,
            role: self.role,
            counterpart: self.counterpart.map(Into::into),
            assertion: self.assertion,
            evidence: self.evidence,
            contested: self.contested,
            confidence: self.confidence,
            against: self.against.map(Into::into),
            source: self.source.map(|id| id.0),
            reliability: self.reliability,
            uncited_area: self.uncited_area,
            stale_days: self.stale_days,
            and: self.and.map(all),
            or: self.or.map(all),
            not: self.not.map(|not| Box::new(not.plain())),
        }
    }
}

/// In which order relationships come.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct RelationshipOrder {
    /// By what.
    pub field: RelationshipOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    pub direction: OrderDirection,
}

/// An order as `read` takes it.
pub fn orders(by: Option<Vec<RelationshipOrder>>) -> Vec<(RelationshipOrderField, OrderDirection)> {
    by.unwrap_or_default()
        .iter()
        .map(|order| (order.field, order.direction))
        .collect()
}
