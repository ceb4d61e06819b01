//! What is left of a record when its text is taken out: ids, dates, kinds and grades stay, words go.

use super::{
    Actor, Brief, Change, Citation, ContextNote, Record, RecordId, Relationship, Source, SourceId,
    Viewpoint,
};

/// What stands in the place of a text that must not be empty.
pub const REDACTED: &str = "[redacted]";

/// Which text is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every text of the record.
    All,
    /// What its citations of one source quote, and where in it.
    Citations(SourceId),
}

/// What is left of a change.
pub fn change(change: &Change, scope: Scope) -> Change {
    let mut left = change.clone();
    match &mut left {
        Change::Created { id, record } | Change::Updated { id, record } => {
            *record = self::record(record, *id, scope);
        }
        Change::Retired { reason, .. }
        | Change::Restored { reason, .. }
        | Change::Merged { reason, .. } => {
            if scope == Scope::All {
                *reason = None;
            }
        }
        Change::Redacted { .. } => {}
    }
    left
}

fn record(record: &Record, id: RecordId, scope: Scope) -> Record {
    let all = scope == Scope::All;
    match record {
        Record::Actor(actor) if all => self::actor(actor, id).into(),
        Record::Relationship(tie) => relationship(tie, scope).into(),
        Record::Viewpoint(viewpoint) => self::viewpoint(viewpoint, scope).into(),
        Record::Note(note) => self::note(note, scope).into(),
        Record::Source(source) if all => self::source(source).into(),
        Record::Brief(brief) if all => self::brief(brief, id).into(),
        // These cite nothing.
        Record::Actor(_) | Record::Source(_) | Record::Brief(_) => record.clone(),
    }
}

/// A slug that tells nothing: `redacted-actor-1c`.
fn slug(id: RecordId) -> String {
    format!("redacted-{}", id.to_string().replace('_', "-"))
}

fn citations(citations: &mut [Citation], scope: Scope) {
    for citation in citations {
        if scope == Scope::All || scope == Scope::Citations(citation.source) {
            citation.locator = None;
            citation.quote = None;
        }
    }
}

fn actor(actor: &Actor, id: RecordId) -> Actor {
    Actor {
        slug: slug(id),
        former_slugs: Vec::new(),
        name: REDACTED.to_owned(),
        aliases: Vec::new(),
        summary: None,
        identifiers: Vec::new(),
        ..actor.clone()
    }
}

fn relationship(tie: &Relationship, scope: Scope) -> Relationship {
    let mut left = tie.clone();
    citations(&mut left.citations, scope);
    for area in &mut left.areas {
        citations(&mut area.citations, scope);
    }
    if scope == Scope::All {
        left.key = None;
        left.label = None;
        left.summary = None;
        for area in &mut left.areas {
            REDACTED.clone_into(&mut area.description);
        }
        for coding in &mut left.codings {
            coding.label = None;
        }
    }
    left
}

fn viewpoint(viewpoint: &Viewpoint, scope: Scope) -> Viewpoint {
    let mut left = viewpoint.clone();
    citations(&mut left.citations, scope);
    if scope == Scope::All {
        left.key = None;
        REDACTED.clone_into(&mut left.title);
        REDACTED.clone_into(&mut left.thesis);
        left.holder = None;
        for position in &mut left.positions {
            position.argument = None;
            position.label = None;
        }
    }
    left
}

fn note(note: &ContextNote, scope: Scope) -> ContextNote {
    let mut left = note.clone();
    citations(&mut left.citations, scope);
    if scope == Scope::All {
        left.key = None;
        REDACTED.clone_into(&mut left.headline);
        REDACTED.clone_into(&mut left.body);
        left.tags = Vec::new();
    }
    left
}

fn source(source: &Source) -> Source {
    Source {
        key: None,
        title: REDACTED.to_owned(),
        url: None,
        publisher: None,
        ..source.clone()
    }
}

fn brief(brief: &Brief, id: RecordId) -> Brief {
    let mut left = Brief {
        slug: slug(id),
        former_slugs: Vec::new(),
        question: REDACTED.to_owned(),
        audience: None,
        summary: REDACTED.to_owned(),
        disclaimer: None,
        ..brief.clone()
    };
    for section in &mut left.sections {
        REDACTED.clone_into(&mut section.title);
        section.introduction = None;
    }
    left
}
