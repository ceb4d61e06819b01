//! Which revisions somebody follows.

use crate::model::{ActorId, ChangeKind, Kind, NoteId, RecordId, TypedId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{NoteFacts, RelationshipFacts, ViewpointFacts};
use crate::store::{Store, StoreError};

/// What a revision did to one record, without the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The record.
    pub id: RecordId,
    /// What happened to it.
    pub kind: ChangeKind,
}

/// What a revision did, change by change.
///
/// # Errors
/// When the log cannot be read, or has no such revision.
pub fn touched(store: &Store, number: u32) -> Result<Vec<Touched>, StoreError> {
    let missing = || StoreError::Damaged(format!("revision {number} is missing"));
    let entry = store.revision(number)?.ok_or_else(missing)?;
    let changes = entry.decode_changes()?;
    Ok(changes
        .iter()
        .map(|change| Touched {
            id: change.id(),
            kind: change.kind(),
        })
        .collect())
}

/// Which revisions: those with a change that passes every condition that is given.
#[derive(Clone, Debug, Default)]
pub struct ChangeFilter {
    /// Made by one of these authors.
    pub authors: Option<Vec<String>>,
    /// With a change to one of these records; to an actor's relationships, to a note about it and to a
    /// viewpoint that it holds or that speaks of it too.
    pub touching: Option<Vec<RecordId>>,
    /// With a change to a record of one of these kinds.
    pub records: Option<Vec<Kind>>,
    /// With a change of one of these kinds.
    pub changes: Option<Vec<ChangeKind>>,
}

impl ChangeFilter {
    /// Whether the author of a revision passes.
    pub fn takes_author(&self, author: Option<&str>) -> bool {
        self.authors
            .as_ref()
            .is_none_or(|wanted| author.is_some_and(|own| wanted.iter().any(|one| one == own)))
    }

    /// Whether it asks for more than the author.
    pub fn asks_for_changes(&self) -> bool {
        self.touching.is_some() || self.records.is_some() || self.changes.is_some()
    }

    /// Whether one of the changes of a revision passes. `after` is the moment that the revision left.
    pub fn takes(&self, after: &Snapshot, touched: &[Touched]) -> bool {
        let among = |wanted: &Option<Vec<Kind>>, own: Kind| {
            wanted.as_ref().is_none_or(|wanted| wanted.contains(&own))
        };
        touched.iter().any(|one| {
            among(&self.records, one.id.kind)
                && self
                    .changes
                    .as_ref()
                    .is_none_or(|wanted| wanted.contains(&one.kind))
                && self.touching.as_ref().is_none_or(|wanted| {
                    wanted.iter().any(|target| concerns(after, one.id, *target))
                })
        })
    }
}

/// Whether a record that a revision changed is another one, or an actor's: its relationship, a note
/// about it, a viewpoint that it holds or that speaks of it, just before the revision or after it.
fn concerns(after: &Snapshot, id: RecordId, target: RecordId) -> bool {
    if id == target {
        return true;
    }
    let (Kind::Actor, Some(actor)) = (target.kind, ActorId::checked(target.number)) else {
        return false;
    };
    let before = after.at(after.revision().saturating_sub(1));
    [&before, after]
        .into_iter()
        .any(|at| speaks_of(at, id, actor))
}

fn speaks_of(at: &Snapshot, id: RecordId, actor: ActorId) -> bool {
    let tied = |id| {
        at.row_even_retired::<RelationshipFacts>(id)
            .is_some_and(|row| row.facts.counterpart(actor).is_some())
    };
    match id.kind {
        Kind::Relationship => TypedId::checked(id.number).is_some_and(tied),
        Kind::Note => TypedId::checked(id.number)
            .and_then(|id| at.row_even_retired::<NoteFacts>(id))
            .is_some_and(|row| row.facts.actors.contains(&actor)),
        Kind::Viewpoint => TypedId::checked(id.number)
            .and_then(|id| at.row_even_retired::<ViewpointFacts>(id))
            .is_some_and(|row| {
                let mut positions = row.facts.positions.iter();
                row.facts.holder == Some(actor) || positions.any(|one| tied(one.relationship))
            }),
        Kind::Actor | Kind::Source | Kind::Brief => false,
    }
}

/// The context notes that came into the lists with a revision, in the order of entry: all, or those
/// about an actor. `after` is the moment that the revision left.
pub fn new_notes(after: &Snapshot, touched: &[Touched], actor: Option<ActorId>) -> Vec<NoteId> {
    let before = after.at(after.revision().saturating_sub(1));
    let listed = |at: &Snapshot, id: NoteId| {
        at.row::<NoteFacts>(id).is_some_and(|row| {
            actor.is_none_or(|actor| row.facts.actors.contains(&at.survivor(actor)))
        })
    };
    let notes = touched
        .iter()
        .filter_map(|one| NoteId::narrow(one.id).ok())
        .filter(|id| listed(after, *id) && !listed(&before, *id));
    let mut notes: Vec<_> = notes.collect();
    notes.sort_unstable();
    notes.dedup();
    notes
}
