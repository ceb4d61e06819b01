//! Every version of every record of one kind, by number.
//!
//! The vector is persistent: a commit copies the few nodes that it touches and shares the rest with
//! the states before. A row holds the newest version and a chain to the older ones, so reading at a
//! revision is a walk back along the chain, and the indexes need no versions of their own.

use std::marker::PhantomData;
use std::sync::Arc;

use imbl::Vector;

use crate::model::TypedId;

use super::Facts;

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

impl<F> Row<F> {
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
