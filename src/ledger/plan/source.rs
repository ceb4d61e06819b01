//! What makes a good source.

use crate::ledger::draft::SourceDraft;
use crate::ledger::problem::ProblemCode;
use crate::model::{Reliability, Source, SourceId, SourceKind, shorten};

use super::characters::unwelcome;
use super::rules::{LINE, TEXT};
use super::{Plan, rules};

/// Whether an address leads to the web, and nowhere else.
fn is_on_the_web(url: &str) -> bool {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        && unwelcome(url, true).is_none()
}

pub(super) fn build(
    plan: &mut Plan,
    draft: &SourceDraft,
    old: Option<&Source>,
    id: Option<SourceId>,
) -> Source {
    let old_url = old.and_then(|old| old.url.as_ref());
    let url = rules::optional_text(plan, "url", &draft.url, old_url, TEXT);
    if let Some(url) = &url
        && !is_on_the_web(url)
    {
        let message = format!(
            "{:?} is no web address; it must begin with https:// or http:// and have no white space in it",
            shorten(url)
        );
        plan.problem("url", ProblemCode::Invalid, message);
    }
    Source {
        key: rules::optional_key(plan, &draft.key, old.map(|old| &old.key), id),
        title: rules::required_text(plan, "title", &draft.title, old.map(|old| &old.title), LINE),
        url,
        publisher: rules::optional_text(
            plan,
            "publisher",
            &draft.publisher,
            old.and_then(|old| old.publisher.as_ref()),
            LINE,
        ),
        kind: rules::patched(&draft.kind, old.map(|old| &old.kind)).unwrap_or(SourceKind::Other),
        published_on: rules::patched(
            &draft.published_on,
            old.and_then(|old| old.published_on.as_ref()),
        ),
        reliability: rules::patched(&draft.reliability, old.map(|old| &old.reliability))
            .unwrap_or(Reliability::F),
    }
}
