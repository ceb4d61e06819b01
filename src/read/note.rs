//! Lists of context notes.

use crate::model::filter::NoteFilter;
use crate::model::{ActorId, NoteId, NoteOrderField, OrderDirection, TypedId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::NoteFacts;
use crate::snapshot::table::Row;

use super::page::{KeyPart, Order};

/// Newest first: by the date that the note speaks of, then by entry into the record.
pub const NEWEST_FIRST: [(NoteOrderField, OrderDirection); 2] = [
    (NoteOrderField::AsOf, OrderDirection::Desc),
    (NoteOrderField::Recorded, OrderDirection::Desc),
];

/// The notes that pass a filter, in the order of entry.
pub fn list(snapshot: &Snapshot, filter: &NoteFilter) -> Vec<NoteId> {
    let passes = |id: &NoteId| {
        snapshot
            .row::<NoteFacts>(*id)
            .is_some_and(|row| holds(filter, &row.facts))
    };
    // The two indexes make a short list of a long one; the filter is asked all the same.
    match (filter.relationship, filter.actor) {
        (Some(id), _) => snapshot
            .state()
            .notes_of_relationship(id)
            .filter(passes)
            .collect(),
        (None, Some(id)) => snapshot.state().notes_of_actor(id).filter(passes).collect(),
        (None, None) => snapshot.ids::<NoteFacts>().filter(passes).collect(),
    }
}

/// The notes about any of some actors, in the order of entry.
pub fn about(snapshot: &Snapshot, actors: &[ActorId]) -> Vec<NoteId> {
    let mut ids: Vec<_> = actors
        .iter()
        .flat_map(|actor| {
            list(
                snapshot,
                &NoteFilter {
                    actor: Some(*actor),
                    ..Default::default()
                },
            )
        })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn holds(filter: &NoteFilter, facts: &NoteFacts) -> bool {
    let tagged = |tags: &Vec<String>| {
        tags.iter()
            .any(|tag| facts.tags.iter().any(|own| **own == **tag))
    };
    filter
        .actor
        .is_none_or(|actor| facts.actors.contains(&actor))
        && filter
            .relationship
            .is_none_or(|id| facts.relationships.contains(&id))
        && filter.tag.as_ref().is_none_or(tagged)
        && filter
            .as_of_from
            .is_none_or(|from| facts.as_of.possible().1 >= from.possible().0)
        && filter
            .as_of_to
            .is_none_or(|to| facts.as_of.possible().0 <= to.possible().1)
        && filter.and.iter().flatten().all(|part| holds(part, facts))
        && filter
            .or
            .as_ref()
            .is_none_or(|parts| parts.iter().any(|part| holds(part, facts)))
        && filter.not.as_ref().is_none_or(|part| !holds(part, facts))
}

/// The order that a list of notes is asked in.
pub fn order<'a>(
    snapshot: &'a Snapshot,
    by: &[(NoteOrderField, OrderDirection)],
) -> Order<'a, NoteId> {
    Order::by(by, |id, revision, field| {
        key(id, field, snapshot.row_then::<NoteFacts>(id, revision))
    })
}

fn key(id: NoteId, field: NoteOrderField, row: Option<&Row<NoteFacts>>) -> KeyPart {
    KeyPart::Number(match field {
        NoteOrderField::AsOf => row.map_or(0, |row| i64::from(row.facts.as_of.first_day().0)),
        NoteOrderField::Recorded => i64::from(id.number()),
        NoteOrderField::Updated => row.map_or(0, |row| i64::from(row.version)),
    })
}
