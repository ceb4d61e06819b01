//! Is the record whole? Numbers without gaps, hashes that chain, a fold that holds, references
//! that lead somewhere.

use crate::model::RecordId;
use crate::model::revision::{Digest, Revision};
use crate::snapshot::facts::{BriefFacts, NoteFacts, RelationshipFacts, ViewpointFacts};
use crate::snapshot::{Facts, State};
use crate::store::{Entry, Log, StoreError};

use super::writer::fold_entry;

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
    for entry in log.read(1) {
        let entry = entry?;
        check_link(&state, &entry)?;
        fold_entry(&mut state, &entry)?;
        progress(state.revision());
    }
    check_references(&state)?;
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
    let changes = entry.changes.iter().map(|change| Digest::of(change));
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

fn check_references(state: &State) -> Result<(), StoreError> {
    fn ids<F: Facts>(
        state: &State,
        newest: u32,
        refer: impl Fn(&F) -> Vec<RecordId>,
    ) -> Vec<(RecordId, RecordId)> {
        F::table(state)
            .iter(newest)
            .flat_map(|(id, row)| refer(&row.facts).into_iter().map(move |to| (id.into(), to)))
            .collect()
    }
    let newest = state.revision();
    let all = |ids: &[crate::model::SourceId]| {
        ids.iter().map(|id| (*id).into()).collect::<Vec<RecordId>>()
    };
    let references = [
        ids::<RelationshipFacts>(state, newest, |facts| {
            let against = facts.against.iter().flatten().copied();
            let actors = [facts.from, facts.to]
                .into_iter()
                .chain(against)
                .map(Into::into);
            actors.chain(all(&facts.sources)).collect()
        }),
        ids::<ViewpointFacts>(state, newest, |facts| {
            let positions = facts.positions.iter().map(|p| p.relationship.into());
            positions
                .chain(facts.holder.map(Into::into))
                .chain(all(&facts.sources))
                .collect()
        }),
        ids::<NoteFacts>(state, newest, |facts| {
            let actors = facts.actors.iter().map(|id| (*id).into());
            let relationships = facts.relationships.iter().map(|id| (*id).into());
            actors
                .chain(relationships)
                .chain(all(&facts.sources))
                .collect()
        }),
        ids::<BriefFacts>(state, newest, |facts| {
            facts.actors.iter().map(|id| (*id).into()).collect()
        }),
    ];
    for (user, used) in references.into_iter().flatten() {
        if used.number == 0 || used.number as usize > state.count(used.kind) {
            return Err(StoreError::Damaged(format!(
                "{user} refers to {used}, which does not exist"
            )));
        }
    }
    Ok(())
}
