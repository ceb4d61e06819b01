//! Checks that the kinds of records share: texts, keys, periods, citations, lists of references.

use std::collections::HashSet;

use crate::ledger::draft::{CitationDraft, Patch, PeriodDraft, Reference};
use crate::ledger::problem::ProblemCode;
use crate::model::{Citation, Period, PeriodStatus, RecordId, TypedId, shorten};

use super::Plan;
use super::characters::unwelcome;

/// The most characters of a name, a title, a label.
pub(super) const LINE: usize = 500;
/// The most characters of a summary, a body, a quotation.
pub(super) const TEXT: usize = 50_000;
/// The most entries of a list within one record.
pub(super) const LIST: usize = 1_000;

/// The value of a field after a patch.
pub(super) fn patched<T: Clone>(patch: &Patch<T>, old: Option<&T>) -> Option<T> {
    patch.over(old).cloned()
}

/// A list after a patch, from its draft or from the old record.
pub(super) fn patched_list<D, T: Clone>(
    plan: &mut Plan,
    field: &'static str,
    patch: &Patch<Vec<D>>,
    old: Option<&Vec<T>>,
    read: impl FnMut(&mut Plan, &D) -> Option<T>,
) -> Vec<T> {
    match patch {
        Patch::Keep => old.cloned().unwrap_or_default(),
        Patch::Clear => Vec::new(),
        Patch::Set(drafts) => list(plan, field, drafts, read),
    }
}

/// A list from its draft.
fn list<D, T>(
    plan: &mut Plan,
    field: &'static str,
    drafts: &[D],
    mut read: impl FnMut(&mut Plan, &D) -> Option<T>,
) -> Vec<T> {
    plan.within(field, |plan| {
        if drafts.len() > LIST {
            let message = format!("at most {LIST} can be given; there are {}", drafts.len());
            plan.problem_here(ProblemCode::TooLong, message);
            return Vec::new();
        }
        let read = |(index, draft)| plan.within(index, |plan| read(plan, draft));
        drafts.iter().enumerate().filter_map(read).collect()
    })
}

/// A text that must be there after a patch.
pub(super) fn required_text(
    plan: &mut Plan,
    field: &'static str,
    patch: &Patch<String>,
    old: Option<&String>,
    longest: usize,
) -> String {
    let text = patch.over(old).map_or("", String::as_str);
    plan.within(field, |plan| checked_text(plan, text, longest))
        .unwrap_or_default()
}

/// A text that may be there after a patch. White space alone counts as nothing.
pub(super) fn optional_text(
    plan: &mut Plan,
    field: &'static str,
    patch: &Patch<String>,
    old: Option<&String>,
    longest: usize,
) -> Option<String> {
    text_if_any(plan, field, patch.over(old), longest)
}

/// A text of something in a list, where there may be one. White space alone counts as nothing.
pub(super) fn text_if_any(
    plan: &mut Plan,
    field: &'static str,
    text: Option<&String>,
    longest: usize,
) -> Option<String> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    plan.within(field, |plan| checked_text(plan, text, longest))
}

/// A text at the present path that must not be empty, without white space around it.
pub(super) fn checked_text(plan: &mut Plan, text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        plan.problem_here(ProblemCode::Required, "it must not be empty");
        None
    } else if text.len() > longest && text.chars().count() > longest {
        let length = text.chars().count();
        let message = format!("at most {longest} characters; there are {length}");
        plan.problem_here(ProblemCode::TooLong, message);
        None
    } else if let Some(character) = unwelcome(text, longest == LINE) {
        plan.problem_here(ProblemCode::Invalid, no_place(character));
        None
    } else {
        Some(text.to_owned())
    }
}

fn no_place(character: char) -> String {
    let number = u32::from(character);
    format!("the character U+{number:04X} has no place in it; take it out")
}

/// The reason that a command gives.
pub(super) fn message(plan: &mut Plan, message: Option<&str>) {
    if message.is_some_and(|message| message.chars().count() > TEXT) {
        plan.problem(
            "message",
            ProblemCode::TooLong,
            format!("at most {TEXT} characters"),
        );
    }
}

/// A key for safe retries.
pub(super) fn idempotency_key(plan: &mut Plan, key: Option<&str>) {
    const LONGEST: usize = 255;
    if key.is_some_and(|key| key.is_empty() || key.len() > LONGEST) {
        let message = format!("it must have from 1 to {LONGEST} bytes");
        plan.problem("idempotencyKey", ProblemCode::Invalid, message);
    }
}

/// A slug or key: lower-case letters and digits in groups joined by hyphens, and nobody else's.
pub(super) fn key<I: TypedId>(plan: &mut Plan, field: &'static str, key: &str, own: Option<I>) {
    const LONGEST: usize = 200;
    let group = |group: &str| {
        !group.is_empty()
            && group
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if key.len() > LONGEST || !key.split('-').all(group) {
        let message = format!(
            "{:?} is no {field}; use lower-case letters, digits and single hyphens, at most {LONGEST}",
            shorten(key)
        );
        plan.problem(field, ProblemCode::Invalid, message);
    } else if let Some(number) = plan.state.find(I::KIND, key)
        && own.map(TypedId::number) != Some(number)
    {
        let holder = I::from_number(number).into();
        let message = format!("{key:?} is or was the {field} of {holder}; choose another");
        plan.problem(field, ProblemCode::Taken, message);
    }
}

/// An optional key of a record that has no slug.
pub(super) fn optional_key<I: TypedId>(
    plan: &mut Plan,
    patch: &Patch<String>,
    old: Option<&Option<String>>,
    own: Option<I>,
) -> Option<String> {
    let value = patched(patch, old.and_then(Option::as_ref))?;
    key(plan, "key", &value, own);
    Some(value)
}

/// The slug of a record: the one given, the old one, or one made of its name.
pub(super) fn slug<I: TypedId>(
    plan: &mut Plan,
    given: &Patch<String>,
    old: Option<&String>,
    own: Option<I>,
    name: &str,
) -> String {
    if let Some(slug) = patched(given, old) {
        key(plan, "slug", &slug, own);
        return slug;
    }
    let base = slug::slugify(name);
    let base = if base.is_empty() {
        I::KIND.prefix().to_owned()
    } else {
        base
    };
    let base: String = base.chars().take(80).collect();
    let base = base.trim_end_matches('-');
    let free = |slug: &String| plan.state.find(I::KIND, slug).is_none();
    let numbered = (2u32..).map(|n| format!("{base}-{n}"));
    std::iter::once(base.to_owned())
        .chain(numbered)
        .find(free)
        .unwrap_or_default()
}

/// The slugs that lead to a record besides its present one.
pub(super) fn former_slugs<I: TypedId>(
    plan: &mut Plan,
    given: &Patch<Vec<String>>,
    old: Option<(&String, &Vec<String>)>,
    own: Option<I>,
    present: &str,
) -> Vec<String> {
    let mut former = match given {
        Patch::Set(slugs) => slugs.clone(),
        Patch::Keep | Patch::Clear => old.map(|(_, former)| former.clone()).unwrap_or_default(),
    };
    former.extend(old.map(|(slug, _)| slug.clone()));
    let mut seen = HashSet::new();
    former.retain(|slug| slug != present && seen.insert(slug.clone()));
    for slug in &former {
        key(plan, "formerSlugs", slug, own);
    }
    former
}

/// A period with its status made explicit.
pub(super) fn period(plan: &mut Plan, field: &'static str, draft: &PeriodDraft) -> Period {
    let status = draft
        .status
        .unwrap_or(match (draft.end, draft.observed_until) {
            (Some(_), _) => PeriodStatus::Ended,
            (None, Some(_)) => PeriodStatus::Censored,
            (None, None) => PeriodStatus::Ongoing,
        });
    let period = Period {
        start: draft.start,
        end: draft.end,
        status,
        observed_until: draft.observed_until,
    };
    plan.within(field, |plan| {
        for error in period.check() {
            plan.problem(error.field(), ProblemCode::InvalidPeriod, error.to_string());
        }
    });
    period
}

/// References to records of one kind, each once.
pub(super) fn references<I: TypedId>(
    plan: &mut Plan,
    field: &'static str,
    patch: &Patch<Vec<Reference>>,
    old: Option<&Vec<I>>,
) -> Vec<I> {
    patched_list(plan, field, patch, old, each_once())
}

/// The references of something new in a record, each once.
pub(super) fn new_references<I: TypedId>(
    plan: &mut Plan,
    field: &'static str,
    drafts: &[Reference],
) -> Vec<I> {
    list(plan, field, drafts, each_once())
}

/// Reads references one after the other, and tells which came before.
fn each_once<I: TypedId>() -> impl FnMut(&mut Plan, &Reference) -> Option<I> {
    let mut seen = HashSet::new();
    move |plan, text| {
        let id: I = plan.resolve_here(text)?;
        if !seen.insert(id) {
            let id: RecordId = id.into();
            let message = format!("{id} is given twice");
            plan.problem_here(ProblemCode::Duplicate, message);
        }
        Some(id)
    }
}

/// A citation at the present path.
pub(super) fn citation(plan: &mut Plan, draft: &CitationDraft) -> Option<Citation> {
    let source = plan.resolve("source", &draft.source);
    let locator = text_if_any(plan, "locator", draft.locator.as_ref(), LINE);
    let quote = text_if_any(plan, "quote", draft.quote.as_ref(), TEXT);
    Some(Citation {
        source: source?,
        locator,
        quote,
        accessed_on: draft.accessed_on,
    })
}

/// The citations of a record.
pub(super) fn citations(
    plan: &mut Plan,
    patch: &Patch<Vec<CitationDraft>>,
    old: Option<&Vec<Citation>>,
) -> Vec<Citation> {
    patched_list(plan, "citations", patch, old, citation)
}

/// The citations of something new in a record.
pub(super) fn new_citations(plan: &mut Plan, drafts: &[CitationDraft]) -> Vec<Citation> {
    list(plan, "citations", drafts, citation)
}

/// A value that must be given when a record is created, and cannot be cleared.
pub(super) fn required<T: Clone>(
    plan: &mut Plan,
    field: &'static str,
    patch: &Patch<T>,
    old: Option<&T>,
    otherwise: T,
) -> T {
    patched(patch, old).unwrap_or_else(|| {
        plan.problem(field, ProblemCode::Required, "it must be given");
        otherwise
    })
}

/// The id that stands in where a reference could not be read. It is never stored: the problem that
/// was reported stops the command.
pub(super) fn nobody<I: TypedId>() -> I {
    I::from_number(u32::MAX)
}
