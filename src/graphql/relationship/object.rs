//! The type `Relationship` and what it is made of.

use std::borrow::Cow;

use async_graphql::{ID, Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::actor::{Actor, Period};
use crate::graphql::diff::{Difference, versions_between};
use crate::graphql::kit::connection::{Connection, Listed as _};
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::object::record_object;
use crate::graphql::moment::MomentInput;
use crate::graphql::note::{ContextNote, newest_first};
use crate::graphql::record::history;
use crate::graphql::revision::Change;
use crate::graphql::source::Source;
use crate::graphql::viewpoint::{Position, Reading};
use crate::model::filter::NoteFilter;
use crate::model::{
    self, Alignment, Assertion, Confidence, CooperationDomain, EvidenceGrade, Formality,
    Obligation, PartialDate, RelationshipId, RelationshipKind, Tier, Timestamp, Validity,
};
use crate::read::evidence;
use crate::read::page::Asked;
use crate::snapshot::Snapshot;
use crate::snapshot::facts::RelationshipFacts;

record_object! {
    /// A relationship of an answer.
    Relationship, RelationshipFacts, RelationshipId
}

impl Relationship {
    fn positions_of_viewpoints(&self) -> Result<Vec<Position>> {
        let mut positions = Vec::new();
        for (viewpoint, _) in evidence::positions(&self.0.at, self.0.id) {
            positions.extend(Position::of(&self.0.at, viewpoint, Some(self.0.id))?);
        }
        Ok(positions)
    }
}

/// One statement that links two actors for a period. A pair may have several at once, and one after
/// another.
#[object]
impl Relationship {
    /// Its id: opaque, and the same for ever.
    pub fn id(&self) -> ID {
        self.0.global_id()
    }

    /// The revision that last changed it. Give it as `expectedVersion` when you change it.
    pub fn version(&self) -> Result<u32> {
        self.0.version()
    }

    /// When it first entered the record.
    pub fn recorded_at(&self) -> Result<Timestamp> {
        self.0.recorded_at()
    }

    /// When it last changed in the record.
    pub fn updated_at(&self) -> Result<Timestamp> {
        self.0.updated_at()
    }

    /// What each revision did to it, newest first.
    pub fn history(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Change>> {
        history(&self.0.at, self.0.id.into(), first, after)
    }

    /// How each revision between two moments changed it, in order.
    fn versions_between(
        &self,
        ask: &Ask,
        #[graphql(desc = "The earlier moment.")] from: MomentInput,
        #[graphql(desc = "The later moment.")] to: MomentInput,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Difference>> {
        let (at, id) = (&self.0.at, self.0.id.into());
        versions_between(at, ask.now(), id, (from, to), (first, after))
    }

    /// The actor that it runs from: the sponsor, the member, the mediator.
    fn from(&self) -> Result<Actor> {
        Ok(Actor::at(&self.0.at, self.0.facts()?.from))
    }

    /// The actor that it runs to.
    fn to(&self) -> Result<Actor> {
        Ok(Actor::at(&self.0.at, self.0.facts()?.to))
    }

    /// What it consists of.
    fn kind(&self) -> Result<RelationshipKind> {
        Ok(self.0.facts()?.kind())
    }

    /// In opposition to whom, where a source says so: support for one against another.
    fn against(&self) -> Result<Vec<Actor>> {
        let against = self.0.facts()?.against().iter();
        Ok(against.map(|id| Actor::at(&self.0.at, *id)).collect())
    }

    /// Whether it runs both ways.
    fn symmetric(&self) -> Result<bool> {
        Ok(self.0.text()?.symmetric)
    }

    /// How the sources put it: as a fact, as an allegation, or as something that is not so.
    fn assertion(&self) -> Result<Assertion> {
        Ok(self.0.facts()?.assertion())
    }

    /// The plain words for it.
    fn label(&self) -> Result<Option<&str>> {
        let seen = self.0.at.lens().and_then(|lens| lens.label(self.0.id));
        Ok(match seen {
            Some(label) => Some(label),
            None => self.0.text()?.label.as_deref(),
        })
    }

    /// Where the two stand towards each other.
    fn alignment(&self) -> Result<Alignment> {
        Ok(self.0.facts()?.alignment())
    }

    /// How much it weighs in the network of the actor that it runs from.
    fn tier(&self) -> Result<Option<Tier>> {
        Ok(self.0.facts()?.tier())
    }

    /// What it is founded on.
    fn formality(&self) -> Result<Formality> {
        Ok(self.0.facts()?.formality())
    }

    /// What the parties have promised each other.
    fn obligations(&self) -> Result<&[Obligation]> {
        Ok(&self.0.text()?.obligations)
    }

    /// What it is, in a few sentences.
    fn summary(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.summary.as_deref())
    }

    /// When it holds.
    fn period(&self) -> Result<Period> {
        Ok(self.0.text()?.period.into())
    }

    /// Whether it holds on the day asked for.
    fn validity(&self) -> Result<Validity> {
        Ok(self.0.facts()?.span.on(self.0.at.asked()))
    }

    /// In which fields the two work together.
    fn areas(&self) -> Result<Vec<CooperationArea<'_>>> {
        let areas = self.0.text()?.areas.iter().map(Cow::Borrowed);
        Ok(CooperationArea::list(&self.0.at, areas))
    }

    /// How sure the editors are of it.
    fn confidence(&self) -> Result<Option<Confidence>> {
        Ok(self.0.facts()?.confidence())
    }

    /// What supports the statement as a whole. An area has citations of its own.
    fn citations(&self) -> Result<Vec<Citation<'_>>> {
        Ok(citations(&self.0.at, &self.0.text()?.citations))
    }

    /// How well it is sourced, its areas included.
    fn evidence(&self) -> Result<Evidence> {
        let found = evidence::of(&self.0.at, &self.0.facts()?.sources);
        let text = self.0.text()?;
        let areas = text.areas.iter().map(|area| area.citations.len());
        Ok(Evidence {
            citations: text.citations.len() + areas.sum::<usize>(),
            sources: found.sources,
            publishers: found.publishers,
            grade: found.grade,
        })
    }

    /// The source's own codes for it, kept beside ours.
    fn codings(&self) -> Result<Vec<Coding>> {
        let coding = |coding: &model::Coding| Coding {
            scheme: coding.scheme.clone(),
            code: coding.code.clone(),
            label: coding.label.clone(),
        };
        Ok(self.0.text()?.codings.iter().map(coding).collect())
    }

    /// Whether a viewpoint disputes it.
    fn contested(&self) -> bool {
        evidence::contested(&self.0.at, self.0.id)
    }

    /// What viewpoints say of it.
    fn positions(&self) -> Result<Vec<Position>> {
        self.positions_of_viewpoints()
    }

    /// What the record itself says, whoever's reading is shown.
    fn recorded(&self) -> Result<Reading> {
        Reading::recorded(&self.0.at, self.0.id)
    }

    /// Who reads it otherwise than it is shown here: the positions that dispute it, or that name
    /// another alignment, tier or label.
    fn dissents(&self) -> Result<Vec<Position>> {
        let shown = Reading::shown(&self.0.at, self.0.id)?;
        let positions = self.positions_of_viewpoints()?;
        Ok(positions
            .into_iter()
            .filter(|position| position.dissents_from(&shown))
            .collect())
    }

    /// The context notes about it, newest first by the date that they speak of.
    fn notes(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<ContextNote>> {
        let filter = NoteFilter {
            relationship: Some(self.0.id),
            ..Default::default()
        };
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        newest_first(&self.0.at, filter, &asked)
    }
}

/// A field in which two actors work together, as it is seen at a moment.
pub struct CooperationArea<'a> {
    at: &'a Snapshot,
    area: Cow<'a, model::CooperationArea>,
}

impl<'a> CooperationArea<'a> {
    /// Areas as they are seen at a moment.
    pub fn list(
        at: &'a Snapshot,
        areas: impl IntoIterator<Item = Cow<'a, model::CooperationArea>>,
    ) -> Vec<Self> {
        areas.into_iter().map(|area| Self { at, area }).collect()
    }
}

/// A field in which two actors work together.
#[object]
impl<'a> CooperationArea<'a> {
    /// The field.
    fn domain(&self) -> CooperationDomain {
        self.area.domain
    }

    /// What they do in it.
    fn description(&self) -> &str {
        &self.area.description
    }

    /// When, where it differs from the relationship's period.
    fn period(&self) -> Option<Period> {
        self.area.period.map(Into::into)
    }

    /// What supports it.
    fn citations(&self) -> Vec<Citation<'_>> {
        citations(self.at, &self.area.citations)
    }
}

/// A place in a source that supports a claim.
pub struct Citation<'a> {
    at: &'a Snapshot,
    citation: &'a model::Citation,
}

/// A place in a source that supports a claim.
#[object]
impl<'a> Citation<'a> {
    /// The source.
    fn source(&self) -> Source {
        Source::at(self.at, self.citation.source)
    }

    /// Where in the source: a page, an article, rows.
    fn locator(&self) -> Option<&str> {
        self.citation.locator.as_deref()
    }

    /// The words of the source.
    fn quote(&self) -> Option<&str> {
        self.citation.quote.as_deref()
    }

    /// When the source was consulted.
    fn accessed_on(&self) -> Option<PartialDate> {
        self.citation.accessed_on
    }
}

/// The citations of a claim as the API shows them.
pub fn citations<'a>(at: &'a Snapshot, citations: &'a [model::Citation]) -> Vec<Citation<'a>> {
    let citation = |citation| Citation { at, citation };
    citations.iter().map(citation).collect()
}

/// How well a claim is sourced.
#[derive(SimpleObject, Fields)]
pub struct Evidence {
    /// How many citations there are, those of areas included.
    citations: usize,
    /// How many distinct sources they name.
    sources: usize,
    /// How many independent publishers these have. A source without a publisher counts by itself.
    publishers: usize,
    /// What that amounts to.
    grade: EvidenceGrade,
}

/// How a source itself codes a relationship.
#[derive(SimpleObject, Fields)]
pub struct Coding {
    /// The coding scheme.
    scheme: String,
    /// The code in it.
    code: String,
    /// What the scheme calls the code.
    label: Option<String>,
}
