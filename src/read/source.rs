//! Lists of sources.

use crate::model::{SourceId, SourceKind};
use crate::snapshot::facts::SourceFacts;
use crate::snapshot::{Snapshot, fold_name};

/// The sources of some kinds and of a publisher, in the order of entry.
pub fn list(
    snapshot: &Snapshot,
    kind: Option<&[SourceKind]>,
    publisher: Option<&str>,
) -> Vec<SourceId> {
    let publisher = publisher.map(fold_name);
    snapshot
        .rows::<SourceFacts>()
        .filter(|(_, row)| {
            kind.is_none_or(|kinds| kinds.contains(&row.facts.kind))
                && publisher
                    .as_ref()
                    .is_none_or(|name| row.facts.publisher.as_deref() == Some(name.as_str()))
        })
        .map(|(id, _)| id)
        .collect()
}
