//! How format 1 stored a brief: read, and never written. Fields are known by their places, so these are
//! the fields of then, in the order of then. A filter of actors still has them.

use serde::Deserialize;

use super::{
    ActorFilter, ActorId, Alignment, Assertion, Brief, Confidence, CooperationDomain,
    EvidenceGrade, Formality, PeriodFilter, RelationshipFilter, RelationshipId, RelationshipKind,
    RelationshipRole, Section, SourceId, Tier, ViewpointId,
};

#[derive(Deserialize)]
pub(super) struct BriefForm1 {
    slug: String,
    former_slugs: Vec<String>,
    question: String,
    audience: Option<String>,
    summary: String,
    actors: Vec<ActorId>,
    sections: Vec<SectionForm1>,
    viewpoints: Vec<ViewpointId>,
    disclaimer: Option<String>,
}

#[derive(Deserialize)]
struct SectionForm1 {
    title: String,
    introduction: Option<String>,
    actor: Option<ActorId>,
    filter: FilterForm1,
    order: Vec<RelationshipId>,
}

#[derive(Deserialize)]
struct FilterForm1 {
    kind: Option<Vec<RelationshipKind>>,
    alignment: Option<Vec<Alignment>>,
    tier: Option<Vec<Tier>>,
    formality: Option<Vec<Formality>>,
    domain: Option<Vec<CooperationDomain>>,
    period: Option<PeriodFilter>,
    role: Option<RelationshipRole>,
    counterpart: Option<ActorFilter>,
    assertion: Option<Vec<Assertion>>,
    evidence: Option<Vec<EvidenceGrade>>,
    contested: Option<bool>,
    confidence: Option<Vec<Confidence>>,
    against: Option<ActorFilter>,
    source: Option<SourceId>,
    and: Option<Vec<FilterForm1>>,
    or: Option<Vec<FilterForm1>>,
    not: Option<Box<FilterForm1>>,
}

impl From<BriefForm1> for Brief {
    fn from(old: BriefForm1) -> Self {
        Self {
            slug: old.slug,
            former_slugs: old.former_slugs,
            question: old.question,
            audience: old.audience,
            summary: old.summary,
            actors: old.actors,
            sections: old.sections.into_iter().map(Section::from).collect(),
            viewpoints: old.viewpoints,
            disclaimer: old.disclaimer,
        }
    }
}

impl From<SectionForm1> for Section {
    fn from(old: SectionForm1) -> Self {
        Self {
            title: old.title,
            introduction: old.introduction,
            actor: old.actor,
            filter: old.filter.into(),
            order: old.order,
        }
    }
}

impl From<FilterForm1> for RelationshipFilter {
    fn from(old: FilterForm1) -> Self {
        let all = |filters: Vec<FilterForm1>| filters.into_iter().map(Self::from).collect();
        Self {
            kind: old.kind,
            alignment: old.alignment,
            tier: old.tier,
            formality: old.formality,
            domain: old.domain,
            period: old.period,
            role: old.role,
            counterpart: old.counterpart,
            assertion: old.assertion,
            evidence: old.evidence,
            contested: old.contested,
            confidence: old.confidence,
            against: old.against,
            source: old.source,
            and: old.and.map(all),
            or: old.or.map(all),
            not: old.not.map(|not| Box::new(Self::from(*not))),
            ..Self::default()
        }
    }
}
