//! What a command says of a record: each field given, cleared or left alone.
//!
//! The same draft creates and updates. References are texts as the user gave them: an id, an
//! actor's slug, or `#name` for a record that the same command created before.

use serde::{Deserialize, Serialize};

use crate::model::{
    ActorKind, Alias, Alignment, Assertion, Confidence, CooperationDomain, Formality, Identifier,
    Obligation, PartialDate, PeriodStatus, RelationshipFilter, RelationshipKind, Reliability,
    SourceKind, Stance, Tier,
};

/// What to do with a field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Patch<T> {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Empty it.
    Clear,
    /// Give it this value.
    Set(T),
}

impl Patch<String> {
    /// The text that it gives, if it gives one.
    pub fn given(&self) -> Option<&str> {
        match self {
            Self::Set(text) => Some(text),
            Self::Keep | Self::Clear => None,
        }
    }
}

impl<T> Patch<T> {
    /// The value that a field has after it, of the one that it has before.
    pub fn over<'a>(&'a self, old: Option<&'a T>) -> Option<&'a T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }
}

/// A reference to a record as the user gave it.
pub type Reference = String;

/// A period as the user gave it. Without a status it is ENDED where there is an end, CENSORED where
/// there is only an `observed_until`, and ONGOING otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PeriodDraft {
    /// Its beginning.
    pub start: Option<PartialDate>,
    /// The last day on which it held.
    pub end: Option<PartialDate>,
    /// What is known of its end.
    pub status: Option<PeriodStatus>,
    /// Until when a source saw it hold.
    pub observed_until: Option<PartialDate>,
}

/// A citation as the user gave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CitationDraft {
    /// The source.
    pub source: Reference,
    /// Where in it.
    pub locator: Option<String>,
    /// Its words.
    pub quote: Option<String>,
    /// When it was consulted.
    pub accessed_on: Option<PartialDate>,
}

/// What a command says of an actor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of model::Actor")]
pub struct ActorDraft {
    pub slug: Patch<String>,
    pub former_slugs: Patch<Vec<String>>,
    pub name: Patch<String>,
    pub aliases: Patch<Vec<AliasDraft>>,
    pub kind: Patch<ActorKind>,
    pub summary: Patch<String>,
    pub country: Patch<String>,
    pub active: Patch<PeriodDraft>,
    pub identifiers: Patch<Vec<Identifier>>,
}

/// Another name of an actor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of model::Alias")]
pub struct AliasDraft {
    pub text: String,
    pub language: Option<String>,
    pub period: Option<PeriodDraft>,
}

/// What a command says of a relationship.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of model::Relationship")]
pub struct RelationshipDraft {
    pub key: Patch<String>,
    pub from: Patch<Reference>,
    pub to: Patch<Reference>,
    pub kind: Patch<RelationshipKind>,
    pub against: Patch<Vec<Reference>>,
    pub symmetric: Patch<bool>,
    pub assertion: Patch<Assertion>,
    pub label: Patch<String>,
    pub alignment: Patch<Alignment>,
    pub tier: Patch<Tier>,
    pub formality: Patch<Formality>,
    pub obligations: Patch<Vec<Obligation>>,
    pub summary: Patch<String>,
    pub period: Patch<PeriodDraft>,
    pub areas: Patch<Vec<AreaDraft>>,
    pub confidence: Patch<Confidence>,
    pub citations: Patch<Vec<CitationDraft>>,
    pub codings: Patch<Vec<crate::model::Coding>>,
}

/// A field of cooperation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields are those of model::CooperationArea"
)]
pub struct AreaDraft {
    pub domain: CooperationDomain,
    pub description: String,
    pub period: Option<PeriodDraft>,
    pub citations: Vec<CitationDraft>,
}

/// What a command says of a viewpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of model::Viewpoint")]
pub struct ViewpointDraft {
    pub key: Patch<String>,
    pub title: Patch<String>,
    pub thesis: Patch<String>,
    pub holder: Patch<String>,
    pub holder_actor: Patch<Reference>,
    pub positions: Patch<Vec<PositionDraft>>,
    pub as_of: Patch<PartialDate>,
    pub citations: Patch<Vec<CitationDraft>>,
}

/// What a viewpoint says of one relationship.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of model::Position")]
pub struct PositionDraft {
    pub relationship: Reference,
    pub stance: Stance,
    pub argument: Option<String>,
    pub alignment: Option<Alignment>,
    pub tier: Option<Tier>,
    pub label: Option<String>,
}

/// What a command says of a context note.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of model::ContextNote")]
pub struct NoteDraft {
    pub key: Patch<String>,
    pub headline: Patch<String>,
    pub body: Patch<String>,
    pub as_of: Patch<PartialDate>,
    pub author: Patch<String>,
    pub actors: Patch<Vec<Reference>>,
    pub relationships: Patch<Vec<Reference>>,
    pub tags: Patch<Vec<String>>,
    pub citations: Patch<Vec<CitationDraft>>,
    pub supersedes: Patch<Reference>,
}

/// What a command says of a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of model::Source")]
pub struct SourceDraft {
    pub key: Patch<String>,
    pub title: Patch<String>,
    pub url: Patch<String>,
    pub publisher: Patch<String>,
    pub kind: Patch<SourceKind>,
    pub published_on: Patch<PartialDate>,
    pub reliability: Patch<Reliability>,
}

/// What a command says of a brief.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of model::Brief")]
pub struct BriefDraft {
    pub slug: Patch<String>,
    pub former_slugs: Patch<Vec<String>>,
    pub question: Patch<String>,
    pub audience: Patch<String>,
    pub summary: Patch<String>,
    pub actors: Patch<Vec<Reference>>,
    pub sections: Patch<Vec<SectionDraft>>,
    pub viewpoints: Patch<Vec<Reference>>,
    pub disclaimer: Patch<String>,
}

/// A part of a brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of model::Section")]
pub struct SectionDraft {
    pub title: String,
    pub introduction: Option<String>,
    pub actor: Option<Reference>,
    #[serde(serialize_with = "crate::model::filter::text::serialize")]
    pub filter: RelationshipFilter<Reference>,
    pub order: Vec<Reference>,
}

impl From<Alias> for AliasDraft {
    fn from(alias: Alias) -> Self {
        Self {
            text: alias.text,
            language: alias.language,
            period: alias.period.map(Into::into),
        }
    }
}

impl From<crate::model::Period> for PeriodDraft {
    fn from(period: crate::model::Period) -> Self {
        Self {
            start: period.start,
            end: period.end,
            status: Some(period.status),
            observed_until: period.observed_until,
        }
    }
}
