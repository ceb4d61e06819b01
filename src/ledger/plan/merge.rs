//! Two actors that are one: what the duplicate has goes to the survivor.

use crate::ledger::problem::ProblemCode;
use crate::model::{
    Actor, ActorId, Alias, Brief, Change, ContextNote, RecordId, Relationship, Viewpoint,
};
use crate::snapshot::Facts;
use crate::snapshot::facts::{BriefFacts, NoteFacts, RelationshipFacts, ViewpointFacts};
use crate::store::StoreError;

use super::Plan;

/// Makes one actor part of another. Relationships, notes, viewpoints and briefs are about the survivor
/// from now on; names, slugs and identifiers become its own. What is between the two is retired.
pub(super) fn merge(
    plan: &mut Plan,
    duplicate: &str,
    survivor: &str,
    expected: Option<u32>,
    reason: Option<String>,
) -> Result<Option<RecordId>, StoreError> {
    let before = plan.problems.len();
    let from: Option<ActorId> = plan.resolve("duplicate", duplicate);
    let into: Option<ActorId> = plan.resolve("survivor", survivor);
    let (Some(from), Some(into)) = (from, into) else {
        return Ok(None);
    };
    if from == into {
        let message = format!("{from} is the same actor already");
        plan.problem("survivor", ProblemCode::NoChange, message);
    }
    plan.check_version(from.into(), expected, plan.version(from.into()));
    let (Some(old), Some(new)) = (plan.document::<Actor>(from)?, plan.document::<Actor>(into)?)
    else {
        return Ok(None);
    };
    if plan.problems.len() > before {
        return Ok(None);
    }
    plan.apply(Change::Updated {
        id: into.into(),
        record: joined(&new, &old).into(),
    })?;
    relationships(plan, from, into)?;
    let swap = |id: &mut ActorId| {
        if *id == from {
            *id = into;
        }
    };
    let swap_all = |ids: &mut Vec<ActorId>| {
        ids.iter_mut().for_each(swap);
        let mut seen = Vec::new();
        ids.retain(|id| {
            !seen.contains(id) && {
                seen.push(*id);
                true
            }
        });
    };
    for id in users::<NoteFacts>(plan, |facts| facts.actors.contains(&from)) {
        rewrite::<ContextNote>(plan, id, |note| swap_all(&mut note.actors))?;
    }
    for id in users::<ViewpointFacts>(plan, |facts| facts.holder == Some(from)) {
        rewrite::<Viewpoint>(plan, id, |view| view.holder_actor.iter_mut().for_each(swap))?;
    }
    for id in users::<BriefFacts>(plan, |facts| facts.actors.contains(&from)) {
        rewrite::<Brief>(plan, id, |brief| {
            swap_all(&mut brief.actors);
            let sections = brief.sections.iter_mut();
            sections.for_each(|section| section.actor.iter_mut().for_each(swap));
        })?;
    }
    plan.apply(Change::Merged {
        id: from,
        into,
        reason,
    })?;
    Ok(Some(into.into()))
}

/// The survivor with what the duplicate brings.
fn joined(survivor: &Actor, duplicate: &Actor) -> Actor {
    let mut actor = survivor.clone();
    let slugs = std::iter::once(&duplicate.slug).chain(&duplicate.former_slugs);
    for slug in slugs {
        if actor.slug != *slug && !actor.former_slugs.contains(slug) {
            actor.former_slugs.push(slug.clone());
        }
    }
    let name = Alias {
        text: duplicate.name.clone(),
        language: None,
        period: None,
    };
    for alias in std::iter::once(&name).chain(&duplicate.aliases) {
        if actor.name != alias.text && !actor.aliases.iter().any(|own| own.text == alias.text) {
            actor.aliases.push(alias.clone());
        }
    }
    for identifier in &duplicate.identifiers {
        if !actor.identifiers.contains(identifier) {
            actor.identifiers.push(identifier.clone());
        }
    }
    actor
}

fn relationships(plan: &mut Plan, from: ActorId, into: ActorId) -> Result<(), StoreError> {
    let touches = |facts: &RelationshipFacts| {
        facts.counterpart(from).is_some() || facts.against().contains(&from)
    };
    for id in users::<RelationshipFacts>(plan, touches) {
        let row = RelationshipFacts::table(&plan.state).newest(id);
        let between = row.is_some_and(|row| row.facts.counterpart(from) == Some(into));
        if between {
            // Nobody has a relationship with itself.
            if plan.is_retired(id.into()) == Some(false) {
                plan.apply(Change::Retired {
                    id: id.into(),
                    reason: Some(format!("{from} and {into} are one actor")),
                })?;
            }
            continue;
        }
        rewrite::<Relationship>(plan, id, |tie| {
            for end in [&mut tie.from, &mut tie.to] {
                if *end == from {
                    *end = into;
                }
            }
            if tie.against.contains(&from) {
                tie.against.retain(|id| *id != from && *id != into);
                tie.against.push(into);
            }
        })?;
    }
    Ok(())
}

/// The records of a kind whose facts pass a test, retired ones too.
fn users<F: Facts>(plan: &Plan, test: impl Fn(&F) -> bool) -> Vec<F::Id> {
    let rows = F::table(&plan.state).iter(u32::MAX);
    rows.filter(|(_, row)| test(&row.facts))
        .map(|(id, _)| id)
        .collect()
}

/// Writes a new version of a record.
fn rewrite<R: super::InTable>(
    plan: &mut Plan,
    id: R::Id,
    change: impl FnOnce(&mut R),
) -> Result<(), StoreError> {
    let Some(old) = plan.document::<R>(id)? else {
        return Ok(());
    };
    let mut record = R::clone(&old);
    change(&mut record);
    if record == *old {
        return Ok(());
    }
    plan.apply(Change::Updated {
        id: id.into(),
        record: record.into(),
    })
}
