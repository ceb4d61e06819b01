//! Documents for readers, made of live data: a brief, or the relationships of an actor.
//!
//! [`Document`] is what every form says; `html`, `markdown` and `serde` write it down. The tables of an
//! actor's relationships go to spreadsheets by `sheet`.

mod actor;
mod brief;
mod html;
mod markdown;
pub mod sheet;

use std::collections::HashMap;

use serde::Serialize;

use crate::model::{
    Assertion, DocumentFormat, PartialDate, Relationship, RelationshipId, SourceId,
};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{RelationshipFacts, SourceFacts, ViewpointFacts};
use crate::store::StoreError;

use super::words::{kind, when};

pub use actor::relationships;
pub use brief::brief;

/// What is written down, whatever the form.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    title: String,
    /// What it says in short; paragraphs are parted by an empty line.
    summary: String,
    /// As of when, by which revision and as read by whom.
    moment: String,
    sections: Vec<Section>,
    viewpoints: Vec<Viewpoint>,
    notes: Vec<Note>,
    disclaimer: Option<String>,
    /// Cited sources in the order of their numbers, which begin at 1.
    references: Vec<Reference>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Section {
    title: String,
    introduction: Option<String>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    counterpart: String,
    #[serde(rename = "type")]
    kind: String,
    when: String,
    areas: String,
    citations: Vec<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Viewpoint {
    title: String,
    thesis: String,
    citations: Vec<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Note {
    as_of: PartialDate,
    headline: String,
    body: String,
    citations: Vec<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    number: usize,
    title: String,
    publisher: Option<String>,
    published_on: Option<PartialDate>,
    url: Option<String>,
}

impl Document {
    /// Writes it down for people.
    pub fn write(&self, format: DocumentFormat) -> String {
        match format {
            DocumentFormat::Markdown => markdown::write(self),
            DocumentFormat::Html => html::write(self),
        }
    }

    /// Writes it down for programs.
    pub fn json(&self) -> String {
        // Plain values into memory: this cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
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

    /// The sources in the order of their numbers.
    fn list(&self, at: &Snapshot) -> Result<Vec<Reference>, StoreError> {
        let numbered = (1..).zip(&self.order);
        let found = numbered.filter_map(|(number, id)| {
            let row = at.row_even_retired::<SourceFacts>(*id)?;
            Some((number, row))
        });
        found
            .map(|(number, row)| {
                let source = at.document(row)?;
                Ok(Reference {
                    number,
                    title: source.title.clone(),
                    publisher: source.publisher.clone(),
                    published_on: source.published_on,
                    url: source.url.clone(),
                })
            })
            .collect()
    }
}

/// The rows of a table: `counterpart` names the other end of each relationship.
fn rows(
    at: &Snapshot,
    ids: Vec<RelationshipId>,
    references: &mut References,
    counterpart: impl Fn(&RelationshipFacts) -> String,
) -> Result<Vec<Row>, StoreError> {
    let found = ids.into_iter().filter_map(|id| {
        let row = at.row::<RelationshipFacts>(id)?;
        Some((id, row))
    });
    found
        .map(|(id, row)| {
            let tie = at.document(row)?;
            Ok(Row {
                counterpart: counterpart(&row.facts),
                kind: called(at, id, &tie)?,
                when: when(&tie.period),
                areas: areas(&tie),
                citations: references.numbers(tie.sources()),
            })
        })
        .collect()
}

/// The type of relationship in words, and whether the sources only allege or even deny it.
fn called(at: &Snapshot, id: RelationshipId, tie: &Relationship) -> Result<String, StoreError> {
    let kind = kind(at, id, tie)?;
    Ok(match tie.assertion {
        Assertion::Affirmed => kind,
        Assertion::Alleged => format!("{kind} (alleged)"),
        Assertion::Denied => format!("{kind} (denied)"),
    })
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
    let mut told = String::new();
    for area in &tie.areas {
        if !told.is_empty() {
            // Whole sentences follow each other; phrases are parted.
            told.push_str(if told.ends_with(['.', '!', '?']) {
                " "
            } else {
                "; "
            });
        }
        told.push_str(&area.description);
    }
    told
}

/// Whether a link may be made of an address: nothing that a browser would carry out.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
