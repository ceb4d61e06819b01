//! What cites each source.

use std::io;

use imbl::Vector;

use crate::model::{NoteId, Record, RecordId, RelationshipId, SourceId, TypedId, ViewpointId};

use super::checkpoint::{Loader, Saver};
use super::index::Index;

/// What cites each source, or did once, itself or in an area: each list in ascending order.
///
/// Twelve bytes a relationship where a million of them cite a thousand sources twice, thirty-four
/// where they cite a hundred thousand. A scan in its place would take milliseconds for each source of
/// a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Citing {
    /// By the number of the source.
    relationships: Vector<Vector<RelationshipId>>,
    viewpoints: Index<SourceId, ViewpointId>,
    notes: Index<SourceId, NoteId>,
}

impl Citing {
    pub(super) fn save(&self, to: &mut Saver<'_>) -> io::Result<()> {
        to.list(self.relationships.iter().map(Vec::from_iter))?;
        self.viewpoints.save(to)?;
        self.notes.save(to)
    }

    pub(super) fn load(from: &mut Loader<'_>) -> io::Result<Self> {
        let mut relationships = Vector::new();
        from.each(|list: Vec<RelationshipId>| relationships.push_back(list.into()))?;
        Ok(Self {
            relationships,
            viewpoints: Index::load(from)?,
            notes: Index::load(from)?,
        })
    }

    /// Makes room for the next source.
    pub(super) fn add_source(&mut self) {
        self.relationships.push_back(Vector::new());
    }

    /// Adds what a version of a record cites.
    pub(super) fn index(&mut self, id: RecordId, record: &Record) {
        match record {
            Record::Relationship(relationship) => {
                for source in relationship.sources() {
                    if let Some(list) = self.relationships.get_mut(source.index()) {
                        add(list, TypedId::from_number(id.number));
                    }
                }
            }
            Record::Viewpoint(viewpoint) => {
                for citation in &viewpoint.citations {
                    let id = TypedId::from_number(id.number);
                    self.viewpoints.add(citation.source, id);
                }
            }
            Record::Note(note) => {
                for citation in &note.citations {
                    let id = TypedId::from_number(id.number);
                    self.notes.add(citation.source, id);
                }
            }
            // These cite nothing.
            Record::Actor(_) | Record::Source(_) | Record::Brief(_) => {}
        }
    }

    pub(super) fn relationships(
        &self,
        source: SourceId,
    ) -> impl Iterator<Item = RelationshipId> + '_ {
        let list = self.relationships.get(source.index());
        list.into_iter().flatten().copied()
    }

    pub(super) fn viewpoints(&self, source: SourceId) -> impl Iterator<Item = ViewpointId> + '_ {
        self.viewpoints.of(source)
    }

    pub(super) fn notes(&self, source: SourceId) -> impl Iterator<Item = NoteId> + '_ {
        self.notes.of(source)
    }
}

/// Adds something to an ascending list. Nearly always it is the largest and goes to the end.
fn add<I: Copy + Ord>(list: &mut Vector<I>, item: I) {
    if list.last().is_none_or(|last| *last < item) {
        list.push_back(item);
    } else if let Err(place) = list.binary_search(&item) {
        list.insert(place, item);
    }
}
