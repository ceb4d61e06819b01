//! Which actor of the record an imported one is: by identifier, then by its exact name, else a new one.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::ledger::draft::{ActorDraft, Patch};
use crate::model::{ActorId, Identifier, TypedId as _};
use crate::snapshot::facts::ActorFacts;
use crate::snapshot::{Snapshot, fold_name};

use super::near::{Alike, Names};

/// By what an actor may be found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Match {
    /// By an identifier, or else by its exact name.
    #[default]
    Name,
    /// By an identifier alone: the names of the data are not its own.
    Identifier,
}

/// The actors of the record, for finding those of an import.
pub(super) struct Matching {
    snapshot: Snapshot,
    identified: HashMap<Identifier, ActorId>,
    names: Names,
    /// What the import calls actors of the record that it has found.
    found: HashMap<ActorId, Vec<Identifier>>,
    /// Slugs that the import has given away.
    taken: HashSet<String>,
}

/// What was found.
pub(super) enum Found {
    /// This one.
    One { id: ActorId, by: String },
    /// None; these look like it.
    New(Vec<Alike>),
}

impl Matching {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        let mut identified = HashMap::new();
        for (id, facts) in snapshot.facts::<ActorFacts>() {
            for identifier in facts.identifiers.iter() {
                identified.entry(identifier.clone()).or_insert(id);
            }
        }
        let names = Names::of(&snapshot);
        Self {
            snapshot,
            identified,
            names,
            found: HashMap::new(),
            taken: HashSet::new(),
        }
    }

    /// Finds an actor of the import. What it is called then counts as said of the one that is found.
    pub(super) fn find(&mut self, draft: &ActorDraft, by: Match) -> Found {
        let found = self.look(draft, by);
        if let (Found::One { id, .. }, Patch::Set(identifiers)) = (&found, &draft.identifiers) {
            let own = self.found.entry(*id).or_default();
            own.extend(identifiers.iter().cloned());
        }
        found
    }

    fn look(&self, draft: &ActorDraft, by: Match) -> Found {
        let none = Vec::new();
        let identifiers = match &draft.identifiers {
            Patch::Set(identifiers) => identifiers,
            Patch::Keep | Patch::Clear => &none,
        };
        let mut known = identifiers
            .iter()
            .filter_map(|identifier| Some((*self.identified.get(identifier)?, identifier)));
        if let Some((id, identifier)) = known.next() {
            let by = format!("{} {}", identifier.scheme, identifier.value);
            return Found::One { id, by };
        }
        let name = draft.name.given().unwrap_or_default();
        let mut same = match by {
            Match::Name => self.named(name, identifiers),
            Match::Identifier => Vec::new(),
        };
        if let ([(id, by)], true) = (&*same, by == Match::Name) {
            return Found::One {
                id: *id,
                by: by.clone(),
            };
        }
        let same = same.drain(..).map(|(actor, why)| Alike {
            actor,
            score: 0.99,
            why: format!("{why}, as others have too"),
        });
        let mut near: Vec<_> = same.collect();
        if near.is_empty() {
            near = self.names.like(name);
        }
        Found::New(near)
    }

    /// Actors with exactly this slug, name or alias. One that has another value in a scheme in which the
    /// draft has one is somebody else: names never override identifiers.
    fn named(&self, name: &str, identifiers: &[Identifier]) -> Vec<(ActorId, String)> {
        let folded = fold_name(name);
        let by_slug = self.snapshot.find::<ActorId>(&slug::slugify(name));
        let by_slug = by_slug.map(|id| (self.snapshot.survivor(id), "its slug".to_owned()));
        let by_name = self.snapshot.state().named(name).filter_map(|id| {
            let row = self.snapshot.row::<ActorFacts>(id)?;
            let has = row.facts.has_name(&folded);
            has.then(|| (id, format!("the name {:?}", name.trim())))
        });
        let other = |id: ActorId| {
            let row = self.snapshot.row::<ActorFacts>(id)?;
            let said = self.found.get(&id).map_or(&[][..], Vec::as_slice);
            if said.iter().any(|own| identifiers.contains(own)) {
                return Some(false);
            }
            let mut own = row.facts.identifiers.iter().chain(said);
            let differs = own.any(|own| identifiers.iter().any(|other| own.scheme == other.scheme));
            Some(differs)
        };
        let mut found: Vec<_> = by_name
            .chain(by_slug)
            .filter(|(id, _)| other(*id) == Some(false))
            .collect();
        found.sort_by_key(|(id, _)| id.number());
        found.dedup_by_key(|(id, _)| *id);
        found
    }

    /// A slug that nobody has.
    pub(super) fn free_slug(&mut self, wanted: Option<&str>, name: &str) -> String {
        const LONGEST: usize = 80;
        let base = slug::slugify(wanted.unwrap_or(name));
        let base: String = base.chars().take(LONGEST).collect();
        let base = match base.trim_end_matches('-') {
            "" => "actor".to_owned(),
            base => base.to_owned(),
        };
        let numbered = (2u32..).map(|n| format!("{base}-{n}"));
        let free = |slug: &String| {
            !self.taken.contains(slug) && self.snapshot.find::<ActorId>(slug).is_none()
        };
        let slug = std::iter::once(base.clone())
            .chain(numbered)
            .find(free)
            .unwrap_or(base);
        self.taken.insert(slug.clone());
        slug
    }
}
