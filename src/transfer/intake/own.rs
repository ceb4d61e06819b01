//! Whose record it is, and what an import may do with it.

use crate::ledger::draft::{ActorDraft, AliasDraft, Patch};
use crate::model::{Actor, ActorId, PeriodStatus, RecordId};
use crate::snapshot::facts::ActorFacts;
use crate::snapshot::{Snapshot, fold_name};
use crate::store::StoreError;

use super::matching::Match;

/// Who besides `author` changed a record last, and in which revision; none where nobody did.
pub(super) fn other_hand(at: &Snapshot, id: RecordId, author: &str) -> Option<(String, u32)> {
    let versions = at.versions(id);
    let mut others = versions.iter().filter_map(|version| {
        let name = at.state().author(version.number)?;
        (name != author).then(|| (name.to_owned(), version.number))
    });
    others.next()
}

/// A draft that says all there is to say: what it does not give is emptied.
pub(super) fn whole(draft: ActorDraft) -> ActorDraft {
    fn all<T>(patch: Patch<T>) -> Patch<T> {
        match patch {
            Patch::Keep => Patch::Clear,
            given => given,
        }
    }
    ActorDraft {
        slug: Patch::Keep,
        former_slugs: Patch::Keep,
        name: draft.name,
        kind: draft.kind,
        aliases: all(draft.aliases),
        summary: all(draft.summary),
        country: all(draft.country),
        active: all(draft.active),
        identifiers: all(draft.identifiers),
    }
}

/// What a draft adds to an actor of somebody else; none where that is nothing. What was found by an
/// identifier alone brings no names: they are not the actor's own.
pub(super) fn completed(
    at: &Snapshot,
    id: ActorId,
    draft: &ActorDraft,
    by: Match,
) -> Result<Option<ActorDraft>, StoreError> {
    let Some(row) = at.row::<ActorFacts>(id) else {
        return Ok(None);
    };
    let known = at.document(row)?;
    let mut added = ActorDraft::default();
    let aliases = match by {
        Match::Name => new_names(&known, draft),
        Match::Identifier => Vec::new(),
    };
    if !aliases.is_empty() {
        let old = known.aliases.iter().cloned().map(AliasDraft::from);
        added.aliases = Patch::Set(old.chain(aliases).collect());
    }
    if let Patch::Set(identifiers) = &draft.identifiers {
        let mut all = known.identifiers.clone();
        for identifier in identifiers {
            if !all.contains(identifier) {
                all.push(identifier.clone());
            }
        }
        if all.len() > known.identifiers.len() {
            added.identifiers = Patch::Set(all);
        }
    }
    if known.summary.is_none() && draft.summary.given().is_some() {
        added.summary = draft.summary.clone();
    }
    if known.country.is_none() && draft.country.given().is_some() {
        added.country = draft.country.clone();
    }
    let unknown = known.active.start.is_none()
        && known.active.end.is_none()
        && known.active.status == PeriodStatus::Unknown;
    if unknown && matches!(draft.active, Patch::Set(_)) {
        added.active = draft.active.clone();
    }
    Ok((added != ActorDraft::default()).then_some(added))
}

/// The names of a draft that an actor does not have, each once.
fn new_names(known: &Actor, draft: &ActorDraft) -> Vec<AliasDraft> {
    let mut names: Vec<String> = known
        .aliases
        .iter()
        .map(|alias| fold_name(&alias.text))
        .collect();
    names.push(fold_name(&known.name));
    let name = draft.name.given().map(|name| AliasDraft {
        text: name.to_owned(),
        language: None,
        period: None,
    });
    let aliases = match &draft.aliases {
        Patch::Set(aliases) => aliases.as_slice(),
        Patch::Keep | Patch::Clear => &[],
    };
    let mut added = Vec::new();
    for alias in name.into_iter().chain(aliases.iter().cloned()) {
        let folded = fold_name(&alias.text);
        if !folded.is_empty() && !names.contains(&folded) {
            names.push(folded);
            added.push(alias);
        }
    }
    added
}
