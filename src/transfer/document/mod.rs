//! Documents for readers, made of live data: a brief as Markdown or HTML.

mod html;
mod markdown;

use std::collections::HashMap;

use crate::model::{Brief, DocumentFormat, Relationship, SourceId};
use crate::read::{brief as sections, note};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts};
use crate::store::StoreError;

use super::words::{kind, name, when};

/// Writes a brief as a document.
///
/// # Errors
/// When the store cannot be read.
pub fn brief(at: &Snapshot, brief: &Brief, format: DocumentFormat) -> Result<String, StoreError> {
    let document = Document::of(at, brief)?;
    Ok(match format {
        DocumentFormat::Markdown => markdown::write(&document),
        DocumentFormat::Html => html::write(&document),
    })
}

/// A brief with all that it finds, ready to be written down.
struct Document {
    question: String,
    summary: String,
    /// As of when, by which revision and as read by whom.
    moment: String,
    sections: Vec<SectionText>,
    viewpoints: Vec<(String, String)>,
    notes: Vec<NoteText>,
    disclaimer: Option<String>,
    /// Cited sources in the order of their numbers, which begin at 1.
    references: Vec<Reference>,
}

struct SectionText {
    title: String,
    introduction: Option<String>,
    rows: Vec<RowText>,
}

struct RowText {
    counterpart: String,
    kind: String,
    when: String,
    areas: String,
    citations: Vec<usize>,
}

struct NoteText {
    as_of: String,
    headline: String,
    body: String,
    citations: Vec<usize>,
}

struct Reference {
    title: String,
    publisher: Option<String>,
    published_on: Option<String>,
    url: Option<String>,
}

/// Numbers sources as they are cited.
#[derive(Default)]
struct References {
    numbers: HashMap<SourceId, usize>,
    order: Vec<SourceId>,
}

impl References {
    fn number(&mut self, source: SourceId) -> usize {
        *self.numbers.entry(source).or_insert_with(|| {
            self.order.push(source);
            self.order.len()
        })
    }

    fn numbers(&mut self, sources: impl IntoIterator<Item = SourceId>) -> Vec<usize> {
        let mut numbers: Vec<_> = sources
            .into_iter()
            .map(|source| self.number(source))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

impl Document {
    fn of(at: &Snapshot, brief: &Brief) -> Result<Self, StoreError> {
        let mut references = References::default();
        let mut texts = Vec::new();
        for section in &brief.sections {
            let mut rows = Vec::new();
            for id in sections::section(at, section) {
                let Some(row) = at.row::<RelationshipFacts>(id) else {
                    continue;
                };
                let tie = at.document(row)?;
                let other = match section.actor {
                    Some(actor) => row.facts.counterpart(actor).map(|other| name(at, other)),
                    None => Some(format!("{} and {}", name(at, tie.from), name(at, tie.to))),
                };
                rows.push(RowText {
                    counterpart: other.unwrap_or_default(),
                    kind: kind(at, id, &tie)?,
                    when: when(&tie.period),
                    areas: areas(&tie),
                    citations: references.numbers(tie.sources()),
                });
            }
            texts.push(SectionText {
                title: section.title.clone(),
                introduction: section.introduction.clone(),
                rows,
            });
        }
        let mut viewpoints = Vec::new();
        for row in brief
            .viewpoints
            .iter()
            .filter_map(|id| at.row::<ViewpointFacts>(*id))
        {
            let viewpoint = at.document(row)?;
            viewpoints.push((viewpoint.title.clone(), viewpoint.thesis.clone()));
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
            notes.push(NoteText {
                as_of: note.as_of.to_string(),
                headline: note.headline.clone(),
                body: note.body.clone(),
                citations: references.numbers(note.citations.iter().map(|c| c.source)),
            });
        }
        let mut listed = Vec::new();
        for row in references
            .order
            .iter()
            .filter_map(|id| at.row_even_retired::<SourceFacts>(*id))
        {
            let source = at.document(row)?;
            listed.push(Reference {
                title: source.title.clone(),
                publisher: source.publisher.clone(),
                published_on: source.published_on.map(|date| date.to_string()),
                url: source.url.clone(),
            });
        }
        Ok(Self {
            question: brief.question.clone(),
            summary: brief.summary.clone(),
            moment: moment(at)?,
            sections: texts,
            viewpoints,
            notes,
            disclaimer: brief.disclaimer.clone(),
            references: listed,
        })
    }
}

/// As of when, by which revision and as read by whom, in a sentence.
fn moment(at: &Snapshot) -> Result<String, StoreError> {
    let moment = format!(
        "As of {}, revision {} of the record",
        at.valid_on(),
        at.revision()
    );
    let row = at
        .lens()
        .and_then(|lens| at.row::<ViewpointFacts>(lens.viewpoint()));
    Ok(match row {
        Some(row) => format!(
            "{moment}, as the viewpoint «{}» reads it.",
            at.document(row)?.title
        ),
        None => format!("{moment}."),
    })
}

fn areas(tie: &Relationship) -> String {
    let areas: Vec<_> = tie
        .areas
        .iter()
        .map(|area| area.description.as_str())
        .collect();
    areas.join("; ")
}
