//! The one thread that writes.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{mpsc, oneshot, watch};

use crate::model::revision::{Digest, Header, Idempotency};
use crate::model::{Change, Clock, RecordId, Revision};
use crate::snapshot::{Documents, Pending, Snapshot, State};
use crate::store::{Entry, Log, Replaced, StoreError, codec};

use super::checkpoint::Keeper;
use super::command::{Action, Command};
use super::fold::{fold, fold_entry};
use super::plan::Plan;
use super::problem::{Problem, ProblemCode};
use super::redaction::{self, Redaction};
use super::{Committed, Refusal};

/// The most commands that wait for the disk together.
const LARGEST_GROUP: usize = 256;

pub(super) type Answer = oneshot::Sender<Result<Committed, Refusal>>;

pub(super) enum Job {
    Commit(Box<Command>, Answer),
    Replay(
        Vec<Entry>,
        Vec<Replaced>,
        oneshot::Sender<Result<(), Refusal>>,
    ),
}

pub(super) struct Writer {
    /// The newest state on disk, which is also the published one.
    state: Arc<State>,
    documents: Documents,
    published: Arc<ArcSwap<Snapshot>>,
    /// Wakes those who wait for the next revision.
    told: watch::Sender<u32>,
    keeper: Keeper,
    clock: Clock,
}

/// Commands that go to disk together.
struct Group {
    state: State,
    pending: Pending,
    entries: Vec<Entry>,
    answers: Vec<(Answer, Done)>,
}

/// What is answered once the group is on disk.
struct Done {
    revision: Revision,
    subject: Option<RecordId>,
    changes: Vec<Change>,
}

impl Writer {
    pub(super) fn new(
        state: Arc<State>,
        documents: Documents,
        published: Arc<ArcSwap<Snapshot>>,
        told: watch::Sender<u32>,
        keeper: Keeper,
        clock: Clock,
    ) -> Self {
        Self {
            state,
            documents,
            published,
            told,
            keeper,
            clock,
        }
    }

    /// Works until nobody can send any more.
    pub(super) fn run(mut self, mut waiting: mpsc::Receiver<Job>) {
        let mut next = waiting.blocking_recv();
        while let Some(job) = next.take() {
            match job {
                Job::Replay(entries, replaced, answer) => {
                    // Whoever asked may have gone; the work is done all the same.
                    let _ = answer.send(self.replay(&entries, &replaced));
                }
                Job::Commit(command, answer) if command.redacts() => {
                    let _ = answer.send(self.redact(&command));
                }
                Job::Commit(command, answer) => {
                    let mut group = Group {
                        state: State::clone(&self.state),
                        pending: Pending::new(),
                        entries: Vec::new(),
                        answers: Vec::new(),
                    };
                    self.take(&mut group, &command, answer);
                    while group.entries.len() < LARGEST_GROUP {
                        match waiting.try_recv() {
                            Ok(Job::Commit(command, answer))
                                if !command.redacts() && !group.holds_key_of(&command) =>
                            {
                                self.take(&mut group, &command, answer);
                            }
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.write(group);
                }
            }
            if next.is_none() {
                next = waiting.blocking_recv();
            }
        }
        self.keeper.finish(&self.state);
    }

    /// Plans a command as the next of a group. Refusals, dry runs and replays are answered at once.
    fn take(&self, group: &mut Group, command: &Command, answer: Answer) {
        let answer_now = match self.carried_out(command) {
            Ok(Some(committed)) => Ok(committed),
            Ok(None) => match self.plan(group, command) {
                Ok(Planned::Now(committed)) => Ok(*committed),
                Ok(Planned::WithGroup(done)) => {
                    group.answers.push((answer, *done));
                    return;
                }
                Err(refusal) => Err(refusal),
            },
            Err(refusal) => Err(refusal),
        };
        // Whoever asked may have gone.
        let _ = answer.send(answer_now);
    }

    fn plan(&self, group: &mut Group, command: &Command) -> Result<Planned, Refusal> {
        let documents = self.documents.with_pending(group.pending.clone());
        let plan = Plan::make(command, group.state.clone(), documents)?;
        if !plan.problems.is_empty() {
            return Err(Refusal::Problems(plan.problems));
        }
        if plan.changes.is_empty() {
            return Ok(Planned::Now(Box::new(Committed {
                snapshot: self.snapshot(
                    self.state.clone(),
                    Pending::default(),
                    self.state.revision(),
                ),
                revision: None,
                subject: plan.subject,
                changes: Arc::default(),
                replayed: false,
            })));
        }
        let entry = self.seal(&group.state, command, plan.subject, &plan.changes)?;
        let mut state = plan.state;
        state.commit(&entry.revision);
        if command.dry_run {
            let pending = plan.pending.union(group.pending.clone());
            let revision = state.revision();
            return Ok(Planned::Now(Box::new(Committed {
                snapshot: self.snapshot(Arc::new(state), pending, revision),
                revision: None,
                subject: plan.subject,
                changes: plan.changes.into(),
                replayed: false,
            })));
        }
        group.state = state;
        group.pending = plan.pending.union(std::mem::take(&mut group.pending));
        let revision = entry.revision.clone();
        group.entries.push(entry);
        Ok(Planned::WithGroup(Box::new(Done {
            revision,
            subject: plan.subject,
            changes: plan.changes,
        })))
    }

    /// Makes a revision of planned changes.
    fn seal(
        &self,
        before: &State,
        command: &Command,
        subject: Option<RecordId>,
        changes: &[Change],
    ) -> Result<Entry, StoreError> {
        let earliest = before.committed_at(before.revision());
        let now = self.clock.now();
        let idempotency = command.idempotency_key.clone();
        let header = Header {
            number: before.revision() + 1,
            committed_at: earliest.map_or(now, |earliest| now.max(earliest)),
            author: command.author.clone(),
            message: command.message.clone(),
            subject,
            idempotency: match idempotency {
                Some(key) => Some(Idempotency {
                    key,
                    command: digest(command)?,
                }),
                None => None,
            },
            approved_by: command
                .approval
                .as_ref()
                .map(|approval| approval.by.clone()),
            first_change: before.changes() + 1,
            changes: changes.len() as u32,
        };
        let bytes = codec::encode_header(&header)?;
        let changes = changes
            .iter()
            .map(codec::encode)
            .collect::<Result<Vec<_>, _>>()?;
        let digests = changes.iter().map(|change| Digest::of(change));
        let revision = Revision::seal(header, &bytes, digests, before.hash());
        Ok(Entry {
            revision,
            header: bytes,
            changes,
        })
    }

    /// Puts a group on disk, publishes its state, and answers.
    fn write(&mut self, group: Group) {
        let log = self.documents.store().clone();
        let written = log.append(self.state.revision(), &group.entries, &[]);
        if let Err(error) = written {
            if !group.entries.is_empty() {
                tracing::error!(%error, "a write failed; the record is read-only from now on");
            }
            for (answer, _) in group.answers {
                let _ = answer.send(Err(error.clone().into()));
            }
            return;
        }
        if !group.entries.is_empty() {
            self.publish(group.state);
        }
        for (answer, done) in group.answers {
            let number = done.revision.header.number;
            let _ = answer.send(Ok(Committed {
                snapshot: self.snapshot(self.state.clone(), Pending::default(), number),
                revision: Some(done.revision),
                subject: done.subject,
                changes: done.changes.into(),
                replayed: false,
            }));
        }
    }

    /// What became of a command that was carried out before under the same key.
    fn carried_out(&self, command: &Command) -> Result<Option<Committed>, Refusal> {
        let Some(key) = &command.idempotency_key else {
            return Ok(None);
        };
        let Some(number) = self.state.brought_about(key) else {
            return Ok(None);
        };
        let entry = self.documents.store().revision(number)?;
        let Some(entry) = entry else {
            return Err(StoreError::Damaged(format!("revision {number} is missing")).into());
        };
        let header = &entry.revision.header;
        let used_for = header.idempotency.as_ref().map(|used| used.command);
        if used_for != Some(digest(command)?) {
            let message = format!(
                "the key was used for another command, which made revision {number}; choose a new key"
            );
            let path = ["input", "idempotencyKey"].map(str::to_owned).into();
            let problem = Problem {
                code: ProblemCode::KeyReused,
                path,
                message,
            };
            return Err(Refusal::Problems(vec![problem]));
        }
        Ok(Some(Committed {
            snapshot: self.snapshot(self.state.clone(), Pending::default(), number),
            subject: header.subject,
            changes: entry.decode_changes()?.into(),
            revision: Some(entry.revision),
            replayed: true,
        }))
    }

    /// Appends revisions as they are, and replaces what they, or earlier ones, took text out of.
    fn replay(&mut self, entries: &[Entry], replaced: &[Replaced]) -> Result<(), Refusal> {
        let mut state = State::clone(&self.state);
        for entry in entries {
            super::verify::check_link(&state, entry)?;
            fold_entry(&mut state, entry)?;
        }
        if !replaced.is_empty() {
            self.keeper.forget();
        }
        let log = self.documents.store();
        log.append(self.state.revision(), entries, replaced)?;
        if replaced.is_empty() {
            self.publish(state);
        } else {
            self.fold_again()?;
        }
        Ok(())
    }

    /// Takes text out of the log. What is in memory is made anew from what is left.
    fn redact(&mut self, command: &Command) -> Result<Committed, Refusal> {
        let Action::Redact { id, source, reason } = &command.action else {
            return Err(StoreError::Damaged("this is no redaction".to_owned()).into());
        };
        if let Some(committed) = self.carried_out(command)? {
            return Ok(committed);
        }
        let store = self.documents.store().clone();
        let planned = redaction::plan(&self.state, &store, id, source.as_deref(), reason)?;
        let Redaction { change, replaced } = planned.map_err(Refusal::Problems)?;
        let newest = self.state.revision();
        if command.dry_run {
            let snapshot = self.snapshot(self.state.clone(), Pending::default(), newest);
            return Ok(redaction::tried(snapshot, change));
        }
        let subject = Some(change.id());
        let changes: Arc<[Change]> = [change].into();
        let entry = self.seal(&self.state, command, subject, &changes)?;
        self.keeper.forget();
        store.append(newest, std::slice::from_ref(&entry), &replaced)?;
        self.fold_again()?;
        Ok(Committed {
            snapshot: self.snapshot(self.state.clone(), Pending::default(), newest + 1),
            revision: Some(entry.revision),
            subject,
            changes,
            replayed: false,
        })
    }

    /// Makes everything in memory anew from the log, and forgets what was read of it before.
    fn fold_again(&mut self) -> Result<(), StoreError> {
        let state = fold(&**self.documents.store(), |_| {})?;
        self.documents.forget();
        self.publish(state);
        Ok(())
    }

    fn publish(&mut self, state: State) {
        self.state = Arc::new(state);
        let (documents, today) = (self.documents.clone(), self.clock.now().day());
        let newest = Snapshot::newest(self.state.clone(), documents, today);
        self.published.store(Arc::new(newest));
        self.told.send_replace(self.state.revision());
        self.keeper.see(&self.state);
    }

    fn snapshot(&self, state: Arc<State>, pending: Pending, revision: u32) -> Snapshot {
        let documents = self.documents.with_pending(pending);
        Snapshot::at_revision(state, documents, revision, self.clock.now().day())
    }
}

enum Planned {
    /// Nothing is to be written.
    Now(Box<Committed>),
    /// To be answered when the group is on disk.
    WithGroup(Box<Done>),
}

impl Group {
    /// Whether a command with the same key is in the group: what it did is not readable yet.
    fn holds_key_of(&self, command: &Command) -> bool {
        let key = command.idempotency_key.as_ref();
        key.is_some_and(|key| {
            self.entries.iter().any(|entry| {
                entry
                    .revision
                    .header
                    .idempotency
                    .as_ref()
                    .is_some_and(|used| used.key == *key)
            })
        })
    }
}

/// What a command asks for, so that a key is not used for another one.
fn digest(command: &Command) -> Result<Digest, StoreError> {
    codec::fingerprint(&(&command.message, &command.action))
}
