//! A standing question whose answer is made of queries, so that it stays live.

use serde::{Deserialize, Serialize};

use super::{ActorId, RelationshipFilter, RelationshipId, ViewpointId};

/// A standing question with a summary, sections that are queries, viewpoints and a disclaimer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Brief {
    /// Its unique name in addresses.
    pub slug: String,
    /// Slugs that it had before; they still lead here.
    pub former_slugs: Vec<String>,
    /// The question.
    pub question: String,
    /// Whom it is written for.
    pub audience: Option<String>,
    /// The answer in a few sentences.
    pub summary: String,
    /// The actors that it is about: their notes are its notes.
    pub actors: Vec<ActorId>,
    /// The parts of the answer.
    pub sections: Vec<Section>,
    /// The readings of the facts that it sets side by side.
    pub viewpoints: Vec<ViewpointId>,
    /// What the reader should keep in mind.
    pub disclaimer: Option<String>,
}

/// A part of a brief: a heading over the relationships that a query finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What to say before the list.
    pub introduction: Option<String>,
    /// Whose relationships; all of the record's where it is absent.
    pub actor: Option<ActorId>,
    /// Which of them.
    #[serde(with = "super::filter::text")]
    pub filter: RelationshipFilter,
    /// Relationships to put first, in this order, where the filter finds them.
    pub order: Vec<RelationshipId>,
}
