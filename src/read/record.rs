//! Records of whatever kind.

use crate::model::{Kind, RecordId, TypedId};
use crate::snapshot::Snapshot;

use super::{ReadError, actor};

/// The record that an id names, or the actor that a slug names; none where it had not entered the
/// record at this moment. Retired records are found too.
///
/// # Errors
/// When the text has an underscore and is no id.
pub fn named(at: &Snapshot, name: &str) -> Result<Option<RecordId>, ReadError> {
    // Ids have an underscore and slugs have none.
    let id = if name.contains('_') {
        Some(name.parse::<RecordId>()?)
    } else {
        actor::by_slug(at, name).map(RecordId::from)
    };
    Ok(id.filter(|id| at.version(*id).is_some()))
}

/// The record that an id leads to at this moment: for an actor that became part of another one, that
/// other.
pub fn survivor(at: &Snapshot, id: RecordId) -> RecordId {
    match (id.kind, TypedId::checked(id.number)) {
        (Kind::Actor, Some(actor)) => at.survivor(actor).into(),
        _ => id,
    }
}
