//! Every version of every record of one kind, by number.
//!
//! The vector is persistent: a commit copies the few nodes that it touches and shares the rest with
//! the states before. A row holds the newest version and a chain to the older ones, so reading at a
//! revision is a walk back along the chain, and the indexes need no versions of their own.

use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use imbl::Vector;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::model::TypedId;

use super::Facts;
use super::checkpoint::{Loader, Saver, damaged};

/// One version of a record, as far as it is kept in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<F> {
    /// The number of the change that holds its text.
    pub document: u64,
    /// The number of the change that tells what happened to the record: the last that retired,
    /// restored, merged or redacted it, or else the one that holds its text.
    pub change: u64,
    /// The revision that made this version.
    pub version: u32,
    /// Whether it is out of the lists.
    pub retired: bool,
    /// What is kept for filters, orders and walks.
    pub facts: F,
    older: Option<Arc<Row<F>>>,
}

/// A version as a checkpoint has it.
#[derive(Serialize, Deserialize)]
struct Flat<F> {
    document: u64,
    change: u64,
    version: u32,
    retired: bool,
    facts: F,
}

impl<F> Row<F> {
    /// The versions from this one back to the first.
    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |row| row.older())
    }

    fn flat(&self) -> Flat<&F> {
        Flat {
            document: self.document,
            change: self.change,
            version: self.version,
            retired: self.retired,
            facts: &self.facts,
        }
    }

    /// Puts a version on top of an older one.
    fn on(older: Option<Self>, flat: Flat<F>) -> Self {
        Self {
            document: flat.document,
            change: flat.change,
            version: flat.version,
            retired: flat.retired,
            facts: flat.facts,
            older: older.map(Arc::new),
        }
    }

    /// The version before this one.
    pub fn older(&self) -> Option<&Self> {
        self.older.as_deref()
    }

    /// The version that it was created with.
    pub fn first(&self) -> &Self {
        let mut row = self;
        while let Some(older) = &row.older {
            row = older;
        }
        row
    }

    /// The revision that created the record.
    pub fn created(&self) -> u32 {
        self.first().version
    }

    /// The version that was the newest at a revision; none where the record did not exist yet.
    pub fn at(&self, revision: u32) -> Option<&Self> {
        let mut row = self;
        while row.version > revision {
            row = row.older.as_deref()?;
        }
        Some(row)
    }
}

/// All records of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<F: Facts> {
    rows: Vector<Row<F>>,
    kind: PhantomData<F::Id>,
}

impl<F: Facts> Default for Table<F> {
    fn default() -> Self {
        Self {
            rows: Vector::new(),
            kind: PhantomData,
        }
    }
}

impl<F: Facts> Table<F> {
    pub(super) fn save(&self, to: &mut Saver<'_>) -> io::Result<()>
    where
        F: Serialize,
    {
        let versions = |row: &Row<F>| row.chain().count() as u32;
        to.list(self.rows.iter().map(versions))?;
        to.list(self.rows.iter().flat_map(Row::chain).map(Row::flat))
    }

    pub(super) fn load(from: &mut Loader<'_>) -> io::Result<Self>
    where
        F: DeserializeOwned,
    {
        let counts: Vec<u32> = from.list()?;
        let mut counts = counts.into_iter();
        let mut rows = Vector::new();
        // From the newest to the first, so that the chain is put together when the first is there.
        let mut waiting: Vec<Flat<F>> = Vec::new();
        let mut wanted = counts.next().unwrap_or(0);
        from.each(|flat| {
            waiting.push(flat);
            if waiting.len() == wanted as usize {
                let chain = waiting.drain(..).rev();
                let row = chain.fold(None, |older, flat| Some(Row::on(older, flat)));
                rows.extend(row);
                wanted = counts.next().unwrap_or(0);
            }
        })?;
        if wanted > 0 || !waiting.is_empty() {
            return Err(damaged());
        }
        Ok(Self {
            rows,
            kind: PhantomData,
        })
    }

    /// How many records there are, retired ones and those of later revisions included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The newest version of a record.
    pub fn newest(&self, id: F::Id) -> Option<&Row<F>> {
        self.rows.get(id.index())
    }

    /// A record as it was at a revision.
    pub fn at(&self, id: F::Id, revision: u32) -> Option<&Row<F>> {
        self.newest(id)?.at(revision)
    }

    /// All records as they were at a revision, in the order of entry.
    pub fn iter(&self, revision: u32) -> impl Iterator<Item = (F::Id, &Row<F>)> {
        let numbered = self.rows.iter().enumerate();
        numbered.filter_map(move |(index, row)| Some((F::Id::from_index(index), row.at(revision)?)))
    }

    /// The id that the next record gets.
    pub fn next_id(&self) -> F::Id {
        F::Id::from_index(self.rows.len())
    }

    /// Puts a version of a record on top of the others, or a new record at the end.
    pub(super) fn put(&mut self, id: F::Id, change: u64, revision: u32, facts: F) {
        if id == self.next_id() {
            self.rows.push_back(Row {
                document: change,
                change,
                version: revision,
                retired: false,
                facts,
                older: None,
            });
        } else {
            let before = self.newest(id).filter(|row| row.version == revision);
            let told = before.filter(|row| row.change != row.document);
            let told = told.map_or(change, |row| row.change);
            self.change(id, change, revision, |row| {
                row.document = change;
                row.change = told;
                row.facts = facts;
            });
        }
    }

    /// Puts a new version on top of a record. Two versions of one revision become one.
    pub(super) fn change(
        &mut self,
        id: F::Id,
        number: u64,
        revision: u32,
        change: impl FnOnce(&mut Row<F>),
    ) -> bool {
        let Some(row) = self.rows.get_mut(id.index()) else {
            return false;
        };
        if row.version != revision {
            row.older = Some(Arc::new(row.clone()));
            row.version = revision;
        }
        row.change = number;
        change(row);
        true
    }
}
