//! Command and state in, changes or problems out. It decides everything and writes nothing.
//!
//! Each edit is applied to a working copy of the state as soon as it is planned, so later edits of
//! the same command see earlier ones as if they were already there.

mod actor;
mod brief;
mod characters;
mod lifecycle;
mod merge;
mod note;
mod path;
mod references;
mod relationship;
mod revert;
mod rules;
mod source;
mod viewpoint;

pub use characters::is_unwelcome;

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{Change, RecordId, Recorded, TypedId};
use crate::snapshot::{Documents, Facts, Pending, State};
use crate::store::StoreError;

use super::command::{Action, Command, Edit, Target};
use super::problem::{Problem, ProblemCode};
use path::Step;

/// A command on its way to a revision.
pub(super) struct Plan {
    pub(super) state: State,
    /// What the changes made so far say, by the number that each will have in the log.
    pub(super) pending: Pending,
    pub(super) changes: Vec<Change>,
    pub(super) problems: Vec<Problem>,
    /// The first record that the command is about.
    pub(super) subject: Option<RecordId>,
    documents: Documents,
    author: String,
    path: Vec<Step>,
    /// Whether what is out of the lists may be referred to: an import brings back what was.
    bringing_back: bool,
    /// `#name`s; none where the creation had problems, so that they are not reported twice.
    names: HashMap<String, Option<RecordId>>,
    /// What references led to, while nothing but new records came: those of an import repeat themselves.
    met: HashMap<String, RecordId>,
}

impl Plan {
    /// Plans a command upon a state. Problems are collected, not returned.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn make(
        command: &Command,
        state: State,
        documents: Documents,
    ) -> Result<Self, StoreError> {
        let mut plan = Self {
            state,
            pending: Pending::new(),
            changes: Vec::new(),
            problems: Vec::new(),
            subject: None,
            documents,
            author: command.author.clone(),
            path: Vec::new(),
            bringing_back: false,
            names: HashMap::new(),
            met: HashMap::new(),
        };
        plan.within("input", |plan| {
            rules::message(plan, command.message.as_deref());
            rules::idempotency_key(plan, command.idempotency_key.as_deref());
            for (id, seen) in command.approval.iter().flat_map(|approval| &approval.seen) {
                plan.check_version(*id, Some(*seen), plan.version(*id));
            }
        });
        match &command.action {
            Action::One(edit) => {
                plan.path.push("input".into());
                plan.subject = plan.edit(edit)?;
            }
            Action::Update { note, changes } => plan.update(note, changes)?,
            Action::Revert { number } => {
                plan.path.push("input".into());
                revert::revert(&mut plan, *number)?;
            }
            // The writer sees to it: it replaces what is in the log.
            Action::Redact { .. } => {}
            Action::Batch(edits) => {
                for (index, edit) in edits.iter().enumerate() {
                    plan.path = vec![index.into()];
                    plan.edit(edit)?;
                }
            }
        }
        Ok(plan)
    }

    /// The changes come first: the note may be about what they create.
    fn update(
        &mut self,
        note: &super::draft::NoteDraft,
        changes: &[Edit],
    ) -> Result<(), StoreError> {
        for (index, edit) in changes.iter().enumerate() {
            self.path = vec![
                "input".into(),
                "changes".into(),
                index.into(),
                edit.name().into(),
            ];
            self.edit(edit)?;
        }
        self.path = ["input", "note"].map(Step::from).into();
        self.subject = self.edit(&Edit::Note(Target::New(None), Box::new(note.clone())))?;
        Ok(())
    }

    fn edit(&mut self, edit: &Edit) -> Result<Option<RecordId>, StoreError> {
        match edit {
            Edit::Actor(target, draft) => self.put(
                target,
                |plan, old, id| actor::build(plan, draft, old, id),
                draft.slug.given(),
            ),
            Edit::Relationship(target, draft) => self.put(
                target,
                |plan, old, id| relationship::build(plan, draft, old, id),
                draft.key.given(),
            ),
            Edit::Viewpoint(target, draft) => self.put(
                target,
                |plan, old, id| viewpoint::build(plan, draft, old, id),
                draft.key.given(),
            ),
            Edit::Note(target, draft) => self.put(
                target,
                |plan, old, id| note::build(plan, draft, old, id),
                draft.key.given(),
            ),
            Edit::Source(target, draft) => self.put(
                target,
                |plan, old, id| source::build(plan, draft, old, id),
                draft.key.given(),
            ),
            Edit::Brief(target, draft) => self.put(
                target,
                |plan, old, id| brief::build(plan, draft, old, id),
                draft.slug.given(),
            ),
            Edit::End {
                id,
                expected,
                end,
                citations,
            } => relationship::end(self, id, *expected, *end, citations),
            Edit::Merge {
                duplicate,
                survivor,
                expected,
                reason,
            } => merge::merge(self, duplicate, survivor, *expected, reason.clone()),
            Edit::Retire {
                id,
                expected,
                reason,
            } => lifecycle::retire(self, id, *expected, reason.clone()),
            Edit::Restore {
                id,
                expected,
                reason,
            } => lifecycle::restore(self, id, *expected, reason.clone()),
        }
    }

    /// Creates or updates a record: `build` makes the new version from the draft and the old one.
    fn put<R: Recorded + InTable>(
        &mut self,
        target: &Target,
        build: impl FnOnce(&mut Self, Option<&R>, Option<R::Id>) -> R,
        key: Option<&str>,
    ) -> Result<Option<RecordId>, StoreError> {
        let before = self.problems.len();
        match target {
            Target::New(name) => {
                let record = build(self, None, None);
                let id = (self.problems.len() == before).then(|| self.create(record));
                let id = id.transpose()?;
                if let Some(name) = name {
                    self.name(name, id);
                }
                Ok(id)
            }
            Target::Old { id, expected } => {
                let Some(id) = self.resolve::<R::Id>("id", id) else {
                    return Ok(None);
                };
                let Some(old) = self.at_version::<R>(id, *expected)? else {
                    return Ok(None);
                };
                let record = build(self, Some(&old), Some(id));
                if self.problems.len() == before && record != *old {
                    self.apply(Change::Updated {
                        id: id.into(),
                        record: record.into(),
                    })?;
                }
                Ok(Some(id.into()))
            }
            Target::ByKey { retired } => {
                let known = key.and_then(|key| self.state.find(R::Id::KIND, key));
                let id: Option<R::Id> = known.map(TypedId::from_number);
                self.bringing_back = true;
                let record = build(self, None, id);
                self.bringing_back = false;
                if self.problems.len() > before {
                    return Ok(None);
                }
                let id = match id {
                    None => self.create(record)?,
                    Some(id) => {
                        let old = self.document::<R>(id)?;
                        if old.as_deref() != Some(&record) {
                            self.apply(Change::Updated {
                                id: id.into(),
                                record: record.into(),
                            })?;
                        }
                        id.into()
                    }
                };
                lifecycle::set(self, id, *retired)?;
                if !retired {
                    lifecycle::missing(self, id);
                }
                Ok(Some(id))
            }
        }
    }

    fn create<R: Recorded + InTable>(&mut self, record: R) -> Result<RecordId, StoreError> {
        let id: RecordId = R::InTable::table(&self.state).next_id().into();
        self.apply(Change::Created {
            id,
            record: record.into(),
        })?;
        Ok(id)
    }

    fn apply(&mut self, change: Change) -> Result<(), StoreError> {
        self.state.apply(&change)?;
        if !matches!(change, Change::Created { .. }) {
            self.met.clear();
        }
        if let Some(record) = change.record() {
            self.pending.insert(self.state.changes(), record.clone());
        }
        self.changes.push(change);
        Ok(())
    }

    /// The newest text of a record.
    fn document<R: Recorded + InTable>(&self, id: R::Id) -> Result<Option<Arc<R>>, StoreError> {
        let Some(row) = R::InTable::table(&self.state).newest(id) else {
            return Ok(None);
        };
        let number = u64::from(row.document);
        let record = match self.pending.get(&number) {
            Some(record) => record.clone(),
            None => self.documents.get(number)?,
        };
        Ok(R::of(&record).cloned())
    }

    /// The newest text of a record, if that is the version that the user saw.
    fn at_version<R: Recorded + InTable>(
        &mut self,
        id: R::Id,
        expected: Option<u32>,
    ) -> Result<Option<Arc<R>>, StoreError> {
        self.check_version(id.into(), expected, self.version(id.into()));
        self.document::<R>(id)
    }

    fn within<T>(&mut self, step: impl Into<Step>, work: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.into());
        let result = work(self);
        self.path.pop();
        result
    }

    fn problem(&mut self, step: impl Into<Step>, code: ProblemCode, message: impl Into<String>) {
        self.within(step, |plan| plan.problem_here(code, message));
    }

    fn problem_here(&mut self, code: ProblemCode, message: impl Into<String>) {
        self.problems.push(Problem {
            code,
            path: self.path.iter().map(Step::to_string).collect(),
            message: message.into(),
        });
    }
}

/// The facts that are kept of a kind of record.
trait InTable: Recorded {
    type InTable: Facts<Id = Self::Id, Record = Self>;
}

macro_rules! in_table {
    ($($record:ident: $facts:ident,)+) => {$(
        impl InTable for crate::model::$record {
            type InTable = crate::snapshot::facts::$facts;
        }
    )+};
}

in_table! {
    Actor: ActorFacts,
    Relationship: RelationshipFacts,
    Viewpoint: ViewpointFacts,
    ContextNote: NoteFacts,
    Source: SourceFacts,
    Brief: BriefFacts,
}
