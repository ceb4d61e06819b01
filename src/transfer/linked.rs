//! Records as linked data: JSON-LD with the words of schema.org and PROV-O where they fit, and our own
//! where they do not.
//!
//! schema.org knows organisations, articles and questions; PROV-O knows what a claim was derived from.
//! Neither knows alignments, tiers or partial dates: those are in the namespace of the record.

use serde_json::{Value, json};

use crate::model::{
    Actor, ActorId, ActorKind, Brief, Citation, ContextNote, PartialDate, Period, RecordId,
    Relationship, RelationshipId, Source, Viewpoint, Vocabulary as _,
};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{ActorFacts, RelationshipFacts, SourceFacts};
use crate::store::StoreError;

/// The namespace of our own words.
const NAMESPACE: &str = "urn:foedera:terms:";
/// What ids of records begin with.
const RECORD: &str = "urn:foedera:record:";

/// What the names in the documents mean.
pub(super) fn context() -> Value {
    let reference = |id: &str| json!({ "@id": id, "@type": "@id" });
    json!({
        "@vocab": NAMESPACE,
        "schema": "https://schema.org/",
        "prov": "http://www.w3.org/ns/prov#",
        "id": "@id",
        "type": "@type",
        "name": "schema:name",
        "alternateName": "schema:alternateName",
        "description": "schema:description",
        "text": "schema:text",
        "url": reference("schema:url"),
        "publisher": "schema:publisher",
        "headline": "schema:headline",
        "about": reference("schema:about"),
        "from": reference("terms:from"),
        "to": reference("terms:to"),
        "against": reference("terms:against"),
        "holder": reference("terms:holder"),
        "relationship": reference("terms:relationship"),
        "source": reference("prov:hadPrimarySource"),
        "derivedFrom": reference("prov:wasDerivedFrom"),
        "terms": NAMESPACE,
    })
}

/// The name of a record everywhere.
pub(super) fn iri(id: impl Into<RecordId>) -> String {
    format!("{RECORD}{}", id.into())
}

/// Some relationships of an actor, with the actors and sources that they name.
///
/// # Errors
/// When the store cannot be read.
pub fn relationships(
    at: &Snapshot,
    own: ActorId,
    ids: &[RelationshipId],
) -> Result<String, StoreError> {
    let (mut actors, mut sources) = (vec![own], Vec::new());
    let mut graph = Vec::new();
    for id in ids {
        let Some(row) = at.row::<RelationshipFacts>(*id) else {
            continue;
        };
        let tie = at.document(row)?;
        actors.extend([tie.from, tie.to]);
        actors.extend(&tie.against);
        sources.extend(tie.sources());
        graph.push(relationship(*id, &tie));
    }
    actors.sort_unstable();
    actors.dedup();
    sources.sort_unstable();
    sources.dedup();
    for id in actors {
        if let Some(row) = at.row_even_retired::<ActorFacts>(id) {
            graph.push(actor(id, &*at.document(row)?));
        }
    }
    for id in sources {
        if let Some(row) = at.row_even_retired::<SourceFacts>(id) {
            graph.push(source(id, &*at.document(row)?));
        }
    }
    let document = json!({ "@context": context(), "@graph": graph });
    Ok(document.to_string())
}

/// An actor.
pub(super) fn actor(id: impl Into<RecordId>, actor: &Actor) -> Value {
    let kind = match actor.kind {
        ActorKind::State => "schema:Country",
        ActorKind::Government => "schema:GovernmentOrganization",
        ActorKind::Person => "schema:Person",
        _ => "schema:Organization",
    };
    let aliases = actor.aliases.iter().map(|alias| match &alias.language {
        Some(language) => json!({ "@value": alias.text, "@language": language }),
        None => json!(alias.text),
    });
    let identifiers = actor.identifiers.iter();
    let identifiers = identifiers.map(|own| json!({ "scheme": own.scheme, "value": own.value }));
    trimmed(json!({
        "id": iri(id),
        "type": [kind, "Actor"],
        "slug": actor.slug,
        "name": actor.name,
        "alternateName": aliases.collect::<Vec<_>>(),
        "actorKind": actor.kind.code(),
        "description": actor.summary,
        "country": actor.country,
        "active": period(&actor.active),
        "identifier": identifiers.collect::<Vec<_>>(),
    }))
}

/// A relationship: a claim, derived from what it cites.
pub(super) fn relationship(id: impl Into<RecordId>, tie: &Relationship) -> Value {
    let areas = tie.areas.iter().map(|area| {
        trimmed(json!({
            "type": "CooperationArea",
            "domain": area.domain.code(),
            "description": area.description,
            "period": area.period.as_ref().map(period),
            "citation": citations(&area.citations),
        }))
    });
    let codings = tie.codings.iter().map(|coding| {
        trimmed(json!({ "scheme": coding.scheme, "code": coding.code, "name": coding.label }))
    });
    trimmed(json!({
        "id": iri(id),
        "type": ["prov:Entity", "Relationship"],
        "key": tie.key,
        "from": iri(tie.from),
        "to": iri(tie.to),
        "against": tie.against.iter().map(|id| iri(*id)).collect::<Vec<_>>(),
        "kind": tie.kind.code(),
        "symmetric": tie.symmetric,
        "assertion": tie.assertion.code(),
        "name": tie.label,
        "alignment": tie.alignment.code(),
        "tier": tie.tier.map(crate::model::Vocabulary::code),
        "formality": tie.formality.code(),
        "obligation": tie.obligations.iter().map(|one| one.code()).collect::<Vec<_>>(),
        "description": tie.summary,
        "period": period(&tie.period),
        "confidence": tie.confidence.map(crate::model::Vocabulary::code),
        "area": areas.collect::<Vec<_>>(),
        "coding": codings.collect::<Vec<_>>(),
        "derivedFrom": tie.sources().into_iter().map(iri).collect::<Vec<_>>(),
        "citation": citations(&tie.citations),
    }))
}

/// A viewpoint.
pub(super) fn viewpoint(id: impl Into<RecordId>, viewpoint: &Viewpoint) -> Value {
    let positions = viewpoint.positions.iter().map(|position| {
        trimmed(json!({
            "type": "Position",
            "relationship": iri(position.relationship),
            "stance": position.stance.code(),
            "description": position.argument,
            "alignment": position.alignment.map(crate::model::Vocabulary::code),
            "tier": position.tier.map(crate::model::Vocabulary::code),
            "name": position.label,
        }))
    });
    trimmed(json!({
        "id": iri(id),
        "type": ["schema:Claim", "Viewpoint"],
        "key": viewpoint.key,
        "name": viewpoint.title,
        "text": viewpoint.thesis,
        "heldBy": viewpoint.holder,
        "holder": viewpoint.holder_actor.map(iri),
        "asOf": date(viewpoint.as_of),
        "position": positions.collect::<Vec<_>>(),
        "citation": citations(&viewpoint.citations),
    }))
}

/// A context note.
pub(super) fn note(id: impl Into<RecordId>, note: &ContextNote) -> Value {
    let about = note.actors.iter().map(|id| iri(*id));
    let about = about.chain(note.relationships.iter().map(|id| iri(*id)));
    trimmed(json!({
        "id": iri(id),
        "type": ["schema:Article", "ContextNote"],
        "key": note.key,
        "headline": note.headline,
        "text": note.body,
        "asOf": date(Some(note.as_of)),
        "author": note.author,
        "about": about.collect::<Vec<_>>(),
        "keyword": note.tags,
        "supersedes": note.supersedes.map(iri),
        "citation": citations(&note.citations),
    }))
}

/// A source.
pub(super) fn source(id: impl Into<RecordId>, source: &Source) -> Value {
    trimmed(json!({
        "id": iri(id),
        "type": ["schema:CreativeWork", "prov:PrimarySource", "Source"],
        "key": source.key,
        "name": source.title,
        "url": source.url,
        "publisher": source.publisher,
        "sourceKind": source.kind.code(),
        "publishedOn": date(source.published_on),
        "reliability": source.reliability.code(),
    }))
}

/// A brief, without what its sections find.
pub(super) fn brief(id: impl Into<RecordId>, brief: &Brief) -> Value {
    trimmed(json!({
        "id": iri(id),
        "type": ["schema:Question", "Brief"],
        "slug": brief.slug,
        "name": brief.question,
        "text": brief.summary,
        "audience": brief.audience,
        "about": brief.actors.iter().map(|id| iri(*id)).collect::<Vec<_>>(),
        "disclaimer": brief.disclaimer,
    }))
}

fn period(period: &Period) -> Value {
    trimmed(json!({
        "type": "Period",
        "start": date(period.start),
        "end": date(period.end),
        "status": period.status.code(),
        "observedUntil": date(period.observed_until),
    }))
}

/// A partial date in the words of EDTF, typed as that.
fn date(date: Option<PartialDate>) -> Value {
    date.map_or(
        Value::Null,
        |date| json!({ "@type": "http://id.loc.gov/datatypes/edtf", "@value": date.to_string() }),
    )
}

fn citations(citations: &[Citation]) -> Vec<Value> {
    let one = |citation: &Citation| {
        trimmed(json!({
            "type": "Citation",
            "source": iri(citation.source),
            "locator": citation.locator,
            "quote": citation.quote,
            "accessedOn": date(citation.accessed_on),
        }))
    };
    citations.iter().map(one).collect()
}

/// The same without what is not there.
pub(super) fn trimmed(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| match member {
            Value::Null => false,
            Value::Array(items) => !items.is_empty(),
            _ => true,
        });
    }
    value
}
