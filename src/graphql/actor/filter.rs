//! Which actors, and in which order.

use async_graphql::InputObject;

use crate::graphql::actor::IdentifierInput;
use crate::model::{self, ActorKind, ActorOrderField, OrderDirection};

/// Which actors. Every field that is given must hold; a list holds where the actor has one of its
/// values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ActorFilter {
    /// Of one of these kinds.
    pub kind: Option<Vec<ActorKind>>,
    /// With one of these slugs, present or former.
    pub slug: Option<Vec<String>>,
    /// Whose whole name or alias this is, whatever the case.
    pub name: Option<String>,
    /// Of one of these countries: ISO 3166-1 alpha-2.
    pub country: Option<Vec<String>>,
    /// With this identifier.
    pub identifier: Option<IdentifierInput>,
    /// All of these hold.
    pub and: Option<Vec<ActorFilter>>,
    /// At least one of these holds.
    pub or: Option<Vec<ActorFilter>>,
    /// This does not hold.
    pub not: Option<Box<ActorFilter>>,
}

impl From<ActorFilter> for model::ActorFilter {
    fn from(filter: ActorFilter) -> Self {
        let all = |filters: Vec<ActorFilter>| filters.into_iter().map(Into::into).collect();
        Self {
            kind: filter.kind,
            slug: filter.slug,
            name: filter.name,
            country: filter.country,
            identifier: filter.identifier.map(Into::into),
            and: filter.and.map(all),
            or: filter.or.map(all),
            not: filter.not.map(|not| Box::new((*not).into())),
        }
    }
}

/// In which order actors come.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct ActorOrder {
    /// By what.
    pub field: ActorOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    pub direction: OrderDirection,
}
