//! What do the words mean? Plain data and rules: no I/O, no async, no GraphQL.
//!
//! The serde form of these types is the stored and hashed form (postcard), and in JSON the form in
//! which a revision shows its fields. Changing the order or the type of a field changes the stored
//! bytes: see [`record::FORMAT`].

pub mod id;
pub mod vocabulary;
pub mod date;
pub mod period;
pub mod clock;
pub mod citation;
pub mod actor;
pub mod relationship;
pub mod viewpoint;
pub mod note;
pub mod source;
pub mod filter;
pub mod brief;
mod form1;
pub mod record;
pub mod revision;
pub mod change;
pub mod redact;

pub use actor::{Actor, Alias, Identifier};
pub use brief::{Brief, Section};
pub use change::{Change, FieldChange};
pub use citation::Citation;
pub use clock::{Clock, Timestamp};
pub use date::{Day, PartialDate};
pub use filter::{ActorFilter, RelationshipFilter};
pub use id::{ActorId, BriefId, NoteId, RecordId, RelationshipId, SourceId, TypedId, ViewpointId};
pub use note::ContextNote;
pub use period::{DayRange, Period, Span};
pub use record::{Record, Recorded};
pub use relationship::{Coding, CooperationArea, Relationship};
pub use revision::{Digest, Revision};
pub use source::Source;
pub use viewpoint::{Position, Viewpoint};
pub use vocabulary::*;

/// A user's text as an error message quotes it: at most forty characters of it.
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
