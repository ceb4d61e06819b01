//! A brief as a document: the whole answer with all that its sections find.

use crate::model::Brief;
use crate::read::{brief as sections, note};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{NoteFacts, ViewpointFacts};
use crate::store::StoreError;
use crate::transfer::words::name;

use super::{Document, Note, References, Section, Viewpoint, moment, rows};

/// A brief with all that it finds.
///
/// # Errors
/// When the store cannot be read.
pub fn brief(at: &Snapshot, brief: &Brief) -> Result<Document, StoreError> {
    let mut references = References::default();
    let mut texts = Vec::new();
    for section in &brief.sections {
        let ids = sections::section(at, section);
        let rows = rows(at, ids, &mut references, |facts| match section.actor {
            Some(actor) => facts
                .counterpart(actor)
                .map_or_else(String::new, |other| name(at, other)),
            None => format!("{} and {}", name(at, facts.from), name(at, facts.to)),
        })?;
        texts.push(Section {
            title: section.title.clone(),
            introduction: section.introduction.clone(),
            rows,
        });
    }
    let mut viewpoints = Vec::new();
    let ids = brief.viewpoints.iter();
    for row in ids.filter_map(|id| at.row::<ViewpointFacts>(*id)) {
        let viewpoint = at.document(row)?;
        viewpoints.push(Viewpoint {
            title: viewpoint.title.clone(),
            thesis: viewpoint.thesis.clone(),
            citations: references.numbers(viewpoint.citations.iter().map(|c| c.source)),
        });
    }
    let mut rows: Vec<_> = note::about(at, &brief.actors)
        .into_iter()
        .filter_map(|id| at.row::<NoteFacts>(id))
        .collect();
    rows.reverse();
    rows.sort_by_key(|row| std::cmp::Reverse(row.facts.as_of.first_day()));
    let mut notes = Vec::new();
    for row in rows {
        let note = at.document(row)?;
        notes.push(Note {
            as_of: note.as_of,
            headline: note.headline.clone(),
            body: note.body.clone(),
            citations: references.numbers(note.citations.iter().map(|c| c.source)),
        });
    }
    Ok(Document {
        title: brief.question.clone(),
        summary: brief.summary.clone(),
        moment: moment(at)?,
        sections: texts,
        viewpoints,
        notes,
        disclaimer: brief.disclaimer.clone(),
        references: references.list(at)?,
    })
}
