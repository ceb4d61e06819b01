//! The types `Brief` and `BriefSection`.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::actor::Actor;
use crate::graphql::diff::{Difference, versions_between};
use crate::graphql::kit::connection::{Connection, Listed as _};
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::object::record_object;
use crate::graphql::moment::MomentInput;
use crate::graphql::note::ContextNote;
use crate::graphql::record::history;
use crate::graphql::relationship::Relationship;
use crate::graphql::revision::Change;
use crate::graphql::viewpoint::Viewpoint;
use crate::model::{self, BriefId, DocumentFormat, RelationshipId, Timestamp};
use crate::read::page::{Asked, Order};
use crate::read::{brief, note};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::BriefFacts;
use crate::transfer::document;

record_object! {
    /// A brief of an answer.
    Brief, BriefFacts, BriefId
}

/// A standing question with a summary and sections that are queries, so that the answer stays live.
#[object]
impl Brief {
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

    /// Its unique name in addresses. When it changes, the old one still leads here.
    fn slug(&self) -> Result<&str> {
        Ok(&self.0.facts()?.slug)
    }

    /// The question.
    fn question(&self) -> Result<&str> {
        Ok(&self.0.text()?.question)
    }

    /// Whom it is written for.
    fn audience(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.audience.as_deref())
    }

    /// The answer in a few sentences.
    fn summary(&self) -> Result<&str> {
        Ok(&self.0.text()?.summary)
    }

    /// The actors that it is about.
    fn actors(&self) -> Result<Vec<Actor>> {
        Ok(self
            .0
            .text()?
            .actors
            .iter()
            .map(|id| Actor::at(&self.0.at, *id))
            .collect())
    }

    /// The parts of the answer.
    fn sections(&self) -> Result<Vec<BriefSection>> {
        let section = |section: &model::Section| BriefSection {
            at: self.0.at.clone(),
            section: section.clone(),
        };
        Ok(self.0.text()?.sections.iter().map(section).collect())
    }

    /// The readings of the facts that it sets side by side.
    fn viewpoints(&self) -> Result<Vec<Viewpoint>> {
        let ids = self.0.text()?.viewpoints.iter();
        Ok(ids
            .filter_map(|id| Viewpoint::live(&self.0.at, *id))
            .collect())
    }

    /// The context notes about the actors that it is about, newest first by the date that they speak
    /// of.
    fn notes(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<ContextNote>> {
        let ids = note::about(&self.0.at, &self.0.text()?.actors);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::cut(
            &self.0.at,
            &ids,
            &note::order(&self.0.at, &note::NEWEST_FIRST),
            &asked,
        )
    }

    /// What the reader should keep in mind.
    fn disclaimer(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.disclaimer.as_deref())
    }

    /// The whole answer as one document: the question, the summary, a table for each section with
    /// numbered citations, the viewpoints, the notes and the disclaimer.
    fn document(
        &self,
        #[graphql(desc = "The form of the document.")] format: DocumentFormat,
    ) -> Result<String> {
        Ok(document::brief(&self.0.at, self.0.text()?)?.write(format))
    }
}

/// A part of a brief: a heading over the relationships that a query finds.
pub struct BriefSection {
    at: Snapshot,
    section: model::Section,
}

/// A part of a brief: a heading over the relationships that a query finds.
#[object]
impl BriefSection {
    /// The heading.
    fn title(&self) -> &str {
        &self.section.title
    }

    /// What to say before the list.
    fn introduction(&self) -> Option<&str> {
        self.section.introduction.as_deref()
    }

    /// Whose relationships they are; null where the section looks at the whole record.
    fn actor(&self) -> Option<Actor> {
        self.section.actor.map(|id| Actor::at(&self.at, id))
    }

    /// The relationships that the section's query finds: those that the editors put first, then the
    /// others.
    fn relationships(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Relationship>> {
        let ids: Vec<RelationshipId> = brief::section(&self.at, &self.section);
        let mut in_entry_order = ids.clone();
        in_entry_order.sort_unstable();
        // The place in the section is the key: pinned ones first.
        let order = Order::keyed(0xb5, move |id: RelationshipId| {
            let place = ids.iter().position(|other| *other == id);
            [place.unwrap_or(usize::MAX) as i64]
        });
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::cut(&self.at, &in_entry_order, &order, &asked)
    }
}
