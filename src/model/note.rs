//! A dated news update or piece of background.

use serde::{Deserialize, Serialize};

use super::{ActorId, Citation, NoteId, PartialDate, RelationshipId};

/// A dated news update or piece of background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContextNote {
    /// Its stable name in fixtures and imports, where it has one.
    pub key: Option<String>,
    /// The news in one line.
    pub headline: String,
    /// The text.
    pub body: String,
    /// The day, month or year that it speaks of.
    pub as_of: PartialDate,
    /// Who wrote it.
    pub author: String,
    /// The actors that it is about.
    pub actors: Vec<ActorId>,
    /// The relationships that it is about.
    pub relationships: Vec<RelationshipId>,
    /// Free labels.
    pub tags: Vec<String>,
    /// What supports it.
    pub citations: Vec<Citation>,
    /// The note that this one replaces.
    pub supersedes: Option<NoteId>,
}
