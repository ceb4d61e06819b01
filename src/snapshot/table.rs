//! Every version of every record of one kind, by number.
//!
//! The rows are persistent: a commit copies the few pieces that it touches and shares the rest with
//! the states before. A row holds the newest version and leads to the older ones, so the indexes need
//! no versions of their own. Older versions stand side by side in blocks: a list that is read at an
//! old revision goes through many records, and must not wait for memory once for each version.

use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::model::TypedId;

use super::Facts;
use super::checkpoint::{Loader, Saver, damaged};
use super::rows::Rows;

/// The most versions that stand side by side. A new version copies the block below it.
const BLOCK: usize = 16;

/// One version of a record, as far as it is kept in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<F> {
    /// The number of the change that holds its text.
    pub document: u32,
    /// The number of the change that tells what happened to the record: the last that retired,
    /// restored, merged or redacted it, or else the one that holds its text.
    pub change: u32,
    /// The revision that made this version.
    pub version: u32,
    standing: Standing,
    /// What is kept for filters, orders and walks.
    pub facts: F,
    /// The versions before, oldest first. Only the newest version and the first of a block have any.
    older: Option<Arc<[Row<F>]>>,
}

/// Whether a version is out of the lists, and the revision since which that and its facts are as they are: most
/// versions change nothing but the text, and whoever goes through a list at an old revision need not look for
/// them. Both in one word, so that a row is a twelfth smaller.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Standing(u32);

impl Standing {
    /// The bit that no number of a revision has: see [`super::State::MOST_CHANGES`].
    const RETIRED: u32 = 1 << 31;

    fn new(since: u32, retired: bool) -> Self {
        Self(since | if retired { Self::RETIRED } else { 0 })
    }

    fn since(self) -> u32 {
        self.0 & !Self::RETIRED
    }

    fn retired(self) -> bool {
        self.0 & Self::RETIRED != 0
    }
}

/// A version as a checkpoint has it.
#[derive(Serialize, Deserialize)]
struct Flat<F> {
    document: u32,
    change: u32,
    version: u32,
    retired: bool,
    facts: F,
}

impl<F: PartialEq> Row<F> {
    /// Puts the versions of a record together, from the first to the newest.
    fn of(versions: impl Iterator<Item = Flat<F>>) -> Option<Self> {
        let mut newest: Option<Self> = None;
        let mut block = Vec::new();
        for flat in versions {
            if let Some(mut before) = newest.take() {
                if block.len() == BLOCK {
                    before.older = Some(std::mem::take(&mut block).into());
                }
                block.push(before);
            }
            let mut version = Self {
                document: flat.document,
                change: flat.change,
                version: flat.version,
                standing: Standing::new(flat.version, flat.retired),
                facts: flat.facts,
                older: None,
            };
            version.standing = version.standing_after(block.last());
            newest = Some(version);
        }
        let mut newest = newest?;
        newest.older = (!block.is_empty()).then(|| block.into());
        Some(newest)
    }

    /// Since when this version is as it is, after the version before.
    fn standing_after(&self, before: Option<&Self>) -> Standing {
        let since = match before {
            Some(before) if before.retired() == self.retired() && before.facts == self.facts => {
                before.settled()
            }
            _ => self.version,
        };
        Standing::new(since, self.retired())
    }
}

impl<F> Row<F> {
    /// The revision since which its facts and whether it is retired are as they are.
    pub(super) fn settled(&self) -> u32 {
        self.standing.since()
    }

    /// Whether it is out of the lists.
    pub fn retired(&self) -> bool {
        self.standing.retired()
    }

    /// Takes it out of the lists, or back into them.
    pub(super) fn set_retired(&mut self, retired: bool) {
        self.standing = Standing::new(self.settled(), retired);
    }

    fn flat(&self) -> Flat<&F> {
        Flat {
            document: self.document,
            change: self.change,
            version: self.version,
            retired: self.retired(),
            facts: &self.facts,
        }
    }

    /// The blocks of older versions below the newest, the youngest block first.
    fn blocks(&self) -> impl Iterator<Item = &[Self]> {
        std::iter::successors(self.older.as_deref(), |rows| rows.first()?.older.as_deref())
    }

    /// The versions from the newest, which this is, back to the first.
    pub(super) fn chain(&self) -> impl Iterator<Item = &Self> {
        let older = self.blocks().flat_map(|rows| rows.iter().rev());
        std::iter::once(self).chain(older)
    }

    /// The version that was the newest at a revision; none where the record did not exist yet. To be
    /// asked of the newest version.
    fn at(&self, revision: u32) -> Option<&Self> {
        let then = |row: &&Self| row.version <= revision;
        // One by one: the processor fetches ahead here, as it cannot for a search by halves.
        Some(self)
            .filter(then)
            .or_else(|| self.blocks().find_map(|rows| rows.iter().rev().find(then)))
    }

    /// A version with the facts of the one that was the newest at a revision, retired if that was. To be
    /// asked of the newest version.
    fn alike(&self, revision: u32) -> Option<&Self> {
        if self.settled() <= revision {
            Some(self)
        } else {
            self.at(revision)
        }
    }
}

impl<F: Clone> Row<F> {
    /// A block that ends with this version, which is the newest.
    fn into_block(mut self) -> Arc<[Self]> {
        match self.older.take() {
            Some(older) if older.len() < BLOCK => older.iter().cloned().chain([self]).collect(),
            older => {
                self.older = older;
                [self].into()
            }
        }
    }
}

/// All records of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<F: Facts> {
    rows: Rows<Row<F>>,
    kind: PhantomData<F::Id>,
}

impl<F: Facts> Default for Table<F> {
    fn default() -> Self {
        Self {
            rows: Rows::default(),
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
        let mut rows = Rows::default();
        // From the newest to the first, so they are put together when the first is there.
        let mut waiting: Vec<Flat<F>> = Vec::new();
        let mut wanted = counts.next().unwrap_or(0);
        from.each(|flat| {
            waiting.push(flat);
            if waiting.len() == wanted as usize {
                rows.extend(Row::of(waiting.drain(..).rev()));
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
        self.rows.len() == 0
    }

    /// The newest version of a record.
    pub fn newest(&self, id: F::Id) -> Option<&Row<F>> {
        self.rows.get(id.index())
    }

    /// A record as it was at a revision.
    pub fn at(&self, id: F::Id, revision: u32) -> Option<&Row<F>> {
        self.newest(id)?.at(revision)
    }

    /// The version that a record was created with.
    pub fn first(&self, id: F::Id) -> Option<&Row<F>> {
        self.newest(id)?.chain().last()
    }

    /// The versions of a record up to a revision, newest first.
    pub fn versions(&self, id: F::Id, revision: u32) -> impl Iterator<Item = &Row<F>> {
        let chain = self.newest(id).into_iter().flat_map(Row::chain);
        chain.skip_while(move |row| row.version > revision)
    }

    /// All records as they were at a revision, in the order of entry.
    pub fn iter(&self, revision: u32) -> impl Iterator<Item = (F::Id, &Row<F>)> {
        let rows = self.newest_of_all();
        rows.filter_map(move |(id, row)| Some((id, row.at(revision)?)))
    }

    /// The newest version of each record, in the order of entry.
    pub(super) fn newest_of_all(&self) -> impl Iterator<Item = (F::Id, &Row<F>)> {
        let numbered = self.rows.iter().enumerate();
        numbered.map(|(index, row)| (F::Id::from_index(index), row))
    }

    /// All records in the order of entry, each in a version with the facts that it had at a revision,
    /// retired if it was.
    pub fn iter_alike(&self, revision: u32) -> impl Iterator<Item = (F::Id, &Row<F>)> {
        let rows = self.newest_of_all();
        rows.filter_map(move |(id, row)| Some((id, row.alike(revision)?)))
    }

    /// The same for some records, in the order given; those that did not exist yet are left out.
    pub fn each_alike(
        &self,
        ids: impl Iterator<Item = F::Id>,
        revision: u32,
    ) -> impl Iterator<Item = (F::Id, &Row<F>)> {
        ids.filter_map(move |id| Some((id, self.alike(id, revision)?)))
    }

    /// A version of a record with the facts that it had at a revision, retired if it was.
    pub fn alike(&self, id: F::Id, revision: u32) -> Option<&Row<F>> {
        self.newest(id)?.alike(revision)
    }

    /// The id that the next record gets.
    pub fn next_id(&self) -> F::Id {
        F::Id::from_index(self.rows.len())
    }

    /// Puts a version of a record on top of the others, or a new record at the end.
    pub(super) fn put(&mut self, id: F::Id, change: u32, revision: u32, facts: F) {
        if id == self.next_id() {
            self.rows.push(Row {
                document: change,
                change,
                version: revision,
                standing: Standing::new(revision, false),
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
        number: u32,
        revision: u32,
        change: impl FnOnce(&mut Row<F>),
    ) -> bool {
        let Some(row) = self.rows.get_mut(id.index()) else {
            return false;
        };
        if row.version != revision {
            row.older = Some(row.clone().into_block());
            row.version = revision;
        }
        row.change = number;
        change(row);
        row.standing = row.standing_after(row.older.as_deref().and_then(<[_]>::last));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Reliability, SourceId, SourceKind};
    use crate::snapshot::State;
    use crate::snapshot::facts::SourceFacts;

    fn facts(revision: u32) -> SourceFacts {
        SourceFacts {
            title: "A source".into(),
            publisher: Some(revision.to_string().as_str().into()),
            publisher_folded: None,
            kind: SourceKind::Other,
            reliability: Reliability::F,
        }
    }

    #[test]
    fn every_one_of_many_versions_is_found_and_survives_a_checkpoint() {
        let mut state = State::default();
        let id = SourceId::from_number(1);
        // Every third revision says something new; two changes of one revision are one version.
        let revisions: Vec<u32> = (0..5 * BLOCK as u32 + 3).map(|n| 2 + 3 * n).collect();
        // Nor do all of them say something else than the one before.
        let said = |revision: u32| facts(revision / 10);
        for revision in &revisions {
            state.sources.put(id, 1, *revision, facts(0));
            state.sources.put(id, 2, *revision, said(*revision));
        }
        for asked in 0..*revisions.last().unwrap() + 5 {
            let then = revisions.iter().copied().rfind(|known| *known <= asked);
            let row = state.sources.at(id, asked);
            assert_eq!(row.map(|row| row.version), then, "at {asked}");
            assert_eq!(row.map(|row| row.facts.clone()), then.map(said));
            let alike = state.sources.iter_alike(asked).next();
            assert_eq!(alike.map(|(_, row)| row.facts.clone()), then.map(said));
            let versions = state.sources.versions(id, asked).map(|row| row.version);
            let up_to = revisions.iter().copied().filter(|known| *known <= asked);
            assert!(versions.eq(up_to.rev()), "up to {asked}");
        }
        assert_eq!(state.sources.first(id).map(|row| row.version), Some(2));

        let mut saved = Vec::new();
        state.save(&mut saved).unwrap();
        assert!(State::load(&mut &saved[..]).unwrap() == state);
    }
}
