//! A record of any kind.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::form1::BriefForm1;
use super::{
    Actor, ActorId, Brief, BriefId, ContextNote, Kind, NoteId, Relationship, RelationshipId,
    Source, SourceId, Viewpoint, ViewpointId,
};

/// The version of the stored form of records. It goes up when a field is added, moved or removed,
/// and the older forms are read too.
///
/// 1. The first.
/// 2. The filters of briefs are texts, see [`filter::text`](super::filter::text).
pub const FORMAT: u8 = 2;

/// A record of any kind, without its id. Shared, because caches and answers hold the same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub enum Record {
    /// An actor.
    Actor(Arc<Actor>),
    /// A relationship.
    Relationship(Arc<Relationship>),
    /// A viewpoint.
    Viewpoint(Arc<Viewpoint>),
    /// A context note.
    Note(Arc<ContextNote>),
    /// A source.
    Source(Arc<Source>),
    /// A brief.
    Brief(Arc<Brief>),
}

/// The stored form of a record: one variant for each form that a kind ever had. A variant is known by
/// its place, so a new one goes to the end.
#[derive(Serialize, Deserialize)]
enum Stored {
    Actor(Arc<Actor>),
    Relationship(Arc<Relationship>),
    Viewpoint(Arc<Viewpoint>),
    Note(Arc<ContextNote>),
    Source(Arc<Source>),
    #[serde(skip_serializing)]
    BriefForm1(Box<BriefForm1>),
    Brief(Arc<Brief>),
}

impl From<Stored> for Record {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Actor(actor) => Self::Actor(actor),
            Stored::Relationship(relationship) => Self::Relationship(relationship),
            Stored::Viewpoint(viewpoint) => Self::Viewpoint(viewpoint),
            Stored::Note(note) => Self::Note(note),
            Stored::Source(source) => Self::Source(source),
            Stored::BriefForm1(brief) => Self::Brief(Arc::new((*brief).into())),
            Stored::Brief(brief) => Self::Brief(brief),
        }
    }
}

impl From<Record> for Stored {
    fn from(record: Record) -> Self {
        match record {
            Record::Actor(actor) => Self::Actor(actor),
            Record::Relationship(relationship) => Self::Relationship(relationship),
            Record::Viewpoint(viewpoint) => Self::Viewpoint(viewpoint),
            Record::Note(note) => Self::Note(note),
            Record::Source(source) => Self::Source(source),
            Record::Brief(brief) => Self::Brief(brief),
        }
    }
}

impl Record {
    /// What kind of record it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Actor(_) => Kind::Actor,
            Self::Relationship(_) => Kind::Relationship,
            Self::Viewpoint(_) => Kind::Viewpoint,
            Self::Note(_) => Kind::Note,
            Self::Source(_) => Kind::Source,
            Self::Brief(_) => Kind::Brief,
        }
    }

    /// The stable name by which fixtures and addresses know it: the slug or the key.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Actor(actor) => Some(&actor.slug),
            Self::Brief(brief) => Some(&brief.slug),
            Self::Relationship(relationship) => relationship.key.as_deref(),
            Self::Viewpoint(viewpoint) => viewpoint.key.as_deref(),
            Self::Note(note) => note.key.as_deref(),
            Self::Source(source) => source.key.as_deref(),
        }
    }

    /// Names that it had before and that still lead to it.
    pub fn former_keys(&self) -> &[String] {
        match self {
            Self::Actor(actor) => &actor.former_slugs,
            Self::Brief(brief) => &brief.former_slugs,
            _ => &[],
        }
    }
}

/// The type of one kind of record.
pub trait Recorded: Clone + PartialEq + Into<Record> + Send + Sync + 'static {
    /// The id that names it.
    type Id: super::TypedId;
    /// The record, if it is of this kind.
    fn of(record: &Record) -> Option<&Arc<Self>>;
}

macro_rules! recorded {
    ($($variant:ident: $type:ident = $id:ident,)+) => {$(
        impl Recorded for $type {
            type Id = $id;
            fn of(record: &Record) -> Option<&Arc<Self>> {
                match record {
                    Record::$variant(record) => Some(record),
                    _ => None,
                }
            }
        }

        impl From<$type> for Record {
            fn from(record: $type) -> Self {
                Self::$variant(Arc::new(record))
            }
        }
    )+};
}

recorded! {
    Actor: Actor = ActorId,
    Relationship: Relationship = RelationshipId,
    Viewpoint: Viewpoint = ViewpointId,
    Note: ContextNote = NoteId,
    Source: Source = SourceId,
    Brief: Brief = BriefId,
}

/// The fields of a record as JSON, ids in their outside form.
pub fn fields(record: &Record) -> serde_json::Value {
    let json = match record {
        Record::Actor(actor) => serde_json::to_value(actor),
        Record::Relationship(relationship) => serde_json::to_value(relationship),
        Record::Viewpoint(viewpoint) => serde_json::to_value(viewpoint),
        Record::Note(note) => serde_json::to_value(note),
        Record::Source(source) => serde_json::to_value(source),
        Record::Brief(brief) => serde_json::to_value(brief),
    };
    json.unwrap_or(serde_json::Value::Null)
}
