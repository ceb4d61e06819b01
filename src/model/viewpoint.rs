//! A reading of the facts that somebody holds.

use serde::{Deserialize, Serialize};

use super::{ActorId, Alignment, Citation, PartialDate, RelationshipId, Stance, Tier};

/// A reading of the facts that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Viewpoint {
    /// Its stable name in fixtures and imports, where it has one.
    pub key: Option<String>,
    /// What to call it.
    pub title: String,
    /// What it holds, in a few sentences.
    pub thesis: String,
    /// Who holds it, in words.
    pub holder: Option<String>,
    /// Who holds it, where that is an actor of the record.
    pub holder_actor: Option<ActorId>,
    /// What it says of single relationships.
    pub positions: Vec<Position>,
    /// When it was held.
    pub as_of: Option<PartialDate>,
    /// Where it is set out.
    pub citations: Vec<Citation>,
}

/// What a viewpoint says of one relationship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// The relationship.
    pub relationship: RelationshipId,
    /// Whether it agrees.
    pub stance: Stance,
    /// Why.
    pub argument: Option<String>,
    /// The alignment that it sees instead.
    pub alignment: Option<Alignment>,
    /// The tier that it sees instead.
    pub tier: Option<Tier>,
    /// The words that it uses instead.
    pub label: Option<String>,
}
