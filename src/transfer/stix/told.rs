//! What objects of STIX say, as drafts.

use crate::ledger::draft::{
    ActorDraft, AliasDraft, CitationDraft, NoteDraft, Patch, PeriodDraft, PositionDraft,
    RelationshipDraft, SourceDraft, ViewpointDraft,
};
use crate::model::{ActorKind, Coding, Identifier, PeriodStatus, Reliability, SourceKind};
use crate::snapshot::fold_name;
use crate::transfer::intake::Place;
use crate::transfer::words::{line, passage};

use super::object::{Object, Reference};
use super::words;

/// The key of the record that an object becomes.
pub(super) fn key(id: &str) -> String {
    format!("stix-{}", slug::slugify(id))
}

pub(super) fn actor(object: &Object, kind: ActorKind) -> Option<ActorDraft> {
    let name = object
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())?;
    let mut seen = vec![fold_name(name)];
    let mut aliases = Vec::new();
    let others = [
        &object.aliases,
        &object.x_mitre_aliases,
        &object.x_opencti_aliases,
    ];
    for text in others.into_iter().flatten() {
        let folded = fold_name(text);
        if !folded.is_empty() && !seen.contains(&folded) {
            seen.push(folded);
            aliases.push(AliasDraft {
                text: line(text),
                language: None,
                period: None,
            });
        }
    }
    let mut identifiers = vec![Identifier {
        scheme: "stix".to_owned(),
        value: object.id.clone(),
    }];
    let ids = object.external_references.iter().filter_map(|reference| {
        Some(Identifier {
            scheme: slug::slugify(&reference.source_name),
            value: reference.external_id.clone()?,
        })
    });
    identifiers.extend(ids.filter(|id| !id.scheme.is_empty()));
    let country = object.country.as_deref();
    identifiers.extend(
        country
            .filter(|code| code.len() == 3)
            .map(|code| Identifier {
                scheme: "iso3166-1-alpha-3".to_owned(),
                value: code.to_uppercase(),
            }),
    );
    identifiers.dedup();
    let two = country
        .filter(|code| code.len() == 2)
        .map(str::to_uppercase);
    let summary = object.description.as_deref().map(passage);
    Some(ActorDraft {
        slug: Patch::Keep,
        former_slugs: Patch::Keep,
        name: Patch::Set(line(name)),
        aliases: Patch::Set(aliases),
        kind: Patch::Set(kind),
        summary: summary.into(),
        country: two.into(),
        active: seen_between(object).into(),
        identifiers: Patch::Set(identifiers),
    })
}

/// From when to when a campaign or group was seen. Being seen last is not an end.
fn seen_between(object: &Object) -> Option<PeriodDraft> {
    let start = object.first_seen.as_deref().and_then(words::day);
    let last = object.last_seen.as_deref().and_then(words::day);
    if start.is_none() && last.is_none() {
        return None;
    }
    let last = last.filter(|last| start.is_none_or(|start| start <= *last));
    Some(PeriodDraft {
        start,
        end: None,
        status: Some(last.map_or(PeriodStatus::Unknown, |_| PeriodStatus::Censored)),
        observed_until: last,
    })
}

pub(super) fn bundle(id: &str, place: &Place) -> SourceDraft {
    SourceDraft {
        key: Patch::Set(key(id)),
        title: Patch::Set(format!("STIX bundle {}", place.file)),
        url: Patch::Keep,
        publisher: Patch::Keep,
        kind: Patch::Set(SourceKind::Dataset),
        published_on: Patch::Keep,
        reliability: Patch::Set(Reliability::F),
    }
}

/// The source that a reference stands for; none where it is only the object's own name in a catalogue.
pub(super) fn source(reference: &Reference) -> Option<SourceDraft> {
    if reference.external_id.is_some() || reference.source_name.trim().is_empty() {
        return None;
    }
    let title = reference
        .description
        .as_deref()
        .unwrap_or(&reference.source_name);
    let title = match title.trim() {
        "" => &reference.source_name,
        title => title,
    };
    let url = reference.url.clone();
    let url = url.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    Some(SourceDraft {
        key: Patch::Set(source_key(reference)),
        title: Patch::Set(line(title)),
        url: url.into(),
        publisher: Patch::Keep,
        kind: Patch::Set(SourceKind::Other),
        published_on: Patch::Keep,
        reliability: Patch::Set(Reliability::F),
    })
}

/// One name may stand for several addresses, so the address is part of what tells sources apart.
fn source_key(reference: &Reference) -> String {
    let name: String = slug::slugify(&reference.source_name)
        .chars()
        .take(80)
        .collect();
    let of = (
        &reference.source_name,
        reference.url.as_deref().unwrap_or_default(),
    );
    let digest = blake3::hash(format!("{}\n{}", of.0, of.1).as_bytes()).to_hex();
    format!("stix-{}-{}", name.trim_matches('-'), &digest[..10]).replace("--", "-")
}

/// The bundle, and what the object cites itself.
fn citations(object: &Object, bundle: &str) -> Vec<CitationDraft> {
    let mut citations = vec![CitationDraft {
        source: key(bundle),
        locator: Some(object.id.clone()),
        quote: None,
        accessed_on: None,
    }];
    for reference in &object.external_references {
        if source(reference).is_some() {
            let citation = CitationDraft {
                source: source_key(reference),
                locator: Some(line(&reference.source_name)),
                quote: None,
                accessed_on: None,
            };
            if !citations.contains(&citation) {
                citations.push(citation);
            }
        }
    }
    citations
}

pub(super) fn relationship(
    object: &Object,
    kind: &str,
    from: String,
    to: String,
    bundle: &str,
) -> RelationshipDraft {
    let (ours, alignment) = words::relationship(kind);
    let start = object.start_time.as_deref().and_then(words::day);
    let end = object.stop_time.as_deref().and_then(words::day);
    let end = end.filter(|end| start.is_none_or(|start| start <= *end));
    let period = (start.is_some() || end.is_some()).then(|| PeriodDraft {
        start,
        end,
        status: Some(end.map_or(PeriodStatus::Unknown, |_| PeriodStatus::Ended)),
        observed_until: None,
    });
    let summary = object.description.as_deref().map(passage);
    RelationshipDraft {
        key: Patch::Set(key(&object.id)),
        from: Patch::Set(from),
        to: Patch::Set(to),
        kind: Patch::Set(ours),
        symmetric: Patch::Set(false),
        label: Patch::Set(line(&kind.replace('-', " "))),
        alignment: Patch::Set(alignment),
        summary: summary.into(),
        period: period.into(),
        confidence: object.confidence.and_then(words::confidence).into(),
        citations: Patch::Set(citations(object, bundle)),
        codings: Patch::Set(vec![Coding {
            scheme: "stix-relationship-type".to_owned(),
            code: kind.to_owned(),
            label: None,
        }]),
        ..RelationshipDraft::default()
    }
}

/// A note or a report.
pub(super) fn note(
    object: &Object,
    actors: Vec<String>,
    relationships: Vec<String>,
    bundle: &str,
) -> Option<NoteDraft> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let text = given(&object.content)
        .or(given(&object.description))
        .or(given(&object.name))?;
    let headline = given(&object.headline).or(given(&object.name));
    let headline = headline.unwrap_or_else(|| text.lines().next().unwrap_or_default().to_owned());
    let date = object.published.as_deref().or(object.created.as_deref());
    let mut tags = vec![object.kind.clone()];
    tags.extend(object.report_types.iter().chain(&object.labels).cloned());
    tags.retain(|tag| !tag.trim().is_empty());
    Some(NoteDraft {
        key: Patch::Set(key(&object.id)),
        headline: Patch::Set(line(&headline)),
        body: Patch::Set(passage(&text)),
        as_of: Patch::Set(words::day(date?)?),
        author: (!object.authors.is_empty())
            .then(|| object.authors.join(", "))
            .into(),
        actors: Patch::Set(actors),
        relationships: Patch::Set(relationships),
        tags: Patch::Set(tags),
        citations: Patch::Set(citations(object, bundle)),
        supersedes: Patch::Keep,
    })
}

/// What is cited for an actor.
pub(super) fn references(object: &Object, actor: String, bundle: &str) -> Option<NoteDraft> {
    let name = object.name.as_deref().unwrap_or_default();
    let date = object.modified.as_deref().or(object.created.as_deref());
    let body = object
        .description
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    Some(NoteDraft {
        key: Patch::Set(format!("{}-references", key(&object.id))),
        headline: Patch::Set(line(&format!("Sources on {name}"))),
        body: Patch::Set(passage(body.unwrap_or(name))),
        as_of: Patch::Set(words::day(date?)?),
        author: Patch::Keep,
        actors: Patch::Set(vec![actor]),
        relationships: Patch::Keep,
        tags: Patch::Set(vec![object.kind.clone()]),
        citations: Patch::Set(citations(object, bundle)),
        supersedes: Patch::Keep,
    })
}

pub(super) fn opinion(object: &Object, ties: Vec<String>) -> Option<ViewpointDraft> {
    let opinion = object.opinion.as_deref()?;
    let stance = words::stance(opinion)?;
    let explanation = object.explanation.as_deref().map(str::trim);
    let explanation = explanation.filter(|text| !text.is_empty()).map(passage);
    let words = opinion.replace('-', " ");
    let position = |relationship| PositionDraft {
        relationship,
        stance,
        argument: explanation.clone(),
        alignment: None,
        tier: None,
        label: None,
    };
    let date = object.modified.as_deref().or(object.created.as_deref());
    Some(ViewpointDraft {
        key: Patch::Set(key(&object.id)),
        title: Patch::Set(format!("Opinion: {words}")),
        thesis: Patch::Set(explanation.clone().unwrap_or(words)),
        holder: (!object.authors.is_empty())
            .then(|| object.authors.join(", "))
            .into(),
        holder_actor: Patch::Keep,
        positions: Patch::Set(ties.into_iter().map(position).collect()),
        as_of: date.and_then(self::words::day).into(),
        citations: Patch::Keep,
    })
}
