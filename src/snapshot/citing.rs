//! What cites each source.

use std::io;

use imbl::{HashMap, Vector};

use crate::model::{NoteId, Record, RecordId, RelationshipId, SourceId, TypedId, ViewpointId};

use super::checkpoint::{Loader, Saver, load_lists, load_map, save_lists, save_map};
use super::lists::{add, listed};

/// What cites each source, or did once, itself or in an area: each list in ascending order.
///
/// Twelve bytes a relationship where a million of them cite a thousand sources twice, thirty-four
/// where they cite a hundred thousand. A scan in its place would take milliseconds for each source of
/// a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Citing {
    /// By the number of the source.
    relationships: Vector<Vector<RelationshipId>>,
    viewpoints: HashMap<SourceId, Vector<ViewpointId>>,
    notes: HashMap<SourceId, Vector<NoteId>>,
}

impl Citing {
    pub(super) fn save(&self, to: &mut Saver<'_>) -> io::Result<()> {
        save_lists(&self.relationships, to)?;
        save_map(&self.viewpoints, to)?;
        save_map(&self.notes, to)
    }

    pub(super) fn load(from: &mut Loader<'_>) -> io::Result<Self> {
        Ok(Self {
            relationships: load_lists(from)?,
            viewpoints: load_map(from)?,
            notes: load_map(from)?,
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
                    let list = self.viewpoints.entry(citation.source).or_default();
                    add(list, TypedId::from_number(id.number));
                }
            }
            Record::Note(note) => {
                for citation in &note.citations {
                    let list = self.notes.entry(citation.source).or_default();
                    add(list, TypedId::from_number(id.number));
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
        listed(self.relationships.get(source.index()))
    }

    pub(super) fn viewpoints(&self, source: SourceId) -> impl Iterator<Item = ViewpointId> + '_ {
        listed(self.viewpoints.get(&source))
    }

    pub(super) fn notes(&self, source: SourceId) -> impl Iterator<Item = NoteId> + '_ {
        listed(self.notes.get(&source))
    }
}
