//! How the record came to say what it says: what each revision did to each record.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Map, Value};

use crate::model::change::{FieldChange, compare};
use crate::model::{
    ActorId, Change, ChangeKind, Kind, RecordId, RelationshipId, Timestamp, TypedId, record,
};
use crate::snapshot::facts::{NoteFacts, RelationshipFacts, ViewpointFacts};
use crate::snapshot::{Facts, Snapshot, Version};
use crate::store::{Entry, StoreError};

/// What one revision did to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The revision; the one that would be made, for a dry run.
    pub revision: u32,
    /// The record that changed.
    pub id: RecordId,
    /// What happened to it; of several changes in one revision, the one that says most: that it was
    /// created, or else that it was retired, restored, merged or redacted.
    pub kind: ChangeKind,
    /// Why, where a reason was given for this record.
    pub reason: Option<String>,
    /// The change that holds its text before, where it had one and the text changed.
    before: Option<u64>,
    /// The change that holds its text after, where the text changed.
    after: Option<u64>,
}

impl Step {
    /// The fields that changed, with their values before and after.
    ///
    /// # Errors
    /// When the store cannot read what the record said.
    pub fn fields(&self, at: &Snapshot) -> Result<Vec<FieldChange>, StoreError> {
        match self.after {
            Some(after) => fields_between(at, self.before, after),
            None => Ok(Vec::new()),
        }
    }

    fn of_version(
        at: &Snapshot,
        id: RecordId,
        version: Version,
        older: Option<Version>,
    ) -> Result<Self, StoreError> {
        let text_changed = older.is_none_or(|older| older.document != version.document);
        let (kind, reason) = if older.is_none() {
            (ChangeKind::Created, None)
        } else if version.change == version.document {
            (ChangeKind::Updated, None)
        } else {
            let change = at.documents().change(version.change)?;
            (change.kind(), change.reason().map(str::to_owned))
        };
        Ok(Self {
            revision: version.number,
            id,
            kind,
            reason,
            before: older.map(|older| older.document).filter(|_| text_changed),
            after: Some(version.document).filter(|_| text_changed),
        })
    }
}

/// The fields in which two texts of a record differ. Without a text before, all of them are new.
///
/// # Errors
/// When the store cannot read the texts.
pub fn fields_between(
    at: &Snapshot,
    before: Option<u64>,
    after: u64,
) -> Result<Vec<FieldChange>, StoreError> {
    let fields = |document: u64| Ok(record::fields(&at.documents().get(document)?));
    let before = before.map_or(Ok(Value::Object(Map::new())), fields)?;
    Ok(compare(&before, &fields(after)?))
}

/// The revisions that changed a record up to a moment, newest first.
pub fn versions(at: &Snapshot, id: RecordId) -> Vec<u32> {
    let versions = at.versions(id);
    versions.iter().map(|version| version.number).collect()
}

/// What some revisions did to a record, in their order. Those that left it alone are passed over.
///
/// # Errors
/// When the store cannot read the changes.
pub fn steps(at: &Snapshot, id: RecordId, revisions: &[u32]) -> Result<Vec<Step>, StoreError> {
    let versions = at.versions(id);
    let step = |revision: &u32| {
        let place = versions
            .iter()
            .position(|version| version.number == *revision)?;
        let older = versions.get(place + 1).copied();
        Some(Step::of_version(at, id, versions[place], older))
    };
    revisions.iter().filter_map(step).collect()
}

/// What a revision did, change by change; none where the record has no such revision.
///
/// # Errors
/// When the store cannot read it.
pub fn of_revision(at: &Snapshot, number: u32) -> Result<Option<Vec<Step>>, StoreError> {
    let entry = at.documents().store().revision(number)?;
    entry.map(|entry| of_entry(at, &entry)).transpose()
}

/// What an entry of the log did, change by change.
///
/// # Errors
/// When its changes do not decode.
pub fn of_entry(at: &Snapshot, entry: &Entry) -> Result<Vec<Step>, StoreError> {
    let header = &entry.revision.header;
    let changes = entry.decode_changes()?;
    Ok(of_changes(at, header.number, header.first_change, &changes))
}

/// What the changes of a revision did, one by one. A record may change twice in one revision; the
/// second change starts from the first. `first` is the number of the first change in the log.
pub fn of_changes(at: &Snapshot, revision: u32, first: u64, changes: &[Change]) -> Vec<Step> {
    let mut now: HashMap<RecordId, u64> = HashMap::new();
    let step = |(number, change): (u64, &Change)| {
        let id = change.id();
        let written = change.record().is_some();
        let known = |now: &HashMap<RecordId, u64>| {
            let old = at.state().version(id, revision.saturating_sub(1));
            now.get(&id)
                .copied()
                .or(old.map(|version| version.document))
        };
        let before = if written { known(&now) } else { None };
        if written {
            now.insert(id, number);
        }
        Step {
            revision,
            id,
            kind: change.kind(),
            reason: change.reason().map(str::to_owned),
            before,
            after: written.then_some(number),
        }
    };
    (first..).zip(changes).map(step).collect()
}

/// Which revisions.
#[derive(Clone, Debug, Default)]
pub struct RevisionFilter {
    /// Made by this author.
    pub author: Option<String>,
    /// That changed this record, or for an actor also its relationships and what is said of it.
    pub touching: Option<RecordId>,
    /// Committed at this instant or later.
    pub from: Option<Timestamp>,
    /// Committed at this instant or earlier.
    pub to: Option<Timestamp>,
}

/// The revisions up to a moment that pass a filter, in order.
pub fn revisions(at: &Snapshot, filter: &RevisionFilter) -> Vec<u32> {
    let state = at.state();
    let last = filter
        .to
        .map_or(u32::MAX, |to| state.revision_at(to))
        .min(at.revision());
    let first = filter.from.map_or(1, |from| {
        state.revision_at(Timestamp(from.0.saturating_sub(1))) + 1
    });
    let by_author = |number: &u32| {
        let author = filter.author.as_deref();
        author.is_none_or(|author| state.author(*number) == Some(author))
    };
    match filter.touching {
        Some(id) => touching(at, id)
            .into_iter()
            .filter(|number| (first..=last).contains(number) && by_author(number))
            .collect(),
        None => (first..=last).filter(by_author).collect(),
    }
}

/// The revisions that changed a record; for an actor also those that changed its relationships, the
/// notes about it, and the viewpoints that it holds or that speak of it: of all that ever was so.
fn touching(at: &Snapshot, id: RecordId) -> Vec<u32> {
    let mut records = vec![id];
    if id.kind == Kind::Actor
        && let Some(actor) = TypedId::checked(id.number)
    {
        records.extend(of_actor(at, actor));
    }
    let mut found: Vec<u32> = records
        .into_iter()
        .flat_map(|id| at.versions(id))
        .map(|version| version.number)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The relationships that an actor has or had, the notes about it, and the viewpoints that it holds or
/// that speak of it. The indexes lead to more: to what changed twice in one revision, or changes later.
fn of_actor(at: &Snapshot, actor: ActorId) -> impl Iterator<Item = RecordId> + '_ {
    fn spans<F: Facts>(at: &Snapshot, id: F::Id) -> impl Iterator<Item = (&F, Range<u32>)> {
        let mut until = u32::MAX;
        let rows = F::table(at.state()).versions(id, at.revision());
        rows.map(move |row| {
            let span = row.version..until;
            until = row.version;
            (&row.facts, span)
        })
    }
    let meet = |a: &Range<u32>, b: &Range<u32>| a.start < b.end && b.start < a.end;
    let linked = move |tie: RelationshipId, then: &Range<u32>| {
        spans::<RelationshipFacts>(at, tie)
            .any(|(facts, span)| meet(&span, then) && facts.counterpart(actor).is_some())
    };
    let ties = at.state().ever_tied(actor);
    let ties = ties.filter(move |id| linked(*id, &(0..u32::MAX)));
    let notes = at.state().notes_of_actor(actor).filter(move |id| {
        spans::<NoteFacts>(at, *id).any(|(facts, _)| facts.actors.contains(&actor))
    });
    let views = at.state().viewpoints_of_actor(actor).filter(move |id| {
        spans::<ViewpointFacts>(at, *id).any(|(facts, span)| {
            let mut about = facts.positions.iter().map(|position| position.relationship);
            facts.holder == Some(actor) || about.any(|tie| linked(tie, &span))
        })
    });
    ties.map(RecordId::from)
        .chain(notes.map(RecordId::from))
        .chain(views.map(RecordId::from))
}
