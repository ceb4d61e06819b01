//! How two moments differ: what happened in the world between two days, and what happened to our
//! record between two revisions.
//!
//! The two are kept apart. A relationship that began after the first moment STARTED, whenever it was
//! recorded; one that the record learnt of late was DISCOVERED. An end in between ENDED it; an end
//! that was put right is CORRECTED. Where both moments are about the same day in the world, what lies
//! between is the time between the two revisions. The guide for readers has the definitions.

use smallvec::{SmallVec, smallvec};

use crate::model::{
    ActorId, Assertion, CooperationArea, Day, DayRange, DifferenceKind, FieldChange, Kind, NoteId,
    PartialDate, RecordId, RelationshipId, SourceId, Span, TypedId,
};
use crate::snapshot::facts::{NoteFacts, Outline, RelationshipFacts};
use crate::snapshot::marks::Marks;
use crate::snapshot::table::Row;
use crate::snapshot::{Snapshot, Tie, Version};
use crate::store::StoreError;

use super::ReadError;
use super::history;

/// What happened about a record, each once, in the order of the vocabulary.
pub type Kinds = SmallVec<[DifferenceKind; 7]>;

/// How two moments differ about one record.
#[derive(Clone)]
pub struct Difference {
    /// The earlier moment.
    pub from: Snapshot,
    /// The later moment.
    pub to: Snapshot,
    /// The record.
    pub id: RecordId,
    /// What happened.
    pub kinds: Kinds,
}

/// The fields of a relationship that are the editors' judgement rather than facts.
const JUDGEMENT: [&str; 5] = ["alignment", "tier", "label", "summary", "confidence"];

/// The time between two moments. Of moments that follow each other, each beginning and each end lies
/// between two.
#[derive(Clone, Copy, Debug)]
struct Between {
    /// The days on which something begins in between.
    beginnings: DayRange,
    /// The days of which one is the last of what ends in between.
    ends: DayRange,
    /// Whether the moments are about different days in the world.
    in_the_world: bool,
}

impl Between {
    fn moments(from: &Snapshot, to: &Snapshot) -> Self {
        let days = |first: Day, last: Day| DayRange { first, last };
        if from.asked() != to.asked() {
            let (from, to) = (from.asked(), to.asked());
            return Self {
                beginnings: days(from.last.plus(1), to.last),
                ends: days(from.first, to.first.plus(-1)),
                in_the_world: true,
            };
        }
        if from.revision() == 0 && from.known_at() == from.recorded_at(0) {
            // The empty record is of no time, so nothing is news against it.
            let never = days(Day::MAX, Day::MIN);
            return Self {
                beginnings: never,
                ends: never,
                in_the_world: false,
            };
        }
        // News of the very days of the two states are news.
        let (first, last) = (from.known_at().day(), to.known_at().day());
        Self {
            beginnings: days(first, last),
            ends: days(first.plus(-1), last),
            in_the_world: false,
        }
    }

    fn begins(self, possible: DayRange) -> bool {
        self.beginnings.contains(possible.first)
    }

    fn ends(self, possible: DayRange) -> bool {
        self.ends.contains(possible.last)
    }

    /// What happened in the world about a relationship of which both states say the same.
    fn turns(self, outline: &Outline) -> impl Iterator<Item = DifferenceKind> {
        let told = self.in_the_world && !outline.marks.meets(Marks::of(Assertion::Denied));
        let began = told && self.begins(outline.possible);
        let ended = told && self.ends(outline.possible);
        let began = began.then_some(DifferenceKind::Started);
        began
            .into_iter()
            .chain(ended.then_some(DifferenceKind::Ended))
    }

    /// Whether an area of such a relationship can have begun or ended by itself.
    fn may_turn_areas(self, outline: &Outline) -> bool {
        self.in_the_world && outline.marks.meets(Marks::OWN_PERIOD)
    }

    /// Whether something can have happened in the world about a relationship of which both states say
    /// the same.
    fn may_bring(self, outline: &Outline) -> bool {
        self.may_turn_areas(outline) || self.turns(outline).next().is_some()
    }

    /// Whether a date can be of the time in between.
    fn meets(self, date: PartialDate) -> bool {
        let (first, last) = date.possible();
        self.ends.first <= last && first <= self.beginnings.last
    }
}

/// Tells the relationships about which two moments differ, in the order of entry, and what happened: all, or those
/// of an actor. They can be very many, of which few are shown, so they are told one by one: [`Difference::of`]
/// tells more of one.
///
/// # Errors
/// When the moments are the wrong way round, or the store cannot be read.
pub fn relationships(
    from: &Snapshot,
    to: &Snapshot,
    actor: Option<ActorId>,
    mut tell: impl FnMut(RelationshipId, Kinds),
) -> Result<(), ReadError> {
    in_order(from, to)?;
    let between = Between::moments(from, to);
    let touches = |row: &Row<RelationshipFacts>| {
        actor.is_none_or(|actor| row.facts.counterpart(actor).is_some())
    };
    let did_once = |id| {
        let before = from.row_even_retired::<RelationshipFacts>(id);
        before.is_some_and(touches)
    };
    // Of nearly all, the two states say the same, and nothing happened between the two days.
    let looked_at = |id, row: &Row<RelationshipFacts>| {
        if row.version <= from.revision() {
            touches(row) && between.may_bring(&row.facts.outline())
        } else {
            touches(row) || did_once(id)
        }
    };
    let Some(actor) = actor else {
        for (id, row) in to.rows_even_retired() {
            if looked_at(id, row)
                && let Some(kinds) = kinds(from, to, id.into())?
            {
                tell(id, kinds);
            }
        }
        return Ok(());
    };
    let one_revision = from.revision() == to.revision();
    for (id, tie) in to.ties_ever(actor) {
        let looked_at = match tie.filter(|_| one_revision) {
            Some(Tie { outline, .. }) => {
                let kinds: Kinds = between.turns(&outline).collect();
                if !kinds.is_empty() {
                    tell(id, kinds);
                    continue;
                }
                between.may_turn_areas(&outline)
            }
            None => to
                .row_even_retired::<RelationshipFacts>(id)
                .is_some_and(|row| looked_at(id, row)),
        };
        if looked_at && let Some(kinds) = kinds(from, to, id.into())? {
            tell(id, kinds);
        }
    }
    Ok(())
}

fn in_order(from: &Snapshot, to: &Snapshot) -> Result<(), ReadError> {
    if from.asked().first > to.asked().last || from.revision() > to.revision() {
        let message = "the moment from must not be later than the moment to".to_owned();
        return Err(ReadError::BadArgument(message));
    }
    Ok(())
}

/// How each revision between two moments changed a record, in order, about the days of the later one.
///
/// # Errors
/// When the moments are the wrong way round, or the store cannot be read.
pub fn versions(
    from: &Snapshot,
    to: &Snapshot,
    id: RecordId,
) -> Result<Vec<Difference>, ReadError> {
    in_order(from, to)?;
    let mut numbers: Vec<u32> = history::versions(to, id);
    numbers.retain(|number| *number > from.revision());
    numbers.reverse();
    let mut found = Vec::new();
    for number in numbers {
        let (before, after) = (to.at(number - 1), to.at(number));
        found.extend(of_record(&before, &after, id)?);
    }
    Ok(found)
}

/// How two moments differ about one record; none where they do not.
///
/// # Errors
/// When the store cannot be read.
pub fn of_record(
    from: &Snapshot,
    to: &Snapshot,
    id: RecordId,
) -> Result<Option<Difference>, StoreError> {
    let kinds = kinds(from, to, id)?;
    Ok(kinds.map(|kinds| Difference::of(from, to, id, kinds)))
}

/// What happened about a record between two moments, if anything did.
///
/// # Errors
/// When the store cannot be read.
pub fn kinds(from: &Snapshot, to: &Snapshot, id: RecordId) -> Result<Option<Kinds>, StoreError> {
    let live = |at: &Snapshot| at.version(id).filter(|version| !version.retired);
    let mut kinds = match (live(from), live(to)) {
        (None, None) => return Ok(None),
        (Some(_), None) => smallvec![DifferenceKind::Retracted],
        (None, Some(_)) => facts(to, id).map_or_else(
            || smallvec![DifferenceKind::Discovered],
            |row| appeared(Between::moments(from, to), row),
        ),
        (Some(before), Some(after)) => stayed(from, to, id, before, after)?,
    };
    kinds.sort_unstable();
    kinds.dedup();
    Ok(Some(kinds).filter(|kinds| !kinds.is_empty()))
}

fn facts(at: &Snapshot, id: RecordId) -> Option<&Row<RelationshipFacts>> {
    at.row::<RelationshipFacts>(RelationshipId::narrow(id).ok()?)
}

/// What happened about a relationship that the earlier state of the record does not have.
fn appeared(between: Between, row: &Row<RelationshipFacts>) -> Kinds {
    let (possible, denied) = (row.facts.span.possible(), denied(row));
    let began = between.begins(possible) && !denied;
    let mut kinds: Kinds = smallvec![if began {
        DifferenceKind::Started
    } else {
        DifferenceKind::Discovered
    }];
    if between.ends(possible) && !denied {
        kinds.push(DifferenceKind::Ended);
    }
    kinds
}

fn denied(row: &Row<RelationshipFacts>) -> bool {
    row.facts.assertion() == Assertion::Denied
}

/// What happened about a record that both states have.
fn stayed(
    from: &Snapshot,
    to: &Snapshot,
    id: RecordId,
    before: Version,
    after: Version,
) -> Result<Kinds, StoreError> {
    let between = Between::moments(from, to);
    let mut kinds = Kinds::new();
    let row = facts(to, id);
    if let Some(row) = row.filter(|row| between.in_the_world && !denied(row)) {
        kinds.extend(between.turns(&row.facts.outline()));
        if kinds.is_empty() && row.facts.marks.meets(Marks::OWN_PERIOD) {
            let (began, ended) = areas(from, to, id)?;
            if !began.is_empty() || !ended.is_empty() {
                kinds.push(DifferenceKind::Changed);
            }
        }
    }
    if before.document == after.document {
        return Ok(kinds);
    }
    let fields = history::fields_between(to, Some(before.document), after.document)?;
    // An end that lies between the moments is news, not a correction of what was said.
    let ended = row.is_some_and(|row| between.ends(row.facts.span.possible()) && !denied(row));
    for field in &fields {
        kinds.push(class(id.kind, field, ended));
    }
    Ok(kinds)
}

fn class(kind: Kind, field: &FieldChange, ended: bool) -> DifferenceKind {
    let name = field.path.split('.').next().unwrap_or_default();
    match kind {
        Kind::Relationship if ended && tells_the_end(field) => DifferenceKind::Ended,
        Kind::Relationship if JUDGEMENT.contains(&name) => DifferenceKind::Reinterpreted,
        Kind::Viewpoint | Kind::Brief => DifferenceKind::Reinterpreted,
        _ => DifferenceKind::Corrected,
    }
}

/// Whether a field tells that a relationship ended, of which no end was known before.
fn tells_the_end(field: &FieldChange) -> bool {
    match &*field.path {
        "period.end" => field.before.is_none(),
        "period.status" | "period.observedUntil" => true,
        _ => false,
    }
}

/// The areas of a relationship with a period of their own that began or ended between two moments, as
/// the later one knows them; none where it knows of none or denies it.
///
/// # Errors
/// When the store cannot be read.
pub fn areas(
    from: &Snapshot,
    to: &Snapshot,
    id: RecordId,
) -> Result<(Vec<CooperationArea>, Vec<CooperationArea>), StoreError> {
    let between = Between::moments(from, to);
    let Some(row) = facts(to, id).filter(|row| !denied(row)) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let tie = to.document(row)?;
    let of = |happened: fn(Between, DayRange) -> bool| {
        let areas = tie.areas.iter().filter(|area| {
            let possible = area
                .period
                .as_ref()
                .map(|period| Span::from(period).possible());
            possible.is_some_and(|possible| happened(between, possible))
        });
        areas.cloned().collect()
    };
    Ok((of(Between::begins), of(Between::ends)))
}

impl Difference {
    /// The difference of two moments about a record, where it is known what happened.
    pub fn of(from: &Snapshot, to: &Snapshot, id: RecordId, kinds: Kinds) -> Self {
        Self {
            from: from.clone(),
            to: to.clone(),
            id,
            kinds,
        }
    }

    /// The fields that the record gives another value at the later moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn fields(&self) -> Result<Vec<FieldChange>, StoreError> {
        let document = |at: &Snapshot| at.version(self.id).map(|version| version.document);
        match (document(&self.from), document(&self.to)) {
            (before, Some(after)) if before != Some(after) => {
                history::fields_between(&self.to, before, after)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The notes that explain it: those about the relationship that speak of the time between the two
    /// moments, or that entered the record between their revisions.
    pub fn notes(&self) -> Vec<NoteId> {
        let Ok(about) = RelationshipId::narrow(self.id) else {
            return Vec::new();
        };
        let between = Between::moments(&self.from, &self.to);
        let explains = |id: &NoteId| {
            self.to.row::<NoteFacts>(*id).is_some_and(|row| {
                row.facts.relationships.contains(&about)
                    && (between.meets(row.facts.as_of)
                        || self.to.created::<NoteFacts>(*id) > self.from.revision())
            })
        };
        self.to
            .state()
            .notes_of_relationship(about)
            .filter(explains)
            .collect()
    }

    /// The sources cited for the relationship, where it is said last.
    pub fn sources(&self) -> Vec<SourceId> {
        let row = facts(&self.to, self.id).or_else(|| facts(&self.from, self.id));
        row.map(|row| row.facts.sources.to_vec())
            .unwrap_or_default()
    }

    /// The revisions between the two moments that changed the record, newest first.
    pub fn revisions(&self) -> Vec<u32> {
        let mut numbers = history::versions(&self.to, self.id);
        numbers.retain(|number| *number > self.from.revision());
        numbers
    }
}
