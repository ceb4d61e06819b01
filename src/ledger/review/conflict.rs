//! What has changed under a proposal since it was made, and is in its way.

use serde_json::Value;

use crate::model::change::compare;
use crate::model::{ChangeKind, FieldChange, RecordId, record};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

use super::proposal::Proposal;

/// A record that has changed since, where the proposal wants to change it too.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The record.
    pub id: RecordId,
    /// The revisions that changed it since, newest first.
    pub revisions: Vec<u32>,
    /// The fields that both changed. None where the record was retired, restored or merged since.
    pub fields: Vec<Clash>,
}

/// A field that the record and the proposal have changed, each otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// Which field: names joined by dots, such as `period.end`.
    pub path: String,
    /// Its value when the proposal was made.
    pub base: Option<Value>,
    /// Its value now.
    pub now: Option<Value>,
    /// Its value by the proposal; none where the proposal takes the record as a whole.
    pub proposed: Option<Value>,
}

/// What is in the way of a proposal. Changes of a record that leave alone what the proposal changes are
/// not: both apply.
///
/// # Errors
/// When the store cannot read what a record said.
pub fn conflicts(proposal: &Proposal, now: &Snapshot) -> Result<Vec<Conflict>, StoreError> {
    let mut found: Vec<Conflict> = Vec::new();
    for (id, version) in proposal.touches() {
        if found.iter().any(|conflict| conflict.id == id) {
            continue;
        }
        let versions = now.versions(id);
        let since: Vec<u32> = versions
            .iter()
            .map(|version| version.number)
            .take_while(|number| *number > version)
            .collect();
        let (Some(newest), false) = (versions.first(), since.is_empty()) else {
            continue;
        };
        let before = versions.iter().find(|old| old.number == version);
        let moved = before.is_none_or(|before| before.retired != newest.retired);
        let fields = clashes(proposal, now, id, version)?;
        if moved || !fields.is_empty() {
            found.push(Conflict {
                id,
                revisions: since,
                fields,
            });
        }
    }
    Ok(found)
}

fn clashes(
    proposal: &Proposal,
    now: &Snapshot,
    id: RecordId,
    version: u32,
) -> Result<Vec<Clash>, StoreError> {
    let text = |revision| {
        let found = now.record_at(id, revision)?;
        Ok::<_, StoreError>(found.as_ref().map_or(Value::Null, record::fields))
    };
    let moved = compare(&text(version)?, &text(now.revision())?);
    let own: Vec<_> = proposal.changes.iter().filter(|one| one.id == id).collect();
    // Who retires or merges a record has decided on all that it says.
    let whole = own.iter().any(|one| one.kind != ChangeKind::Updated);
    let clash = |moved: FieldChange, proposed: Option<Value>| Clash {
        path: moved.path,
        base: moved.before,
        now: moved.after,
        proposed,
    };
    if whole {
        return Ok(moved.into_iter().map(|one| clash(one, None)).collect());
    }
    let wanted = |path: &str| {
        let mut fields = own.iter().flat_map(|one| &one.fields).rev();
        fields.find(|field| overlap(&field.path, path))
    };
    let clashes = moved.into_iter().filter_map(|moved| {
        let wanted = wanted(&moved.path)?;
        let agree = wanted.path == moved.path && wanted.after == moved.after;
        let proposed = wanted.after.clone();
        (!agree).then(|| clash(moved, proposed))
    });
    Ok(clashes.collect())
}

/// Whether two paths lead to the same field, or one into the other.
fn overlap(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let rest = long.strip_prefix(short);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::overlap;

    #[test]
    fn paths_overlap_where_one_leads_into_the_other() {
        assert!(overlap("period.end", "period.end"));
        assert!(overlap("period", "period.end"));
        assert!(overlap("period.end", "period"));
        assert!(!overlap("period.end", "period.start"));
        assert!(!overlap("name", "names"));
    }
}
