//! Versions of records of whatever kind.

use crate::model::{Kind, RecordId, TypedId};

use super::facts::{
    ActorFacts, BriefFacts, NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts,
};
use super::table::Row;
use super::{Facts, State};

/// Does the same for whatever kind a record is of: `F` stands for its facts.
macro_rules! by_kind {
    ($kind:expr, $facts:ident => $body:expr) => {
        match $kind {
            Kind::Actor => {
                type $facts = ActorFacts;
                $body
            }
            Kind::Relationship => {
                type $facts = RelationshipFacts;
                $body
            }
            Kind::Viewpoint => {
                type $facts = ViewpointFacts;
                $body
            }
            Kind::Note => {
                type $facts = NoteFacts;
                $body
            }
            Kind::Source => {
                type $facts = SourceFacts;
                $body
            }
            Kind::Brief => {
                type $facts = BriefFacts;
                $body
            }
        }
    };
}
pub(super) use by_kind;

/// One version of a record of whatever kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// The revision that made it.
    pub number: u32,
    /// The number of the change that holds its text.
    pub document: u64,
    /// The number of the change that tells what happened to the record: the last that retired,
    /// restored, merged or redacted it, or else the one that holds its text.
    pub change: u64,
    /// Whether it is out of the lists.
    pub retired: bool,
}

impl Version {
    fn of<F>(row: &Row<F>) -> Self {
        Self {
            number: row.version,
            document: row.document.into(),
            change: row.change.into(),
            retired: row.retired(),
        }
    }
}

impl State {
    /// The version of a record at a revision, in the lists or not; none where it had not entered the
    /// record yet.
    pub fn version(&self, id: RecordId, revision: u32) -> Option<Version> {
        by_kind!(id.kind, F => {
            let id = <F as Facts>::Id::checked(id.number)?;
            F::table(self).at(id, revision).map(Version::of)
        })
    }

    /// The versions of a record up to a revision, newest first.
    pub fn versions(&self, id: RecordId, revision: u32) -> Vec<Version> {
        by_kind!(id.kind, F => {
            let id = <F as Facts>::Id::checked(id.number).into_iter();
            let rows = id.flat_map(|id| F::table(self).versions(id, revision));
            rows.map(Version::of).collect()
        })
    }

    /// The versions of all records of a kind up to a revision: each record with its newest one.
    pub fn newest_of(
        &self,
        kind: Kind,
        revision: u32,
    ) -> Box<dyn Iterator<Item = (RecordId, Version)> + '_> {
        by_kind!(kind, F => Box::new(
            F::table(self)
                .iter(revision)
                .map(|(id, row)| (id.into(), Version::of(row))),
        ))
    }
}
