//! Is the record whole? Numbers without gaps, hashes that chain, a fold that holds, references
//! that lead somewhere.

use std::collections::BTreeMap;
use std::convert::Infallible;

use crate::model::revision::{Digest, Revision};
use crate::model::{Change, Citation, Record, RecordId, RelationshipFilter, SourceId, TypedId};
use crate::snapshot::State;
use crate::store::{Entry, Log, StoreError, codec};

use super::fold::{fold_entry, next};

/// What was found to be whole.
#[derive(Clone, Debug)]
pub struct Report {
    /// The number of the newest revision.
    pub revisions: u32,
    /// How many changes they hold.
    pub changes: u64,
    /// The hash of the newest revision.
    pub hash: Digest,
}

/// Reads the whole log and checks it. `progress` is told how many revisions are done.
///
/// # Errors
/// The first place where something does not fit.
pub fn verify(log: &dyn Log, mut progress: impl FnMut(u32)) -> Result<Report, StoreError> {
    let mut state = State::default();
    let mut redactions = Redactions::default();
    for entry in log.read(1) {
        let entry = next(&state, entry)?;
        check_link(&state, &entry)?;
        fold_entry(&mut state, &entry)?;
        check_references(&state, &entry)?;
        redactions.see(&entry)?;
        progress(state.revision());
    }
    redactions.check()?;
    Ok(Report {
        revisions: state.revision(),
        changes: state.changes(),
        hash: state.hash(),
    })
}

/// Checks that an entry follows a state: its number, its time, its digests and its hash.
///
/// # Errors
/// What does not fit.
pub(super) fn check_link(state: &State, entry: &Entry) -> Result<(), StoreError> {
    let revision = &entry.revision;
    let number = revision.header.number;
    let damaged = |what: String| Err(StoreError::Damaged(what));
    if number != state.revision() + 1 {
        return damaged(format!(
            "revision {number} follows revision {}",
            state.revision()
        ));
    }
    if state
        .committed_at(state.revision())
        .is_some_and(|then| then > revision.header.committed_at)
    {
        return damaged(format!("revision {number} is older than the one before it"));
    }
    if revision.previous != state.hash() {
        return damaged(format!(
            "revision {number} does not go on from the one before it"
        ));
    }
    let changes = entry
        .changes
        .iter()
        .map(|change| codec::change_digest(change));
    if revision.digest != Revision::digest(&entry.header, changes) {
        return damaged(format!(
            "revision {number} is not as it was when it was committed"
        ));
    }
    if revision.hash != Revision::chain(revision.previous, revision.digest) {
        return damaged(format!("the hash of revision {number} is not its own"));
    }
    Ok(())
}

/// Checks that everything that a revision and its records refer to was there by then.
fn check_references(state: &State, entry: &Entry) -> Result<(), StoreError> {
    let header = &entry.revision.header;
    let missing = |id: &RecordId| state.version(*id, u32::MAX).is_none();
    let damaged = |what: String| Err(StoreError::Damaged(what));
    if let Some(subject) = header.subject.filter(missing) {
        return damaged(format!(
            "at revision {}: it is about {subject}, which is not there",
            header.number
        ));
    }
    for (number, change) in (header.first_change..).zip(entry.decode_changes()?) {
        let mut references = change.record().map(references).unwrap_or_default();
        references.retain(missing);
        if let Some(used) = references.first() {
            return damaged(format!(
                "at revision {}: change {number}: {} refers to {used}, which is not there",
                header.number,
                change.id(),
            ));
        }
    }
    Ok(())
}

/// The records that a record names, wherever it does.
fn references(record: &Record) -> Vec<RecordId> {
    fn cited(citations: &[Citation]) -> impl Iterator<Item = RecordId> + '_ {
        citations.iter().map(|citation| citation.source.into())
    }
    fn all<I: TypedId>(ids: &[I]) -> impl Iterator<Item = RecordId> + '_ {
        ids.iter().map(|id| (*id).into())
    }
    match record {
        Record::Actor(_) | Record::Source(_) => Vec::new(),
        Record::Relationship(tie) => all(&[tie.from, tie.to])
            .chain(all(&tie.against))
            .chain(all(&tie.sources()))
            .collect(),
        Record::Viewpoint(viewpoint) => {
            let positions = viewpoint.positions.iter();
            let about = positions.map(|position| position.relationship.into());
            about
                .chain(viewpoint.holder_actor.map(RecordId::from))
                .chain(cited(&viewpoint.citations))
                .collect()
        }
        Record::Note(note) => all(&note.actors)
            .chain(all(&note.relationships))
            .chain(note.supersedes.map(RecordId::from))
            .chain(cited(&note.citations))
            .collect(),
        Record::Brief(brief) => {
            let mut ids: Vec<_> = all(&brief.actors).chain(all(&brief.viewpoints)).collect();
            for section in &brief.sections {
                ids.extend(section.actor.map(RecordId::from));
                ids.extend(all(&section.order));
                ids.extend(sources(&section.filter));
            }
            ids
        }
    }
}

/// The sources that a filter names, at whatever depth.
fn sources(filter: &RelationshipFilter) -> Vec<RecordId> {
    let mut found = Vec::new();
    let seen = filter.clone().rename_sources(&mut |source: SourceId| {
        found.push(source.into());
        Ok::<_, Infallible>(source)
    });
    match seen {
        Ok(_) => found,
    }
}

/// Checks that every change that lost text is accounted for by a revision that says so.
#[derive(Default)]
pub struct Redactions {
    /// Changes that lost text: the revision that they are of, and the digest of what stands there.
    found: BTreeMap<u64, (u32, Digest)>,
    /// What revisions say that they left: the last revision that says so, and the digest.
    accounted: BTreeMap<u64, (u32, Digest)>,
}

impl Redactions {
    /// Takes note of an entry: what lost text in it, and what it says of others.
    ///
    /// # Errors
    /// When its changes do not decode.
    pub fn see(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let header = &entry.revision.header;
        for (number, bytes) in (header.first_change..).zip(&entry.changes) {
            if codec::is_redacted(bytes) {
                let digest = Digest::of(bytes);
                self.found.insert(number, (header.number, digest));
            }
        }
        for change in entry.decode_changes()? {
            if let Change::Redacted { changes, .. } = change {
                let by = changes.into_iter();
                self.accounted
                    .extend(by.map(|(number, digest)| (number, (header.number, digest))));
            }
        }
        Ok(())
    }

    /// Whether what was seen accounts for all that lost text.
    ///
    /// # Errors
    /// The first change that is wrong, whichever way.
    pub fn check(&self) -> Result<(), StoreError> {
        let lost = self.found.iter().filter_map(|(number, (revision, _))| {
            let what = "it lost text, and no later revision says that it took text out of it";
            let accounted = self.accounted.contains_key(number);
            (!accounted).then(|| {
                (
                    *number,
                    format!("at revision {revision}: change {number}: {what}"),
                )
            })
        });
        let other = self.accounted.iter().filter_map(|(number, (by, digest))| {
            let what = format!(
                "change {number} is not what revision {by} left of it when it took text out"
            );
            let found = self.found.get(number).map(|(_, found)| found);
            (found != Some(digest)).then_some((*number, what))
        });
        match lost.chain(other).min() {
            None => Ok(()),
            Some((_, what)) => Err(StoreError::Damaged(what)),
        }
    }
}
