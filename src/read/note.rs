//! Lists of context notes.

use std::ops::Bound;

use crate::model::filter::NoteFilter;
use crate::model::{ActorId, Day, NoteId, NoteOrderField, OrderDirection, TypedId};
use crate::snapshot::facts::NoteFacts;
use crate::snapshot::table::Row;
use crate::snapshot::{Dated, Snapshot};

use super::page::{Key, KeyPart, List, Order, Way};

/// Newest first: by the date that the note speaks of, then by entry into the record.
pub const NEWEST_FIRST: [(NoteOrderField, OrderDirection); 2] = [
    (NoteOrderField::AsOf, OrderDirection::Desc),
    (NoteOrderField::Recorded, OrderDirection::Desc),
];

/// The notes that pass a filter, in the order of entry.
pub fn list(snapshot: &Snapshot, filter: &NoteFilter) -> Vec<NoteId> {
    // The two indexes make a short list of a long one; the filter is asked all the same.
    let state = snapshot.state();
    let mut found: Vec<NoteId> = match (filter.relationship, filter.actor) {
        (Some(id), _) => {
            passing(filter, snapshot.facts_of(state.notes_of_relationship(id))).collect()
        }
        (None, Some(id)) => passing(filter, snapshot.facts_of(state.notes_of_actor(id))).collect(),
        (None, None) => return passing(filter, snapshot.facts()).collect(),
    };
    found.sort_unstable();
    found.dedup();
    found
}

fn passing<'a>(
    filter: &NoteFilter,
    notes: impl Iterator<Item = (NoteId, &'a NoteFacts)>,
) -> impl Iterator<Item = NoteId> {
    let passing = notes.filter(|(_, facts)| holds(filter, facts));
    passing.map(|(id, _)| id)
}

/// The notes that pass a filter, by the day that they speak of. There can be very many, of the record or
/// of one actor, so they are gone through only as far as is wanted.
pub struct ByDay {
    snapshot: Snapshot,
    filter: NoteFilter,
}

impl ByDay {
    /// The notes that pass a filter.
    pub fn new(snapshot: &Snapshot, filter: NoteFilter) -> Self {
        Self {
            snapshot: snapshot.clone(),
            filter,
        }
    }

    /// The order from the newest.
    pub fn newest_first(&self) -> Order<'_, NoteId> {
        Order {
            way: Way::Down,
            ..order(&self.snapshot, &NEWEST_FIRST)
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        let actor = self.filter.actor;
        let all = NoteFilter {
            actor,
            ..Default::default()
        };
        let known = if self.filter == all {
            let state = self.snapshot.state();
            state.count_notes(actor, self.snapshot.revision())
        } else {
            None
        };
        known.unwrap_or_else(|| list(&self.snapshot, &self.filter).len())
    }

    /// What stands where it belongs as of a revision: a note stands at each day that it ever spoke of.
    fn standing(
        &self,
        notes: impl Iterator<Item = Dated>,
        walk: u32,
    ) -> impl Iterator<Item = (Dated, NoteId)> {
        let stands = move |dated: &Dated| {
            let then = self.snapshot.row_then::<NoteFacts>(dated.id, walk);
            let now = self.snapshot.row::<NoteFacts>(dated.id);
            then.is_some_and(|row| row.facts.as_of.first_day() == dated.day)
                && now.is_some_and(|row| holds(&self.filter, &row.facts))
        };
        notes.filter(stands).map(|dated| (dated, dated.id))
    }
}

impl List<NoteId> for ByDay {
    type Place = Dated;

    fn place(&self, key: &Key, number: u32) -> Option<Dated> {
        let Some(KeyPart::Number(day)) = key.first() else {
            return None;
        };
        Some(Dated {
            day: Day(i32::try_from(*day).ok()?),
            id: NoteId::checked(number)?,
        })
    }

    fn key(&self, place: Dated) -> Key {
        let parts = [i64::from(place.day.0), i64::from(place.id.number())];
        parts.map(KeyPart::Number).into_iter().collect()
    }

    fn up(&self, from: Bound<Dated>, walk: u32) -> impl Iterator<Item = (Dated, NoteId)> {
        let notes = self.snapshot.state().notes_from(self.filter.actor, from);
        self.standing(notes, walk)
    }

    fn down(&self, from: Bound<Dated>, walk: u32) -> impl Iterator<Item = (Dated, NoteId)> {
        let notes = self.snapshot.state().notes_up_to(self.filter.actor, from);
        self.standing(notes, walk)
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
    let tagged = |tags: &Vec<String>| tags.iter().any(|tag| facts.tags.contains(tag));
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
