//! Which revisions are told of.

use async_graphql::{ID, InputObject};

use crate::model::{ChangeKind, Kind, shorten};
use crate::read::{ReadError, changes, record};
use crate::snapshot::Snapshot;

/// Which revisions: those with a change that passes every field that is given. A list holds where the
/// change has one of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ChangeFilter {
    /// With a change to one of these records: their ids, or the slugs of actors. For an actor also with
    /// a change to its relationships, to a note about it, or to a viewpoint that it holds or that speaks
    /// of it.
    pub touching: Option<Vec<ID>>,
    /// With a change to a record of one of these kinds.
    pub record: Option<Vec<Kind>>,
    /// With a change of one of these kinds.
    pub change: Option<Vec<ChangeKind>>,
    /// Made by one of these authors.
    pub author: Option<Vec<String>>,
}

impl ChangeFilter {
    /// The filter as the record understands it.
    ///
    /// # Errors
    /// When a record that is named is not there.
    pub fn read(self, at: &Snapshot) -> Result<changes::ChangeFilter, ReadError> {
        let named = |name: ID| {
            record::named(at, &name)?.ok_or_else(|| {
                let name = shorten(&name);
                ReadError::BadArgument(format!("touching: there is no record {name:?}"))
            })
        };
        let touching = self
            .touching
            .map(|names| names.into_iter().map(named).collect());
        Ok(changes::ChangeFilter {
            authors: self.author,
            touching: touching.transpose()?,
            records: self.record,
            changes: self.change,
        })
    }
}
