//! Entities of Wikidata as JSON, as `Special:EntityData` gives them.
//!
//! An item becomes an actor with its labels, aliases and identifiers. A statement whose property is in the
//! map of properties and whose value is an item becomes a relationship, with a citation for each reference.
//! Its rank and each of its qualifiers stay beside it as codings, times with their precision. What no property
//! maps is counted by property.

mod properties;
mod told;
mod value;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use crate::ledger::Ledger;
use crate::ledger::draft::{Reference, SourceDraft};
use crate::store::StoreError;
use crate::transfer::intake::{Account, Fault, Intake, Match, Place, Report, Wishes};
use crate::transfer::table::{Data, FileError};

pub use properties::{Properties, SHIPPED};

use properties::Property;

/// Why an import of entities stopped.
#[derive(Debug, thiserror::Error)]
pub enum WikidataError {
    /// A file holds no entities. Nothing was written.
    #[error("{0}; nothing was imported")]
    File(#[from] FileError),
    /// The record cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An entity, and the file that it stands in.
struct Entity {
    id: String,
    json: Value,
    file: Arc<str>,
}

/// Reads entities into a record.
///
/// # Errors
/// When a file holds none, or the record cannot be written.
pub fn import(
    ledger: &Ledger,
    properties: &Properties,
    data: &[Data],
    wishes: Wishes<'_>,
    progress: impl FnMut(u64),
) -> Result<Report, WikidataError> {
    let mut entities = Vec::new();
    for data in data {
        read(data, &mut entities)?;
    }
    let mut sender = Sender {
        properties,
        intake: Intake::new(ledger, wishes, progress),
        actors: HashMap::new(),
        sources: HashSet::new(),
        left_out: BTreeMap::new(),
    };
    for entity in &entities {
        sender.actor(entity)?;
    }
    for entity in &entities {
        sender.statements(entity)?;
    }
    let left_out = std::mem::take(&mut sender.left_out);
    for ((what, why), count) in left_out {
        let why = why.to_owned();
        sender
            .intake
            .report()
            .account
            .push(Account { what, why, count });
    }
    let file = data
        .first()
        .map_or_else(|| Arc::from(""), |data| data.name.clone());
    Ok(sender.intake.finish(&file)?)
}

fn read(data: &Data, entities: &mut Vec<Entity>) -> Result<(), FileError> {
    let fail = |line, why: String| FileError {
        file: data.name.clone(),
        line,
        why,
    };
    let file = data.open().map_err(|error| fail(None, error.to_string()))?;
    let json: Value = serde_json::from_reader(std::io::BufReader::new(file)).map_err(|error| {
        let line = (error.line() > 0).then_some(error.line() as u64);
        fail(line, format!("it is no JSON: {error}"))
    })?;
    let found = match json {
        Value::Object(mut map) if map.contains_key("entities") => match map.remove("entities") {
            Some(Value::Object(entities)) => entities.into_iter().collect(),
            _ => Vec::new(),
        },
        json => match json["id"].as_str() {
            Some(id) => vec![(id.to_owned(), json)],
            None => Vec::new(),
        },
    };
    if found.is_empty() {
        let why = "it holds no entities; it must be what Special:EntityData/Q42.json gives";
        return Err(fail(None, why.to_owned()));
    }
    entities.extend(found.into_iter().map(|(key, json)| Entity {
        // An entity that was merged stands under its old key with its new id.
        id: json["id"].as_str().unwrap_or(&key).to_owned(),
        json,
        file: data.name.clone(),
    }));
    Ok(())
}

struct Sender<'a> {
    properties: &'a Properties,
    intake: Intake<'a>,
    /// What to call the actor of each item.
    actors: HashMap<String, Reference>,
    sources: HashSet<String>,
    left_out: BTreeMap<(String, &'static str), u64>,
}

impl Sender<'_> {
    fn leave_out(&mut self, what: String, why: &'static str) {
        *self.left_out.entry((what, why)).or_default() += 1;
    }

    fn actor(&mut self, entity: &Entity) -> Result<(), StoreError> {
        let place = Place::item(&entity.file, &entity.id);
        if entity.json["type"].as_str() != Some("item") {
            self.leave_out(
                "entity that is no item".to_owned(),
                "properties and lexemes stand with nobody",
            );
            return Ok(());
        }
        let draft = told::actor(&entity.id, &entity.json, self.properties);
        let reference = self.intake.actor(draft, Match::Name, place)?;
        self.actors.insert(entity.id.clone(), reference);
        Ok(())
    }

    fn source(&mut self, draft: SourceDraft, place: &Place) -> Result<(), StoreError> {
        let key = draft.key.given().unwrap_or_default().to_owned();
        if self.sources.insert(key) {
            self.intake.source(draft, place.clone())?;
        }
        Ok(())
    }

    fn statements(&mut self, entity: &Entity) -> Result<(), StoreError> {
        let Some(claims) = entity.json["claims"].as_object() else {
            return Ok(());
        };
        for (property, statements) in claims {
            for statement in statements.as_array().into_iter().flatten() {
                self.intake.report().read += 1;
                self.tally(statement);
                self.statement(entity, property, statement)?;
            }
        }
        Ok(())
    }

    /// Counts what a statement is made of, whatever becomes of it.
    fn tally(&mut self, statement: &Value) {
        let tally = &mut self.intake.report().tally;
        let rank = statement["rank"].as_str().unwrap_or("normal");
        let references = statement["references"].as_array().map_or(0, Vec::len);
        let mut add = |what: String, count: u64| *tally.entry(what).or_default() += count;
        add(format!("statements of rank {rank}"), 1);
        add("references".to_owned(), references as u64);
        for (_, snak) in told::qualifiers(statement) {
            add("qualifiers".to_owned(), 1);
            if let (Some("time"), value::Said::Value(value)) =
                (snak["datatype"].as_str(), value::said(snak))
            {
                add(format!("times of precision {}", value["precision"]), 1);
            }
        }
    }

    fn statement(
        &mut self,
        entity: &Entity,
        property: &str,
        statement: &Value,
    ) -> Result<(), StoreError> {
        let snak = &statement["mainsnak"];
        let type_of = snak["datatype"].as_str().unwrap_or("unknown");
        if type_of != "wikibase-item" {
            let why = match type_of {
                "external-id" if self.properties.identifier.contains_key(property) => return Ok(()),
                _ => "its value is not an item",
            };
            self.leave_out(format!("statement of {property} ({type_of})"), why);
            return Ok(());
        }
        let map = self.properties;
        let Some(rule) = map.of(property) else {
            let why = "the property is not in the map of properties";
            self.leave_out(format!("statement of {property}"), why);
            return Ok(());
        };
        let id = statement["id"].as_str().unwrap_or(&entity.id);
        let place = Place::item(&entity.file, id);
        let Some(other) = value::item(snak) else {
            let why = "it says that there is no value, or that it is not known";
            self.leave_out(format!("statement of {property}"), why);
            return Ok(());
        };
        self.relationship(entity, rule, property, statement, other, &place)
    }

    /// What to call an item that a statement names.
    fn other(&mut self, item: &str, place: &Place) -> Result<Reference, StoreError> {
        if let Some(reference) = self.actors.get(item) {
            return Ok(reference.clone());
        }
        let draft = told::mentioned(item);
        let reference = self
            .intake
            .mention(draft, Match::Identifier, place.clone())?;
        self.actors.insert(item.to_owned(), reference.clone());
        Ok(reference)
    }

    fn relationship(
        &mut self,
        entity: &Entity,
        rule: &Property,
        property: &str,
        statement: &Value,
        other: &str,
        place: &Place,
    ) -> Result<(), StoreError> {
        let Some(own) = self.actors.get(&entity.id).cloned() else {
            return Ok(());
        };
        let fault = |why: String| Fault {
            place: place.clone(),
            column: Some(property.to_owned()),
            why,
        };
        let other = self.other(other, place)?;
        if own == other {
            let why = "both ends are the same actor of the record".to_owned();
            self.intake.report().not_taken.push(fault(why));
            return Ok(());
        }
        let mut sources = vec![told::page(&entity.id, &entity.json)];
        for reference in statement["references"].as_array().into_iter().flatten() {
            sources.extend(told::source(reference));
        }
        for source in sources {
            self.source(source, place)?;
        }
        let ends = if rule.reverse {
            (other, own)
        } else {
            (own, other)
        };
        let mut troubles = Vec::new();
        let draft = told::relationship(&entity.id, rule, property, statement, ends, &mut troubles);
        for why in troubles {
            self.intake.report().left_out.push(fault(why));
        }
        self.intake.relationship(draft, place.clone())
    }
}
