//! What the indexes of a state lead to.
//!
//! They lead to what has, had or is yet to have what is asked for: whoever follows one looks at the row of
//! the moment before believing it.

use std::ops::Bound;

use crate::model::{ActorId, Kind, NoteId, RelationshipId, SourceId, ViewpointId};

use super::dated::Dated;
use super::keys::KeyDigest;
use super::state::{State, fold_name};

impl State {
    /// The number of the record that a slug or key names, or named before.
    pub fn find(&self, kind: Kind, key: &str) -> Option<u32> {
        self.find_at(kind, key, u32::MAX)
    }

    /// The number of the record that a slug or key named at a revision, or before it.
    pub fn find_at(&self, kind: Kind, key: &str, revision: u32) -> Option<u32> {
        self.keys.find_at(KeyDigest::of_key(kind, key), revision)
    }

    /// The revision that an idempotency key brought about.
    pub fn brought_about(&self, key: &str) -> Option<u32> {
        self.idempotency
            .get(&KeyDigest::of_idempotency(key))
            .copied()
    }

    /// Actors that have or had a name, whatever the case.
    pub fn named(&self, name: &str) -> impl Iterator<Item = ActorId> + '_ {
        self.names.of(KeyDigest::of_name(&fold_name(name)))
    }

    /// The relationships that touch an actor, or did once, in ascending order.
    pub fn ever_tied(&self, actor: ActorId) -> impl Iterator<Item = RelationshipId> + '_ {
        self.ties.of(actor)
    }

    /// How many relationships touch an actor, or did once.
    pub fn count_ties(&self, actor: ActorId) -> usize {
        self.ties.count(actor)
    }

    /// The notes that are or were about an actor; one may come twice.
    pub fn notes_of_actor(&self, actor: ActorId) -> impl Iterator<Item = NoteId> + '_ {
        self.notes_by_day.of_actor(actor)
    }

    /// How many notes are about an actor, or in the record, at a revision; none where they have to be counted.
    pub fn count_notes(&self, actor: Option<ActorId>, revision: u32) -> Option<usize> {
        self.notes_by_day.count(actor, revision)
    }

    /// The notes about an actor, or all, from a place among them on, in ascending order.
    pub fn notes_from(
        &self,
        actor: Option<ActorId>,
        place: Bound<Dated>,
    ) -> impl Iterator<Item = Dated> + '_ {
        self.notes_by_day.from(actor, place)
    }

    /// The notes about an actor, or all, up to a place among them, in descending order.
    pub fn notes_up_to(
        &self,
        actor: Option<ActorId>,
        place: Bound<Dated>,
    ) -> impl Iterator<Item = Dated> + '_ {
        self.notes_by_day.up_to(actor, place)
    }

    /// The notes about a relationship.
    pub fn notes_of_relationship(&self, id: RelationshipId) -> impl Iterator<Item = NoteId> + '_ {
        self.notes_of_relationships.of(id)
    }

    /// The viewpoints with a position on a relationship.
    pub fn viewpoints_of_relationship(
        &self,
        id: RelationshipId,
    ) -> impl Iterator<Item = ViewpointId> + '_ {
        self.viewpoints_of_relationships.of(id)
    }

    /// The viewpoints that an actor holds, or that have a position on a relationship of its.
    pub fn viewpoints_of_actor(&self, actor: ActorId) -> impl Iterator<Item = ViewpointId> + '_ {
        self.viewpoints_of_actors.of(actor)
    }

    /// The relationships that cite a source, themselves or in an area.
    pub fn relationships_citing(
        &self,
        source: SourceId,
    ) -> impl Iterator<Item = RelationshipId> + '_ {
        self.citing.relationships(source)
    }

    /// The viewpoints that cite a source.
    pub fn viewpoints_citing(&self, source: SourceId) -> impl Iterator<Item = ViewpointId> + '_ {
        self.citing.viewpoints(source)
    }

    /// The notes that cite a source.
    pub fn notes_citing(&self, source: SourceId) -> impl Iterator<Item = NoteId> + '_ {
        self.citing.notes(source)
    }
}
