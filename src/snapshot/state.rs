//! The state: a fold of the log, as a persistent value.
//!
//! The tables hold versions; the indexes beside them only ever grow. An index may lead to a record
//! that no longer has, or does not have yet, what it was found by: whoever follows one looks at the
//! row of the moment before believing it.

use imbl::{OrdMap, Vector};
use smallvec::SmallVec;

use crate::model::revision::{Digest, Idempotency};
use crate::model::{
    Actor, ActorId, Change, ContextNote, Kind, NoteId, Record, RecordId, Relationship,
    RelationshipId, Revision, Timestamp, TypedId, Viewpoint, ViewpointId,
};
use crate::store::StoreError;

use super::Facts;
use super::citing::Citing;
use super::dated::NotesByDay;
use super::facts::{
    ActorFacts, BriefFacts, NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts,
};
use super::index::Index;
use super::keys::{KeyDigest, Keys};
use super::stamps::Stamps;
use super::table::{Row, Table};
use super::ties::Ties;
use super::version::by_kind;

/// The record as a value: every version of every record, as far as it is kept in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub(super) actors: Table<ActorFacts>,
    pub(super) relationships: Table<RelationshipFacts>,
    pub(super) viewpoints: Table<ViewpointFacts>,
    pub(super) notes: Table<NoteFacts>,
    pub(super) sources: Table<SourceFacts>,
    pub(super) briefs: Table<BriefFacts>,
    /// When each revision was committed, and by whom.
    pub(super) stamps: Stamps,
    pub(super) hash: Digest,
    pub(super) changes: u32,
    /// What slugs and keys lead to, present and former ones.
    pub(super) keys: Keys,
    /// The revisions that took text out of the record.
    pub(super) redactions: Vector<u32>,
    /// The revision that each idempotency key brought about.
    pub(super) idempotency: OrdMap<KeyDigest, u32>,
    /// Actors by each of their names in lower case.
    pub(super) names: Index<KeyDigest, ActorId>,
    pub(super) ties: Ties,
    pub(super) notes_by_day: NotesByDay,
    pub(super) notes_of_relationships: Index<RelationshipId, NoteId>,
    pub(super) viewpoints_of_relationships: Index<RelationshipId, ViewpointId>,
    pub(super) viewpoints_of_actors: Index<ActorId, ViewpointId>,
    pub(super) citing: Citing,
}

/// A name as it is compared: lower case, without white space around it.
pub fn fold_name(name: &str) -> String {
    name.trim().to_lowercase()
}

impl State {
    /// How many changes a record holds, and so how many revisions, each of which has one at least.
    pub const MOST_CHANGES: u32 = u32::MAX >> 1;

    /// The number of the newest revision; 0 while the record is empty.
    pub fn revision(&self) -> u32 {
        self.stamps.len()
    }

    /// The hash of the newest revision; zero while the record is empty.
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// The number of the newest change in the log.
    pub fn changes(&self) -> u64 {
        self.changes.into()
    }

    /// When a revision was committed.
    pub fn committed_at(&self, revision: u32) -> Option<Timestamp> {
        self.stamps.committed_at(revision)
    }

    /// Who made a revision.
    pub fn author(&self, revision: u32) -> Option<&str> {
        self.stamps.author(revision)
    }

    /// The newest revision that was committed at an instant or before; 0 where there was none yet.
    pub fn revision_at(&self, instant: Timestamp) -> u32 {
        self.stamps.revision_at(instant)
    }

    /// How many revisions took text out of the record.
    pub fn count_redactions(&self) -> usize {
        self.redactions.len()
    }

    /// The first revision after one that took text out of the record.
    pub fn redaction_after(&self, revision: u32) -> Option<u32> {
        self.redactions
            .iter()
            .copied()
            .find(|number| *number > revision)
    }

    /// How many records of a kind there ever were.
    pub fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Actor => self.actors.len(),
            Kind::Relationship => self.relationships.len(),
            Kind::Viewpoint => self.viewpoints.len(),
            Kind::Note => self.notes.len(),
            Kind::Source => self.sources.len(),
            Kind::Brief => self.briefs.len(),
        }
    }

    /// Applies one change of the revision after the newest. The number is the change's in the log.
    ///
    /// # Errors
    /// When the change does not fit: it creates a record out of turn or changes one that is not there.
    pub fn apply(&mut self, change: &Change) -> Result<(), StoreError> {
        let revision = self.revision() + 1;
        if self.changes >= Self::MOST_CHANGES {
            let most = Self::MOST_CHANGES;
            let what = format!("a record holds at most {most} changes");
            return Err(StoreError::ReadOnly(what));
        }
        self.changes += 1;
        let id = change.id();
        let before = self.lists_of_note(id);
        let fits = match change {
            Change::Created { record, .. } => self.create(id, record, revision),
            Change::Updated { record, .. } => self.update(id, record, revision),
            Change::Retired { .. } => self.set_retired(id, true, revision),
            Change::Restored { .. } => self.set_retired(id, false, revision),
            Change::Merged { id, into, .. } => self.merge(*id, *into, revision),
            Change::Redacted { .. } => self.redact(id, revision),
        };
        if fits {
            let after = self.lists_of_note(id);
            self.notes_by_day
                .recount(before.as_deref(), after.as_deref(), revision);
            Ok(())
        } else {
            let what = format!("change {} of {id} does not fit the record", self.changes);
            Err(StoreError::Damaged(what))
        }
    }

    /// The actors in whose lists of notes a record is, if it is a note and in any.
    fn lists_of_note(&self, id: RecordId) -> Option<SmallVec<[ActorId; 4]>> {
        let id = (id.kind == Kind::Note).then(|| NoteId::from_number(id.number));
        let row = self.notes.newest(id?).filter(|row| !row.retired())?;
        Some(row.facts.actors.clone())
    }

    /// Closes the revision whose changes were applied.
    pub fn commit(&mut self, revision: &Revision) {
        let header = &revision.header;
        self.stamps.add(header.committed_at, &header.author);
        self.hash = revision.hash;
        if let Some(Idempotency { key, .. }) = &header.idempotency {
            self.idempotency
                .insert(KeyDigest::of_idempotency(key), header.number);
        }
    }

    fn create(&mut self, id: RecordId, record: &Record, revision: u32) -> bool {
        if id.kind != record.kind() || id.number as usize != self.count(id.kind) + 1 {
            return false;
        }
        match id.kind {
            Kind::Actor => self.ties.add_actor(),
            Kind::Source => self.citing.add_source(),
            _ => {}
        }
        self.write(id, record, revision);
        true
    }

    fn update(&mut self, id: RecordId, record: &Record, revision: u32) -> bool {
        let exists =
            id.kind == record.kind() && (1..=self.count(id.kind)).contains(&(id.number as usize));
        if exists {
            self.write(id, record, revision);
        }
        exists
    }

    /// Puts a version of a record into its table and its indexes.
    fn write(&mut self, id: RecordId, record: &Record, revision: u32) {
        match record {
            Record::Actor(actor) => self.put::<ActorFacts>(id, actor, revision),
            Record::Relationship(tie) => {
                let number = RelationshipId::from_number(id.number);
                let before = self.relationships.newest(number);
                let before = before.map(|row| [row.facts.from, row.facts.to]);
                self.put::<RelationshipFacts>(id, tie, revision);
                self.tell_ends(number, before);
            }
            Record::Viewpoint(viewpoint) => self.put::<ViewpointFacts>(id, viewpoint, revision),
            Record::Note(note) => self.put::<NoteFacts>(id, note, revision),
            Record::Source(source) => self.put::<SourceFacts>(id, source, revision),
            Record::Brief(brief) => self.put::<BriefFacts>(id, brief, revision),
        }
        self.index(id, record, revision);
    }

    fn put<F>(&mut self, id: RecordId, record: &F::Record, revision: u32)
    where
        F: Facts + for<'a> From<&'a F::Record>,
    {
        let (document, facts) = (self.changes, F::from(record));
        F::table_mut(self).put(F::Id::from_number(id.number), document, revision, facts);
    }

    fn set_retired(&mut self, id: RecordId, retired: bool, revision: u32) -> bool {
        if id.kind == Kind::Actor {
            // An actor that comes back is itself again.
            let id = ActorId::from_number(id.number);
            let part_of = |row: &mut Row<ActorFacts>| row.facts.merged_into = None;
            self.actors.change(id, self.changes, revision, part_of);
        }
        self.touch(id, revision, Some(retired))
    }

    /// Makes one actor part of another.
    fn merge(&mut self, id: ActorId, into: ActorId, revision: u32) -> bool {
        self.actors.newest(into).is_some()
            && self.actors.change(id, self.changes, revision, |row| {
                row.set_retired(true);
                row.facts.merged_into = Some(into);
            })
    }

    /// Remembers that text of a record was taken out. The text itself is gone from the log.
    fn redact(&mut self, id: RecordId, revision: u32) -> bool {
        if self.redactions.last() != Some(&revision) {
            self.redactions.push_back(revision);
        }
        self.touch(id, revision, None)
    }

    /// Makes a version of a record without a new text.
    fn touch(&mut self, id: RecordId, revision: u32, retired: Option<bool>) -> bool {
        let number = self.changes;
        let exists = by_kind!(id.kind, F => {
            let id = <F as Facts>::Id::from_number(id.number);
            F::table_mut(self).change(id, number, revision, |row| {
                row.set_retired(retired.unwrap_or_else(|| row.retired()));
            })
        });
        if id.kind == Kind::Relationship {
            self.tell_ends(RelationshipId::from_number(id.number), None);
        }
        exists
    }

    /// Tells the newest version of a relationship to the actors at its ends, and to those that were.
    fn tell_ends(&mut self, id: RelationshipId, before: Option<[ActorId; 2]>) {
        if let Some(row) = self.relationships.newest(id) {
            let ends = [row.facts.from, row.facts.to];
            for actor in before.into_iter().flatten().chain(ends) {
                self.ties.tell(actor, id, row);
            }
        }
    }

    /// Adds to the indexes what a version of a record brings.
    fn index(&mut self, id: RecordId, record: &Record, revision: u32) {
        let former = record.former_keys().iter().map(String::as_str);
        for key in record.key().into_iter().chain(former) {
            self.keys
                .name(KeyDigest::of_key(id.kind, key), id.number, revision);
        }
        self.citing.index(id, record);
        match record {
            Record::Actor(actor) => self.index_actor(TypedId::from_number(id.number), actor),
            Record::Relationship(relationship) => {
                self.index_relationship(TypedId::from_number(id.number), relationship);
            }
            Record::Viewpoint(viewpoint) => {
                self.index_viewpoint(TypedId::from_number(id.number), viewpoint);
            }
            Record::Note(note) => self.index_note(TypedId::from_number(id.number), note),
            Record::Source(_) | Record::Brief(_) => {}
        }
    }

    fn index_actor(&mut self, id: ActorId, actor: &Actor) {
        let aliases = actor.aliases.iter().map(|alias| alias.text.as_str());
        for name in std::iter::once(actor.name.as_str()).chain(aliases) {
            self.names.add(KeyDigest::of_name(&fold_name(name)), id);
        }
    }

    fn index_relationship(&mut self, id: RelationshipId, relationship: &Relationship) {
        // A relationship that moved to another actor brings its viewpoints along.
        let speaks = |viewpoint: &ViewpointId| {
            self.viewpoints.newest(*viewpoint).is_some_and(|row| {
                let mut positions = row.facts.positions.iter();
                positions.any(|position| position.relationship == id)
            })
        };
        let viewpoints: Vec<_> = self.viewpoints_of_relationship(id).filter(speaks).collect();
        for viewpoint in viewpoints {
            for actor in [relationship.from, relationship.to] {
                self.viewpoints_of_actors.add(actor, viewpoint);
            }
        }
    }

    fn index_viewpoint(&mut self, id: ViewpointId, viewpoint: &Viewpoint) {
        if let Some(holder) = viewpoint.holder_actor {
            self.viewpoints_of_actors.add(holder, id);
        }
        for position in &viewpoint.positions {
            let relationship = position.relationship;
            self.viewpoints_of_relationships.add(relationship, id);
            if let Some(row) = self.relationships.newest(relationship) {
                for actor in [row.facts.from, row.facts.to] {
                    self.viewpoints_of_actors.add(actor, id);
                }
            }
        }
    }

    fn index_note(&mut self, id: NoteId, note: &ContextNote) {
        self.notes_by_day.index(id, note);
        for relationship in &note.relationships {
            self.notes_of_relationships.add(*relationship, id);
        }
    }
}
