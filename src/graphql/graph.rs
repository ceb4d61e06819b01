//! Pairs, chains and common counterparts in the API.

use async_graphql::Result;
use foedera_macros::object;

use crate::graphql::actor::Actor;
use crate::graphql::kit::connection::{Connection, Listed as _};
use crate::graphql::kit::context::{Ask, moment};
use crate::graphql::note::ContextNote;
use crate::graphql::relationship::{Relationship, RelationshipFilter};
use crate::graphql::viewpoint::Viewpoint;
use crate::model::filter::NoteFilter;
use crate::model::{ActorId, Alignment, NoteId, RelationshipId};
use crate::read::page::{Asked, Order};
use crate::read::{actor, evidence, graph, note, relationship, viewpoint};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::RelationshipFacts;

/// The root fields about the web of relationships.
#[derive(Default)]
pub struct GraphReads(pub Option<Snapshot>);

#[object]
impl GraphReads {
    /// Two actors and all that is between them; null where one of them is not in the record.
    fn dyad(
        &self,
        ask: &Ask,
        #[graphql(desc = "One actor: its slug or id.")] a: String,
        #[graphql(desc = "The other actor: its slug or id.")] b: String,
    ) -> Result<Option<Dyad>> {
        let at = moment(self.0.as_ref(), ask);
        let pair = actor::named(&at, &a)?.zip(actor::named(&at, &b)?);
        Ok(pair.map(|(a, b)| Dyad { at, a, b }))
    }

    /// The shortest chains of relationships from one actor to another, shortest first. Where a pair
    /// in the chain has several relationships, the oldest in the record stands for them.
    fn paths(
        &self,
        ask: &Ask,
        #[graphql(desc = "Where to begin: a slug or id.")] from: String,
        #[graphql(desc = "Where to end: a slug or id.")] to: String,
        #[graphql(desc = "The most steps; from 1 to 8.", default_with = "Some(4)")]
        max_length: Option<i32>,
        #[graphql(desc = "Which relationships to walk on.")] filter: Option<RelationshipFilter>,
        #[graphql(desc = "The most chains; from 1 to 50.", default_with = "Some(10)")]
        first: Option<i32>,
    ) -> Result<Vec<Path>> {
        let at = moment(self.0.as_ref(), ask);
        let ends = graph::actors(&at, &[from, to])?;
        let filter = filter.unwrap_or_default().read()?;
        let paths = graph::paths(
            &at,
            ends[0],
            ends[1],
            &filter,
            max_length.unwrap_or(4),
            first.unwrap_or(10),
        )?;
        Ok(paths
            .into_iter()
            .map(|path| Path {
                at: at.clone(),
                path,
            })
            .collect())
    }

    /// The actors that have a relationship with every one of some actors.
    fn shared_counterparts(
        &self,
        ask: &Ask,
        #[graphql(desc = "The actors: slugs or ids; from 1 to 20.")] of: Vec<String>,
        #[graphql(desc = "Which relationships count.")] filter: Option<RelationshipFilter>,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Actor>> {
        const MOST: usize = 20;
        let at = moment(self.0.as_ref(), ask);
        if of.is_empty() || of.len() > MOST {
            let message = format!(
                "of must name from 1 to {MOST} actors; it names {}",
                of.len()
            );
            return Err(crate::read::ReadError::BadArgument(message).into());
        }
        let of = graph::actors(&at, &of)?;
        let ids = graph::shared_counterparts(&at, &of, &filter.unwrap_or_default().read()?);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::cut(&at, &ids, &Order::of_entry(), &asked)
    }
}

/// Two actors and all that is between them.
pub struct Dyad {
    at: Snapshot,
    a: ActorId,
    b: ActorId,
}

impl Dyad {
    /// The relationships that hold on the day and are not denied.
    fn current(&self) -> Vec<RelationshipId> {
        relationship::between(
            &self.at,
            self.a,
            self.b,
            &crate::model::RelationshipFilter::default(),
        )
    }

    fn all(&self) -> Vec<RelationshipId> {
        let ties = self.at.ties(self.a);
        let between = ties.filter(|tie| tie.other == self.b);
        between.map(|tie| tie.id).collect()
    }
}

/// Two actors and all that is between them.
#[object]
impl Dyad {
    /// The one actor.
    fn a(&self) -> Actor {
        Actor::at(&self.at, self.a)
    }

    /// The other actor.
    fn b(&self) -> Actor {
        Actor::at(&self.at, self.b)
    }

    /// The relationships between them, whichever way they run. `role` and `counterpart` are seen
    /// from `a`.
    fn relationships(
        &self,
        #[graphql(desc = "Which of them.")] filter: Option<RelationshipFilter>,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Relationship>> {
        let filter = filter.unwrap_or_default().read()?;
        let ids = relationship::between(&self.at, self.a, self.b, &filter);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::cut(&self.at, &ids, &Order::of_entry(), &asked)
    }

    /// The alignments of the relationships that hold on the day, from closest to most hostile.
    fn alignments(&self) -> Vec<Alignment> {
        let rows = self.current().into_iter();
        let mut alignments: Vec<_> = rows
            .filter_map(|id| self.at.row::<RelationshipFacts>(id))
            .map(|row| row.facts.alignment())
            .collect();
        alignments.sort_unstable();
        alignments.dedup();
        alignments
    }

    /// Whether a viewpoint disputes a relationship that holds on the day.
    fn contested(&self) -> bool {
        self.current()
            .into_iter()
            .any(|id| evidence::contested(&self.at, id))
    }

    /// The viewpoints with a position on a relationship between them, of whatever time.
    fn viewpoints(&self) -> Vec<Viewpoint> {
        let ids = viewpoint::of_relationships(&self.at, &self.all());
        ids.into_iter()
            .map(|id| Viewpoint::at(&self.at, id))
            .collect()
    }

    /// The context notes about both of them or about a relationship between them, newest first by
    /// the date that they speak of.
    fn notes(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<ContextNote>> {
        let of_b = note::about(&self.at, &[self.b]);
        let both = note::about(&self.at, &[self.a])
            .into_iter()
            .filter(|id| of_b.contains(id));
        let between = self.all().into_iter().flat_map(|id| {
            let about = NoteFilter {
                relationship: Some(id),
                ..NoteFilter::default()
            };
            note::list(&self.at, &about)
        });
        let mut ids: Vec<NoteId> = both.chain(between).collect();
        ids.sort_unstable();
        ids.dedup();
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::cut(
            &self.at,
            &ids,
            &note::order(&self.at, &note::NEWEST_FIRST),
            &asked,
        )
    }
}

/// A chain of relationships from one actor to another.
pub struct Path {
    at: Snapshot,
    path: graph::Path,
}

/// A chain of relationships from one actor to another, without going through anyone twice.
#[object]
impl Path {
    /// How many steps it has.
    fn length(&self) -> usize {
        self.path.relationships.len()
    }

    /// The actors in order, both ends included.
    fn actors(&self) -> Vec<Actor> {
        self.path
            .actors
            .iter()
            .map(|id| Actor::at(&self.at, *id))
            .collect()
    }

    /// The relationship of each step.
    fn relationships(&self) -> Vec<Relationship> {
        self.path
            .relationships
            .iter()
            .map(|id| Relationship::at(&self.at, *id))
            .collect()
    }
}
