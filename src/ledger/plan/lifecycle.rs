//! Out of the lists and back: retire, restore.

use std::collections::HashSet;

use crate::ledger::problem::ProblemCode;
use crate::model::{ActorId, Change, Kind, RecordId, SourceId, TypedId, shorten};
use crate::snapshot::facts::{BriefFacts, NoteFacts, RelationshipFacts, ViewpointFacts};
use crate::snapshot::{Facts, State};
use crate::store::StoreError;

use super::Plan;

/// Takes a record out of the lists, unless others need it.
pub(super) fn retire(
    plan: &mut Plan,
    id: &str,
    expected: Option<u32>,
    reason: Option<String>,
) -> Result<Option<RecordId>, StoreError> {
    let before = plan.problems.len();
    let Some(id) = any_id(plan, id) else {
        return Ok(None);
    };
    plan.check_version(id, expected, plan.version(id));
    if plan.is_retired(id) == Some(true) {
        plan.problem(
            "id",
            ProblemCode::NoChange,
            format!("{id} is retired already"),
        );
    }
    let users = users(&plan.state, &HashSet::from([id]));
    if !users.is_empty() {
        let names: Vec<_> = users
            .iter()
            .take(5)
            .map(|(_, user)| user.to_string())
            .collect();
        let more = if users.len() > 5 { " and others" } else { "" };
        let message = format!(
            "{id} is needed by {}{more}; change or retire those first",
            names.join(", ")
        );
        plan.problem("id", ProblemCode::InUse, message);
    }
    if plan.problems.len() == before {
        plan.apply(Change::Retired { id, reason })?;
    }
    Ok(Some(id))
}

/// Brings a record back into the lists, if all that it needs is there.
pub(super) fn restore(
    plan: &mut Plan,
    id: &str,
    expected: Option<u32>,
    reason: Option<String>,
) -> Result<Option<RecordId>, StoreError> {
    let before = plan.problems.len();
    let Some(id) = any_id(plan, id) else {
        return Ok(None);
    };
    plan.check_version(id, expected, plan.version(id));
    if let Some(into) = plan.merged_into(id) {
        let message = format!("{id} is part of {into}; revert the revision that merged them");
        plan.problem("id", ProblemCode::Invalid, message);
    } else if plan.is_retired(id) == Some(false) {
        plan.problem("id", ProblemCode::NoChange, format!("{id} is not retired"));
    }
    missing(plan, id);
    if plan.problems.len() == before {
        plan.apply(Change::Restored { id, reason })?;
    }
    Ok(Some(id))
}

/// Tells what a record in the lists needs and is not there.
pub(super) fn missing(plan: &mut Plan, id: RecordId) {
    for needed in needs(&plan.state, id) {
        if plan.is_retired(needed) != Some(false) {
            let message = format!("{id} needs {needed}, which is retired; restore that first");
            plan.problem("id", ProblemCode::Retired, message);
        }
    }
}

/// Puts a record into the lists or out of them, as an import says; nothing where it is so already.
pub(super) fn set(plan: &mut Plan, id: RecordId, retired: bool) -> Result<(), StoreError> {
    match (plan.is_retired(id), retired) {
        (Some(false), true) => plan.apply(Change::Retired { id, reason: None }),
        (Some(true), false) => plan.apply(Change::Restored { id, reason: None }),
        _ => Ok(()),
    }
}

fn any_id(plan: &mut Plan, text: &str) -> Option<RecordId> {
    // Without a kind to go by a slug is an actor's.
    let found = plan.look_up(text, Kind::Actor);
    plan.within("id", |plan| match found {
        Ok(id) => {
            let id = id?;
            if plan.is_retired(id).is_none() {
                let message = format!("there is no {}", shorten(&id.to_string()));
                plan.problem_here(ProblemCode::NotFound, message);
                return None;
            }
            Some(id)
        }
        Err((code, message)) => {
            plan.problem_here(code, message);
            None
        }
    })
}

/// The records in the lists that cannot do without one of some actors and sources, each with what it
/// needs. Nothing else is needed in this sense: a note or a position about a retired relationship is
/// merely not shown.
pub(super) fn users(state: &State, wanted: &HashSet<RecordId>) -> Vec<(RecordId, RecordId)> {
    fn live<F: Facts>(state: &State) -> impl Iterator<Item = RecordId> + '_ {
        let rows = F::table(state).iter(u32::MAX);
        rows.filter(|(_, row)| !row.retired())
            .map(|(id, _)| id.into())
    }
    if !wanted
        .iter()
        .any(|id| matches!(id.kind, Kind::Actor | Kind::Source))
    {
        return Vec::new();
    }
    live::<RelationshipFacts>(state)
        .chain(live::<ViewpointFacts>(state))
        .chain(live::<NoteFacts>(state))
        .chain(live::<BriefFacts>(state))
        .flat_map(|user| {
            let needed = needs(state, user).into_iter();
            needed.map(move |needed| (needed, user))
        })
        .filter(|(needed, _)| wanted.contains(needed))
        .collect()
}

/// The actors and sources that a record cannot do without.
pub(super) fn needs(state: &State, id: RecordId) -> Vec<RecordId> {
    fn facts<F: Facts>(state: &State, id: RecordId) -> Option<&F> {
        F::table(state)
            .newest(F::Id::from_number(id.number))
            .map(|row| &row.facts)
    }
    let mut needed: Vec<RecordId> = Vec::new();
    let mut actors =
        |ids: &mut dyn Iterator<Item = ActorId>| needed.extend(ids.map(RecordId::from));
    let sources: &[SourceId] = match id.kind {
        Kind::Actor | Kind::Source => &[],
        Kind::Relationship => facts::<RelationshipFacts>(state, id).map_or(&[], |facts| {
            let against = facts.against().iter().copied();
            actors(&mut [facts.from, facts.to].into_iter().chain(against));
            &facts.sources
        }),
        Kind::Viewpoint => facts::<ViewpointFacts>(state, id).map_or(&[], |facts| {
            actors(&mut facts.holder.into_iter());
            &facts.sources
        }),
        Kind::Note => facts::<NoteFacts>(state, id).map_or(&[], |facts| {
            actors(&mut facts.actors.iter().copied());
            &facts.sources
        }),
        Kind::Brief => facts::<BriefFacts>(state, id).map_or(&[], |facts| {
            actors(&mut facts.actors.iter().copied());
            &[]
        }),
    };
    needed.extend(sources.iter().map(|id| RecordId::from(*id)));
    needed
}
