//! What of a record can be found: its names, its text, and whom it is about.

use crate::model::{ActorId, Record};

/// A text of a record.
pub(super) struct Passage<'a> {
    /// The field of the API that holds it: names joined by dots, such as `areas.description`.
    pub(super) field: &'static str,
    /// The text.
    pub(super) text: &'a str,
    /// Whether it is what the record is called.
    pub(super) is_name: bool,
}

fn name<'a>(field: &'static str, text: &'a str) -> Passage<'a> {
    Passage {
        field,
        text,
        is_name: true,
    }
}

fn prose<'a>(field: &'static str, text: &'a str) -> Passage<'a> {
    Passage {
        field,
        text,
        is_name: false,
    }
}

/// The texts of a record, the most telling first.
pub(super) fn passages(record: &Record) -> Vec<Passage<'_>> {
    let mut found = Vec::new();
    match record {
        Record::Actor(actor) => {
            found.push(name("name", &actor.name));
            let aliases = actor.aliases.iter();
            found.extend(aliases.map(|alias| name("aliases.text", &alias.text)));
            found.extend(actor.summary.as_deref().map(|text| prose("summary", text)));
            found.push(prose("slug", &actor.slug));
            let identifiers = actor.identifiers.iter();
            found.extend(identifiers.map(|own| prose("identifiers.value", &own.value)));
        }
        Record::Relationship(tie) => {
            found.extend(tie.label.as_deref().map(|text| name("label", text)));
            found.extend(tie.summary.as_deref().map(|text| prose("summary", text)));
            let areas = tie.areas.iter();
            found.extend(areas.map(|area| prose("areas.description", &area.description)));
        }
        Record::Viewpoint(viewpoint) => {
            found.push(name("title", &viewpoint.title));
            found.push(prose("thesis", &viewpoint.thesis));
            let holder = viewpoint.holder.as_deref();
            found.extend(holder.map(|text| prose("holder", text)));
            let arguments = viewpoint
                .positions
                .iter()
                .filter_map(|position| position.argument.as_deref());
            found.extend(arguments.map(|text| prose("positions.argument", text)));
        }
        Record::Note(note) => {
            found.push(name("headline", &note.headline));
            found.push(prose("body", &note.body));
            found.extend(note.tags.iter().map(|tag| prose("tags", tag)));
        }
        Record::Source(source) => {
            found.push(name("title", &source.title));
            let publisher = source.publisher.as_deref();
            found.extend(publisher.map(|text| prose("publisher", text)));
        }
        Record::Brief(brief) => {
            found.push(name("question", &brief.question));
            found.push(prose("summary", &brief.summary));
            for section in &brief.sections {
                found.push(prose("sections.title", &section.title));
                let introduction = section.introduction.as_deref();
                found.extend(introduction.map(|text| prose("sections.introduction", text)));
            }
            let audience = brief.audience.as_deref();
            found.extend(audience.map(|text| prose("audience", text)));
        }
    }
    found
}

/// The actors that a record is about.
pub(super) fn about(record: &Record) -> Vec<ActorId> {
    match record {
        Record::Actor(_) | Record::Source(_) => Vec::new(),
        Record::Relationship(tie) => {
            let ends = [tie.from, tie.to].into_iter();
            ends.chain(tie.against.iter().copied()).collect()
        }
        Record::Viewpoint(viewpoint) => viewpoint.holder_actor.into_iter().collect(),
        Record::Note(note) => note.actors.clone(),
        Record::Brief(brief) => brief.actors.clone(),
    }
}
