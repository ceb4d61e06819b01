//! What every record is: a node, and recorded.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, ID, Interface, OutputType, Positioned, Result, ServerResult, Value,
};
use foedera_macros::object;

use crate::graphql::actor::Actor;
use crate::graphql::brief::Brief;
use crate::graphql::execute::{self, Nulled, Output, Path, Run};
use crate::graphql::kit::connection::{Connection, Listed as _};
use crate::graphql::kit::context::{Ask, moment};
use crate::graphql::note::ContextNote;
use crate::graphql::relationship::Relationship;
use crate::graphql::revision::Change;
use crate::graphql::source::Source;
use crate::graphql::viewpoint::Viewpoint;
use crate::model::id::IdError;
use crate::model::{Kind, RecordId, Timestamp, TypedId};
use crate::read::history;
use crate::read::page::{self, Asked, Order};
use crate::read::record;
use crate::snapshot::Snapshot;

/// Anything with an id, by the Relay global object identification specification.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    method = "__id",
    ty = "ID",
    desc = "Its id: opaque, and the same for ever."
))]
pub enum Node {
    /// An actor.
    Actor(Actor),
    /// A relationship.
    Relationship(Relationship),
    /// A viewpoint.
    Viewpoint(Viewpoint),
    /// A context note.
    ContextNote(ContextNote),
    /// A source.
    Source(Source),
    /// A brief.
    Brief(Brief),
}

/// What every record tells about itself.
#[expect(
    clippy::duplicated_attributes,
    reason = "two fields of an interface have one type"
)]
#[derive(Interface)]
#[graphql(
    field(
        name = "id",
        method = "__id",
        ty = "ID",
        desc = "Its id: opaque, and the same for ever."
    ),
    field(
        name = "version",
        method = "__version",
        ty = "u32",
        desc = "The revision that last changed it. Give it as `expectedVersion` when you change it."
    ),
    field(
        name = "recordedAt",
        method = "__recorded_at",
        ty = "Timestamp",
        desc = "When it first entered the record."
    ),
    field(
        name = "updatedAt",
        method = "__updated_at",
        ty = "Timestamp",
        desc = "When it last changed in the record."
    ),
    field(
        name = "history",
        method = "__history",
        ty = "Connection<Change>",
        desc = "What each revision did to it, newest first.",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "So many from the front; at most 100, usually 20."
        ),
        arg(name = "after", ty = "Option<String>", desc = "Behind this cursor.")
    )
)]
pub enum Recorded {
    /// An actor.
    Actor(Actor),
    /// A relationship.
    Relationship(Relationship),
    /// A viewpoint.
    Viewpoint(Viewpoint),
    /// A context note.
    ContextNote(ContextNote),
    /// A source.
    Source(Source),
    /// A brief.
    Brief(Brief),
}

/// Registers [`Recorded`] as an interface that implements [`Node`]; the derive knows no such thing.
pub struct RecordedIsNode;

impl OutputType for RecordedIsNode {
    fn type_name() -> Cow<'static, str> {
        <Recorded as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let (recorded, node) = (Self::type_name(), <Node as OutputType>::type_name());
        registry.add_implements(&recorded, &node);
        <Recorded as OutputType>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        _: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        // No field has this type: it only registers.
        Ok(Value::Null)
    }
}

impl Output for Node {
    fn write(
        &self,
        field: &execute::Field,
        run: &mut Run<'_>,
        at: &Path<'_>,
    ) -> Result<(), Nulled> {
        match self {
            Self::Actor(actor) => run.object(actor, field.fields_of("Actor"), at),
            Self::Relationship(tie) => run.object(tie, field.fields_of("Relationship"), at),
            Self::Viewpoint(view) => run.object(view, field.fields_of("Viewpoint"), at),
            Self::ContextNote(note) => run.object(note, field.fields_of("ContextNote"), at),
            Self::Source(source) => run.object(source, field.fields_of("Source"), at),
            Self::Brief(brief) => run.object(brief, field.fields_of("Brief"), at),
        }
    }
}

impl Node {
    /// A record of any kind, if it is in the lists. An actor that became part of another one leads to
    /// that.
    pub fn live(at: &Snapshot, id: RecordId) -> Option<Self> {
        let id = record::survivor(at, id);
        Self::any(at, id).filter(|_| at.exists(id))
    }

    /// A record of any kind, retired ones too.
    pub fn any(at: &Snapshot, id: RecordId) -> Option<Self> {
        at.version(id)?;
        let number = id.number;
        Some(match id.kind {
            Kind::Actor => Self::Actor(Actor::at(at, TypedId::from_number(number))),
            Kind::Relationship => {
                Self::Relationship(Relationship::at(at, TypedId::from_number(number)))
            }
            Kind::Viewpoint => Self::Viewpoint(Viewpoint::at(at, TypedId::from_number(number))),
            Kind::Note => Self::ContextNote(ContextNote::at(at, TypedId::from_number(number))),
            Kind::Source => Self::Source(Source::at(at, TypedId::from_number(number))),
            Kind::Brief => Self::Brief(Brief::at(at, TypedId::from_number(number))),
        })
    }
}

/// What each revision did to a record up to a moment, newest first.
///
/// # Errors
/// When the page cannot be, or the store cannot be read.
pub fn history(
    at: &Snapshot,
    id: RecordId,
    first: Option<i32>,
    after: Option<String>,
) -> Result<Connection<Change>> {
    let mut versions = history::versions(at, id);
    versions.reverse();
    let asked = Asked {
        first,
        after,
        ..Asked::default()
    };
    let page = page::cut(&versions[..], &Order::newest_first(), at.revision(), &asked)?;
    let shown: Vec<_> = page.edges.iter().map(|edge| edge.item).collect();
    let mut steps = history::steps(at, id, &shown)?.into_iter();
    Connection::of(&page, versions.len(), |_| {
        let step = steps.next().ok_or_else(|| {
            crate::store::StoreError::Damaged(format!("a version of {id} is missing"))
        })?;
        Ok(Change::new(at, step))
    })
}

/// The root fields that find any record by its id.
#[derive(Default)]
pub struct RecordReads(pub Option<Snapshot>);

#[object]
impl RecordReads {
    /// The record with this id; null where there is none, or it is retired.
    fn node(
        &self,
        ask: &Ask,
        #[graphql(desc = "The id of a record of any kind.")] id: ID,
    ) -> Result<Option<Node>> {
        let at = moment(self.0.as_ref(), ask);
        let id: RecordId = id.parse::<RecordId>()?;
        Ok(Node::live(&at, id))
    }

    /// The records with these ids, in their order; null in the place of each that is not there.
    fn nodes(
        &self,
        ask: &Ask,
        #[graphql(desc = "The ids of records of any kinds; at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        let at = moment(self.0.as_ref(), ask);
        if ids.len() > crate::read::page::LARGEST {
            let message = format!(
                "at most 100 ids can be asked for at once; there are {}",
                ids.len()
            );
            return Err(crate::read::ReadError::BadArgument(message).into());
        }
        let ids = ids.iter().map(|id| id.parse::<RecordId>());
        let ids = ids.collect::<Result<Vec<_>, IdError>>()?;
        Ok(ids.into_iter().map(|id| Node::live(&at, id)).collect())
    }
}
