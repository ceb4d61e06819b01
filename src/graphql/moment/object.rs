//! The type `Snapshot`: the whole read API at one moment.

use async_graphql::{MergedObject, Result};
use foedera_macros::{MergedFields, object};

use crate::graphql::actor::ActorReads;
use crate::graphql::brief::BriefReads;
use crate::graphql::graph::GraphReads;
use crate::graphql::note::NoteReads;
use crate::graphql::quality::QualityReads;
use crate::graphql::record::RecordReads;
use crate::graphql::relationship::RelationshipReads;
use crate::graphql::search::SearchReads;
use crate::graphql::source::SourceReads;
use crate::graphql::viewpoint::{Viewpoint, ViewpointReads};
use crate::model::{PartialDate, Timestamp};
use crate::snapshot;

/// The whole record at one moment: everything below it is read as of then.
#[derive(MergedObject, MergedFields)]
pub struct Snapshot(
    MomentFields,
    RecordReads,
    ActorReads,
    RelationshipReads,
    GraphReads,
    ViewpointReads,
    NoteReads,
    SourceReads,
    BriefReads,
    SearchReads,
    QualityReads,
);

impl Snapshot {
    /// The read API at a moment.
    pub fn of(at: snapshot::Snapshot) -> Self {
        Self(
            MomentFields(at.clone()),
            RecordReads(Some(at.clone())),
            ActorReads(Some(at.clone())),
            RelationshipReads(Some(at.clone())),
            GraphReads(Some(at.clone())),
            ViewpointReads(Some(at.clone())),
            NoteReads(Some(at.clone())),
            SourceReads(Some(at.clone())),
            BriefReads(Some(at.clone())),
            SearchReads(Some(at.clone())),
            QualityReads(Some(at)),
        )
    }
}

/// Which moment it is.
pub struct MomentFields(snapshot::Snapshot);

#[object]
impl MomentFields {
    /// The day, month or year in the world that it is about. For a month or a year: at some time in it.
    fn valid_on(&self) -> PartialDate {
        self.0.valid_on()
    }

    /// The instant as of which the record is read: the one asked for, or else the one at which
    /// `revision` was committed. For a record that was empty then: 1970-01-01T00:00:00Z.
    fn known_at(&self) -> Timestamp {
        self.0.known_at()
    }

    /// The newest revision that it knows of; 0 for the empty record.
    fn revision(&self) -> u32 {
        self.0.revision()
    }

    /// The viewpoint that the record is read through; null where it is read as it says itself.
    fn through(&self) -> Result<Option<Viewpoint>> {
        let lens = self.0.lens();
        Ok(lens.and_then(|lens| Viewpoint::live(&self.0, lens.viewpoint())))
    }
}
