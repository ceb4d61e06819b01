//! The state as bytes, so that a start need not fold the whole log.
//!
//! Lists are written in blocks: the number of items and of bytes, then the items as postcard writes
//! them one after the other; a block without items ends a list. Nothing needs more memory than a
//! block besides the state itself. The bytes are read by the very program that wrote them: [`layout`]
//! tells programs apart by the sources that decide what the bytes mean.

use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::thread;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::Digest;

use super::State;
use super::citing::Citing;
use super::dated::NotesByDay;
use super::index::Index;
use super::keys::Keys;
use super::stamps::Stamps;
use super::table::Table;
use super::ties::Ties;

/// How many items a block holds at the most.
const BLOCK: usize = 4_096;
/// How many blocks are read ahead of whoever takes what is in them.
const AHEAD: usize = 4;
/// No block is larger; a larger length is damage.
const LARGEST: u32 = 256 << 20;
/// The items of an ascending list that stand this far from one another go into a tree together.
const STRIDE: usize = 7;

/// Tells programs apart that would read the bytes otherwise.
pub fn layout() -> Digest {
    let sources = [
        include_str!("checkpoint.rs"),
        include_str!("citing.rs"),
        include_str!("dated.rs"),
        include_str!("facts.rs"),
        include_str!("index.rs"),
        include_str!("keys.rs"),
        include_str!("marks.rs"),
        include_str!("stamps.rs"),
        include_str!("state.rs"),
        include_str!("table.rs"),
        include_str!("texts.rs"),
        include_str!("ties/mod.rs"),
        include_str!("../model/id.rs"),
        include_str!("../model/period.rs"),
        include_str!("../model/vocabulary.rs"),
        include_str!("../model/date/mod.rs"),
    ];
    Digest::of(sources.concat().as_bytes())
}

impl State {
    /// Writes the state.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn save(&self, out: &mut dyn Write) -> io::Result<()> {
        self.save_parts(&mut Saver { out })
    }

    fn save_parts(&self, to: &mut Saver<'_>) -> io::Result<()> {
        self.actors.save(to)?;
        self.relationships.save(to)?;
        self.viewpoints.save(to)?;
        self.notes.save(to)?;
        self.sources.save(to)?;
        self.briefs.save(to)?;
        self.stamps.save(to)?;
        to.one(&(self.hash, self.changes))?;
        self.keys.save(to)?;
        to.list(self.redactions.iter())?;
        to.list(self.idempotency.iter())?;
        self.names.save(to)?;
        self.notes_by_day.save(to)?;
        self.notes_of_relationships.save(to)?;
        self.viewpoints_of_relationships.save(to)?;
        self.viewpoints_of_actors.save(to)?;
        self.citing.save(to)
    }

    /// Reads a state.
    ///
    /// # Errors
    /// When the bytes are not a state, or end too early.
    pub fn load(from: &mut (dyn Read + Send)) -> io::Result<Self> {
        Self::load_parts(&mut Loader {
            from,
            bytes: Vec::new(),
        })
    }

    fn load_parts(from: &mut Loader<'_>) -> io::Result<Self> {
        let (actors, relationships) = (Table::load(from)?, Table::load(from)?);
        // What they say follows from the table. It takes as long as all that is read meanwhile.
        thread::scope(|scope| {
            let ties = scope.spawn(|| Ties::of_table(&relationships, actors.len()));
            let rest = Self::load_rest(from);
            let ties = ties.join().ok().flatten().ok_or_else(damaged)?;
            Ok((rest?, ties))
        })
        .map(|(rest, ties)| Self {
            actors,
            relationships,
            ties,
            ..rest
        })
    }

    /// A state with all but the actors, the relationships and how they are tied.
    fn load_rest(from: &mut Loader<'_>) -> io::Result<Self> {
        let (viewpoints, notes) = (Table::load(from)?, Table::load(from)?);
        let (sources, briefs) = (Table::load(from)?, Table::load(from)?);
        let stamps = Stamps::load(from)?;
        let (hash, changes) = from.one()?;
        let keys = Keys::load(from)?;
        let redactions = from.list()?;
        let idempotency = from.tree()?;
        Ok(Self {
            viewpoints,
            notes,
            sources,
            briefs,
            stamps,
            hash,
            changes,
            keys,
            redactions,
            idempotency,
            names: Index::load(from)?,
            notes_by_day: NotesByDay::load(from)?,
            notes_of_relationships: Index::load(from)?,
            viewpoints_of_relationships: Index::load(from)?,
            viewpoints_of_actors: Index::load(from)?,
            citing: Citing::load(from)?,
            ..Self::default()
        })
    }
}

/// Writes the parts of a state.
pub(super) struct Saver<'a> {
    out: &'a mut dyn Write,
}

/// Reads the parts of a state, in the order in which they were written.
pub(super) struct Loader<'a> {
    from: &'a mut (dyn Read + Send),
    /// The bytes of a block.
    bytes: Vec<u8>,
}

impl Saver<'_> {
    /// Writes one value.
    pub(super) fn one(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.list(std::iter::once(value))
    }

    /// Writes a list.
    pub(super) fn list<T: Serialize>(
        &mut self,
        mut items: impl Iterator<Item = T>,
    ) -> io::Result<()> {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let mut count = 0u32;
            for item in items.by_ref().take(BLOCK) {
                bytes = postcard::to_extend(&item, bytes).map_err(io::Error::other)?;
                count += 1;
            }
            self.out.write_all(&count.to_le_bytes())?;
            if count == 0 {
                return Ok(());
            }
            let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
            self.out.write_all(&length.to_le_bytes())?;
            self.out.write_all(&bytes)?;
        }
    }
}

impl Loader<'_> {
    /// Reads one value.
    pub(super) fn one<T: DeserializeOwned + Send>(&mut self) -> io::Result<T> {
        let mut found = None;
        self.each(|value| found = Some(value))?;
        found.ok_or_else(damaged)
    }

    /// Reads a list into whatever collects it.
    pub(super) fn list<C>(&mut self) -> io::Result<C>
    where
        C: Default + IntoIterator<Item: DeserializeOwned + Send> + Extend<C::Item>,
    {
        let mut all = C::default();
        self.each(|item| all.extend(std::iter::once(item)))?;
        Ok(all)
    }

    /// Reads an ascending list into a tree. Filled from one end to the other it would stay half empty.
    pub(super) fn tree<C>(&mut self) -> io::Result<C>
    where
        C: Default + Extend<C::Item> + IntoIterator<Item: Clone + DeserializeOwned + Send>,
    {
        let items: Vec<C::Item> = self.list()?;
        let mut all = C::default();
        for first in 0..STRIDE {
            all.extend(items.iter().skip(first).step_by(STRIDE).cloned());
        }
        Ok(all)
    }

    /// Reads a list, item by item. Of a long one, a thread of its own reads what is next while what was read is
    /// taken.
    pub(super) fn each<T: DeserializeOwned + Send>(
        &mut self,
        mut take: impl FnMut(T),
    ) -> io::Result<()> {
        while let Some(items) = self.block()? {
            let is_last = items.len() < BLOCK;
            items.into_iter().for_each(&mut take);
            if !is_last {
                return self.each_ahead(take);
            }
        }
        Ok(())
    }

    fn each_ahead<T: DeserializeOwned + Send>(
        &mut self,
        mut take: impl FnMut(T),
    ) -> io::Result<()> {
        thread::scope(|scope| {
            let (sender, blocks) = mpsc::sync_channel(AHEAD);
            scope.spawn(move || {
                while let Some(block) = self.block().transpose() {
                    let ends = block.is_err();
                    if sender.send(block).is_err() || ends {
                        return;
                    }
                }
            });
            for block in blocks {
                block?.into_iter().for_each(&mut take);
            }
            Ok(())
        })
    }

    /// Reads a block; none at the end of its list.
    fn block<T: DeserializeOwned>(&mut self) -> io::Result<Option<Vec<T>>> {
        let count = self.number()? as usize;
        if count == 0 {
            return Ok(None);
        }
        let length = self.number()?;
        if count > BLOCK || length > LARGEST {
            return Err(damaged());
        }
        self.bytes.resize(length as usize, 0);
        self.from.read_exact(&mut self.bytes)?;
        let mut left = &self.bytes[..];
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            let (item, rest) = postcard::take_from_bytes(left).map_err(|_| damaged())?;
            left = rest;
            items.push(item);
        }
        Ok(Some(items))
    }

    fn number(&mut self) -> io::Result<u32> {
        let mut bytes = [0; 4];
        self.from.read_exact(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }
}

/// What does not read as a state.
pub(super) fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}
