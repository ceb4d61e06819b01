//! What every import has in common: finding what the record knows already, leaving alone what people have
//! changed, batches, and the report.
//!
//! An import owns a record as long as every version of it was made by the same author, which names the
//! import. It brings records of its own into the state that the file gives. Of anybody else's actors it
//! only completes what is missing: names, identifiers, an empty field. Anybody else's relationships, notes
//! and sources, and its own that somebody has changed, it leaves alone and says so.

mod batches;
mod matching;
mod near;
mod own;
mod quality;
mod report;

use std::collections::HashSet;

use crate::ledger::Ledger;
use crate::ledger::command::{Edit, Target};
use crate::ledger::draft::{
    ActorDraft, NoteDraft, Patch, Reference, RelationshipDraft, SourceDraft, ViewpointDraft,
};
use crate::model::{ActorId, NoteId, RecordId, RelationshipId, SourceId, TypedId, ViewpointId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{ActorFacts, RelationshipFacts};
use crate::store::StoreError;

pub use batches::BATCH;
pub use matching::Match;
pub use quality::Quality;
pub use report::{Account, Counts, Fault, Left, List, Matched, Near, Place, Report};

use batches::{Batches, Door};
use matching::{Found, Matching};

/// Who imports, and how.
#[derive(Clone, Debug)]
pub struct Wishes<'a> {
    /// Whom the revisions name as their author.
    pub author: &'a str,
    /// Why: the message of the revisions.
    pub message: &'a str,
    /// Only tell what would change.
    pub dry_run: bool,
    /// Take relationships of an earlier import that are no longer in the file out of the lists.
    pub retire_missing: bool,
}

/// Takes what a reader of some format has read.
pub struct Intake<'a> {
    wishes: Wishes<'a>,
    /// The record before the import.
    before: Snapshot,
    matching: Matching,
    batches: Batches<'a>,
    report: Report,
    progress: Box<dyn FnMut(u64) + 'a>,
    done: u64,
    /// The sources of the import, to find what is no longer in the file.
    sources: Vec<SourceId>,
    seen: HashSet<RelationshipId>,
}

impl<'a> Intake<'a> {
    /// Begins. `progress` is told how many records are on their way.
    pub fn new(ledger: &'a Ledger, wishes: Wishes<'a>, progress: impl FnMut(u64) + 'a) -> Self {
        let before = ledger.snapshot();
        let door = if wishes.dry_run {
            Door::Rehearsal(Box::new(ledger.rehearse()))
        } else {
            Door::Ledger(ledger)
        };
        Self {
            matching: Matching::new(before.clone()),
            batches: Batches::new(door, wishes.author, wishes.message),
            report: Report {
                dry_run: wishes.dry_run,
                ..Report::default()
            },
            before,
            wishes,
            progress: Box::new(progress),
            done: 0,
            sources: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// What is reported so far.
    pub fn report(&mut self) -> &mut Report {
        &mut self.report
    }

    fn send(&mut self, edit: Edit, place: Place) -> Result<(), StoreError> {
        self.done += 1;
        (self.progress)(self.done);
        self.batches.add(edit, place, &mut self.report)
    }

    /// Whether a record is there and somebody else has a hand in it; then it is left alone.
    fn left_alone<I: TypedId>(&mut self, key: Option<&str>) -> bool {
        let Some((key, id)) = key.and_then(|key| Some((key, self.before.find::<I>(key)?))) else {
            return false;
        };
        let Some((author, revision)) = own::other_hand(&self.before, id.into(), self.wishes.author)
        else {
            return false;
        };
        self.report.kept.push(Left {
            id: id.into().to_string(),
            key: key.to_owned(),
            author,
            revision,
        });
        true
    }

    /// Takes a source.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn source(&mut self, draft: SourceDraft, place: Place) -> Result<(), StoreError> {
        self.report.records.sources += 1;
        let key = draft.key.given().map(str::to_owned);
        self.sources.extend(
            key.as_deref()
                .and_then(|key| self.before.find::<SourceId>(key)),
        );
        if self.left_alone::<SourceId>(key.as_deref()) {
            return Ok(());
        }
        let target = Target::ByKey { retired: false };
        self.send(Edit::Source(target, Box::new(draft)), place)
    }

    /// Takes an actor. Returns what relationships and notes are to call it.
    ///
    /// # Errors
    /// When the record cannot be read or written.
    pub fn actor(
        &mut self,
        mut draft: ActorDraft,
        may_match: Match,
        place: Place,
    ) -> Result<Reference, StoreError> {
        self.report.records.actors += 1;
        let name = draft.name.given().unwrap_or_default().to_owned();
        match self.matching.find(&draft, may_match) {
            Found::One { id, by } => {
                let reference = RecordId::from(id).to_string();
                let hand = own::other_hand(&self.before, id.into(), self.wishes.author);
                let draft = if hand.is_none() {
                    Some(own::whole(draft))
                } else {
                    let actor = self.slug(id);
                    self.report.matched.push(Matched { name, actor, by });
                    own::completed(&self.before, id, &draft, may_match)?
                };
                if let Some(draft) = draft {
                    let target = Target::Old {
                        id: reference.clone(),
                        expected: None,
                    };
                    self.send(Edit::Actor(target, Box::new(draft)), place)?;
                }
                Ok(reference)
            }
            Found::New(near) => {
                let slug = self.matching.free_slug(draft.slug.given(), &name);
                for alike in near {
                    let entry = Near {
                        name: name.clone(),
                        slug: slug.clone(),
                        actor: self.slug(alike.actor),
                        score: alike.score,
                        why: alike.why,
                    };
                    self.report.near.push(entry);
                }
                draft.slug = Patch::Set(slug.clone());
                let target = Target::New(None);
                self.send(Edit::Actor(target, Box::new(draft)), place)?;
                Ok(slug)
            }
        }
    }

    /// The actor that is only mentioned: where the record has it, nothing is said of it.
    ///
    /// # Errors
    /// When the record cannot be read or written.
    pub fn mention(
        &mut self,
        draft: ActorDraft,
        may_match: Match,
        place: Place,
    ) -> Result<Reference, StoreError> {
        match self.matching.find(&draft, may_match) {
            Found::One { id, .. } => Ok(RecordId::from(id).to_string()),
            Found::New(_) => self.actor(draft, may_match, place),
        }
    }

    fn slug(&self, id: ActorId) -> String {
        let row = self.before.row_even_retired::<ActorFacts>(id);
        row.map_or_else(String::new, |row| row.facts.slug().to_owned())
    }

    /// Takes a relationship, which must have a key.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn relationship(
        &mut self,
        draft: RelationshipDraft,
        place: Place,
    ) -> Result<(), StoreError> {
        self.report.records.relationships += 1;
        let key = draft.key.given().map(str::to_owned);
        self.seen.extend(
            key.as_deref()
                .and_then(|key| self.before.find::<RelationshipId>(key)),
        );
        if self.left_alone::<RelationshipId>(key.as_deref()) {
            return Ok(());
        }
        let target = Target::ByKey { retired: false };
        self.send(Edit::Relationship(target, Box::new(draft)), place)
    }

    /// Takes a context note, which must have a key.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn note(&mut self, draft: NoteDraft, place: Place) -> Result<(), StoreError> {
        self.report.records.notes += 1;
        let key = draft.key.given().map(str::to_owned);
        if self.left_alone::<NoteId>(key.as_deref()) {
            return Ok(());
        }
        let target = Target::ByKey { retired: false };
        self.send(Edit::Note(target, Box::new(draft)), place)
    }

    /// Takes a viewpoint, which must have a key.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn viewpoint(&mut self, draft: ViewpointDraft, place: Place) -> Result<(), StoreError> {
        self.report.records.viewpoints += 1;
        let key = draft.key.given().map(str::to_owned);
        if self.left_alone::<ViewpointId>(key.as_deref()) {
            return Ok(());
        }
        let target = Target::ByKey { retired: false };
        self.send(Edit::Viewpoint(target, Box::new(draft)), place)
    }

    /// Ends: deals with what is no longer in the file, waits for the last batch, and looks at what came.
    ///
    /// # Errors
    /// When the record cannot be read or written.
    pub fn finish(mut self, file: &std::sync::Arc<str>) -> Result<Report, StoreError> {
        for id in self.gone() {
            let reference = RecordId::from(id).to_string();
            self.report.gone.push(reference.clone());
            if self.wishes.retire_missing {
                let edit = Edit::Retire {
                    id: reference.clone(),
                    expected: None,
                    reason: Some("it is no longer in the data".to_owned()),
                };
                self.send(edit, Place::item(file, &reference))?;
            }
        }
        self.batches.finish(&mut self.report)?;
        let after = self.batches.snapshot();
        self.report.quality = Some(quality::examine(&after, &self.batches.touched));
        Ok(self.report)
    }

    /// The relationships that cite a source of this import, are its own, and were not met this time.
    fn gone(&self) -> Vec<RelationshipId> {
        let citing = self
            .sources
            .iter()
            .flat_map(|source| self.before.state().relationships_citing(*source));
        let mut gone: Vec<_> = citing
            .filter(|id| !self.seen.contains(id))
            .filter(|id| self.before.row::<RelationshipFacts>(*id).is_some())
            .filter(|id| own::other_hand(&self.before, (*id).into(), self.wishes.author).is_none())
            .collect();
        gone.sort_unstable();
        gone.dedup();
        gone
    }
}
