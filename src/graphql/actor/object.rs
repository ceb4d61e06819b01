//! The type `Actor` and what it is made of.

use async_graphql::{ID, Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::diff::{Difference, versions_between};
use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::object::record_object;
use crate::graphql::moment::MomentInput;
use crate::graphql::note::{ContextNote, newest_first};
use crate::graphql::record::history;
use crate::graphql::relationship::{
    ActorRelationshipConnection, RelationshipFilter, RelationshipOrder, orders,
};
use crate::graphql::revision::Change;
use crate::graphql::viewpoint::Viewpoint;
use crate::model::filter::NoteFilter;
use crate::model::{
    self, ActorId, ActorKind, CooperationDomain, PartialDate, PeriodStatus, RelationshipRole, Tier,
    Timestamp,
};
use crate::read::page::{Asked, Order};
use crate::read::relationship::OfActor;
use crate::read::{self, relationship};
use crate::snapshot::facts::ActorFacts;

record_object! {
    /// An actor of an answer.
    Actor, ActorFacts, ActorId
}

/// One who stands with others: a state, a government, an armed group, a movement, a coalition, an
/// organisation or a person.
#[object]
impl Actor {
    /// Its id: opaque, and the same for ever.
    pub fn id(&self) -> ID {
        self.0.global_id()
    }

    /// The revision that last changed it. Give it as `expectedVersion` when you change it.
    pub fn version(&self) -> Result<u32> {
        self.0.version()
    }

    /// When it first entered the record.
    pub fn recorded_at(&self) -> Result<Timestamp> {
        self.0.recorded_at()
    }

    /// When it last changed in the record.
    pub fn updated_at(&self) -> Result<Timestamp> {
        self.0.updated_at()
    }

    /// What each revision did to it, newest first.
    pub fn history(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Change>> {
        history(&self.0.at, self.0.id.into(), first, after)
    }

    /// How each revision between two moments changed it, in order.
    fn versions_between(
        &self,
        ask: &Ask,
        #[graphql(desc = "The earlier moment.")] from: MomentInput,
        #[graphql(desc = "The later moment.")] to: MomentInput,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Difference>> {
        let (at, id) = (&self.0.at, self.0.id.into());
        versions_between(at, ask.now(), id, (from, to), (first, after))
    }

    /// Its unique name in addresses. When it changes, the old one still leads here.
    fn slug(&self) -> Result<&str> {
        Ok(self.0.facts()?.slug())
    }

    /// The name that people know it by, in English.
    fn name(&self) -> Result<&str> {
        Ok(self.0.facts()?.name())
    }

    /// Other names: in other languages and scripts, spelt otherwise, or of former times.
    fn aliases(&self) -> Result<Vec<Alias>> {
        Ok(self.0.text()?.aliases.iter().map(Alias::from).collect())
    }

    /// What sort of actor it is.
    fn kind(&self) -> Result<ActorKind> {
        Ok(self.0.facts()?.kind)
    }

    /// Who it is, in a few sentences.
    fn summary(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.summary.as_deref())
    }

    /// Its country, where it has one: ISO 3166-1 alpha-2.
    fn country(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.country.as_deref())
    }

    /// When it existed.
    fn active(&self) -> Result<Period> {
        Ok(self.0.text()?.active.into())
    }

    /// Its names in other schemes, such as Wikidata or the Correlates of War.
    fn identifiers(&self) -> Result<Vec<Identifier>> {
        Ok(self
            .0
            .text()?
            .identifiers
            .iter()
            .map(Identifier::from)
            .collect())
    }

    /// Its relationships, whichever way they run. Unless the filter says otherwise: those that
    /// certainly or possibly hold on the day, and that are not denied.
    fn relationships(
        &self,
        #[graphql(desc = "Which of them.")] filter: Option<RelationshipFilter>,
        #[graphql(desc = "In which order; that of entry into the record if nothing is given.")]
        order_by: Option<Vec<RelationshipOrder>>,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the back; at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ActorRelationshipConnection> {
        let filter = filter.unwrap_or_default().read()?;
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        let found = OfActor::new(&self.0.at, self.0.id, &filter);
        ActorRelationshipConnection::cut(found, &orders(order_by), &asked)
    }

    /// The relationships with its allies in the widest sense: those that hold on the day with the
    /// alignment ALLY, PARTNER or MIXED, memberships apart. The tier comes first, then the order of
    /// entry.
    fn allies(
        &self,
        #[graphql(desc = "Only those of these tiers.")] tier: Option<Vec<Tier>>,
        #[graphql(desc = "Only those that work together in one of these fields.")] domain: Option<
            Vec<CooperationDomain>,
        >,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the back; at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ActorRelationshipConnection> {
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        let filter = relationship::allies_filter(tier, domain);
        let found = OfActor::new(&self.0.at, self.0.id, &filter);
        let by_tier = [(
            model::RelationshipOrderField::Tier,
            model::OrderDirection::Asc,
        )];
        ActorRelationshipConnection::cut(found, &by_tier, &asked)
    }

    /// The actors that are its members on the day.
    fn members(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Self>> {
        let ids = read::actor::memberships(&self.0.at, self.0.id, RelationshipRole::To);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::cut(&self.0.at, &ids, &Order::of_entry(), &asked)
    }

    /// The actors that it is a member of on the day.
    fn member_of(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Self>> {
        let ids = read::actor::memberships(&self.0.at, self.0.id, RelationshipRole::From);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::cut(&self.0.at, &ids, &Order::of_entry(), &asked)
    }

    /// The viewpoints that it holds, and those with a position on a relationship of its.
    fn viewpoints(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Viewpoint>> {
        let ids = read::viewpoint::of_actor(&self.0.at, self.0.id);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::cut(&self.0.at, &ids, &Order::of_entry(), &asked)
    }

    /// The context notes about it, newest first by the date that they speak of.
    fn notes(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<ContextNote>> {
        let filter = NoteFilter {
            actor: Some(self.0.id),
            ..NoteFilter::default()
        };
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        newest_first(&self.0.at, filter, &asked)
    }
}

/// Another name of an actor.
#[derive(SimpleObject, Fields)]
pub struct Alias {
    /// The name.
    text: String,
    /// Its language: a BCP 47 tag.
    language: Option<String>,
    /// When it was in use. A former name has an end.
    period: Option<Period>,
}

impl From<&model::Alias> for Alias {
    fn from(alias: &model::Alias) -> Self {
        Self {
            text: alias.text.clone(),
            language: alias.language.clone(),
            period: alias.period.map(Into::into),
        }
    }
}

/// The name of an actor in another scheme.
#[derive(SimpleObject, Fields)]
pub struct Identifier {
    /// The scheme, such as `wikidata`.
    scheme: String,
    /// The value within the scheme, such as `Q794`.
    value: String,
}

impl From<&model::Identifier> for Identifier {
    fn from(identifier: &model::Identifier) -> Self {
        Self {
            scheme: identifier.scheme.clone(),
            value: identifier.value.clone(),
        }
    }
}

/// When something holds in the world.
#[derive(SimpleObject, Fields)]
pub struct Period {
    /// Its beginning; null where it is not known.
    start: Option<PartialDate>,
    /// The last day on which it held; null where it holds still or the end is not known.
    end: Option<PartialDate>,
    /// What is known of its end.
    status: PeriodStatus,
    /// For CENSORED: the last date on which the source saw it hold.
    observed_until: Option<PartialDate>,
}

impl From<model::Period> for Period {
    fn from(period: model::Period) -> Self {
        Self {
            start: period.start,
            end: period.end,
            status: period.status,
            observed_until: period.observed_until,
        }
    }
}
