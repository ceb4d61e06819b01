//! What makes a good brief.

use crate::ledger::draft::{BriefDraft, SectionDraft};
use crate::model::{Brief, BriefId, Section, SourceId};

use super::rules::{LINE, TEXT};
use super::{Plan, rules};

pub(super) fn build(
    plan: &mut Plan,
    draft: &BriefDraft,
    old: Option<&Brief>,
    id: Option<BriefId>,
) -> Brief {
    let old_question = old.map(|old| &old.question);
    let question = rules::required_text(plan, "question", &draft.question, old_question, LINE);
    let slug = rules::slug(plan, &draft.slug, old.map(|old| &old.slug), id, &question);
    let old_slugs = old.map(|old| (&old.slug, &old.former_slugs));
    Brief {
        former_slugs: rules::former_slugs(plan, &draft.former_slugs, old_slugs, id, &slug),
        slug,
        question,
        audience: rules::optional_text(
            plan,
            "audience",
            &draft.audience,
            old.and_then(|old| old.audience.as_ref()),
            LINE,
        ),
        summary: rules::required_text(
            plan,
            "summary",
            &draft.summary,
            old.map(|old| &old.summary),
            TEXT,
        ),
        actors: rules::references(plan, "actors", &draft.actors, old.map(|old| &old.actors)),
        sections: rules::patched_list(
            plan,
            "sections",
            &draft.sections,
            old.map(|old| &old.sections),
            section,
        ),
        viewpoints: rules::references(
            plan,
            "viewpoints",
            &draft.viewpoints,
            old.map(|old| &old.viewpoints),
        ),
        disclaimer: rules::optional_text(
            plan,
            "disclaimer",
            &draft.disclaimer,
            old.and_then(|old| old.disclaimer.as_ref()),
            TEXT,
        ),
    }
}

fn section(plan: &mut Plan, draft: &SectionDraft) -> Option<Section> {
    let title = plan.within("title", |plan| {
        rules::checked_text(plan, &draft.title, LINE)
    });
    let introduction = rules::text_if_any(plan, "introduction", draft.introduction.as_ref(), TEXT);
    let actor = draft
        .actor
        .as_ref()
        .map(|actor| plan.resolve("actor", actor));
    let order = rules::new_references(plan, "order", &draft.order);
    let mut source = |text: String| plan.resolve::<SourceId>("filter", &text);
    let filter = draft
        .filter
        .clone()
        .rename_sources(&mut |text| source(text).ok_or(()))
        .ok();
    Some(Section {
        title: title?,
        introduction,
        actor: actor.flatten(),
        filter: filter?,
        order,
    })
}
