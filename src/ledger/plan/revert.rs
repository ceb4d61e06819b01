//! Undoing a revision: a new one that puts each record back to what it said before.

use std::collections::HashSet;

use crate::ledger::problem::ProblemCode;
use crate::model::{ActorId, Change, RecordId, TypedId as _};
use crate::snapshot::Facts as _;
use crate::snapshot::facts::ActorFacts;
use crate::store::StoreError;

use super::{Plan, lifecycle};

/// Undoes what a revision did. A record that has changed since is named, and nothing is done.
pub(super) fn revert(plan: &mut Plan, number: u32) -> Result<(), StoreError> {
    let entry = plan.documents.store().revision(number)?;
    let Some(entry) = entry else {
        let message = format!("there is no revision {number}");
        plan.problem("number", ProblemCode::NotFound, message);
        return Ok(());
    };
    let changes = entry.decode_changes()?;
    if changes
        .iter()
        .any(|change| matches!(change, Change::Redacted { .. }))
    {
        let message =
            format!("revision {number} took text out for good; nothing can bring it back");
        plan.problem("number", ProblemCode::Invalid, message);
        return Ok(());
    }
    let mut seen = HashSet::new();
    let mut ids: Vec<RecordId> = changes.iter().map(Change::id).collect();
    ids.retain(|id| seen.insert(*id));
    for id in &ids {
        conflict(plan, *id, number)?;
    }
    if !plan.problems.is_empty() {
        return Ok(());
    }
    // What was made last goes first.
    for id in ids.iter().rev() {
        put_back(plan, *id, number)?;
    }
    references(plan, &ids);
    Ok(())
}

/// Tells where a record is not as a revision left it.
fn conflict(plan: &mut Plan, id: RecordId, number: u32) -> Result<(), StoreError> {
    let (now, left) = (
        plan.state.version(id, u32::MAX),
        plan.state.version(id, number),
    );
    let (Some(now), Some(left)) = (now, left) else {
        return Ok(());
    };
    let text = |document: u64| plan.documents.get(document);
    let in_place = now.retired == left.retired
        && part_of(plan, id, u32::MAX) == part_of(plan, id, number)
        && (now.document == left.document || text(now.document)? == text(left.document)?);
    if !in_place {
        let message = format!(
            "{id} was changed again in revision {}; revert that first, or change it by hand",
            now.number
        );
        plan.problem("number", ProblemCode::Conflict, message);
    }
    Ok(())
}

/// Gives a record the text and the place that it had before a revision.
fn put_back(plan: &mut Plan, id: RecordId, number: u32) -> Result<(), StoreError> {
    let now = plan.state.version(id, u32::MAX);
    let then = plan.state.version(id, number - 1);
    let Some(now) = now else { return Ok(()) };
    let reason = Some(format!("revision {number} is reverted"));
    let Some(then) = then else {
        // It was created by the revision: there is no text to go back to.
        if !now.retired {
            plan.apply(Change::Retired { id, reason })?;
        }
        return Ok(());
    };
    let merged = plan.merged_into(id).is_some();
    if let Some((id, into)) = part_of(plan, id, number - 1).filter(|_| !merged) {
        return plan.apply(Change::Merged { id, into, reason });
    }
    match (now.retired, then.retired) {
        (true, false) => plan.apply(Change::Restored { id, reason })?,
        (false, true) => plan.apply(Change::Retired { id, reason })?,
        _ => {}
    }
    // An actor that was merged gets its text again too, so that its slug leads to it once more.
    if now.document != then.document || merged {
        let record = plan.documents.get(then.document)?;
        plan.apply(Change::Updated { id, record })?;
    }
    Ok(())
}

/// An actor, and the one that it was part of at a revision.
fn part_of(plan: &Plan, id: RecordId, revision: u32) -> Option<(ActorId, ActorId)> {
    let id = ActorId::narrow(id).ok()?;
    let then = ActorFacts::table(&plan.state).at(id, revision)?;
    Some((id, then.facts.merged_into?))
}

/// Checks that nothing in the lists needs what is no longer there.
fn references(plan: &mut Plan, ids: &[RecordId]) {
    let (gone, there): (Vec<_>, Vec<_>) = ids
        .iter()
        .copied()
        .partition(|id| plan.is_retired(*id) == Some(true));
    let gone: HashSet<_> = gone.into_iter().collect();
    for (needed, user) in lifecycle::users(&plan.state, &gone) {
        let message = format!("{needed}, which would go, is needed by {user}; change that first");
        plan.problem("number", ProblemCode::InUse, message);
    }
    for id in there {
        lifecycle::missing(plan, id);
    }
}
