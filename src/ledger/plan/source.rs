//! What makes a good source.

use crate::ledger::draft::SourceDraft;
use crate::ledger::problem::ProblemCode;
use crate::model::{Reliability, Source, SourceId, SourceKind, shorten};

use super::rules::{LINE, TEXT};
use super::{Plan, rules};

pub(super) fn build(
    plan: &mut Plan,
    draft: &SourceDraft,
    old: Option<&Source>,
    id: Option<SourceId>,
) -> Source {
    let old_url = old.and_then(|old| old.url.as_ref());
    let url = rules::optional_text(plan, "url", &draft.url, old_url, TEXT);
    if let Some(url) = &url
        && !(url.starts_with("https://") || url.starts_with("http://"))
    {
        let message = format!(
            "{:?} is no web address; it must begin with https:// or http://",
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
