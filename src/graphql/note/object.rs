//! The type `ContextNote`.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::actor::Actor;
use crate::graphql::diff::{Difference, versions_between};
use crate::graphql::kit::connection::{Connection, Listed as _};
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::object::record_object;
use crate::graphql::moment::MomentInput;
use crate::graphql::record::history;
use crate::graphql::relationship::{Citation, Relationship, citations};
use crate::graphql::revision::Change;
use crate::graphql::revision::Revision;
use crate::model::{NoteId, PartialDate, Timestamp};
use crate::snapshot::facts::NoteFacts;

record_object! {
    /// A context note of an answer.
    ContextNote, NoteFacts, NoteId
}

/// A dated news update or piece of background.
#[object]
impl ContextNote {
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

    /// The news in one line.
    fn headline(&self) -> Result<&str> {
        Ok(&self.0.text()?.headline)
    }

    /// The text.
    fn body(&self) -> Result<&str> {
        Ok(&self.0.text()?.body)
    }

    /// The day, month or year that it speaks of.
    fn as_of(&self) -> Result<PartialDate> {
        Ok(self.0.facts()?.as_of)
    }

    /// Who wrote it.
    fn author(&self) -> Result<&str> {
        Ok(&self.0.text()?.author)
    }

    /// The actors that it is about.
    fn actors(&self) -> Result<Vec<Actor>> {
        let ids = self.0.facts()?.actors.iter();
        Ok(ids.map(|id| Actor::at(&self.0.at, *id)).collect())
    }

    /// The relationships that it is about.
    fn relationships(&self) -> Result<Vec<Relationship>> {
        let ids = self.0.facts()?.relationships.iter();
        Ok(ids
            .filter_map(|id| Relationship::live(&self.0.at, *id))
            .collect())
    }

    /// Free labels.
    fn tags(&self) -> Result<&[String]> {
        Ok(&self.0.text()?.tags)
    }

    /// What supports it.
    fn citations(&self) -> Result<Vec<Citation<'_>>> {
        Ok(citations(&self.0.at, &self.0.text()?.citations))
    }

    /// The note that this one replaces.
    fn supersedes(&self) -> Result<Option<Self>> {
        let id = self.0.text()?.supersedes;
        Ok(id.and_then(|id| Self::live(&self.0.at, id)))
    }

    /// The revision that brought it into the record, with everything else that the news changed.
    fn revision(&self) -> Revision {
        Revision::at(&self.0.at, self.0.at.created::<NoteFacts>(self.0.id))
    }
}
