//! The type `Difference`.

use std::borrow::Cow;

use async_graphql::Result;
use foedera_macros::object;

use crate::graphql::kit::connection::{Connection, Listed as _};
use crate::graphql::moment::MomentInput;
use crate::graphql::note::ContextNote;
use crate::graphql::record::Node;
use crate::graphql::relationship::{CooperationArea, Relationship};
use crate::graphql::revision::{Change, FieldChange};
use crate::graphql::source::Source;
use crate::model::{DifferenceKind, RecordId, RelationshipId, Timestamp, TypedId as _};
use crate::read::page::Asked;
use crate::read::{diff, history, moment, note};
use crate::snapshot::Snapshot;

/// How two moments differ about one record.
pub struct Difference(pub diff::Difference);

/// How two moments differ about one record: what happened in the world, and what happened to our
/// record of it.
#[object]
impl Difference {
    /// What happened. The first three kinds are about the world, the others about our record.
    fn kinds(&self) -> &[DifferenceKind] {
        &self.0.kinds
    }

    /// The record, as the later moment knows it.
    fn record(&self) -> Option<Node> {
        Node::any(&self.0.to, self.0.id)
    }

    /// The same, where it is a relationship.
    fn relationship(&self) -> Option<Relationship> {
        let id = RelationshipId::narrow(self.0.id).ok()?;
        Some(Relationship::at(&self.0.to, id))
    }

    /// The record at the earlier moment; null where it was not in the lists then.
    fn before(&self) -> Option<Node> {
        Node::any(&self.0.from, self.0.id).filter(|_| self.0.from.exists(self.0.id))
    }

    /// The record at the later moment; null where it is not in the lists then.
    fn after(&self) -> Option<Node> {
        Node::any(&self.0.to, self.0.id).filter(|_| self.0.to.exists(self.0.id))
    }

    /// The fields to which the record gives another value at the later moment.
    fn fields(&self) -> Result<Vec<FieldChange>> {
        Ok(self.0.fields()?.into_iter().map(Into::into).collect())
    }

    /// The fields of cooperation with a period of their own that began in between.
    fn areas_started(&self) -> Result<Vec<CooperationArea<'_>>> {
        let (began, _) = diff::areas(&self.0.from, &self.0.to, self.0.id)?;
        let began = began.into_iter().map(Cow::Owned);
        Ok(CooperationArea::list(&self.0.to, began))
    }

    /// The fields of cooperation with a period of their own that ended in between.
    fn areas_ended(&self) -> Result<Vec<CooperationArea<'_>>> {
        let (_, ended) = diff::areas(&self.0.from, &self.0.to, self.0.id)?;
        let ended = ended.into_iter().map(Cow::Owned);
        Ok(CooperationArea::list(&self.0.to, ended))
    }

    /// The context notes that explain it: those about the relationship that speak of the time in
    /// between or entered the record in between, newest first by the date that they speak of.
    fn notes(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<ContextNote>> {
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let order = note::order(&self.0.to, &note::NEWEST_FIRST);
        Connection::cut(&self.0.to, &self.0.notes(), &order, &asked)
    }

    /// The sources that the relationship cites.
    fn sources(&self) -> Vec<Source> {
        let sources = self.0.sources().into_iter();
        sources.map(|id| Source::at(&self.0.to, id)).collect()
    }

    /// What the revisions between the two moments did to the record, newest first.
    fn changes(&self) -> Result<Vec<Change>> {
        const SHOWN: usize = 100;
        let mut revisions = self.0.revisions();
        revisions.truncate(SHOWN);
        let steps = history::steps(&self.0.to, self.0.id, &revisions)?;
        Ok(steps
            .into_iter()
            .map(|step| Change::new(&self.0.to, step))
            .collect())
    }
}

/// How each revision between two moments changed a record, in order.
///
/// # Errors
/// When a moment or the page cannot be, or the store cannot be read.
pub fn versions_between(
    at: &Snapshot,
    now: Timestamp,
    id: RecordId,
    (from, to): (MomentInput, MomentInput),
    (first, after): (Option<i32>, Option<String>),
) -> Result<Connection<Difference>> {
    let from = moment::at(at, now, &from.read()?)?;
    let to = moment::at(at, now, &to.read()?)?;
    let found = diff::versions(&from, &to, id)?;
    let asked = Asked {
        first,
        after,
        ..Asked::default()
    };
    Connection::of_items(&to, &found, &asked, |one| Ok(Difference(one.clone())))
}
