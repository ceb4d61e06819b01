//! Entities of Wikidata as JSON, as `Special:EntityData` and the dumps give them.
//!
//! An item becomes an actor with its labels, aliases, identifiers and what else the map of properties takes
//! of it. A statement whose property is in that map and whose value is an item becomes a relationship, with
//! a citation for each reference. Its rank and each of its qualifiers stay beside it as codings, times with
//! their precision. What no property maps is counted by property.
//!
//! The files are read three times: for what is wrong with them, for the actors, and for what stands between
//! these. So nothing of a damaged file is written, and one entity at a time is in memory.

mod entities;
mod item;
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

use entities::Entity;
use properties::Property;

/// Why an import of entities stopped.
#[derive(Debug, thiserror::Error)]
pub enum WikidataError {
    /// A file holds no entities. Nothing was written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The record cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
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
    for data in data {
        entities::each(data, |_| Ok::<_, FileError>(()))?;
    }
    let mut sender = Sender {
        properties,
        intake: Intake::new(ledger, wishes, progress),
        actors: HashMap::new(),
        sources: HashSet::new(),
        left_out: BTreeMap::new(),
    };
    for data in data {
        entities::each(data, |entity| sender.actor(&entity))?;
    }
    for data in data {
        entities::each(data, |entity| sender.statements(&entity))?;
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

    fn actor(&mut self, entity: &Entity) -> Result<(), WikidataError> {
        let place = Place::item(&entity.file, &entity.id);
        if entity.json["type"].as_str() != Some("item") {
            self.leave_out(
                "entity that is no item".to_owned(),
                "properties and lexemes stand with nobody",
            );
            return Ok(());
        }
        let mut troubles = Vec::new();
        let draft = item::actor(&entity.id, &entity.json, self.properties, &mut troubles);
        for (column, why) in troubles {
            let place = place.clone();
            self.intake
                .report()
                .left_out
                .push(Fault { place, column, why });
        }
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

    fn statements(&mut self, entity: &Entity) -> Result<(), WikidataError> {
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
        let map = self.properties;
        if let Some(of) = map.use_of(property) {
            if let Some(why) = item::not_taken(&entity.json, map, of, statement) {
                self.leave_out(format!("statement of {property} ({type_of})"), why);
            }
            return Ok(());
        }
        if type_of != "wikibase-item" {
            let why = "its value is not an item, and the map of properties says nothing of it";
            self.leave_out(format!("statement of {property} ({type_of})"), why);
            return Ok(());
        }
        let Some(rule) = map.of(property) else {
            let why = match property {
                "P31" => "it tells only of what kind the actor is",
                _ => "the property is not in the map of properties",
            };
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
        let draft = item::mentioned(item);
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
