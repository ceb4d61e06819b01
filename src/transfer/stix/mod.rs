//! STIX 2.0 and 2.1 bundles.
//!
//! Who acts (intrusion sets, threat actors, campaigns, identities, locations) becomes an actor. What they use
//! or aim at (malware, tools, techniques …) becomes one only where a relationship with one that acts needs it.
//! Relationships between two things are left out: they tell how malware works, not who stands with whom.
//! Everything that is left out is counted by type and reason.

mod object;
mod told;
mod words;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::ledger::Ledger;
use crate::ledger::draft::Reference;
use crate::store::StoreError;
use crate::transfer::intake::{Account, Fault, Intake, Match, Near, Place, Report, Wishes};
use crate::transfer::table::{Data, FileError};

use object::Object;
use words::Role;

/// Why an import of a bundle stopped.
#[derive(Debug, thiserror::Error)]
pub enum StixError {
    /// A file is no bundle. Nothing was written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The record cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads bundles into a record.
///
/// # Errors
/// When a file is no bundle, or the record cannot be written.
pub fn import(
    ledger: &Ledger,
    data: &[Data],
    wishes: Wishes<'_>,
    progress: impl FnMut(u64),
) -> Result<Report, StixError> {
    let mut bundle = Bundle::default();
    for data in data {
        bundle.read(data)?;
    }
    let mut sender = Sender {
        bundle: &bundle,
        intake: Intake::new(ledger, wishes, progress),
        actors: HashMap::new(),
        sources: HashSet::new(),
        taken: HashSet::new(),
        left_out: BTreeMap::new(),
    };
    sender.report().read = bundle.read;
    for fault in &bundle.faults {
        sender.report().not_taken.push(fault.clone());
    }
    sender.send()?;
    let left_out = std::mem::take(&mut sender.left_out);
    for ((what, why), count) in left_out {
        let account = Account {
            what,
            why: why.to_owned(),
            count,
        };
        sender.report().account.push(account);
    }
    let file = data
        .first()
        .map_or_else(|| Arc::from(""), |data| data.name.clone());
    Ok(sender.intake.finish(&file)?)
}

/// All objects of the files, the newest version of each, in the order of the files.
#[derive(Default)]
struct Bundle {
    objects: Vec<(Box<Object>, Place, Arc<str>)>,
    by_id: HashMap<String, usize>,
    faults: Vec<Fault>,
    read: u64,
}

impl Bundle {
    fn read(&mut self, data: &Data) -> Result<(), FileError> {
        let fail = |why: String, line| FileError {
            file: data.name.clone(),
            line,
            why,
        };
        let file = data.open().map_err(|error| fail(error.to_string(), None))?;
        let first = self.objects.len();
        let id = object::read(file, &mut |object| {
            self.read += 1;
            match object {
                Ok(object) => self.add(object, &data.name),
                Err((item, why)) => self.faults.push(Fault {
                    place: Place::item(&data.name, &item),
                    column: None,
                    why,
                }),
            }
        });
        let id = id.map_err(|error| {
            let line = (error.line() > 0).then_some(error.line() as u64);
            fail(format!("it is no STIX bundle: {error}"), line)
        })?;
        let id: Arc<str> = id.into();
        for (.., bundle) in &mut self.objects[first..] {
            *bundle = id.clone();
        }
        Ok(())
    }

    fn add(&mut self, object: Box<Object>, file: &Arc<str>) {
        let place = Place::item(file, &object.id);
        if let Some(at) = self.by_id.get(&object.id) {
            let known = &mut self.objects[*at];
            // Timestamps of one form are in the order of their texts.
            if object.modified > known.0.modified {
                (known.0, known.1) = (object, place);
            }
        } else {
            self.by_id.insert(object.id.clone(), self.objects.len());
            self.objects.push((object, place, Arc::from("")));
        }
    }

    fn get(&self, id: &str) -> Option<&Object> {
        self.by_id.get(id).map(|at| &*self.objects[*at].0)
    }

    /// Whether a relationship links one that acts with somebody or something.
    fn is_of_actors(&self, object: &Object) -> bool {
        let role = |id: &Option<String>| Some(words::role(self.get(id.as_ref()?)?));
        let ends = [role(&object.source_ref), role(&object.target_ref)];
        let known = |end: &Option<Role>| matches!(end, Some(Role::Actor(_) | Role::Thing));
        ends.iter().all(known) && ends.iter().any(|end| matches!(end, Some(Role::Actor(_))))
    }
}

struct Sender<'a> {
    bundle: &'a Bundle,
    intake: Intake<'a>,
    /// What to call the actor of each object.
    actors: HashMap<&'a str, Reference>,
    /// The keys of sources that were sent.
    sources: HashSet<String>,
    /// The relationships that were sent.
    taken: HashSet<&'a str>,
    left_out: BTreeMap<(String, &'static str), u64>,
}

impl<'a> Sender<'a> {
    fn report(&mut self) -> &mut Report {
        self.intake.report()
    }

    fn leave_out(&mut self, what: String, why: &'static str) {
        *self.left_out.entry((what, why)).or_default() += 1;
    }

    /// Actors first, then what refers to them.
    fn send(&mut self) -> Result<(), StoreError> {
        let bundle = self.bundle;
        let needed = self.needed();
        for (object, place, id) in &bundle.objects {
            self.bundle_source(id, place)?;
            match words::role(object) {
                Role::Actor(kind) => {
                    let draft = told::actor(object, kind);
                    self.actor(object, draft, Match::Name, place)?;
                }
                Role::Thing if needed.contains(object.id.as_str()) => {
                    let draft = told::actor(object, crate::model::ActorKind::Other);
                    self.actor(object, draft, Match::Identifier, place)?;
                }
                Role::Thing => {
                    let why = "no relationship with one that acts needs it";
                    self.leave_out(object.kind.clone(), why);
                }
                Role::Out(why) => self.leave_out(object.kind.clone(), why),
                _ => {}
            }
        }
        for (object, place, id) in &bundle.objects {
            if words::role(object) == Role::Relationship {
                self.relationship(object, id, place)?;
            }
        }
        for (object, place, id) in &bundle.objects {
            match words::role(object) {
                Role::Note | Role::Report => self.note(object, place, id)?,
                Role::Opinion => self.opinion(object, place)?,
                Role::Actor(_) => self.references_of_actor(object, place, id)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The ids at the ends of relationships that are taken.
    fn needed(&self) -> HashSet<&'a str> {
        let bundle = self.bundle;
        let objects = bundle.objects.iter().map(|(object, ..)| object);
        let ties = objects.filter(|object| bundle.is_of_actors(object));
        ties.flat_map(|tie| [tie.source_ref.as_deref(), tie.target_ref.as_deref()])
            .flatten()
            .collect()
    }

    fn actor(
        &mut self,
        object: &'a Object,
        draft: Option<crate::ledger::draft::ActorDraft>,
        by: Match,
        place: &Place,
    ) -> Result<(), StoreError> {
        let Some(draft) = draft else {
            self.report().not_taken.push(Fault {
                place: place.clone(),
                column: Some("name".to_owned()),
                why: "it has no name".to_owned(),
            });
            return Ok(());
        };
        let reference = self.intake.actor(draft, by, place.clone())?;
        self.actors.insert(&object.id, reference);
        Ok(())
    }

    /// The bundle itself, which everything in it is cited from.
    fn bundle_source(&mut self, id: &str, place: &Place) -> Result<(), StoreError> {
        let draft = told::bundle(id, place);
        self.source(draft, place)
    }

    fn source(
        &mut self,
        draft: crate::ledger::draft::SourceDraft,
        place: &Place,
    ) -> Result<(), StoreError> {
        let key = draft.key.given().unwrap_or_default().to_owned();
        if self.sources.insert(key) {
            self.intake.source(draft, place.clone())?;
        }
        Ok(())
    }

    fn sources_of(&mut self, object: &Object, place: &Place) -> Result<(), StoreError> {
        for reference in &object.external_references {
            if let Some(draft) = told::source(reference) {
                self.source(draft, place)?;
            }
        }
        Ok(())
    }

    fn relationship(
        &mut self,
        object: &'a Object,
        bundle: &str,
        place: &Place,
    ) -> Result<(), StoreError> {
        let kind = object.relationship_type.as_deref().unwrap_or("related-to");
        let fault = |column: &str, why: String| Fault {
            place: place.clone(),
            column: Some(column.to_owned()),
            why,
        };
        let ends = [
            ("source_ref", &object.source_ref),
            ("target_ref", &object.target_ref),
        ];
        for (field, id) in ends {
            let id = id.as_deref().unwrap_or_default();
            if self.bundle.get(id).is_none() {
                let why = format!("{:?} is not in the files", crate::model::shorten(id));
                self.report().not_taken.push(fault(field, why));
                return Ok(());
            }
        }
        let end = |id: &Option<String>| self.actors.get(id.as_deref()?).cloned();
        let (Some(from), Some(to)) = (end(&object.source_ref), end(&object.target_ref)) else {
            if self.bundle.is_of_actors(object) {
                let why = "one of its ends was not taken".to_owned();
                self.report().not_taken.push(fault("source_ref", why));
            } else {
                let type_of = |id: &Option<String>| {
                    let object = self.bundle.get(id.as_deref().unwrap_or_default());
                    object.map_or("?", |object| object.kind.as_str())
                };
                let (from, to) = (type_of(&object.source_ref), type_of(&object.target_ref));
                let what = format!("relationship {from} {kind} {to}");
                self.leave_out(what, "one of its ends is left out");
            }
            return Ok(());
        };
        if from == to {
            let why = "both ends are the same actor of the record".to_owned();
            self.report().not_taken.push(fault("target_ref", why));
            return Ok(());
        }
        self.sources_of(object, place)?;
        if kind == "revoked-by" {
            let name = |id: &Option<String>| {
                let object = self.bundle.get(id.as_deref().unwrap_or_default());
                object
                    .and_then(|object| object.name.clone())
                    .unwrap_or_default()
            };
            let near = Near {
                name: name(&object.source_ref),
                slug: from.clone(),
                actor: to.clone(),
                score: 1.0,
                why: format!(
                    "the data say that {} stands in its place",
                    name(&object.target_ref)
                ),
            };
            self.report().near.push(near);
        }
        let draft = told::relationship(object, kind, from, to, bundle);
        self.taken.insert(&object.id);
        self.intake.relationship(draft, place.clone())
    }

    /// A note or a report.
    fn note(&mut self, object: &Object, place: &Place, bundle: &str) -> Result<(), StoreError> {
        self.sources_of(object, place)?;
        let mut actors: Vec<Reference> = Vec::new();
        let mut ties = Vec::new();
        for id in &object.object_refs {
            if let Some(actor) = self.actors.get(id.as_str()) {
                if !actors.contains(actor) {
                    actors.push(actor.clone());
                }
            } else if self.taken.contains(id.as_str()) {
                ties.push(told::key(id));
            }
        }
        if actors.is_empty() && ties.is_empty() {
            self.leave_out(object.kind.clone(), "nothing that it is about was taken");
            return Ok(());
        }
        if let Some(draft) = told::note(object, actors, ties, bundle) {
            return self.intake.note(draft, place.clone());
        }
        self.report().not_taken.push(Fault {
            place: place.clone(),
            column: Some("created".to_owned()),
            why: "it has no text, or no date that can be read".to_owned(),
        });
        Ok(())
    }

    fn opinion(&mut self, object: &Object, place: &Place) -> Result<(), StoreError> {
        let ties: Vec<_> = object
            .object_refs
            .iter()
            .filter(|id| self.taken.contains(id.as_str()))
            .map(|id| told::key(id))
            .collect();
        if ties.is_empty() {
            let why = "it is not about a relationship that was taken; a viewpoint is";
            self.leave_out(object.kind.clone(), why);
            return Ok(());
        }
        if let Some(draft) = told::opinion(object, ties) {
            return self.intake.viewpoint(draft, place.clone());
        }
        let why = "it is none of the opinions of STIX";
        self.leave_out(object.kind.clone(), why);
        Ok(())
    }

    /// What is cited for an actor: actors carry no citations, notes about them do.
    fn references_of_actor(
        &mut self,
        object: &Object,
        place: &Place,
        bundle: &str,
    ) -> Result<(), StoreError> {
        let Some(actor) = self.actors.get(object.id.as_str()).cloned() else {
            return Ok(());
        };
        if !object
            .external_references
            .iter()
            .any(|r| told::source(r).is_some())
        {
            return Ok(());
        }
        self.sources_of(object, place)?;
        match told::references(object, actor, bundle) {
            Some(draft) => self.intake.note(draft, place.clone()),
            None => Ok(()),
        }
    }
}
