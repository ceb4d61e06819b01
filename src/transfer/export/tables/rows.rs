//! What the record says, row by row; `columns` tells what stands where.

use crate::model::{
    Actor, ActorId, Citation, ContextNote, NoteId, Period, Relationship, RelationshipId, Source,
    SourceId, Span, Viewpoint, ViewpointId, Vocabulary,
};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{
    ActorFacts, BriefFacts, NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts,
};

use super::super::{ExportError, Report, Told, each};
use super::columns::LAYOUTS;
use super::{Cell, Sink, Table, id};

type Done = Result<(), ExportError>;

/// Whoever cites: an area by the place behind its relationship.
#[derive(Clone, Copy)]
enum Citing {
    Relationship(RelationshipId),
    Area(RelationshipId, usize),
    Viewpoint(ViewpointId),
    Note(NoteId),
}

struct Rows<'a, S> {
    at: &'a Snapshot,
    sink: &'a mut S,
    report: Report,
    told: Told<'a>,
}

/// Writes all records that are in the lists.
pub(super) fn all(
    at: &Snapshot,
    sink: &mut impl Sink,
    told: Told<'_>,
) -> Result<Report, ExportError> {
    let report = Report::default();
    let mut rows = Rows {
        at,
        sink,
        report,
        told,
    };
    rows.export()?;
    each::<ActorFacts>(at, |id, actor, version| rows.actor(id, actor, version))?;
    each::<SourceFacts>(at, |id, source, version| rows.source(id, source, version))?;
    each::<RelationshipFacts>(at, |id, tie, version| rows.relationship(id, tie, version))?;
    each::<ViewpointFacts>(at, |id, view, version| rows.viewpoint(id, view, version))?;
    each::<NoteFacts>(at, |id, note, version| rows.note(id, note, version))?;
    for _ in at.rows::<BriefFacts>() {
        rows.report.leave_out("briefs");
    }
    Ok(rows.report)
}

fn code(of: Option<impl Vocabulary>) -> Cell<'static> {
    of.map(Vocabulary::code).into()
}

/// Start, end, status, observed until.
fn period(period: Option<&Period>) -> [Cell<'static>; 4] {
    let period = period.copied();
    [
        period.and_then(|period| period.start).into(),
        period.and_then(|period| period.end).into(),
        code(period.map(|period| period.status)),
        period.and_then(|period| period.observed_until).into(),
    ]
}

impl<S: Sink> Rows<'_, S> {
    fn count(&mut self) {
        self.report.written += 1;
        (self.told)(self.report.written);
    }

    /// What this is, and what it consists of.
    fn export(&mut self) -> Done {
        let revision = self.at.revision();
        let recorded = self.at.recorded_at(revision).to_string();
        let program = env!("CARGO_PKG_VERSION");
        let export = [revision.into(), recorded.into(), program.into()];
        self.sink.add(Table::Export, &export)?;
        for layout in &LAYOUTS {
            for column in layout.columns {
                let cells = [
                    layout.name.into(),
                    column.name.into(),
                    column.of.into(),
                    column.meaning.into(),
                ];
                self.sink.add(Table::Columns, &cells)?;
            }
        }
        Ok(())
    }

    fn actor(&mut self, own: ActorId, actor: &Actor, version: u32) -> Done {
        let [start, end, status, seen] = period(Some(&actor.active));
        let cells = [
            id(own),
            (&actor.slug).into(),
            (&actor.name).into(),
            actor.kind.code().into(),
            actor.summary.as_ref().into(),
            actor.country.as_ref().into(),
            start,
            end,
            status,
            seen,
            version.into(),
        ];
        self.sink.add(Table::Actors, &cells)?;
        for alias in &actor.aliases {
            let [start, end, ..] = period(alias.period.as_ref());
            let (text, language) = ((&alias.text).into(), alias.language.as_ref().into());
            self.sink
                .add(Table::Aliases, &[id(own), text, language, start, end])?;
        }
        for other in &actor.identifiers {
            let cells = [id(own), (&other.scheme).into(), (&other.value).into()];
            self.sink.add(Table::Identifiers, &cells)?;
        }
        self.count();
        Ok(())
    }

    fn source(&mut self, own: SourceId, source: &Source, version: u32) -> Done {
        let cells = [
            id(own),
            source.key.as_ref().into(),
            (&source.title).into(),
            source.url.as_ref().into(),
            source.publisher.as_ref().into(),
            source.kind.code().into(),
            source.published_on.into(),
            source.reliability.code().into(),
            version.into(),
        ];
        self.sink.add(Table::Sources, &cells)?;
        self.count();
        Ok(())
    }

    fn relationship(&mut self, own: RelationshipId, tie: &Relationship, version: u32) -> Done {
        let [start, end, status, seen] = period(Some(&tie.period));
        let span = Span::from(&tie.period);
        let obligations: Vec<_> = tie.obligations.iter().map(|one| one.code()).collect();
        let obligations = (!obligations.is_empty()).then(|| obligations.join(" "));
        let cells = [
            id(own),
            tie.key.as_ref().into(),
            id(tie.from),
            id(tie.to),
            tie.kind.code().into(),
            tie.symmetric.into(),
            tie.assertion.code().into(),
            tie.label.as_ref().into(),
            tie.alignment.code().into(),
            code(tie.tier),
            tie.formality.code().into(),
            obligations.into(),
            tie.summary.as_ref().into(),
            start,
            end,
            status,
            seen,
            span.possible_from.to_string().into(),
            span.certain_from.to_string().into(),
            span.certain_until.to_string().into(),
            span.possible_until.to_string().into(),
            code(tie.confidence),
            version.into(),
        ];
        self.sink.add(Table::Relationships, &cells)?;
        for actor in &tie.against {
            self.sink.add(Table::Against, &[id(own), id(*actor)])?;
        }
        self.cite(Citing::Relationship(own), &tie.citations)?;
        for (place, area) in tie.areas.iter().enumerate() {
            let [start, end, status, seen] = period(area.period.as_ref());
            let domain = area.domain.code().into();
            let description = (&area.description).into();
            let cells = [
                id(own),
                place.into(),
                domain,
                description,
                start,
                end,
                status,
                seen,
            ];
            self.sink.add(Table::Areas, &cells)?;
            self.cite(Citing::Area(own, place), &area.citations)?;
        }
        for coding in &tie.codings {
            let (scheme, code) = ((&coding.scheme).into(), (&coding.code).into());
            let cells = [id(own), scheme, code, coding.label.as_ref().into()];
            self.sink.add(Table::Codings, &cells)?;
        }
        self.count();
        Ok(())
    }

    fn viewpoint(&mut self, own: ViewpointId, view: &Viewpoint, version: u32) -> Done {
        let cells = [
            id(own),
            view.key.as_ref().into(),
            (&view.title).into(),
            (&view.thesis).into(),
            view.holder.as_ref().into(),
            view.holder_actor.map(id).into(),
            view.as_of.into(),
            version.into(),
        ];
        self.sink.add(Table::Viewpoints, &cells)?;
        for position in &view.positions {
            if !self.at.exists(position.relationship.into()) {
                self.report.leave_out("positions on retired relationships");
                continue;
            }
            let cells = [
                id(own),
                id(position.relationship),
                position.stance.code().into(),
                position.argument.as_ref().into(),
                code(position.alignment),
                code(position.tier),
                position.label.as_ref().into(),
            ];
            self.sink.add(Table::Positions, &cells)?;
        }
        self.cite(Citing::Viewpoint(own), &view.citations)?;
        self.count();
        Ok(())
    }

    fn note(&mut self, own: NoteId, note: &ContextNote, version: u32) -> Done {
        let before = note.supersedes.filter(|id| self.at.exists((*id).into()));
        let tags = (!note.tags.is_empty()).then(|| note.tags.join(" "));
        let cells = [
            id(own),
            note.key.as_ref().into(),
            (&note.headline).into(),
            (&note.body).into(),
            note.as_of.into(),
            (&note.author).into(),
            tags.into(),
            before.map(id).into(),
            version.into(),
        ];
        self.sink.add(Table::Notes, &cells)?;
        for actor in &note.actors {
            self.sink
                .add(Table::About, &[id(own), id(*actor), Cell::Empty])?;
        }
        for tie in &note.relationships {
            if self.at.exists((*tie).into()) {
                self.sink
                    .add(Table::About, &[id(own), Cell::Empty, id(*tie)])?;
            } else {
                self.report
                    .leave_out("mentions of retired relationships in notes");
            }
        }
        self.cite(Citing::Note(own), &note.citations)?;
        self.count();
        Ok(())
    }

    fn cite(&mut self, who: Citing, citations: &[Citation]) -> Done {
        for citation in citations {
            let mut by = [const { Cell::Empty }; 4];
            match who {
                Citing::Relationship(own) => by[0] = id(own),
                Citing::Area(own, place) => (by[0], by[1]) = (id(own), place.into()),
                Citing::Viewpoint(own) => by[2] = id(own),
                Citing::Note(own) => by[3] = id(own),
            }
            let [tie, area, viewpoint, note] = by;
            let cells = [
                tie,
                area,
                viewpoint,
                note,
                id(citation.source),
                citation.locator.as_ref().into(),
                citation.quote.as_ref().into(),
                citation.accessed_on.into(),
            ];
            self.sink.add(Table::Citations, &cells)?;
        }
        Ok(())
    }
}
