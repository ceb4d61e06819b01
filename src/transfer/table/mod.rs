//! Tables, read by a mapping.
//!
//! The files are read twice. The first time everything is read and nothing written: who stands in the
//! table is gathered, and what is wrong with the files or with a row is found. Only when the files have
//! been read to their end does the second time write. So a file that breaks off, or is not the table that
//! the mapping speaks of, leaves the record as it was.

mod check;
mod date;
mod decode;
mod draw;
mod fold;
mod gather;
mod mapping;
mod open;
mod records;
mod rows;
mod shipped;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ledger::Ledger;
use crate::ledger::draft::{Patch, Reference, RelationshipDraft};
use crate::store::StoreError;
use crate::transfer::intake::{Intake, Place, Report, Wishes};

pub use check::{MappingError, read as read_mapping};
pub use mapping::{FORMAT, Mapping};
pub use open::Data;
pub use rows::FileError;
pub use shipped::{SHIPPED, shipped};

use draw::Drawn;
use gather::{Gathered, Step};

/// Why an import of a table stopped.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file is not the table that it should be. Nothing was written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Rows were not taken, and all are wanted. Nothing was written.
    #[error("{} rows cannot be taken, the first of them {}; nothing was imported", .0.not_taken.count, first(.0))]
    Strict(Box<Report>),
    /// The record cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn first(report: &Report) -> String {
    report
        .not_taken
        .first
        .first()
        .map_or_else(String::new, ToString::to_string)
}

/// Reads tables into a record. `progress` is told what is counted, and how many there are so far.
///
/// # Errors
/// When a file cannot be read, the record cannot be written, or `strict` and a row cannot be taken.
pub fn import(
    ledger: &Ledger,
    mapping: &Mapping,
    data: &[Data],
    wishes: Wishes<'_>,
    strict: bool,
    progress: &mut dyn FnMut(&'static str, u64),
) -> Result<Report, ImportError> {
    let mut gathered = Gathered::new(mapping);
    let mut first = Report::default();
    gather::walk(mapping, data, &mut first, &mut |step, report| {
        if report.read.is_multiple_of(1_000) {
            progress("rows read", report.read);
        }
        let Step { row, drawn } = step;
        gathered.take(row, drawn, report).map(|_| ())
    })?;
    let periods = gathered.periods(&mut first);
    if strict && first.not_taken.count > 0 {
        return Err(ImportError::Strict(Box::new(first)));
    }
    let mut sender = Sender {
        intake: Intake::new(ledger, wishes, |count| progress("records", count)),
        references: Vec::new(),
    };
    let streams = gathered.has_streams();
    *sender.intake.report() = Report {
        dry_run: sender.intake.report().dry_run,
        ..first
    };
    for (draft, place) in std::mem::take(&mut gathered.sources).into_values() {
        sender.intake.source(draft, place)?;
    }
    for actor in std::mem::take(&mut gathered.actors) {
        if !actor.wanted {
            sender.references.push(Reference::new());
            continue;
        }
        let reference = sender.intake.actor(actor.draft, actor.by, actor.place)?;
        sender.references.push(reference);
    }
    for (row, draft, drawn) in periods {
        let draft = sender.resolved(draft, &gathered, &drawn);
        sender.intake.relationship(draft, row)?;
    }
    if streams {
        sender.stream(mapping, data, &mut gathered)?;
    }
    let file = data
        .first()
        .map_or_else(|| Arc::from(""), |data| data.name.clone());
    Ok(sender.intake.finish(&file)?)
}

/// Puts references in the place of the names of rules, and sends drafts on.
struct Sender<'a> {
    intake: Intake<'a>,
    /// What to call each gathered actor.
    references: Vec<Reference>,
}

/// The identity of the actor of each rule in a row.
type Identities = BTreeMap<String, String>;

fn identities(drawn: &Drawn<'_>) -> Identities {
    let actors = drawn.actors.iter();
    actors
        .map(|(rule, actor)| ((*rule).to_owned(), actor.identity.clone()))
        .collect()
}

impl Sender<'_> {
    /// Sends what is a record a row, in the second reading.
    fn stream<'m>(
        &mut self,
        mapping: &'m Mapping,
        data: &[Data],
        gathered: &mut Gathered<'m>,
    ) -> Result<(), ImportError> {
        gathered.again();
        // What is wrong with rows was told after the first reading.
        let mut ignored = Report::default();
        let mut failed = None;
        gather::walk(mapping, data, &mut ignored, &mut |step, report| {
            if failed.is_some() {
                return Ok(());
            }
            let Step { row, drawn } = step;
            let known = identities(&drawn);
            let taken = gathered.take(row, drawn, report)?;
            let send = || -> Result<(), StoreError> {
                for draft in taken.relationships {
                    let draft = self.resolved(draft, gathered, &known);
                    self.intake.relationship(draft, row.place.clone())?;
                }
                for mut draft in taken.notes {
                    draft.actors = self.list(draft.actors, gathered, &known);
                    self.intake.note(draft, row.place.clone())?;
                }
                Ok(())
            };
            failed = send().err();
            Ok(())
        })?;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    fn reference(&self, rule: &str, gathered: &Gathered<'_>, known: &Identities) -> Reference {
        let index = known
            .get(rule)
            .and_then(|identity| gathered.by_identity.get(identity));
        let reference = index.and_then(|index| self.references.get(*index));
        reference.cloned().unwrap_or_default()
    }

    fn list(
        &self,
        rules: Patch<Vec<Reference>>,
        gathered: &Gathered<'_>,
        known: &Identities,
    ) -> Patch<Vec<Reference>> {
        let Patch::Set(rules) = rules else {
            return rules;
        };
        let mut references: Vec<_> = Vec::new();
        for rule in rules {
            let reference = self.reference(&rule, gathered, known);
            if !references.contains(&reference) {
                references.push(reference);
            }
        }
        Patch::Set(references)
    }

    fn resolved(
        &self,
        mut draft: RelationshipDraft,
        gathered: &Gathered<'_>,
        known: &Identities,
    ) -> RelationshipDraft {
        let one = |patch: &Patch<Reference>| {
            Patch::Set(self.reference(patch.given().unwrap_or_default(), gathered, known))
        };
        draft.from = one(&draft.from);
        draft.to = one(&draft.to);
        draft.against = self.list(draft.against, gathered, known);
        draft
    }
}

/// A period of a folded rule: where it is told, what it says, and who stands in it.
type Period = (Place, RelationshipDraft, Identities);
