//! The relationships of an actor as a document: one table.

use crate::model::{ActorId, RelationshipId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::ActorFacts;
use crate::store::StoreError;
use crate::transfer::words::name;

use super::{Document, References, Section, moment, rows};

/// Some relationships of an actor, in the order in which they are given.
///
/// # Errors
/// When the store cannot be read.
pub fn relationships(
    at: &Snapshot,
    actor: ActorId,
    ids: Vec<RelationshipId>,
) -> Result<Document, StoreError> {
    let mut references = References::default();
    let rows = rows(at, ids, &mut references, |facts| {
        let other = facts.counterpart(actor);
        other.map_or_else(String::new, |other| name(at, other))
    })?;
    let row = at.row_even_retired::<ActorFacts>(actor);
    let text = row.map(|row| at.document(row)).transpose()?;
    let summary = text.and_then(|actor| actor.summary.clone());
    Ok(Document {
        title: format!("{}: relationships", name(at, actor)),
        summary: summary.unwrap_or_default(),
        moment: moment(at)?,
        sections: vec![Section {
            title: "Who, what, when and on what evidence".to_owned(),
            introduction: None,
            rows,
        }],
        viewpoints: Vec::new(),
        notes: Vec::new(),
        disclaimer: None,
        references: references.list(at)?,
    })
}
