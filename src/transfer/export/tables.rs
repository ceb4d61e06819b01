//! The record as a set of CSV files, one a kind and one a list within a kind, and `load.sql`, which makes
//! an SQLite database of them. `docs/exports.md` says what each column means.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::model::{Citation, PartialDate, Period, RecordId, Vocabulary as _};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{
    ActorFacts, BriefFacts, NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts,
};
use crate::transfer::csv;

use super::columns::{TABLES, load};
use super::{ExportError, Report, Told, each};

type Out = BufWriter<File>;

struct Files(Vec<Out>);

impl Files {
    fn make(folder: &Path) -> Result<Self, ExportError> {
        std::fs::create_dir_all(folder)?;
        let file = |(name, columns): (&str, &[&str])| -> Result<Out, ExportError> {
            let mut out = BufWriter::new(File::create(folder.join(format!("{name}.csv")))?);
            csv::line(&mut out, columns)?;
            Ok(out)
        };
        Ok(Self(
            TABLES.into_iter().map(file).collect::<Result<_, _>>()?,
        ))
    }

    fn add<const N: usize>(&mut self, table: &str, cells: [String; N]) -> Result<(), ExportError> {
        let place = TABLES.iter().position(|(name, _)| *name == table);
        if let Some(out) = place.and_then(|place| self.0.get_mut(place)) {
            csv::line(out, &cells)?;
        }
        Ok(())
    }

    fn cite(
        &mut self,
        record: RecordId,
        area: Option<usize>,
        citations: &[Citation],
    ) -> Result<(), ExportError> {
        for citation in citations {
            self.add(
                "citations",
                [
                    record.to_string(),
                    area.map_or_else(String::new, |place| place.to_string()),
                    citation.source.to_string(),
                    text(citation.locator.as_deref()),
                    text(citation.quote.as_deref()),
                    date(citation.accessed_on),
                ],
            )?;
        }
        Ok(())
    }
}

fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn date(date: Option<PartialDate>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// Start, end, status, observed until.
fn period(period: Option<&Period>) -> [String; 4] {
    period.map_or_else(Default::default, |period| {
        [
            date(period.start),
            date(period.end),
            period.status.code().to_owned(),
            date(period.observed_until),
        ]
    })
}

/// Writes all records that are in the lists into a folder.
///
/// # Errors
/// When the record cannot be read or a file cannot be written.
pub fn tables(at: &Snapshot, folder: &Path, told: Told<'_>) -> Result<Report, ExportError> {
    let mut files = Files::make(folder)?;
    let mut report = Report::default();
    let mut count = |report: &mut Report| {
        report.written += 1;
        told(report.written);
    };
    actors(at, &mut files, || count(&mut report))?;
    relationships(at, &mut files, || count(&mut report))?;
    readings(at, &mut files, || count(&mut report))?;
    for _ in at.rows::<BriefFacts>() {
        report.leave_out("briefs");
    }
    for mut out in files.0 {
        out.flush()?;
        out.get_ref().sync_all()?;
    }
    std::fs::write(folder.join("load.sql"), load())?;
    Ok(report)
}

fn actors(at: &Snapshot, files: &mut Files, mut count: impl FnMut()) -> Result<(), ExportError> {
    each::<ActorFacts>(at, |id, actor, version| {
        let [start, end, status, seen] = period(Some(&actor.active));
        files.add(
            "actors",
            [
                id.to_string(),
                actor.slug.clone(),
                actor.name.clone(),
                actor.kind.code().to_owned(),
                text(actor.summary.as_deref()),
                text(actor.country.as_deref()),
                start,
                end,
                status,
                seen,
                version.to_string(),
            ],
        )?;
        for alias in &actor.aliases {
            let [start, end, ..] = period(alias.period.as_ref());
            let language = text(alias.language.as_deref());
            files.add(
                "aliases",
                [id.to_string(), alias.text.clone(), language, start, end],
            )?;
        }
        for own in &actor.identifiers {
            files.add(
                "identifiers",
                [id.to_string(), own.scheme.clone(), own.value.clone()],
            )?;
        }
        count();
        Ok(())
    })
}

fn relationships(
    at: &Snapshot,
    files: &mut Files,
    mut count: impl FnMut(),
) -> Result<(), ExportError> {
    each::<RelationshipFacts>(at, |id, tie, version| {
        let [start, end, status, seen] = period(Some(&tie.period));
        let code = |code: Option<&'static str>| text(code);
        let obligations: Vec<_> = tie.obligations.iter().map(|one| one.code()).collect();
        files.add(
            "relationships",
            [
                id.to_string(),
                text(tie.key.as_deref()),
                tie.from.to_string(),
                tie.to.to_string(),
                tie.kind.code().to_owned(),
                tie.symmetric.to_string(),
                tie.assertion.code().to_owned(),
                text(tie.label.as_deref()),
                tie.alignment.code().to_owned(),
                code(tie.tier.map(crate::model::Vocabulary::code)),
                tie.formality.code().to_owned(),
                obligations.join(" "),
                text(tie.summary.as_deref()),
                start,
                end,
                status,
                seen,
                code(tie.confidence.map(crate::model::Vocabulary::code)),
                version.to_string(),
            ],
        )?;
        for actor in &tie.against {
            files.add("against", [id.to_string(), actor.to_string()])?;
        }
        files.cite(id.into(), None, &tie.citations)?;
        for (place, area) in tie.areas.iter().enumerate() {
            let [start, end, status, seen] = period(area.period.as_ref());
            files.add(
                "areas",
                [
                    id.to_string(),
                    place.to_string(),
                    area.domain.code().to_owned(),
                    area.description.clone(),
                    start,
                    end,
                    status,
                    seen,
                ],
            )?;
            files.cite(id.into(), Some(place), &area.citations)?;
        }
        for coding in &tie.codings {
            let label = text(coding.label.as_deref());
            files.add(
                "codings",
                [
                    id.to_string(),
                    coding.scheme.clone(),
                    coding.code.clone(),
                    label,
                ],
            )?;
        }
        count();
        Ok(())
    })
}

/// Sources, and what rests on them: viewpoints and notes.
fn readings(at: &Snapshot, files: &mut Files, mut count: impl FnMut()) -> Result<(), ExportError> {
    each::<SourceFacts>(at, |id, source, version| {
        files.add(
            "sources",
            [
                id.to_string(),
                text(source.key.as_deref()),
                source.title.clone(),
                text(source.url.as_deref()),
                text(source.publisher.as_deref()),
                source.kind.code().to_owned(),
                date(source.published_on),
                source.reliability.code().to_owned(),
                version.to_string(),
            ],
        )?;
        count();
        Ok(())
    })?;
    each::<ViewpointFacts>(at, |id, view, version| {
        let holder = view
            .holder_actor
            .map_or_else(String::new, |id| id.to_string());
        files.add(
            "viewpoints",
            [
                id.to_string(),
                text(view.key.as_deref()),
                view.title.clone(),
                view.thesis.clone(),
                text(view.holder.as_deref()),
                holder,
                date(view.as_of),
                version.to_string(),
            ],
        )?;
        for position in &view.positions {
            files.add(
                "positions",
                [
                    id.to_string(),
                    position.relationship.to_string(),
                    position.stance.code().to_owned(),
                    text(position.argument.as_deref()),
                    text(position.alignment.map(crate::model::Vocabulary::code)),
                    text(position.tier.map(crate::model::Vocabulary::code)),
                    text(position.label.as_deref()),
                ],
            )?;
        }
        files.cite(id.into(), None, &view.citations)?;
        count();
        Ok(())
    })?;
    each::<NoteFacts>(at, |id, note, version| {
        let before = note
            .supersedes
            .map_or_else(String::new, |id| id.to_string());
        files.add(
            "notes",
            [
                id.to_string(),
                text(note.key.as_deref()),
                note.headline.clone(),
                note.body.clone(),
                date(Some(note.as_of)),
                note.author.clone(),
                note.tags.join(" "),
                before,
                version.to_string(),
            ],
        )?;
        let subjects = note.actors.iter().map(ToString::to_string);
        for subject in subjects.chain(note.relationships.iter().map(ToString::to_string)) {
            files.add("about", [id.to_string(), subject])?;
        }
        files.cite(id.into(), None, &note.citations)?;
        count();
        Ok(())
    })
}
