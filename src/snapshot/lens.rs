//! How a viewpoint reads the record: where it takes a position with an alignment, a tier or a label
//! of its own, that is what it sees. Nothing is averaged, and everything else is as recorded.

use std::collections::HashMap;

use crate::model::{Position, RelationshipId, ViewpointId};
use crate::store::StoreError;

use super::Snapshot;
use super::facts::{RelationshipFacts, ViewpointFacts};
use super::marks::Marks;
use super::table::Row;

/// A viewpoint to read the record through.
#[derive(Debug)]
pub struct Lens {
    viewpoint: ViewpointId,
    seen: HashMap<RelationshipId, Seen>,
}

/// What a viewpoint sees in place of what is recorded.
#[derive(Debug)]
struct Seen {
    row: Row<RelationshipFacts>,
    label: Option<String>,
}

impl Lens {
    /// The lens of a viewpoint as it was at a moment; none where it was not in the lists then.
    ///
    /// # Errors
    /// When the store cannot read the viewpoint.
    pub fn of(at: &Snapshot, viewpoint: ViewpointId) -> Result<Option<Self>, StoreError> {
        let Some(row) = at.row::<ViewpointFacts>(viewpoint) else {
            return Ok(None);
        };
        let text = at.document::<ViewpointFacts>(row)?;
        let plain = at.through(None);
        let seen = text.positions.iter().filter(|position| differs(position));
        let seen = seen.filter_map(|position| {
            let mut row = plain
                .row_even_retired::<RelationshipFacts>(position.relationship)?
                .clone();
            let marks = &mut row.facts.marks;
            if let Some(alignment) = position.alignment {
                *marks = marks.with(alignment);
            }
            if let Some(tier) = position.tier {
                *marks = marks.without(Marks::NO_TIER).with(tier);
            }
            let label = position.label.clone();
            Some((position.relationship, Seen { row, label }))
        });
        Ok(Some(Self {
            viewpoint,
            seen: seen.collect(),
        }))
    }

    /// Whose lens it is.
    pub fn viewpoint(&self) -> ViewpointId {
        self.viewpoint
    }

    /// The label that the viewpoint gives a relationship.
    pub fn label(&self, id: RelationshipId) -> Option<&str> {
        self.seen.get(&id)?.label.as_deref()
    }

    pub(super) fn row(&self, id: RelationshipId) -> Option<&Row<RelationshipFacts>> {
        self.seen.get(&id).map(|seen| &seen.row)
    }
}

/// Whether a position gives a relationship another alignment, tier or label.
fn differs(position: &Position) -> bool {
    position.alignment.is_some() || position.tier.is_some() || position.label.is_some()
}
