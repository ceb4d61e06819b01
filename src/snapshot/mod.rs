//! What is the state at a revision? The immutable value that everything reads.
//!
//! [`State`] holds in memory what queries filter, sort and walk on, for every version of every
//! record. Text stays on disk and is read through [`Documents`]. A [`Snapshot`] is a state seen at
//! one moment: a revision of the record and a day in the world. It is cheap to clone; every object
//! of an answer carries the one that it was read from, so nothing below can read another moment.

mod documents;
pub mod facts;
mod keys;
mod state;
pub mod table;

use std::sync::Arc;

use crate::model::{
    ActorId, BriefId, Day, DayRange, Kind, NoteId, PartialDate, Record, RecordId, Recorded,
    RelationshipId, SourceId, Timestamp, TypedId, ViewpointId,
};
use crate::store::StoreError;

pub use documents::{Documents, Pending};
pub use state::{State, fold_name};

use facts::{ActorFacts, BriefFacts, NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts};
use table::{Row, Table};

/// The record at one moment: as it was at a revision, asked about a day.
#[derive(Clone)]
pub struct Snapshot(Arc<Moment>);

struct Moment {
    state: Arc<State>,
    documents: Documents,
    revision: u32,
    valid_on: PartialDate,
    asked: DayRange,
}

/// Facts that a table of the state holds for one kind of record.
pub trait Facts: Sized + Clone + Send + Sync + 'static {
    /// The id of such records.
    type Id: TypedId;
    /// The records themselves.
    type Record: Recorded<Id = Self::Id>;
    /// The table that holds them.
    fn table(state: &State) -> &Table<Self>;
    /// The same, to be changed.
    fn table_mut(state: &mut State) -> &mut Table<Self>;
}

macro_rules! facts {
    ($($facts:ident: $record:ident, $id:ident in $table:ident;)+) => {$(
        impl Facts for $facts {
            type Id = $id;
            type Record = crate::model::$record;
            fn table(state: &State) -> &Table<Self> {
                &state.$table
            }
            fn table_mut(state: &mut State) -> &mut Table<Self> {
                &mut state.$table
            }
        }
    )+};
}

facts! {
    ActorFacts: Actor, ActorId in actors;
    RelationshipFacts: Relationship, RelationshipId in relationships;
    ViewpointFacts: Viewpoint, ViewpointId in viewpoints;
    NoteFacts: ContextNote, NoteId in notes;
    SourceFacts: Source, SourceId in sources;
    BriefFacts: Brief, BriefId in briefs;
}

impl Snapshot {
    /// The newest revision of a state, on a day.
    pub fn newest(state: Arc<State>, documents: Documents, today: Day) -> Self {
        let revision = state.revision();
        Self::at_revision(state, documents, revision, today)
    }

    /// A revision of a state, on a day.
    pub fn at_revision(state: Arc<State>, documents: Documents, revision: u32, today: Day) -> Self {
        let asked = DayRange {
            first: today,
            last: today,
        };
        Self(Arc::new(Moment {
            state,
            documents,
            revision,
            valid_on: today.into(),
            asked,
        }))
    }

    /// The state behind it, which may hold later revisions too.
    pub fn state(&self) -> &State {
        &self.0.state
    }

    /// The revision that it shows.
    pub fn revision(&self) -> u32 {
        self.0.revision
    }

    /// When that revision was committed; the beginning of time for an empty record.
    pub fn known_at(&self) -> Timestamp {
        self.recorded_at(self.0.revision)
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
        self.row_even_retired(id).filter(|row| !row.retired)
    }

    /// What is known in memory of a record, in the lists or not.
    pub fn row_even_retired<F: Facts>(&self, id: F::Id) -> Option<&Row<F>> {
        F::table(&self.0.state).at(id, self.0.revision)
    }

    /// What was known of a record at an earlier revision, or of a younger one when it was created:
    /// what does not change while somebody walks a list.
    pub fn row_then<F: Facts>(&self, id: F::Id, revision: u32) -> Option<&Row<F>> {
        let newest = F::table(&self.0.state).newest(id)?;
        Some(newest.at(revision).unwrap_or_else(|| newest.first()))
    }

    /// The ids of all records of a kind that are in the lists, in the order of entry.
    pub fn ids<F: Facts>(&self) -> impl Iterator<Item = F::Id> + '_ {
        self.rows::<F>().map(|(id, _)| id)
    }

    /// All records of a kind that are in the lists, in the order of entry.
    pub fn rows<F: Facts>(&self) -> impl Iterator<Item = (F::Id, &Row<F>)> + '_ {
        self.rows_even_retired().filter(|(_, row)| !row.retired)
    }

    /// All records of a kind, in the lists or not, in the order of entry.
    pub fn rows_even_retired<F: Facts>(&self) -> impl Iterator<Item = (F::Id, &Row<F>)> + '_ {
        F::table(&self.0.state).iter(self.0.revision)
    }

    /// Whether a record of any kind is in the lists.
    pub fn exists(&self, id: RecordId) -> bool {
        fn live<F: Facts>(snapshot: &Snapshot, id: RecordId) -> bool {
            F::Id::narrow(id).is_ok_and(|id| snapshot.row::<F>(id).is_some())
        }
        match id.kind {
            Kind::Actor => live::<ActorFacts>(self, id),
            Kind::Relationship => live::<RelationshipFacts>(self, id),
            Kind::Viewpoint => live::<ViewpointFacts>(self, id),
            Kind::Note => live::<NoteFacts>(self, id),
            Kind::Source => live::<SourceFacts>(self, id),
            Kind::Brief => live::<BriefFacts>(self, id),
        }
    }

    /// The whole text of a record as it was at this moment.
    ///
    /// # Errors
    /// When the store cannot read it.
    pub fn document<F: Facts>(&self, row: &Row<F>) -> Result<Arc<F::Record>, StoreError> {
        let record = self.0.documents.get(row.document)?;
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
        fn document<F: Facts>(snapshot: &Snapshot, id: RecordId, revision: u32) -> Option<u64> {
            let id = F::Id::narrow(id).ok()?;
            Some(F::table(snapshot.state()).at(id, revision)?.document)
        }
        let document = match id.kind {
            Kind::Actor => document::<ActorFacts>(self, id, revision),
            Kind::Relationship => document::<RelationshipFacts>(self, id, revision),
            Kind::Viewpoint => document::<ViewpointFacts>(self, id, revision),
            Kind::Note => document::<NoteFacts>(self, id, revision),
            Kind::Source => document::<SourceFacts>(self, id, revision),
            Kind::Brief => document::<BriefFacts>(self, id, revision),
        };
        document
            .map(|number| self.0.documents.get(number))
            .transpose()
    }

    /// The record that a slug or key names, or named before.
    pub fn find<I: TypedId>(&self, key: &str) -> Option<I> {
        self.0.state.find(I::KIND, key).map(I::from_number)
    }

    /// Where the text is read from.
    pub fn documents(&self) -> &Documents {
        &self.0.documents
    }
}
