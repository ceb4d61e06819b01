//! What makes a good viewpoint.

use std::collections::HashSet;

use crate::ledger::draft::{Patch, PositionDraft, ViewpointDraft};
use crate::ledger::problem::ProblemCode;
use crate::model::{Position, Viewpoint, ViewpointId};

use super::rules::{LINE, TEXT};
use super::{Plan, rules};

pub(super) fn build(
    plan: &mut Plan,
    draft: &ViewpointDraft,
    old: Option<&Viewpoint>,
    id: Option<ViewpointId>,
) -> Viewpoint {
    let mut seen = HashSet::new();
    let positions = rules::patched_list(
        plan,
        "positions",
        &draft.positions,
        old.map(|old| &old.positions),
        |plan, draft| {
            let position = position(plan, draft)?;
            if !seen.insert(position.relationship) {
                let message = format!("there is a position on {} already", position.relationship);
                plan.problem_here(ProblemCode::Duplicate, message);
            }
            Some(position)
        },
    );
    let holder_actor = match &draft.holder_actor {
        Patch::Keep => old.and_then(|old| old.holder_actor),
        Patch::Clear => None,
        Patch::Set(text) => plan.resolve("holderActor", text),
    };
    Viewpoint {
        key: rules::optional_key(plan, &draft.key, old.map(|old| &old.key), id),
        title: rules::required_text(plan, "title", &draft.title, old.map(|old| &old.title), LINE),
        thesis: rules::required_text(
            plan,
            "thesis",
            &draft.thesis,
            old.map(|old| &old.thesis),
            TEXT,
        ),
        holder: rules::optional_text(
            plan,
            "holder",
            &draft.holder,
            old.and_then(|old| old.holder.as_ref()),
            LINE,
        ),
        holder_actor,
        positions,
        as_of: rules::patched(&draft.as_of, old.and_then(|old| old.as_of.as_ref())),
        citations: rules::citations(plan, &draft.citations, old.map(|old| &old.citations)),
    }
}

fn position(plan: &mut Plan, draft: &PositionDraft) -> Option<Position> {
    let relationship = plan.resolve("relationship", &draft.relationship);
    let argument = rules::text_if_any(plan, "argument", draft.argument.as_ref(), TEXT);
    let label = rules::text_if_any(plan, "label", draft.label.as_ref(), LINE);
    Some(Position {
        relationship: relationship?,
        stance: draft.stance,
        argument,
        alignment: draft.alignment,
        tier: draft.tier,
        label,
    })
}
