//! When each revision was committed, and by whom.

use std::io;
use std::sync::Arc;

use imbl::{HashMap, Vector};
use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

use super::checkpoint::{Loader, Saver};

/// When each revision was committed, and by whom. Names are kept once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Stamps {
    stamps: Vector<Stamp>,
    /// Everybody who made a revision, in the order of the first.
    authors: Vector<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Stamp {
    committed_at: Timestamp,
    author: u32,
}

impl Stamps {
    pub(super) fn save(&self, to: &mut Saver<'_>) -> io::Result<()> {
        to.list(self.stamps.iter())?;
        to.list(self.authors.iter())
    }

    pub(super) fn load(from: &mut Loader<'_>) -> io::Result<Self> {
        let stamps = from.list()?;
        let authors: Vector<Arc<str>> = from.list()?;
        let numbers = authors.iter().cloned().zip(0..).collect();
        Ok(Self {
            stamps,
            authors,
            numbers,
        })
    }

    /// How many revisions there are.
    pub(super) fn len(&self) -> u32 {
        self.stamps.len() as u32
    }

    /// Adds the next revision.
    pub(super) fn add(&mut self, committed_at: Timestamp, author: &str) {
        let author = if let Some(number) = self.numbers.get(author) {
            *number
        } else {
            let (name, number) = (Arc::<str>::from(author), self.authors.len() as u32);
            self.authors.push_back(name.clone());
            self.numbers.insert(name, number);
            number
        };
        self.stamps.push_back(Stamp {
            committed_at,
            author,
        });
    }

    pub(super) fn committed_at(&self, revision: u32) -> Option<Timestamp> {
        Some(self.stamp(revision)?.committed_at)
    }

    pub(super) fn author(&self, revision: u32) -> Option<&str> {
        let author = self.stamp(revision)?.author;
        self.authors.get(author as usize).map(|name| &**name)
    }

    /// The newest revision that was committed at an instant or before; 0 where there was none yet.
    pub(super) fn revision_at(&self, instant: Timestamp) -> u32 {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from + (to - from).div_ceil(2);
            if self.committed_at(middle).is_some_and(|at| at <= instant) {
                from = middle;
            } else {
                to = middle - 1;
            }
        }
        from
    }

    fn stamp(&self, revision: u32) -> Option<&Stamp> {
        self.stamps.get((revision as usize).checked_sub(1)?)
    }
}
