//! The log of revisions, newest first.

use std::io::Write;

use serde_json::{Value, json};

use crate::model::{ChangeKind, RecordId, Vocabulary as _};
use crate::read::history::{self, RevisionFilter, Step};
use crate::snapshot::Snapshot;
use crate::store::{Entry, StoreError};

use super::{Format, ReportError, text, words};

/// The most changes of a revision that people are shown.
const SHOWN: usize = 20;

/// Writes the revisions up to a moment that pass a filter, newest first, at most `limit`.
///
/// # Errors
/// When the record cannot be read or the output cannot be written.
pub fn log(
    at: &Snapshot,
    filter: &RevisionFilter,
    limit: usize,
    format: Format,
    out: &mut impl Write,
) -> Result<(), ReportError> {
    let numbers = history::revisions(at, filter);
    for (place, number) in numbers.into_iter().rev().take(limit).enumerate() {
        let entry = at.documents().store().revision(number)?;
        let entry =
            entry.ok_or_else(|| StoreError::Damaged(format!("revision {number} is missing")))?;
        // As the revision left it: what it names is called what it was called then.
        let then = at.at(number);
        let steps = history::of_entry(&then, &entry)?;
        match format {
            Format::JsonLines => super::write_line(out, &object(&then, &entry, &steps)?)?,
            Format::Text => {
                if place > 0 {
                    writeln!(out)?;
                }
                paragraph(&then, &entry, &steps, out)?;
            }
        }
    }
    Ok(())
}

fn paragraph(
    at: &Snapshot,
    entry: &Entry,
    steps: &[Step],
    out: &mut impl Write,
) -> Result<(), ReportError> {
    let header = &entry.revision.header;
    let author = text::line(&header.author);
    let approved = header.approved_by.as_deref();
    let approved = approved.map(|name| format!(", approved by {}", text::line(name)));
    let approved = approved.unwrap_or_default();
    writeln!(
        out,
        "revision {}, {}, by {author}{approved}",
        header.number, header.committed_at
    )?;
    if let Some(message) = &header.message {
        for line in message.lines() {
            writeln!(out, "    {}", text::line(line))?;
        }
    }
    writeln!(out)?;
    for step in steps.iter().take(SHOWN) {
        change(at, step, header.message.as_deref(), out)?;
    }
    if steps.len() > SHOWN {
        let more = steps.len() - SHOWN;
        writeln!(out, "    … and {more} more; --json shows all")?;
    }
    Ok(())
}

fn change(
    at: &Snapshot,
    step: &Step,
    message: Option<&str>,
    out: &mut impl Write,
) -> Result<(), ReportError> {
    let kind = step.kind.code().to_lowercase();
    let what = step.id.kind.prefix();
    write!(out, "    {kind:<8} {what} {}", text::named(at, step.id)?)?;
    if let Some(into) = into(at, step) {
        write!(out, " into {}", text::named(at, into)?)?;
    }
    // A reason that is the revision's message has been told.
    match step
        .reason
        .as_deref()
        .filter(|reason| Some(*reason) != message)
    {
        Some(reason) => writeln!(out, ": {}", text::line(reason))?,
        None => writeln!(out)?,
    }
    if step.kind == ChangeKind::Updated {
        for field in step.fields(at)? {
            for line in text::field(at, &field)? {
                writeln!(out, "        {line}")?;
            }
        }
    }
    Ok(())
}

/// The actor that an actor was merged into.
fn into(at: &Snapshot, step: &Step) -> Option<RecordId> {
    let merged = step.kind == ChangeKind::Merged;
    merged.then(|| crate::read::record::survivor(at, step.id))
}

fn object(at: &Snapshot, entry: &Entry, steps: &[Step]) -> Result<Value, StoreError> {
    let change = |step: &Step| {
        Ok(json!({
            "kind": step.kind,
            "record": step.id,
            "name": words::title(at, step.id)?,
            "reason": step.reason,
            "into": into(at, step),
            "fields": super::fields(&step.fields(at)?),
        }))
    };
    let changes = steps
        .iter()
        .map(change)
        .collect::<Result<Vec<_>, StoreError>>()?;
    let revision = &entry.revision;
    Ok(json!({
        "revision": revision.header.number,
        "committedAt": revision.header.committed_at.to_string(),
        "author": revision.header.author,
        "approvedBy": revision.header.approved_by,
        "message": revision.header.message,
        "hash": revision.hash.to_string(),
        "previousHash": revision.previous.to_string(),
        "changes": changes,
    }))
}
