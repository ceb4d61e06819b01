//! One statement that links two actors for a period.

use serde::{Deserialize, Serialize};

use super::{
    ActorId, Alignment, Assertion, Citation, Confidence, CooperationDomain, Formality, Obligation,
    Period, RelationshipKind, SourceId, Tier,
};

/// One statement that links two actors for a period. A pair may have several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Relationship {
    /// Its stable name in fixtures and imports, where it has one.
    pub key: Option<String>,
    /// The actor that it runs from.
    pub from: ActorId,
    /// The actor that it runs to.
    pub to: ActorId,
    /// What it consists of.
    pub kind: RelationshipKind,
    /// In opposition to whom, where a source says so.
    pub against: Vec<ActorId>,
    /// Whether it runs both ways.
    pub symmetric: bool,
    /// How the sources put it.
    pub assertion: Assertion,
    /// The plain words for it.
    pub label: Option<String>,
    /// Where the two stand towards each other.
    pub alignment: Alignment,
    /// How much it weighs.
    pub tier: Option<Tier>,
    /// What it is founded on.
    pub formality: Formality,
    /// What the parties promised each other.
    pub obligations: Vec<Obligation>,
    /// What it is, in a few sentences.
    pub summary: Option<String>,
    /// When it holds.
    pub period: Period,
    /// In which fields the two work together.
    pub areas: Vec<CooperationArea>,
    /// How sure the editors are.
    pub confidence: Option<Confidence>,
    /// What supports the statement as a whole.
    pub citations: Vec<Citation>,
    /// The source's own codes for it, kept beside ours.
    pub codings: Vec<Coding>,
}

impl Relationship {
    /// The distinct sources cited for it or for one of its areas, in the order of first citation.
    pub fn sources(&self) -> Vec<SourceId> {
        let areas = self.areas.iter().flat_map(|area| &area.citations);
        let mut sources = Vec::new();
        for citation in self.citations.iter().chain(areas) {
            if !sources.contains(&citation.source) {
                sources.push(citation.source);
            }
        }
        sources
    }
}

/// A field in which two actors work together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CooperationArea {
    /// The field.
    pub domain: CooperationDomain,
    /// What they do in it.
    pub description: String,
    /// When, where it differs from the relationship's period.
    pub period: Option<Period>,
    /// What supports it.
    pub citations: Vec<Citation>,
}

/// How a source itself codes the relationship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coding {
    /// The coding scheme.
    pub scheme: String,
    /// The code in it.
    pub code: String,
    /// What the scheme calls the code.
    pub label: Option<String>,
}
