//! Going through many rows of a table.
//!
//! A record of a million relationships does not fit the processor's caches, so nearly every row that
//! is looked at is waited for. Rows that do not depend on each other can be waited for together: a walk
//! looks at some dozens ahead before it gives the first of them away.

use smallvec::SmallVec;

use super::Facts;
use super::table::Row;

/// How many rows are looked at before the first is given away, at most.
const AHEAD: usize = 32;
/// How many at first: who wants one row shall not wait for dozens.
const AT_FIRST: usize = 4;

/// A record, and its row where there is one.
type Found<'a, F> = (<F as Facts>::Id, Option<&'a Row<F>>);

/// Rows as they were at a revision, of those that come from an iterator of newest ones.
pub(super) struct Walk<'a, F: Facts, N> {
    newest: N,
    revision: u32,
    /// What was looked at and not given away yet, in reverse.
    rows: SmallVec<[Found<'a, F>; AHEAD]>,
    wanted: usize,
}

impl<'a, F: Facts, N: Iterator<Item = (F::Id, &'a Row<F>)>> Walk<'a, F, N> {
    pub(super) fn new(newest: N, revision: u32) -> Self {
        Self {
            newest,
            revision,
            rows: SmallVec::new(),
            wanted: AT_FIRST,
        }
    }

    /// Looks at the next rows; false where there are no more.
    fn look_ahead(&mut self) -> bool {
        let mut younger: SmallVec<[usize; AHEAD]> = SmallVec::new();
        for (id, row) in self.newest.by_ref().take(self.wanted) {
            if row.version > self.revision {
                younger.push(self.rows.len());
            }
            self.rows.push((id, Some(row)));
        }
        // Where the older versions stand, for all of them, before any is gone through.
        let known = |place: &usize| {
            let block = self.rows[*place].1?.older()?;
            Some(block.first()?.version <= self.revision)
        };
        let in_block: SmallVec<[Option<bool>; AHEAD]> = younger.iter().map(known).collect();
        for (place, known) in younger.into_iter().zip(in_block) {
            let row = &mut self.rows[place].1;
            *row = row
                .filter(|_| known.is_some())
                .and_then(|row| row.at(self.revision));
        }
        self.rows.reverse();
        self.wanted = (2 * self.wanted).min(AHEAD);
        !self.rows.is_empty()
    }
}

impl<'a, F: Facts, N: Iterator<Item = (F::Id, &'a Row<F>)>> Iterator for Walk<'a, F, N> {
    type Item = (F::Id, &'a Row<F>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            while let Some((id, row)) = self.rows.pop() {
                if let Some(row) = row {
                    return Some((id, row));
                }
            }
            if !self.look_ahead() {
                return None;
            }
        }
    }
}
