//! What makes a good relationship, and how one ends.

use crate::ledger::draft::{
    AreaDraft, CitationDraft, Patch, PeriodDraft, Reference, RelationshipDraft,
};
use crate::ledger::problem::ProblemCode;
use crate::model::{
    ActorId, Alignment, Assertion, Change, Coding, CooperationArea, Formality, PartialDate, Period,
    PeriodStatus, RecordId, Relationship, RelationshipId, RelationshipKind,
};
use crate::store::StoreError;

use super::rules::{LINE, TEXT};
use super::{Plan, rules};

pub(super) fn build(
    plan: &mut Plan,
    draft: &RelationshipDraft,
    old: Option<&Relationship>,
    id: Option<RelationshipId>,
) -> Relationship {
    let from = end_of(plan, "from", &draft.from, old.map(|old| old.from));
    let to = end_of(plan, "to", &draft.to, old.map(|old| old.to));
    if from == to && from != rules::nobody() {
        plan.problem(
            "to",
            ProblemCode::Invalid,
            "a relationship links two different actors",
        );
    }
    let kind = rules::required(
        plan,
        "kind",
        &draft.kind,
        old.map(|old| &old.kind),
        RelationshipKind::Other,
    );
    let alignment = rules::required(
        plan,
        "alignment",
        &draft.alignment,
        old.map(|old| &old.alignment),
        Alignment::Neutral,
    );
    let period = match &draft.period {
        Patch::Keep => old.map(|old| old.period).unwrap_or_default(),
        Patch::Clear => Period::default(),
        Patch::Set(period) => rules::period(plan, "period", period),
    };
    let mut obligations = rules::patched(&draft.obligations, old.map(|old| &old.obligations));
    if let Some(obligations) = &mut obligations {
        obligations.sort_unstable();
        obligations.dedup();
    }
    let old_label = old.and_then(|old| old.label.as_ref());
    let old_summary = old.and_then(|old| old.summary.as_ref());
    Relationship {
        key: rules::optional_key(plan, &draft.key, old.map(|old| &old.key), id),
        from,
        to,
        kind,
        against: rules::references(plan, "against", &draft.against, old.map(|old| &old.against)),
        symmetric: rules::patched(&draft.symmetric, old.map(|old| &old.symmetric))
            .unwrap_or_else(|| kind.symmetric_by_default()),
        assertion: rules::patched(&draft.assertion, old.map(|old| &old.assertion))
            .unwrap_or(Assertion::Affirmed),
        label: rules::optional_text(plan, "label", &draft.label, old_label, LINE),
        alignment,
        tier: rules::patched(&draft.tier, old.and_then(|old| old.tier.as_ref())),
        formality: rules::patched(&draft.formality, old.map(|old| &old.formality))
            .unwrap_or(Formality::Unknown),
        obligations: obligations.unwrap_or_default(),
        summary: rules::optional_text(plan, "summary", &draft.summary, old_summary, TEXT),
        period,
        areas: rules::patched_list(plan, "areas", &draft.areas, old.map(|old| &old.areas), area),
        confidence: rules::patched(
            &draft.confidence,
            old.and_then(|old| old.confidence.as_ref()),
        ),
        citations: rules::citations(plan, &draft.citations, old.map(|old| &old.citations)),
        codings: rules::patched_list(
            plan,
            "codings",
            &draft.codings,
            old.map(|old| &old.codings),
            coding,
        ),
    }
}

/// Ends a relationship: the end goes into its period, what supports it into its citations.
pub(super) fn end(
    plan: &mut Plan,
    id: &Reference,
    expected: Option<u32>,
    end: PartialDate,
    citations: &[CitationDraft],
) -> Result<Option<RecordId>, StoreError> {
    let before = plan.problems.len();
    let Some(id) = plan.resolve::<RelationshipId>("id", id) else {
        return Ok(None);
    };
    let Some(old) = plan.at_version::<Relationship>(id, expected)? else {
        return Ok(None);
    };
    if old.period.status == PeriodStatus::Ended && old.period.end.is_some() {
        let known = old
            .period
            .end
            .map(|end| end.to_string())
            .unwrap_or_default();
        let message = format!("{id} has ended on {known}; use updateRelationship to correct that");
        plan.problem("end", ProblemCode::NoChange, message);
    }
    let mut ended = Relationship::clone(&old);
    let added = rules::new_citations(plan, citations);
    ended.citations.extend(added);
    ended.period = Period {
        start: old.period.start,
        end: Some(end),
        status: PeriodStatus::Ended,
        observed_until: None,
    };
    for error in ended.period.check() {
        plan.problem("end", ProblemCode::InvalidPeriod, error.to_string());
    }
    if plan.problems.len() == before {
        plan.apply(Change::Updated {
            id: id.into(),
            record: ended.into(),
        })?;
    }
    Ok(Some(id.into()))
}

fn end_of(
    plan: &mut Plan,
    field: &'static str,
    patch: &Patch<Reference>,
    old: Option<ActorId>,
) -> ActorId {
    match (patch, old) {
        (Patch::Set(text), _) => plan.resolve(field, text).unwrap_or_else(rules::nobody),
        (Patch::Keep, Some(actor)) => actor,
        _ => {
            plan.problem(field, ProblemCode::Required, "it must be given");
            rules::nobody()
        }
    }
}

fn area(plan: &mut Plan, draft: &AreaDraft) -> Option<CooperationArea> {
    let description = plan.within("description", |plan| {
        rules::checked_text(plan, &draft.description, TEXT)
    });
    let period = draft
        .period
        .as_ref()
        .map(|period: &PeriodDraft| rules::period(plan, "period", period));
    let citations = rules::new_citations(plan, &draft.citations);
    Some(CooperationArea {
        domain: draft.domain,
        description: description?,
        period,
        citations,
    })
}

fn coding(plan: &mut Plan, draft: &Coding) -> Option<Coding> {
    let scheme = plan.within("scheme", |plan| {
        rules::checked_text(plan, &draft.scheme, LINE)
    });
    let code = plan.within("code", |plan| rules::checked_text(plan, &draft.code, LINE));
    let label = rules::text_if_any(plan, "label", draft.label.as_ref(), LINE);
    Some(Coding {
        scheme: scheme?,
        code: code?,
        label,
    })
}
