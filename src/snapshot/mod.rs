//! What is the state at a revision? The immutable value that everything reads.
//!
//! [`State`] holds in memory what queries filter, sort and walk on, for every version of every
//! record. Text stays on disk and is read through [`Documents`]. A [`Snapshot`] is a state seen at
//! one moment: a revision of the record and a day in the world. It is cheap to clone; every object
//! of an answer carries the one that it was read from, so nothing below can read another moment.

pub mod checkpoint;
mod citing;
mod dated;
mod documents;
pub mod facts;
mod index;
mod keys;
mod lens;
mod lookup;
pub mod marks;
mod rows;
mod stamps;
mod state;
pub mod table;
pub mod texts;
mod ties;
mod version;

use std::sync::Arc;

use crate::model::{
    ActorId, BriefId, Day, DayRange, NoteId, PartialDate, Record, RecordId, Recorded,
    RelationshipId, SourceId, Timestamp, TypedId, ViewpointId,
};
use crate::store::StoreError;

pub use dated::Dated;
pub use documents::{Documents, Pending};
pub use lens::Lens;
pub use state::{State, fold_name};
pub use ties::Tie;
pub use version::Version;

use facts::{ActorFacts, BriefFacts, NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts};
use table::{Row, Table};

/// The record at one moment: as it was at a revision, asked about a day, as it says itself or as a
/// viewpoint reads it.
#[derive(Clone)]
pub struct Snapshot(Arc<Moment>);

#[derive(Clone)]
struct Moment {
    state: Arc<State>,
    documents: Documents,
    revision: u32,
    known_at: Timestamp,
    valid_on: PartialDate,
    asked: DayRange,
    lens: Option<Arc<Lens>>,
}

/// Facts that a table of the state holds for one kind of record.
pub trait Facts: PartialEq + Sized + Clone + Send + Sync + 'static {
    /// The id of such records.
    type Id: TypedId;
    /// The records themselves.
    type Record: Recorded<Id = Self::Id>;
    /// The table that holds them.
    fn table(state: &State) -> &Table<Self>;
    /// The same, to be changed.
    fn table_mut(state: &mut State) -> &mut Table<Self>;
    /// A record as a viewpoint reads it, where it reads it otherwise.
    fn seen(lens: &Lens, id: Self::Id) -> Option<&Row<Self>>;
}

macro_rules! facts {
    ($($facts:ident: $record:ident, $id:ident in $table:ident, seen $seen:expr;)+) => {$(
        impl Facts for $facts {
            type Id = $id;
            type Record = crate::model::$record;
            fn table(state: &State) -> &Table<Self> {
                &state.$table
            }
            fn table_mut(state: &mut State) -> &mut Table<Self> {
                &mut state.$table
            }
            fn seen(lens: &Lens, id: $id) -> Option<&Row<Self>> {
                const SEEN: fn(&Lens, $id) -> Option<&Row<$facts>> = $seen;
                SEEN(lens, id)
            }
        }
    )+};
}

facts! {
    ActorFacts: Actor, ActorId in actors, seen |_, _| None;
    RelationshipFacts: Relationship, RelationshipId in relationships, seen Lens::row;
    ViewpointFacts: Viewpoint, ViewpointId in viewpoints, seen |_, _| None;
    NoteFacts: ContextNote, NoteId in notes, seen |_, _| None;
    SourceFacts: Source, SourceId in sources, seen |_, _| None;
    BriefFacts: Brief, BriefId in briefs, seen |_, _| None;
}

impl Snapshot {
    /// The newest revision of a state, on a day.
    pub fn newest(state: Arc<State>, documents: Documents, today: Day) -> Self {
        let revision = state.revision();
        Self::at_revision(state, documents, revision, today)
    }

    /// A revision of a state, on a day.
    pub fn at_revision(state: Arc<State>, documents: Documents, revision: u32, today: Day) -> Self {
        let valid_on = PartialDate::from(today);
        Self(Arc::new(Moment {
            known_at: state.committed_at(revision).unwrap_or(Timestamp(0)),
            state,
            documents,
            revision,
            valid_on,
            asked: valid_on.into(),
            lens: None,
        }))
    }

    /// The same record as it was at another revision, as it says itself; 0 is the empty record.
    #[must_use]
    pub fn at(&self, revision: u32) -> Self {
        let mut moment = Moment::clone(&self.0);
        moment.lens = None;
        moment.revision = revision.min(moment.state.revision());
        moment.known_at = self.recorded_at(moment.revision);
        Self(Arc::new(moment))
    }

    /// The same record as it was known at an instant, no later than at this moment, as it says itself.
    #[must_use]
    pub fn as_known_at(&self, instant: Timestamp) -> Self {
        let mut moment = Moment::clone(&self.0);
        moment.lens = None;
        moment.revision = moment.state.revision_at(instant).min(moment.revision);
        moment.known_at = instant;
        Self(Arc::new(moment))
    }

    /// The same record asked about other days.
    #[must_use]
    pub fn valid(&self, on: PartialDate) -> Self {
        let mut moment = Moment::clone(&self.0);
        moment.valid_on = on;
        moment.asked = on.into();
        Self(Arc::new(moment))
    }

    /// The same record as a viewpoint reads it, or as it says itself.
    #[must_use]
    pub fn through(&self, lens: Option<Lens>) -> Self {
        let mut moment = Moment::clone(&self.0);
        moment.lens = lens.map(Arc::new);
        Self(Arc::new(moment))
    }

    /// What the record is read through, where it is not read as it says itself.
    pub fn lens(&self) -> Option<&Lens> {
        self.0.lens.as_deref()
    }

    /// The state behind it, which may hold later revisions too.
    pub fn state(&self) -> &State {
        &self.0.state
    }

    /// The revision that it shows.
    pub fn revision(&self) -> u32 {
        self.0.revision
    }

    /// The instant as of which it shows the record: the one that was asked for, or else the one at
    /// which its revision was committed, which is the beginning of time for an empty record.
    pub fn known_at(&self) -> Timestamp {
        self.0.known_at
    }

    /// The day, month or year in the world that it is asked about.
    pub fn valid_on(&self) -> PartialDate {
        self.0.valid_on
    }

    /// The days that it is asked about.
    pub fn asked(&self) -> DayRange {
        self.0.asked
    }

    /// When a revision was committed.
    pub fn recorded_at(&self, revision: u32) -> Timestamp {
        self.0.state.committed_at(revision).unwrap_or(Timestamp(0))
    }

    /// What is known in memory of a record that is in the lists at this moment.
    pub fn row<F: Facts>(&self, id: F::Id) -> Option<&Row<F>> {
        self.row_even_retired(id).filter(|row| !row.retired())
    }

    /// What is known in memory of a record, in the lists or not.
    pub fn row_even_retired<F: Facts>(&self, id: F::Id) -> Option<&Row<F>> {
        let row = F::table(&self.0.state).at(id, self.0.revision)?;
        Some(self.seen(id).unwrap_or(row))
    }

    /// A version of a record with the facts of this moment, retired if it is.
    fn row_alike<F: Facts>(&self, id: F::Id) -> Option<&Row<F>> {
        let seen = self.seen(id);
        seen.or_else(|| F::table(&self.0.state).alike(id, self.0.revision))
    }

    fn seen<F: Facts>(&self, id: F::Id) -> Option<&Row<F>> {
        F::seen(self.0.lens.as_deref()?, id)
    }

    /// What was known of a record at an earlier revision, or of a younger one when it was created:
    /// what does not change while somebody walks a list.
    pub fn row_then<F: Facts>(&self, id: F::Id, revision: u32) -> Option<&Row<F>> {
        if let Some(seen) = self.seen(id) {
            return Some(seen);
        }
        let table = F::table(&self.0.state);
        table.at(id, revision).or_else(|| table.first(id))
    }

    /// The revision that created a record; 0 where there never was such a record.
    pub fn created<F: Facts>(&self, id: F::Id) -> u32 {
        F::table(&self.0.state)
            .first(id)
            .map_or(0, |row| row.version)
    }

    /// The ids of all records of a kind that are in the lists, in the order of entry.
    pub fn ids<F: Facts>(&self) -> impl Iterator<Item = F::Id> + '_ {
        self.rows::<F>().map(|(id, _)| id)
    }

    /// All records of a kind that are in the lists, in the order of entry.
    pub fn rows<F: Facts>(&self) -> impl Iterator<Item = (F::Id, &Row<F>)> + '_ {
        self.rows_even_retired().filter(|(_, row)| !row.retired())
    }

    /// What is kept of all records of a kind that are in the lists, in the order of entry.
    pub fn facts<F: Facts>(&self) -> impl Iterator<Item = (F::Id, &F)> + '_ {
        self.listed(F::table(&self.0.state).iter_alike(self.0.revision))
    }

    /// What is kept of those of some records that are in the lists, in the order given.
    pub fn facts_of<F: Facts>(
        &self,
        ids: impl Iterator<Item = F::Id>,
    ) -> impl Iterator<Item = (F::Id, &F)> {
        self.listed(F::table(&self.0.state).each_alike(ids, self.0.revision))
    }

    fn listed<'a, F: Facts>(
        &'a self,
        rows: impl Iterator<Item = (F::Id, &'a Row<F>)>,
    ) -> impl Iterator<Item = (F::Id, &'a F)> {
        let seen = rows.map(|(id, row)| (id, self.seen(id).unwrap_or(row)));
        let listed = seen.filter(|(_, row)| !row.retired());
        listed.map(|(id, row)| (id, &row.facts))
    }

    /// All records of a kind, in the lists or not, in the order of entry.
    pub fn rows_even_retired<F: Facts>(&self) -> impl Iterator<Item = (F::Id, &Row<F>)> + '_ {
        let rows = F::table(&self.0.state).iter(self.0.revision);
        rows.map(|(id, row)| (id, self.seen(id).unwrap_or(row)))
    }

    /// Whether a record of any kind is in the lists.
    pub fn exists(&self, id: RecordId) -> bool {
        self.version(id).is_some_and(|version| !version.retired)
    }

    /// The whole text of a record as it was at this moment.
    ///
    /// # Errors
    /// When the store cannot read it.
    pub fn document<F: Facts>(&self, row: &Row<F>) -> Result<Arc<F::Record>, StoreError> {
        let record = self.0.documents.get(row.document.into())?;
        F::Record::of(&record).cloned().ok_or_else(|| {
            StoreError::Damaged(format!(
                "change {} is of another kind than its index",
                row.document
            ))
        })
    }

    /// The text of a record of any kind as it was at a revision; none where it did not exist yet.
    ///
    /// # Errors
    /// When the store cannot read it.
    pub fn record_at(&self, id: RecordId, revision: u32) -> Result<Option<Record>, StoreError> {
        let version = self.0.state.version(id, revision);
        version
            .map(|version| self.0.documents.get(version.document))
            .transpose()
    }

    /// The record that a slug or key names at this moment, or named before it.
    pub fn find<I: TypedId>(&self, key: &str) -> Option<I> {
        let found = self.0.state.find_at(I::KIND, key, self.0.revision);
        found.map(I::from_number)
    }

    /// The actor that an actor is part of at this moment, or itself.
    pub fn survivor(&self, mut id: ActorId) -> ActorId {
        // An actor is merged into one that is in the lists, so this leads to an end.
        while let Some(into) = self
            .row_even_retired::<ActorFacts>(id)
            .and_then(|row| row.facts.merged_into)
        {
            id = into;
        }
        id
    }

    /// The version of a record of any kind at this moment, in the lists or not; none where it had not
    /// entered the record yet.
    pub fn version(&self, id: RecordId) -> Option<Version> {
        self.0.state.version(id, self.0.revision)
    }

    /// The versions of a record up to this moment, newest first.
    pub fn versions(&self, id: RecordId) -> Vec<Version> {
        self.0.state.versions(id, self.0.revision)
    }

    /// Where the text is read from.
    pub fn documents(&self) -> &Documents {
        &self.0.documents
    }
}
