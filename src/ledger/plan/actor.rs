//! What makes a good actor.

use crate::ledger::draft::{ActorDraft, AliasDraft, Patch};
use crate::ledger::problem::ProblemCode;
use crate::model::{Actor, ActorId, ActorKind, Alias, Identifier, shorten};

use super::rules::{LINE, TEXT};
use super::{Plan, rules};

pub(super) fn build(
    plan: &mut Plan,
    draft: &ActorDraft,
    old: Option<&Actor>,
    id: Option<ActorId>,
) -> Actor {
    let name = rules::required_text(plan, "name", &draft.name, old.map(|old| &old.name), LINE);
    let slug = rules::slug(plan, &draft.slug, old.map(|old| &old.slug), id, &name);
    let old_slugs = old.map(|old| (&old.slug, &old.former_slugs));
    let former_slugs = rules::former_slugs(plan, &draft.former_slugs, old_slugs, id, &slug);
    let aliases = rules::patched_list(
        plan,
        "aliases",
        &draft.aliases,
        old.map(|old| &old.aliases),
        alias,
    );
    let identifiers = rules::patched_list(
        plan,
        "identifiers",
        &draft.identifiers,
        old.map(|old| &old.identifiers),
        identifier,
    );
    let active = match &draft.active {
        Patch::Keep => old.map(|old| old.active).unwrap_or_default(),
        Patch::Clear => crate::model::Period::default(),
        Patch::Set(period) => rules::period(plan, "active", period),
    };
    Actor {
        slug,
        former_slugs,
        name,
        aliases,
        kind: rules::required(
            plan,
            "kind",
            &draft.kind,
            old.map(|old| &old.kind),
            ActorKind::Other,
        ),
        summary: rules::optional_text(
            plan,
            "summary",
            &draft.summary,
            old.and_then(|old| old.summary.as_ref()),
            TEXT,
        ),
        country: country(plan, &draft.country, old),
        active,
        identifiers,
    }
}

fn alias(plan: &mut Plan, draft: &AliasDraft) -> Option<Alias> {
    let text = plan.within("text", |plan| rules::checked_text(plan, &draft.text, LINE));
    let language = draft
        .language
        .as_ref()
        .filter(|tag| !tag.trim().is_empty())
        .cloned();
    if let Some(tag) = &language
        && !is_language_tag(tag)
    {
        let message = format!(
            "{:?} is no language tag; use BCP 47, such as \"ar\" or \"fa-Latn\"",
            shorten(tag)
        );
        plan.problem("language", ProblemCode::Invalid, message);
    }
    let period = draft
        .period
        .as_ref()
        .map(|period| rules::period(plan, "period", period));
    Some(Alias {
        text: text?,
        language,
        period,
    })
}

/// Whether a text has the shape of a BCP 47 tag: subtags of one to eight letters or digits, the
/// first of letters alone.
fn is_language_tag(tag: &str) -> bool {
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let language = tag.split('-').next().unwrap_or_default();
    tag.split('-').all(subtag)
        && language.len() > 1
        && language.bytes().all(|b| b.is_ascii_alphabetic())
}

fn identifier(plan: &mut Plan, draft: &Identifier) -> Option<Identifier> {
    let scheme = plan.within("scheme", |plan| {
        rules::checked_text(plan, &draft.scheme, LINE)
    });
    let value = plan.within("value", |plan| {
        rules::checked_text(plan, &draft.value, LINE)
    });
    Some(Identifier {
        scheme: scheme?,
        value: value?,
    })
}

fn country(plan: &mut Plan, patch: &Patch<String>, old: Option<&Actor>) -> Option<String> {
    let code = rules::patched(patch, old.and_then(|old| old.country.as_ref()))?;
    let code = code.trim().to_uppercase();
    if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Some(code);
    }
    let message = format!(
        "{:?} is no country code; use the two letters of ISO 3166-1, such as \"IR\"",
        shorten(&code)
    );
    plan.problem("country", ProblemCode::Invalid, message);
    None
}
