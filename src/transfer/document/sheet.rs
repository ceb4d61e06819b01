//! The relationships of an actor for spreadsheets: one row each, as CSV (RFC 4180) or as a workbook.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use crate::model::{ActorId, PartialDate, Relationship, RelationshipId, Vocabulary};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{ActorFacts, RelationshipFacts, SourceFacts};
use crate::store::StoreError;
use crate::transfer::words::name;

/// The columns.
pub const COLUMNS: [&str; 19] = [
    "id",
    "counterpart",
    "counterpartName",
    "role",
    "kind",
    "label",
    "alignment",
    "tier",
    "formality",
    "assertion",
    "confidence",
    "start",
    "end",
    "status",
    "observedUntil",
    "areas",
    "summary",
    "sources",
    "version",
];

/// Why a sheet cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The record cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// A row cannot be written.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// It does not fit into a workbook.
    #[error("the workbook cannot be made: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

/// Writes some relationships of an actor as CSV, row by row. A cell that a spreadsheet would take for a
/// formula begins with an apostrophe.
///
/// # Errors
/// When the record cannot be read or the output cannot be written.
pub fn write_csv(
    at: &Snapshot,
    actor: ActorId,
    ids: &[RelationshipId],
    out: &mut impl Write,
) -> Result<(), SheetError> {
    let mut out = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    out.write_record(COLUMNS)?;
    for id in ids {
        if let Some(cells) = cells(at, actor, *id)? {
            out.write_record(cells.iter().map(|cell| harmless(cell).into_owned()))?;
        }
    }
    Ok(out.flush()?)
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// Makes a workbook of some relationships of an actor.
///
/// # Errors
/// When the record cannot be read or the workbook cannot be made.
pub fn workbook(
    at: &Snapshot,
    actor: ActorId,
    ids: &[RelationshipId],
) -> Result<Vec<u8>, SheetError> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("relationships")?;
    let bold = rust_xlsxwriter::Format::new().set_bold();
    for (column, title) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, title, &bold)?;
    }
    let mut line = 0;
    for id in ids {
        if let Some(cells) = cells(at, actor, *id)? {
            line += 1;
            for (column, cell) in (0..).zip(&cells) {
                // Always as text: nothing in it is carried out.
                sheet.write_string(line, column, shortened(cell))?;
            }
        }
    }
    sheet.autofilter(0, 0, line, COLUMNS.len() as u16 - 1)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(workbook.save_to_buffer()?)
}

/// What fits into a cell of a workbook.
fn shortened(cell: &str) -> String {
    const MOST: usize = 32_767;
    cell.chars().take(MOST).collect()
}

fn cells(
    at: &Snapshot,
    actor: ActorId,
    id: RelationshipId,
) -> Result<Option<[String; COLUMNS.len()]>, StoreError> {
    let Some(row) = at.row::<RelationshipFacts>(id) else {
        return Ok(None);
    };
    let tie = at.document(row)?;
    let facts = &row.facts;
    let other = facts.counterpart(actor);
    let slug = other.and_then(|other| at.row_even_retired::<ActorFacts>(other));
    let code = |code: Option<&'static str>| code.unwrap_or_default().to_owned();
    let date = |date: Option<PartialDate>| date.map_or_else(String::new, |date| date.to_string());
    Ok(Some([
        id.to_string(),
        slug.map_or_else(String::new, |row| row.facts.slug().to_owned()),
        other.map_or_else(String::new, |other| name(at, other)),
        if facts.from == actor { "FROM" } else { "TO" }.to_owned(),
        facts.kind().code().to_owned(),
        crate::read::viewpoint::label(at, id)?.unwrap_or_default(),
        facts.alignment().code().to_owned(),
        code(facts.tier().map(Vocabulary::code)),
        facts.formality().code().to_owned(),
        facts.assertion().code().to_owned(),
        code(facts.confidence().map(Vocabulary::code)),
        date(tie.period.start),
        date(tie.period.end),
        tie.period.status.code().to_owned(),
        date(tie.period.observed_until),
        areas(&tie),
        tie.summary.clone().unwrap_or_default(),
        sources(at, &tie)?,
        row.version.to_string(),
    ]))
}

fn areas(tie: &Relationship) -> String {
    let areas = tie.areas.iter();
    let areas: Vec<_> = areas
        .map(|area| format!("{}: {}", area.domain.code(), area.description))
        .collect();
    areas.join("; ")
}

/// The cited sources with what leads to them.
fn sources(at: &Snapshot, tie: &Relationship) -> Result<String, StoreError> {
    let mut told = Vec::new();
    for id in tie.sources() {
        let Some(row) = at.row_even_retired::<SourceFacts>(id) else {
            continue;
        };
        let source = at.document(row)?;
        let url = source.url.as_deref().map(|url| format!(" <{url}>"));
        told.push(format!("{}{}", source.title, url.unwrap_or_default()));
    }
    Ok(told.join("; "))
}
