//! What statements say, as drafts.

use serde_json::Value;

use crate::ledger::draft::{CitationDraft, Patch, PeriodDraft, RelationshipDraft, SourceDraft};
use crate::model::{
    Assertion, Coding, Confidence, PartialDate, Period, PeriodStatus, Reliability, SourceKind,
};

use crate::transfer::words::line;

use super::properties::Property;
use super::value::{self, Said};

/// The name of an entity: in English, or else in the first language that it has one in.
pub(super) fn name(id: &str, json: &Value) -> String {
    let labels = json["labels"].as_object();
    let label = |language: &str| labels?.get(language)?["value"].as_str();
    let first = || labels?.values().next()?["value"].as_str();
    let name = label("en").or_else(|| label("mul")).or_else(first);
    name.map_or_else(|| id.to_owned(), line)
}

/// The text of a snak: a string, or what is said in some language.
pub(super) fn text(snak: &Value) -> Option<&str> {
    let value = &snak["datavalue"]["value"];
    value.as_str().or_else(|| value["text"].as_str())
}

fn page_key(id: &str) -> String {
    format!("wikidata-{}", slug::slugify(id))
}

/// The page of an item, where its statements stand.
pub(super) fn page(id: &str, json: &Value) -> SourceDraft {
    SourceDraft {
        key: Patch::Set(page_key(id)),
        title: Patch::Set(line(&format!("Wikidata: {}", name(id, json)))),
        url: Patch::Set(format!("https://www.wikidata.org/wiki/{id}")),
        publisher: Patch::Set("Wikidata".to_owned()),
        kind: Patch::Set(SourceKind::Dataset),
        published_on: Patch::Keep,
        reliability: Patch::Set(Reliability::F),
    }
}

fn snaks<'a>(reference: &'a Value, property: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    reference["snaks"][property]
        .as_array()
        .into_iter()
        .flatten()
}

/// What tells the source of a reference apart: its address, or the item that it is stated in, or all of it.
fn source_key(reference: &Value) -> String {
    if let Some(url) = snaks(reference, "P854").find_map(text) {
        return format!(
            "wikidata-url-{}",
            &blake3::hash(url.as_bytes()).to_hex()[..16]
        );
    }
    if let Some(item) = snaks(reference, "P248").find_map(value::item) {
        return format!("wikidata-stated-in-{}", slug::slugify(item));
    }
    let all = reference["snaks"].to_string();
    let digest = blake3::hash(all.as_bytes()).to_hex();
    format!("wikidata-reference-{}", &digest[..16])
}

/// The source that a reference names.
pub(super) fn source(reference: &Value) -> Option<SourceDraft> {
    let title = snaks(reference, "P1476").find_map(text);
    let url = snaks(reference, "P854").find_map(text);
    let url = url.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let stated_in = snaks(reference, "P248").find_map(value::item);
    let described = described(reference);
    let title = title
        .map(str::to_owned)
        .or_else(|| url.map(str::to_owned))
        .or_else(|| stated_in.map(|item| format!("Wikidata item {item}")))
        .unwrap_or_else(|| format!("Reference of Wikidata: {described}"));
    if reference["snaks"].as_object()?.is_empty() {
        return None;
    }
    let publisher = snaks(reference, "P123").find_map(value::item);
    let date =
        snaks(reference, "P577").find_map(|snak| value::time(&snak["datavalue"]["value"]).ok());
    Some(SourceDraft {
        key: Patch::Set(source_key(reference)),
        title: Patch::Set(line(&title)),
        url: url.map(str::to_owned).into(),
        publisher: publisher.map(|item| format!("Wikidata item {item}")).into(),
        kind: Patch::Set(SourceKind::Other),
        published_on: date.into(),
        reliability: Patch::Set(Reliability::F),
    })
}

/// All that a reference says, in words.
fn described(reference: &Value) -> String {
    let all = reference["snaks"].as_object().into_iter().flatten();
    let all = all.flat_map(|(property, snaks)| {
        let snaks = snaks.as_array().into_iter().flatten();
        snaks.map(move |snak| format!("{property} {}", value::words(&snak["datavalue"]["value"])))
    });
    line(&all.collect::<Vec<_>>().join(", "))
}

fn citation(reference: &Value) -> CitationDraft {
    let retrieved =
        snaks(reference, "P813").find_map(|snak| value::time(&snak["datavalue"]["value"]).ok());
    let quote = snaks(reference, "P1683").find_map(text);
    CitationDraft {
        source: source_key(reference),
        locator: Some(described(reference)).filter(|text| !text.is_empty()),
        quote: quote.map(str::to_owned),
        accessed_on: retrieved,
    }
}

/// The qualifiers of a statement, with their properties.
pub(super) fn qualifiers(statement: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let all = statement["qualifiers"].as_object().into_iter().flatten();
    all.flat_map(|(property, snaks)| {
        let snaks = snaks.as_array().into_iter().flatten();
        snaks.map(move |snak| (property.as_str(), snak))
    })
}

/// A date, and what it says of an end where it is one.
pub(super) type Limit = (Option<PartialDate>, Option<PeriodStatus>);

/// What a snak says as a limit of a period.
pub(super) fn limit(snak: &Value) -> Result<Limit, String> {
    Ok(match value::said(snak) {
        Said::Value(value) => (Some(value::time(value)?), Some(PeriodStatus::Ended)),
        Said::Some => (None, Some(PeriodStatus::Ended)),
        Said::None => (None, Some(PeriodStatus::Ongoing)),
    })
}

/// When a statement holds: from P580 to P582, or as seen at P585.
pub(super) fn period(statement: &Value, troubles: &mut Vec<String>) -> Option<PeriodDraft> {
    let mut find = |wanted: &str| {
        let found = qualifiers(statement).find(|(property, _)| *property == wanted);
        found.map_or((None, None), |(_, snak)| {
            limit(snak).unwrap_or_else(|why| {
                troubles.push(format!("{wanted}: {why}"));
                (None, Some(PeriodStatus::Ended))
            })
        })
    };
    let (start, _) = find("P580");
    let (end, status) = find("P582");
    let (seen, _) = find("P585");
    let period = match (start, status, seen) {
        (None, None, Some(seen)) => Period {
            start: None,
            end: None,
            status: PeriodStatus::Censored,
            observed_until: Some(seen),
        },
        _ => Period {
            start,
            end,
            status: status.unwrap_or(PeriodStatus::Unknown),
            observed_until: None,
        },
    };
    let problem = period.check().into_iter().next();
    if let Some(problem) = problem {
        troubles.push(problem.to_string());
        return None;
    }
    (period != Period::default()).then(|| period.into())
}

pub(super) fn relationship(
    entity: &str,
    rule: &Property,
    property: &str,
    statement: &Value,
    (from, to): (String, String),
    troubles: &mut Vec<String>,
) -> RelationshipDraft {
    let id = statement["id"].as_str().unwrap_or_default();
    let rank = statement["rank"].as_str().unwrap_or("normal");
    let deprecated = rank == "deprecated";
    let mut codings = vec![
        coding("wikidata-property", property.to_owned(), rule.label.clone()),
        coding("wikidata-rank", rank.to_owned(), None),
    ];
    for (qualifier, snak) in qualifiers(statement) {
        let code = match value::said(snak) {
            Said::Value(value) => line(&value::words(value)),
            Said::Some => "some value".to_owned(),
            Said::None => "no value".to_owned(),
        };
        codings.push(coding(
            &format!("wikidata-qualifier:{qualifier}"),
            code,
            None,
        ));
    }
    let mut citations = vec![CitationDraft {
        source: page_key(entity),
        locator: Some(id.to_owned()),
        quote: None,
        accessed_on: None,
    }];
    let references = statement["references"].as_array().into_iter().flatten();
    let references = references.filter(|reference| source(reference).is_some());
    citations.extend(references.map(citation));
    let label = rule.label.clone().unwrap_or_else(|| property.to_owned());
    RelationshipDraft {
        key: Patch::Set(format!("wikidata-{}", slug::slugify(id))),
        from: Patch::Set(from),
        to: Patch::Set(to),
        kind: Patch::Set(rule.kind),
        symmetric: rule.symmetric.into(),
        assertion: deprecated.then_some(Assertion::Alleged).into(),
        label: Patch::Set(label),
        alignment: Patch::Set(rule.alignment),
        formality: rule.formality.into(),
        period: period(statement, troubles).into(),
        confidence: deprecated.then_some(Confidence::Low).into(),
        citations: Patch::Set(citations),
        codings: Patch::Set(codings),
        ..RelationshipDraft::default()
    }
}

fn coding(scheme: &str, code: String, label: Option<String>) -> Coding {
    Coding {
        scheme: scheme.to_owned(),
        code,
        label,
    }
}
