//! Reading a table once: every row, what it says, and who stands in all of it.

use std::collections::{BTreeMap, HashMap};

use crate::ledger::draft::{ActorDraft, NoteDraft, Patch, RelationshipDraft, SourceDraft};
use crate::snapshot::fold_name;
use crate::transfer::intake::{Fault, Match, Place, Report};

use super::draw::{Draw, Drawn, DrawnActor, holds};
use super::fold::{Folded, Keys, Seen};
use super::mapping::{Mapping, Repeats};
use super::open::Data;
use super::rows::{FileError, Row, Rows};
use super::template::Template;
use super::{Period, check, identities};

/// A row that is wanted, and what it says.
pub(super) struct Step<'r, 'm> {
    pub(super) row: &'r Row,
    pub(super) drawn: Drawn<'m>,
}

/// Goes through all rows. What a row is refused for is reported.
pub(super) fn walk<'m>(
    mapping: &'m Mapping,
    data: &[Data],
    report: &mut Report,
    take: &mut dyn FnMut(Step<'_, 'm>, &mut Report) -> Result<(), Fault>,
) -> Result<(), FileError> {
    for data in data {
        let mut rows = Rows::open(data, &mapping.table)?;
        let missing = check::missing_columns(mapping, rows.header());
        if !missing.is_empty() {
            return Err(FileError {
                file: data.name.clone(),
                line: Some(u64::from(mapping.table.skip) + 1),
                why: format!(
                    "the mapping names columns that it does not have: {}; it has {}",
                    missing.join(", "),
                    listed(&rows.header().names)
                ),
            });
        }
        while let Some(row) = rows.next()? {
            report.read += 1;
            let taken = row.and_then(|row| {
                if !holds(&mapping.only, &row) {
                    report.passed_over += 1;
                    return Ok(());
                }
                let draw = Draw {
                    mapping,
                    row: &row,
                    left_out: Vec::new(),
                };
                let drawn = draw.all()?;
                take(Step { row: &row, drawn }, report)
            });
            if let Err(fault) = taken {
                report.not_taken.push(fault);
            }
        }
    }
    Ok(())
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 40;
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(|name| crate::model::shorten(name))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

/// An actor of the table: what all rows say of it.
pub(super) struct GatheredActor {
    pub(super) draft: ActorDraft,
    pub(super) by: Match,
    /// Whether it is made: something needs it, or it may stand alone.
    pub(super) wanted: bool,
    pub(super) place: Place,
}

/// What has been gathered of a table.
pub(super) struct Gathered<'m> {
    mapping: &'m Mapping,
    /// By key.
    pub(super) sources: BTreeMap<String, (SourceDraft, Place)>,
    pub(super) actors: Vec<GatheredActor>,
    pub(super) by_identity: HashMap<String, usize>,
    /// For each rule for relationships.
    folded: Vec<Folded>,
    keys: Keys,
    second: bool,
}

/// What of a row becomes a record of its own.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) relationships: Vec<RelationshipDraft>,
    pub(super) notes: Vec<NoteDraft>,
}

impl<'m> Gathered<'m> {
    pub(super) fn new(mapping: &'m Mapping) -> Self {
        Self {
            mapping,
            sources: BTreeMap::new(),
            actors: Vec::new(),
            by_identity: HashMap::new(),
            folded: mapping
                .relationship
                .values()
                .map(|_| Folded::default())
                .collect(),
            keys: Keys::default(),
            second: false,
        }
    }

    /// Whether there are rules that make a record of a row.
    pub(super) fn has_streams(&self) -> bool {
        let mut rules = self.mapping.relationship.values();
        rules.any(|rule| rule.fold.is_none()) || !self.mapping.note.is_empty()
    }

    /// Prepares for the second reading.
    pub(super) fn again(&mut self) {
        self.keys = Keys::default();
        self.second = true;
    }

    /// Takes a row whole, or not at all.
    pub(super) fn take(
        &mut self,
        row: &Row,
        mut drawn: Drawn<'m>,
        report: &mut Report,
    ) -> Result<Taken, Fault> {
        let line = row.place.line.unwrap_or(0);
        let mut taken = Taken::default();
        let mut repeated = false;
        let mut needed = Vec::new();
        let mut units = Vec::new();
        let relationships = std::mem::take(&mut drawn.relationships);
        // First all that may be wrong, so that nothing of a row stays where something is.
        for (index, rule, draft) in &relationships {
            if let Some(fold) = &rule.fold
                && !self.second
            {
                let key = draft.key.given().unwrap_or_default();
                let unit = self.folded[*index].unit(row, rule, fold, self.mapping, &drawn, key)?;
                units.push((*index, *rule, key.to_owned(), unit));
            }
        }
        for (index, rule, mut draft) in relationships {
            if rule.fold.is_some() {
                continue;
            }
            needed.extend([&rule.from, &rule.to].into_iter().chain(&rule.against));
            // The same row of two rules is not the same.
            let key = format!("r{index} {}", draft.key.given().unwrap_or_default());
            let said = (&draft, identities(&drawn));
            let seen = self.keys.see(&key, &said, line);
            if rule.repeats.takes(seen, &rule.key, &mut draft.key, row)? {
                taken.relationships.push(draft);
            } else {
                repeated = true;
            }
        }
        for (rule, mut draft) in std::mem::take(&mut drawn.notes) {
            needed.extend(&rule.actors);
            let key = format!("n {}", draft.key.given().unwrap_or_default());
            let said = (&draft, identities(&drawn));
            let seen = self.keys.see(&key, &said, line);
            if rule.repeats.takes(seen, &rule.key, &mut draft.key, row)? {
                taken.notes.push(draft);
            } else {
                repeated = true;
            }
        }
        for (index, rule, key, unit) in units {
            self.folded[index].add(row, rule, key, unit);
        }
        report.repeated += u64::from(repeated);
        if !self.second {
            let known = identities(&drawn);
            self.remember(row, drawn, report);
            self.need(needed.into_iter().filter_map(|name| known.get(name)));
        }
        Ok(taken)
    }

    /// Remembers that actors are needed.
    fn need<'i>(&mut self, identities: impl Iterator<Item = &'i String>) {
        for identity in identities {
            if let Some(index) = self.by_identity.get(identity) {
                self.actors[*index].wanted = true;
            }
        }
    }

    fn remember(&mut self, row: &Row, drawn: Drawn<'m>, report: &mut Report) {
        for source in drawn.sources.into_values() {
            let key = source.key.given().unwrap_or_default().to_owned();
            self.sources
                .entry(key)
                .or_insert_with(|| (source, row.place.clone()));
        }
        for actor in drawn.actors.into_values() {
            match self.by_identity.get(&actor.identity) {
                Some(index) => add_to(&mut self.actors[*index].draft, &actor.draft),
                None => self.add(actor, &row.place),
            }
        }
        for fault in drawn.left_out {
            report.left_out.push(fault);
        }
    }

    fn add(&mut self, actor: DrawnActor, place: &Place) {
        self.by_identity.insert(actor.identity, self.actors.len());
        self.actors.push(GatheredActor {
            draft: actor.draft,
            by: actor.by,
            wanted: actor.alone,
            place: place.clone(),
        });
    }

    /// The periods of all folded rules.
    pub(super) fn periods(&mut self, report: &mut Report) -> Vec<Period> {
        let mut all = Vec::new();
        for (folded, rule) in self
            .folded
            .iter_mut()
            .zip(self.mapping.relationship.values())
        {
            let Some(fold) = &rule.fold else {
                continue;
            };
            match folded.periods(rule, fold, self.mapping) {
                Ok(periods) => {
                    for (row, draft) in periods {
                        let draw = Draw {
                            mapping: self.mapping,
                            row: &row,
                            left_out: Vec::new(),
                        };
                        match draw.all() {
                            Ok(drawn) => {
                                all.push((row.place.clone(), draft, identities(&drawn)));
                            }
                            Err(fault) => report.not_taken.push(fault),
                        }
                    }
                }
                Err(fault) => report.not_taken.push(fault),
            }
            report.passed_over += folded.too_few;
        }
        for (_, draft, known) in &all {
            let against = match &draft.against {
                Patch::Set(against) => against.as_slice(),
                Patch::Keep | Patch::Clear => &[],
            };
            let ends = draft.from.given().into_iter().chain(draft.to.given());
            let names = ends.chain(against.iter().map(String::as_str));
            self.need(names.filter_map(|name| known.get(name)));
        }
        all
    }
}

impl Repeats {
    /// Whether a record of a row is one of its own. Where another row with other words has its key, it gets
    /// another one, or the row is refused.
    fn takes(
        self,
        seen: Seen,
        template: &Template,
        key: &mut Patch<String>,
        row: &Row,
    ) -> Result<bool, Fault> {
        let Seen::Other { line, number } = seen else {
            return Ok(seen == Seen::New);
        };
        let given = key.given().unwrap_or_default();
        match self {
            Self::Number => *key = Patch::Set(format!("{given}-{number}")),
            Self::Reject => {
                return Err(Fault {
                    place: row.place.clone(),
                    column: template.first_column(),
                    why: format!(
                        "the key {given} stands on line {line} too, with other words; put into the key what \
                         tells the two apart, or give repeats = \"number\""
                    ),
                });
            }
        }
        Ok(true)
    }
}

/// Adds to an actor what another row says of it: names and identifiers, and what was not said before.
fn add_to(draft: &mut ActorDraft, other: &ActorDraft) {
    if let (Patch::Set(own), Patch::Set(more)) = (&mut draft.identifiers, &other.identifiers) {
        for identifier in more {
            if !own.contains(identifier) {
                own.push(identifier.clone());
            }
        }
    }
    let name = draft.name.given().map(fold_name).unwrap_or_default();
    if let (Patch::Set(own), Patch::Set(more)) = (&mut draft.aliases, &other.aliases) {
        let other_name = other
            .name
            .given()
            .map(|name| crate::ledger::draft::AliasDraft {
                text: name.to_owned(),
                language: None,
                period: None,
            });
        for alias in other_name.into_iter().chain(more.iter().cloned()) {
            let folded = fold_name(&alias.text);
            if folded != name && !own.iter().any(|known| fold_name(&known.text) == folded) {
                own.push(alias);
            }
        }
    }
    let fill = |own: &mut Patch<String>, more: &Patch<String>| {
        if *own == Patch::Keep {
            own.clone_from(more);
        }
    };
    fill(&mut draft.summary, &other.summary);
    fill(&mut draft.country, &other.country);
    if draft.active == Patch::Keep {
        draft.active.clone_from(&other.active);
    }
}
