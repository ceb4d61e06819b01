//! How two moments differ.

use std::io::Write;

use serde_json::{Value, json};

use crate::model::{ActorId, DifferenceKind, NoteId, Record, Relationship, Vocabulary as _};
use crate::read::diff::{Difference, areas};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

use super::{Format, ReportError, text, words};

/// Writes how two moments differ: as text by what happened, as JSON Lines in the order of entry.
///
/// # Errors
/// When the record cannot be read or the output cannot be written.
pub fn diff(
    (from, to): (&Snapshot, &Snapshot),
    differences: &[Difference],
    format: Format,
    out: &mut impl Write,
) -> Result<(), ReportError> {
    if format == Format::JsonLines {
        for difference in differences {
            super::write_line(out, &object(difference)?)?;
        }
        return Ok(());
    }
    let moment = |at: &Snapshot| format!("{} (revision {})", at.valid_on(), at.revision());
    let count = match differences.len() {
        0 => "nothing differs".to_owned(),
        1 => "1 relationship differs".to_owned(),
        count => format!("{count} relationships differ"),
    };
    writeln!(out, "From {} to {}: {count}.", moment(from), moment(to))?;
    for kind in DifferenceKind::ALL {
        // Each once, under the first of what happened to it.
        let mut here = differences
            .iter()
            .filter(|difference| difference.kinds.first() == Some(kind))
            .peekable();
        if here.peek().is_some() {
            writeln!(out, "\n{}: {}", kind.code(), text::line(kind.about()))?;
        }
        for difference in here {
            paragraph(difference, out)?;
        }
    }
    Ok(())
}

fn paragraph(difference: &Difference, out: &mut impl Write) -> Result<(), ReportError> {
    let Difference {
        from,
        to,
        id,
        kinds,
    } = difference;
    writeln!(out, "\n    {}", text::named(to, *id)?)?;
    if let Some(tie) = relationship(difference)? {
        let when = words::when(&tie.period);
        if !when.is_empty() {
            writeln!(out, "        {when}")?;
        }
    }
    if let Some((_, others)) = kinds.split_first()
        && !others.is_empty()
    {
        let others: Vec<_> = others.iter().map(|kind| kind.code()).collect();
        writeln!(out, "        also {}", others.join(", "))?;
    }
    // What is new has only new fields.
    if from.version(*id).is_some() {
        for field in difference.fields()? {
            for line in text::field(to, &field)? {
                writeln!(out, "        {line}")?;
            }
        }
    }
    let (began, ended) = areas(from, to, *id)?;
    for (word, areas) in [("began", began), ("ended", ended)] {
        for area in areas {
            let (domain, what) = (area.domain.code(), text::short(&area.description));
            writeln!(out, "        {word}: {domain}, {what}")?;
        }
    }
    for note in difference.notes() {
        if let Some((as_of, headline)) = self::note(to, note)? {
            let headline = text::short(&headline);
            writeln!(out, "        note of {as_of}: {headline} ({note})")?;
        }
    }
    let sources = difference.sources();
    if !sources.is_empty() {
        let titles = sources.iter().map(|id| words::title(to, (*id).into()));
        let titles = titles.collect::<Result<Vec<_>, _>>()?;
        writeln!(out, "        sources: {}", text::short(&titles.join("; ")))?;
    }
    let revisions: Vec<_> = difference.revisions().iter().map(u32::to_string).collect();
    if !revisions.is_empty() {
        writeln!(out, "        in revision {}", revisions.join(", "))?;
    }
    Ok(())
}

/// What the later moment says of it, or said last.
fn relationship(
    difference: &Difference,
) -> Result<Option<std::sync::Arc<Relationship>>, StoreError> {
    let to = &difference.to;
    Ok(match to.record_at(difference.id, to.revision())? {
        Some(Record::Relationship(tie)) => Some(tie),
        _ => None,
    })
}

/// The date that a note speaks of, and its headline.
fn note(at: &Snapshot, id: NoteId) -> Result<Option<(String, String)>, StoreError> {
    Ok(match at.record_at(id.into(), at.revision())? {
        Some(Record::Note(note)) => Some((note.as_of.to_string(), note.headline.clone())),
        _ => None,
    })
}

fn object(difference: &Difference) -> Result<Value, StoreError> {
    let Difference {
        from,
        to,
        id,
        kinds,
    } = difference;
    let tie = relationship(difference)?;
    let actor = |id: ActorId| super::named(to, id.into());
    let ends = tie
        .as_ref()
        .map(|tie| Ok::<_, StoreError>((actor(tie.from)?, actor(tie.to)?)));
    let (one, other) = ends.transpose()?.unwrap_or_default();
    let (began, ended) = areas(from, to, *id)?;
    let mut notes = Vec::new();
    for id in difference.notes() {
        if let Some((as_of, headline)) = note(to, id)? {
            notes.push(json!({ "id": id, "asOf": as_of, "headline": headline }));
        }
    }
    let sources = difference.sources().into_iter();
    let sources = sources
        .map(|id| super::named(to, id.into()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(json!({
        "kinds": kinds,
        "record": id,
        "name": words::title(to, *id)?,
        "from": one,
        "to": other,
        "relationship": tie.as_ref().map(|tie| tie.kind),
        "period": tie.as_ref().map(|tie| tie.period),
        "fields": super::fields(&difference.fields()?),
        "areasStarted": began,
        "areasEnded": ended,
        "notes": notes,
        "sources": sources,
        "revisions": difference.revisions(),
    }))
}
