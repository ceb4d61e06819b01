//! What makes a good context note.

use crate::ledger::draft::{NoteDraft, Patch};
use crate::ledger::problem::ProblemCode;
use crate::model::{ContextNote, Day, NoteId};

use super::rules::{LINE, TEXT};
use super::{Plan, rules};

pub(super) fn build(
    plan: &mut Plan,
    draft: &NoteDraft,
    old: Option<&ContextNote>,
    id: Option<NoteId>,
) -> ContextNote {
    let supersedes = match &draft.supersedes {
        Patch::Keep => old.and_then(|old| old.supersedes),
        Patch::Clear => None,
        Patch::Set(text) => plan.resolve("supersedes", text),
    };
    if supersedes.is_some() && supersedes == id {
        plan.problem(
            "supersedes",
            ProblemCode::Invalid,
            "a note cannot replace itself",
        );
    }
    let tags = rules::patched_list(
        plan,
        "tags",
        &draft.tags,
        old.map(|old| &old.tags),
        |plan, tag| rules::checked_text(plan, tag, LINE),
    );
    let author = rules::patched(&draft.author, old.map(|old| &old.author))
        .unwrap_or_else(|| plan.author.clone());
    ContextNote {
        key: rules::optional_key(plan, &draft.key, old.map(|old| &old.key), id),
        headline: rules::required_text(
            plan,
            "headline",
            &draft.headline,
            old.map(|old| &old.headline),
            LINE,
        ),
        body: rules::required_text(plan, "body", &draft.body, old.map(|old| &old.body), TEXT),
        as_of: rules::required(
            plan,
            "asOf",
            &draft.as_of,
            old.map(|old| &old.as_of),
            Day::MIN.into(),
        ),
        author,
        actors: rules::references(plan, "actors", &draft.actors, old.map(|old| &old.actors)),
        relationships: rules::references(
            plan,
            "relationships",
            &draft.relationships,
            old.map(|old| &old.relationships),
        ),
        tags,
        citations: rules::citations(plan, &draft.citations, old.map(|old| &old.citations)),
        supersedes,
    }
}
