//! The record in plain words: what a record is called, what a relationship is, when it held.

use crate::ledger::plan::is_unwelcome;
use crate::model::{
    ActorId, PartialDate, Period, PeriodStatus, Record, RecordId, Relationship, RelationshipId,
    RelationshipKind, TypedId as _, Vocabulary,
};
use crate::read::viewpoint;
use crate::snapshot::Snapshot;
use crate::snapshot::facts::ActorFacts;
use crate::store::StoreError;

/// What a record is called at a moment, in the lists or not; nothing where it did not exist yet.
///
/// # Errors
/// When the store cannot read it.
pub(super) fn title(at: &Snapshot, id: RecordId) -> Result<String, StoreError> {
    let record = at.record_at(id, at.revision())?;
    Ok(match &record {
        None => String::new(),
        Some(Record::Actor(actor)) => actor.name.clone(),
        Some(Record::Relationship(tie)) => {
            let link = if tie.symmetric { '↔' } else { '→' };
            let (from, to) = (name(at, tie.from), name(at, tie.to));
            let id = RelationshipId::from_number(id.number);
            format!("{from} {link} {to}: {}", kind(at, id, tie)?)
        }
        Some(Record::Viewpoint(viewpoint)) => viewpoint.title.clone(),
        Some(Record::Note(note)) => note.headline.clone(),
        Some(Record::Source(source)) => source.title.clone(),
        Some(Record::Brief(brief)) => brief.question.clone(),
    })
}

/// The name of an actor.
pub(super) fn name(at: &Snapshot, id: ActorId) -> String {
    at.row_even_retired::<ActorFacts>(id)
        .map_or_else(String::new, |row| row.facts.name().to_owned())
}

/// The type of relationship: its own words or those of the viewpoint that reads it, else those of the
/// vocabulary.
///
/// # Errors
/// When the store cannot read it.
pub(super) fn kind(
    at: &Snapshot,
    id: RelationshipId,
    tie: &Relationship,
) -> Result<String, StoreError> {
    Ok(viewpoint::label(at, id)?.unwrap_or_else(|| words(tie.kind)))
}

fn words(kind: RelationshipKind) -> String {
    kind.code().to_lowercase().replace('_', " ")
}

/// A period in a few words.
pub(super) fn when(period: &Period) -> String {
    let date = |date: Option<PartialDate>| date.map(day);
    match (date(period.start), date(period.end), period.status) {
        (Some(start), Some(end), _) => format!("{start} to {end}"),
        (None, Some(end), _) => format!("until {end}"),
        (Some(start), None, PeriodStatus::Ongoing) => format!("since {start}"),
        (start, None, PeriodStatus::Censored) => {
            let seen = date(period.observed_until).unwrap_or_default();
            format!(
                "{}seen until {seen}",
                start.map(|s| format!("from {s}, ")).unwrap_or_default()
            )
        }
        (Some(start), None, PeriodStatus::Ended) => format!("from {start}, ended"),
        (Some(start), None, PeriodStatus::Unknown) => format!("from {start}"),
        (None, None, PeriodStatus::Ended) => "ended".to_owned(),
        (None, None, PeriodStatus::Ongoing | PeriodStatus::Unknown) => String::new(),
    }
}

/// A date as one would say it: `1980~` is about 1980, `201X` the 2010s.
pub(super) fn day(date: PartialDate) -> String {
    let written = date.to_string();
    let bare = written.trim_end_matches(['~', '?', '%']);
    let said = match bare.trim_end_matches("-XX") {
        years if years.ends_with('X') => format!("the {}s", years.replace('X', "0")),
        known => known.to_owned(),
    };
    match (date.uncertain(), date.approximate()) {
        (false, false) => said,
        (false, true) => format!("about {said}"),
        (true, false) => format!("perhaps {said}"),
        (true, true) => format!("perhaps about {said}"),
    }
}

/// What the record takes of a name or a title: one line, without characters that have no place in it.
pub(super) fn line(text: &str) -> String {
    const LONGEST: usize = 500;
    let ends = |character: char| character.is_whitespace() && is_unwelcome(character, true);
    fit(text.replace(ends, " ").trim().to_owned(), LONGEST, true)
}

/// What the record takes of a text, without characters that have no place in it.
pub(super) fn passage(text: &str) -> String {
    const LONGEST: usize = 50_000;
    fit(text.trim().to_owned(), LONGEST, false)
}

fn fit(mut text: String, longest: usize, one_line: bool) -> String {
    text.retain(|character| !is_unwelcome(character, one_line));
    if text.chars().count() > longest {
        text = text.chars().take(longest - 1).collect();
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_said_in_words() {
        let said = |text: &str| day(text.parse().unwrap());
        assert_eq!(said("2024-12-08"), "2024-12-08");
        assert_eq!(said("1980~"), "about 1980");
        assert_eq!(said("2003?"), "perhaps 2003");
        assert_eq!(said("1979-02%"), "perhaps about 1979-02");
        assert_eq!(said("201X"), "the 2010s");
        assert_eq!(said("19XX?"), "perhaps the 1900s");
        assert_eq!(said("1985-04-XX"), "1985-04");
        assert_eq!(said("2004-XX"), "2004");
        assert_eq!(said("1964-XX-16"), "1964-XX-16");
    }
}
