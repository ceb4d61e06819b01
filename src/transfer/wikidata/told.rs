//! What entities and statements say, as drafts.

use serde_json::Value;

use crate::ledger::draft::{
    ActorDraft, AliasDraft, CitationDraft, Patch, PeriodDraft, RelationshipDraft, SourceDraft,
};
use crate::model::{
    ActorKind, Assertion, Coding, Confidence, Identifier, PartialDate, Period, PeriodStatus,
    Reliability, SourceKind,
};
use crate::snapshot::fold_name;

use super::properties::{Properties, Property};
use super::value::{self, Said};

/// The most characters of a name or a title.
const LINE: usize = 500;

fn cut(text: &str) -> String {
    text.trim().chars().take(LINE).collect()
}

/// The name of an entity: in English, or else in the first language that it has one in.
fn name(id: &str, json: &Value) -> String {
    let labels = json["labels"].as_object();
    let label = |language: &str| labels?.get(language)?["value"].as_str();
    let first = || labels?.values().next()?["value"].as_str();
    let name = label("en").or_else(|| label("mul")).or_else(first);
    name.map_or_else(|| id.to_owned(), cut)
}

/// The values of a property that are not deprecated.
fn values<'a>(json: &'a Value, property: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    let statements = json["claims"][property].as_array().into_iter().flatten();
    statements
        .filter(|statement| statement["rank"].as_str() != Some("deprecated"))
        .map(|statement| &statement["mainsnak"])
}

fn text(snak: &Value) -> Option<&str> {
    snak["datavalue"]["value"].as_str()
}

pub(super) fn actor(id: &str, json: &Value, properties: &Properties) -> ActorDraft {
    let name = name(id, json);
    let mut identifiers = vec![Identifier {
        scheme: "wikidata".to_owned(),
        value: id.to_owned(),
    }];
    for (property, scheme) in &properties.identifier {
        identifiers.extend(
            values(json, property)
                .filter_map(text)
                .map(|value| Identifier {
                    scheme: scheme.clone(),
                    value: value.to_owned(),
                }),
        );
    }
    let mut kinds = values(json, "P31").filter_map(value::item);
    let kind = kinds.find_map(|item| properties.kind.get(item));
    let date = |property| {
        let mut found = values(json, property).filter_map(|snak| match value::said(snak) {
            Said::Value(value) => value::time(value).ok(),
            _ => None,
        });
        found.next()
    };
    let (start, end) = (date("P571"), date("P576"));
    let active = Period {
        start,
        end,
        status: end.map_or(PeriodStatus::Unknown, |_| PeriodStatus::Ended),
        observed_until: None,
    };
    let active = (active != Period::default() && active.check().is_empty()).then(|| active.into());
    let summary = json["descriptions"]["en"]["value"]
        .as_str()
        .map(str::to_owned);
    ActorDraft {
        slug: Patch::Keep,
        former_slugs: Patch::Keep,
        aliases: Patch::Set(aliases(json, &name)),
        name: Patch::Set(name),
        kind: Patch::Set(kind.copied().unwrap_or(ActorKind::Other)),
        summary: summary.into(),
        country: values(json, "P297")
            .find_map(text)
            .map(str::to_owned)
            .into(),
        active: active.into(),
        identifiers: Patch::Set(identifiers),
    }
}

/// Labels and aliases of all languages, each text once.
fn aliases(json: &Value, name: &str) -> Vec<AliasDraft> {
    const MOST: usize = 1_000;
    let mut seen = std::collections::HashSet::from([fold_name(name)]);
    let labels = json["labels"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, label)| label);
    let others = json["aliases"].as_object().into_iter().flatten();
    let others = others.flat_map(|(_, list)| list.as_array().into_iter().flatten());
    let mut aliases = Vec::new();
    for entry in labels.chain(others) {
        let text = cut(entry["value"].as_str().unwrap_or_default());
        if text.is_empty() || !seen.insert(fold_name(&text)) || aliases.len() == MOST {
            continue;
        }
        aliases.push(AliasDraft {
            text,
            language: entry["language"].as_str().map(str::to_owned),
            period: None,
        });
    }
    aliases
}

/// An item that a statement names and that is not in the files: nothing is known of it but its id.
pub(super) fn mentioned(id: &str) -> ActorDraft {
    ActorDraft {
        name: Patch::Set(id.to_owned()),
        kind: Patch::Set(ActorKind::Other),
        identifiers: Patch::Set(vec![Identifier {
            scheme: "wikidata".to_owned(),
            value: id.to_owned(),
        }]),
        ..ActorDraft::default()
    }
}

fn page_key(id: &str) -> String {
    format!("wikidata-{}", slug::slugify(id))
}

/// The page of an item, where its statements stand.
pub(super) fn page(id: &str, json: &Value) -> SourceDraft {
    SourceDraft {
        key: Patch::Set(page_key(id)),
        title: Patch::Set(cut(&format!("Wikidata: {}", name(id, json)))),
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
    let title =
        snaks(reference, "P1476").find_map(|snak| snak["datavalue"]["value"]["text"].as_str());
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
        title: Patch::Set(cut(&title)),
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
    cut(&all.collect::<Vec<_>>().join(", "))
}

fn citation(reference: &Value) -> CitationDraft {
    let retrieved =
        snaks(reference, "P813").find_map(|snak| value::time(&snak["datavalue"]["value"]).ok());
    let quote =
        snaks(reference, "P1683").find_map(|snak| snak["datavalue"]["value"]["text"].as_str());
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

/// When a statement holds: from P580 to P582, or as seen at P585.
fn period(statement: &Value, troubles: &mut Vec<String>) -> Option<PeriodDraft> {
    let mut find = |wanted: &str| -> (Option<PartialDate>, Option<PeriodStatus>) {
        let Some((_, snak)) = qualifiers(statement).find(|(property, _)| *property == wanted)
        else {
            return (None, None);
        };
        match value::said(snak) {
            Said::Value(value) => match value::time(value) {
                Ok(date) => (Some(date), Some(PeriodStatus::Ended)),
                Err(why) => {
                    troubles.push(format!("{wanted}: {why}"));
                    (None, Some(PeriodStatus::Ended))
                }
            },
            Said::Some => (None, Some(PeriodStatus::Ended)),
            Said::None => (None, Some(PeriodStatus::Ongoing)),
        }
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
            Said::Value(value) => cut(&value::words(value)),
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
