//! What is kept in memory of each kind of record: what queries filter, sort and walk on.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::model::{
    Actor, ActorId, ActorKind, Alignment, Assertion, Brief, Confidence, ContextNote, DayRange,
    Formality, Identifier, PartialDate, Position, Relationship, RelationshipId, RelationshipKind,
    Reliability, Source, SourceId, SourceKind, Span, Tier, Viewpoint,
};

use super::marks::{Marked, Marks};
use super::state::fold_name;
use super::texts::{Called, Texts};

/// What is kept of an actor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActorFacts {
    called: Called,
    /// What sort of actor it is.
    pub kind: ActorKind,
    /// ISO 3166-1 alpha-2.
    pub country: Option<[u8; 2]>,
    /// Its names in other schemes.
    pub identifiers: Arc<[Identifier]>,
    /// When it existed.
    pub active: Span,
    /// The actor that it became part of.
    pub merged_into: Option<ActorId>,
}

impl ActorFacts {
    /// Its present slug.
    pub fn slug(&self) -> &str {
        self.called.slug()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.called.name()
    }

    /// Its name and aliases in lower case.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.called.folded()
    }

    /// Whether it is called that, in lower case.
    pub fn has_name(&self, folded: &str) -> bool {
        self.names().any(|name| name == folded)
    }
}

impl From<&Actor> for ActorFacts {
    fn from(actor: &Actor) -> Self {
        let aliases = actor.aliases.iter().map(|alias| alias.text.as_str());
        let names = std::iter::once(actor.name.as_str()).chain(aliases);
        Self {
            called: Called::of(&actor.slug, &actor.name, names.map(fold_name)),
            kind: actor.kind,
            country: actor
                .country
                .as_ref()
                .and_then(|code| code.as_bytes().try_into().ok()),
            identifiers: actor.identifiers.as_slice().into(),
            active: Span::from(&actor.active),
            merged_into: None,
        }
    }
}

/// What is kept of a relationship: about a hundred bytes with its row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RelationshipFacts {
    /// The actor that it runs from.
    pub from: ActorId,
    /// The actor that it runs to.
    pub to: ActorId,
    /// In opposition to whom, if to anyone: few are, so it takes little room where it is empty.
    against: Option<Arc<SmallVec<[ActorId; 4]>>>,
    /// The distinct sources cited for it or its areas.
    pub sources: SmallVec<[SourceId; 4]>,
    /// When it holds.
    pub span: Span,
    /// What it is: kind, alignment, domains and so on.
    pub marks: Marks,
}

/// The part of a relationship's facts by which lists are mostly filtered and counted. The list of each
/// actor holds it too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outline {
    /// The days on which it can hold.
    pub possible: DayRange,
    /// What it is: kind, alignment, domains and so on.
    pub marks: Marks,
}

impl RelationshipFacts {
    /// What it is mostly looked for by.
    pub fn outline(&self) -> Outline {
        Outline {
            possible: self.span.possible(),
            marks: self.marks,
        }
    }

    /// What it consists of.
    pub fn kind(&self) -> RelationshipKind {
        self.one()
    }

    /// Where the two stand.
    pub fn alignment(&self) -> Alignment {
        self.one()
    }

    /// How much it weighs.
    pub fn tier(&self) -> Option<Tier> {
        self.marks.value()
    }

    /// What it is founded on.
    pub fn formality(&self) -> Formality {
        self.one()
    }

    /// How the sources put it.
    pub fn assertion(&self) -> Assertion {
        self.one()
    }

    /// How sure the editors are.
    pub fn confidence(&self) -> Option<Confidence> {
        self.marks.value()
    }

    /// The value of a vocabulary of which each relationship has one.
    fn one<V: Marked>(&self) -> V {
        self.marks.value().unwrap_or(V::ALL[0])
    }

    /// In opposition to whom.
    pub fn against(&self) -> &[ActorId] {
        self.against.as_ref().map_or(&[], |actors| actors)
    }

    /// The actor at the other end, where `actor` is at one end.
    pub fn counterpart(&self, actor: ActorId) -> Option<ActorId> {
        if self.from == actor {
            Some(self.to)
        } else if self.to == actor {
            Some(self.from)
        } else {
            None
        }
    }
}

impl From<&Relationship> for RelationshipFacts {
    fn from(relationship: &Relationship) -> Self {
        let against = relationship.against.as_slice();
        Self {
            from: relationship.from,
            to: relationship.to,
            against: (!against.is_empty()).then(|| Arc::new(against.into())),
            sources: relationship.sources().into(),
            span: Span::from(&relationship.period),
            marks: Marks::from(relationship),
        }
    }
}

/// What is kept of a viewpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewpointFacts {
    /// Who holds it.
    pub holder: Option<ActorId>,
    /// When it was held.
    pub as_of: Option<PartialDate>,
    /// What it says of relationships, without the words.
    pub positions: Arc<[PositionFacts]>,
    /// The sources cited for it.
    pub sources: SmallVec<[SourceId; 4]>,
}

/// What is kept of a position.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PositionFacts {
    /// The relationship.
    pub relationship: RelationshipId,
    /// Whether the viewpoint disputes it.
    pub disputes: bool,
}

impl From<&Position> for PositionFacts {
    fn from(position: &Position) -> Self {
        Self {
            relationship: position.relationship,
            disputes: position.stance == crate::model::Stance::Disputes,
        }
    }
}

impl From<&Viewpoint> for ViewpointFacts {
    fn from(viewpoint: &Viewpoint) -> Self {
        Self {
            holder: viewpoint.holder_actor,
            as_of: viewpoint.as_of,
            positions: viewpoint
                .positions
                .iter()
                .map(PositionFacts::from)
                .collect(),
            sources: viewpoint
                .citations
                .iter()
                .map(|citation| citation.source)
                .collect(),
        }
    }
}

/// What is kept of a context note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoteFacts {
    /// The day, month or year that it speaks of.
    pub as_of: PartialDate,
    /// The actors that it is about.
    pub actors: SmallVec<[ActorId; 4]>,
    /// The relationships that it is about.
    pub relationships: SmallVec<[RelationshipId; 4]>,
    /// Free labels.
    pub tags: Texts,
    /// The sources cited for it.
    pub sources: SmallVec<[SourceId; 4]>,
}

impl From<&ContextNote> for NoteFacts {
    fn from(note: &ContextNote) -> Self {
        Self {
            as_of: note.as_of,
            actors: note.actors.as_slice().into(),
            relationships: note.relationships.as_slice().into(),
            tags: note.tags.iter().collect(),
            sources: note
                .citations
                .iter()
                .map(|citation| citation.source)
                .collect(),
        }
    }
}

/// What is kept of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceFacts {
    /// Its title. Sources are few beside what cites them, and whoever shows a citation shows the title.
    pub title: Arc<str>,
    /// Who published it.
    pub publisher: Option<Arc<str>>,
    /// The same in lower case, by which publishers are told apart.
    pub publisher_folded: Option<Arc<str>>,
    /// What sort of source it is.
    pub kind: SourceKind,
    /// How far it can be relied on.
    pub reliability: Reliability,
}

impl From<&Source> for SourceFacts {
    fn from(source: &Source) -> Self {
        let publisher = source.publisher.as_deref();
        Self {
            title: source.title.as_str().into(),
            publisher: publisher.map(Arc::from),
            publisher_folded: publisher.map(|name| fold_name(name).into()),
            kind: source.kind,
            reliability: source.reliability,
        }
    }
}

/// What is kept of a brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BriefFacts {
    /// Its present slug.
    pub slug: Arc<str>,
    /// The actors that it is about and those whose relationships its sections list.
    pub actors: SmallVec<[ActorId; 4]>,
}

impl From<&Brief> for BriefFacts {
    fn from(brief: &Brief) -> Self {
        let listed = brief.sections.iter().filter_map(|section| section.actor);
        Self {
            slug: brief.slug.as_str().into(),
            actors: brief.actors.iter().copied().chain(listed).collect(),
        }
    }
}
