//! Sending what is imported to the ledger, or to a rehearsal of it, in batches that are one revision each.

use std::collections::HashSet;

use crate::ledger::command::Edit;
use crate::ledger::{Action, Command, Committed, Ledger, Problem, Refusal, Rehearsal};
use crate::model::{Change, RecordId, shorten};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

use super::report::{Fault, Place, Report};

/// The most records that one revision of an import takes.
pub const BATCH: usize = 5_000;

/// Where edits go.
pub(super) enum Door<'a> {
    Ledger(&'a Ledger),
    Rehearsal(Box<Rehearsal>),
}

/// An edit, and where it comes from.
struct Item {
    edit: Edit,
    place: Place,
}

type Answer = Box<dyn FnOnce() -> Result<Committed, Refusal>>;

pub(super) struct Batches<'a> {
    pub(super) door: Door<'a>,
    author: String,
    message: String,
    items: Vec<Item>,
    /// One batch is written while the next is read.
    on_its_way: Option<(Answer, Vec<Item>)>,
    /// The records that were changed.
    pub(super) touched: HashSet<RecordId>,
}

impl<'a> Batches<'a> {
    pub(super) fn new(door: Door<'a>, author: &str, message: &str) -> Self {
        Self {
            door,
            author: author.to_owned(),
            message: message.to_owned(),
            items: Vec::new(),
            on_its_way: None,
            touched: HashSet::new(),
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        match &self.door {
            Door::Ledger(ledger) => ledger.snapshot(),
            Door::Rehearsal(rehearsal) => rehearsal.snapshot(),
        }
    }

    pub(super) fn add(
        &mut self,
        edit: Edit,
        place: Place,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        self.items.push(Item { edit, place });
        if self.items.len() == BATCH {
            self.send(report)?;
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, report: &mut Report) -> Result<(), StoreError> {
        if !self.items.is_empty() {
            self.send(report)?;
        }
        self.take_answer(report)
    }

    fn send(&mut self, report: &mut Report) -> Result<(), StoreError> {
        let items = std::mem::take(&mut self.items);
        let command = self.command(&items);
        match &mut self.door {
            Door::Ledger(ledger) => {
                let ledger: &Ledger = ledger;
                // None is sent before what became of the one before is known.
                self.take_answer(report)?;
                self.on_its_way = Some((Box::new(ledger.submit(command)), items));
                Ok(())
            }
            Door::Rehearsal(rehearsal) => {
                let tried = rehearsal.try_out(&command);
                self.settle(tried, items, report)
            }
        }
    }

    fn take_answer(&mut self, report: &mut Report) -> Result<(), StoreError> {
        let Some((answer, items)) = self.on_its_way.take() else {
            return Ok(());
        };
        let changes = answer().map(|committed| {
            report.revisions += u32::from(committed.revision.is_some());
            committed.changes.to_vec()
        });
        self.settle(changes, items, report)
    }

    /// Counts what was changed; tells of what was refused, and sends the rest again.
    fn settle(
        &mut self,
        mut changes: Result<Vec<Change>, Refusal>,
        mut items: Vec<Item>,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        loop {
            match changes {
                Ok(changes) => {
                    self.count(&changes, report);
                    return Ok(());
                }
                Err(Refusal::Store(error)) => return Err(error),
                Err(Refusal::Problems(problems)) => {
                    items = without(items, &problems, report)?;
                    if items.is_empty() {
                        return Ok(());
                    }
                    changes = self.again(&items, report);
                }
            }
        }
    }

    fn again(&mut self, items: &[Item], report: &mut Report) -> Result<Vec<Change>, Refusal> {
        let command = self.command(items);
        match &mut self.door {
            Door::Ledger(ledger) => {
                let committed = ledger.submit(command)()?;
                report.revisions += u32::from(committed.revision.is_some());
                Ok(committed.changes.to_vec())
            }
            Door::Rehearsal(rehearsal) => rehearsal.try_out(&command),
        }
    }

    fn command(&self, items: &[Item]) -> Command {
        Command {
            author: self.author.clone(),
            message: Some(self.message.clone()),
            idempotency_key: None,
            dry_run: false,
            approval: None,
            action: Action::Batch(items.iter().map(|item| item.edit.clone()).collect()),
        }
    }

    fn count(&mut self, changes: &[Change], report: &mut Report) {
        for change in changes {
            self.touched.insert(change.id());
            match change {
                Change::Created { .. } => report.created += 1,
                Change::Updated { .. } => report.updated += 1,
                Change::Retired { .. } | Change::Restored { .. } => report.retired += 1,
                Change::Merged { .. } | Change::Redacted { .. } => {}
            }
        }
    }
}

/// The items that no problem is about. The others are reported.
fn without(
    items: Vec<Item>,
    problems: &[Problem],
    report: &mut Report,
) -> Result<Vec<Item>, StoreError> {
    let mut bad = vec![false; items.len()];
    for problem in problems {
        let index = problem.path.first().and_then(|index| index.parse().ok());
        let Some(item) = index.and_then(|index: usize| items.get(index)) else {
            // Nothing of the file is at fault, so nothing of it can be left out.
            return Err(StoreError::ReadOnly(problem.message.clone()));
        };
        if let Some(bad) = index.and_then(|index| bad.get_mut(index)) {
            *bad = true;
        }
        let field = problem.path.get(1..).unwrap_or_default().join(".");
        report.not_taken.push(Fault {
            place: item.place.clone(),
            column: None,
            why: format!("{}{field}: {}", called(&item.edit), problem.message),
        });
    }
    let kept = items.into_iter().zip(bad).filter(|(_, bad)| !bad);
    Ok(kept.map(|(item, _)| item).collect())
}

/// What to call the record of an edit in a report.
fn called(edit: &Edit) -> String {
    let key = match edit {
        Edit::Actor(_, draft) => draft.slug.given().or(draft.name.given()),
        Edit::Relationship(_, draft) => draft.key.given(),
        Edit::Source(_, draft) => draft.key.given(),
        Edit::Note(_, draft) => draft.key.given(),
        Edit::Viewpoint(_, draft) => draft.key.given(),
        _ => None,
    };
    key.map_or_else(String::new, |key| format!("{}: ", shorten(key)))
}
