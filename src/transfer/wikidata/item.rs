//! What items say of themselves, as drafts of actors.

use std::collections::HashSet;

use serde_json::Value;

use crate::ledger::draft::{ActorDraft, AliasDraft, Patch, PeriodDraft};
use crate::model::{ActorKind, Identifier, Period, PeriodStatus};
use crate::snapshot::fold_name;
use crate::transfer::words::line;

use super::properties::{Fact, Properties, Use};
use super::told::{limit, name, period, text};
use super::value::{self, Said};

/// The most aliases that are taken.
const MOST: usize = 1_000;

/// What could not be taken of an item: the property, and why.
pub(super) type Trouble = (Option<String>, String);

fn statements<'a>(json: &'a Value, property: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    let statements = json["claims"][property].as_array();
    statements.into_iter().flatten()
}

fn is_deprecated(statement: &Value) -> bool {
    statement["rank"].as_str() == Some("deprecated")
}

/// The values of a property that are not deprecated.
fn values<'a>(json: &'a Value, property: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    let statements = statements(json, property).filter(|statement| !is_deprecated(statement));
    statements.map(|statement| &statement["mainsnak"])
}

/// The statement that counts where an item can say only one thing: the first of the best rank.
fn chosen<'a>(json: &'a Value, properties: &Properties, fact: Fact) -> Option<(String, &'a Value)> {
    let all = properties.saying(fact).flat_map(|property| {
        let all = statements(json, property).filter(|statement| !is_deprecated(statement));
        all.map(move |statement| (property.to_owned(), statement))
    });
    all.min_by_key(|(_, statement)| statement["rank"].as_str() != Some("preferred"))
}

/// Why a statement whose property says something of the item itself is not taken; nothing if it is.
pub(super) fn not_taken(
    json: &Value,
    properties: &Properties,
    of: Use,
    statement: &Value,
) -> Option<&'static str> {
    let snak = &statement["mainsnak"];
    if is_deprecated(statement) {
        return Some("it is deprecated");
    }
    match of {
        Use::Identifier | Use::Fact(Fact::Alias) => {
            let missing = text(snak).is_none_or(|text| text.trim().is_empty());
            missing.then_some("its value is no text")
        }
        Use::Fact(fact) => {
            let chosen = chosen(json, properties, fact);
            let taken = chosen.is_some_and(|(_, chosen)| std::ptr::eq(chosen, statement));
            (!taken).then_some("another statement that says the same sort of thing is taken")
        }
    }
}

/// The actor that an item is.
pub(super) fn actor(
    id: &str,
    json: &Value,
    properties: &Properties,
    troubles: &mut Vec<Trouble>,
) -> ActorDraft {
    let name = name(id, json);
    let mut identifiers = vec![wikidata(id)];
    for (property, scheme) in &properties.identifier {
        let values = values(json, property).filter_map(text);
        identifiers.extend(values.map(|value| Identifier {
            scheme: scheme.clone(),
            value: value.to_owned(),
        }));
    }
    let mut kinds = values(json, "P31").filter_map(value::item);
    let kind = kinds.find_map(|item| properties.kind.get(item));
    let summary = json["descriptions"]["en"]["value"].as_str();
    let country = chosen(json, properties, Fact::Country);
    let country = country.and_then(|(_, statement)| text(&statement["mainsnak"]));
    ActorDraft {
        slug: Patch::Keep,
        former_slugs: Patch::Keep,
        aliases: Patch::Set(aliases(json, &name, properties, troubles)),
        name: Patch::Set(name),
        kind: Patch::Set(kind.copied().unwrap_or(ActorKind::Other)),
        summary: summary.map(str::to_owned).into(),
        country: country.map(str::to_owned).into(),
        active: active(json, properties, troubles).into(),
        identifiers: Patch::Set(identifiers),
    }
}

/// An item that a statement names and that is not in the files: nothing is known of it but its id.
pub(super) fn mentioned(id: &str) -> ActorDraft {
    ActorDraft {
        name: Patch::Set(id.to_owned()),
        kind: Patch::Set(ActorKind::Other),
        identifiers: Patch::Set(vec![wikidata(id)]),
        ..ActorDraft::default()
    }
}

fn wikidata(id: &str) -> Identifier {
    Identifier {
        scheme: "wikidata".to_owned(),
        value: id.to_owned(),
    }
}

/// When an item existed.
fn active(
    json: &Value,
    properties: &Properties,
    troubles: &mut Vec<Trouble>,
) -> Option<PeriodDraft> {
    let mut find = |fact| {
        let (property, statement) = chosen(json, properties, fact)?;
        match limit(&statement["mainsnak"]) {
            Ok(limit) => Some(limit),
            Err(why) => {
                troubles.push((Some(property), why));
                None
            }
        }
    };
    let (start, end) = (find(Fact::Start), find(Fact::End));
    let (end, status) = end.unwrap_or_default();
    let period = Period {
        start: start.and_then(|(start, _)| start),
        end,
        status: status.unwrap_or(PeriodStatus::Unknown),
        observed_until: None,
    };
    if let Some(problem) = period.check().into_iter().next() {
        troubles.push((None, problem.to_string()));
        return None;
    }
    (period != Period::default()).then(|| period.into())
}

/// Labels and aliases of all languages and the names that statements give, each text once.
fn aliases(
    json: &Value,
    name: &str,
    properties: &Properties,
    troubles: &mut Vec<Trouble>,
) -> Vec<AliasDraft> {
    let labels = json["labels"].as_object().into_iter().flatten();
    let labels = labels.map(|(_, label)| label);
    let others = json["aliases"].as_object().into_iter().flatten();
    let others = others.flat_map(|(_, list)| list.as_array().into_iter().flatten());
    let plain = labels.chain(others).map(|entry| AliasDraft {
        text: line(entry["value"].as_str().unwrap_or_default()),
        language: entry["language"].as_str().map(str::to_owned),
        period: None,
    });
    let mut stated = Vec::new();
    for property in properties.saying(Fact::Alias) {
        let taken = statements(json, property).filter(|statement| !is_deprecated(statement));
        for statement in taken {
            let snak = &statement["mainsnak"];
            let mut wrong = Vec::new();
            stated.push(AliasDraft {
                text: line(text(snak).unwrap_or_default()),
                language: match value::said(snak) {
                    Said::Value(value) => value["language"].as_str().map(str::to_owned),
                    Said::Some | Said::None => None,
                },
                period: period(statement, &mut wrong),
            });
            troubles.extend(
                wrong
                    .into_iter()
                    .map(|why| (Some(property.to_owned()), why)),
            );
        }
    }
    // Those with a period first: of two that are the same, the one that says more is kept.
    let mut seen = HashSet::from([fold_name(name)]);
    let all = stated.into_iter().chain(plain);
    all.filter(|alias| !alias.text.is_empty() && seen.insert(fold_name(&alias.text)))
        .take(MOST)
        .collect()
}
