//! What each revision did to each record, and which revisions touched whom, by the plain list.

use foedera::model::{ActorId, ChangeKind, Record, RecordId, RelationshipId, TypedId};
use serde_json::{Map, Value, json};

use super::model::{Commit, Naive, Version};

/// The fields of a record as JSON.
fn fields(record: &Record) -> Value {
    match record {
        Record::Actor(record) => json!(record),
        Record::Relationship(record) => json!(record),
        Record::Viewpoint(record) => json!(record),
        Record::Note(record) => json!(record),
        Record::Source(record) => json!(record),
        Record::Brief(record) => json!(record),
    }
}

/// The fields in which two records differ: objects field by field, lists whole. In the order of the
/// names, for the order in an answer means nothing.
pub fn changed(before: Option<&Record>, after: &Record) -> Value {
    fn walk(path: &str, before: &Value, after: &Value, found: &mut Map<String, Value>) {
        match (before, after) {
            (Value::Object(old), Value::Object(new)) => {
                for name in old.keys().chain(new.keys()) {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    walk(&path, &before[name], &after[name], found);
                }
            }
            _ if before != after => {
                found.insert(
                    path.to_owned(),
                    json!({ "path": path, "before": before, "after": after }),
                );
            }
            _ => {}
        }
    }
    let mut found = Map::new();
    let before = before.map_or_else(|| json!({}), fields);
    walk("", &before, &fields(after), &mut found);
    sorted(found.into_iter().map(|(_, field)| field).collect())
}

/// Fields in the order of their paths.
pub fn sorted(mut fields: Vec<Value>) -> Value {
    fields.sort_by_key(|field| field["path"].to_string());
    Value::Array(fields)
}

/// What a revision did to a record, of whose history this is one place: the most that it did, where it
/// changed it several times.
pub fn step(history: &[&Version], place: usize) -> Value {
    let (now, before) = (
        history[place],
        place.checked_sub(1).map(|place| history[place]),
    );
    let plain = |kind: ChangeKind| matches!(kind, ChangeKind::Created | ChangeKind::Updated);
    let (kind, reason) = match before {
        None => (ChangeKind::Created, None),
        Some(_) => match now.steps.iter().rfind(|(kind, _)| !plain(*kind)) {
            Some((kind, reason)) => (*kind, reason.clone()),
            None => (ChangeKind::Updated, None),
        },
    };
    let written = now.steps.iter().any(|(kind, _)| plain(*kind));
    let fields = if written {
        changed(before.map(|before| &before.record), &now.record)
    } else {
        json!([])
    };
    json!({
        "kind": kind, "reason": reason, "revision": { "number": now.revision }, "record": { "id": now.id },
        "fields": fields,
        "snapshotBefore": { "revision": now.revision - 1 }, "snapshotAfter": { "revision": now.revision },
    })
}

impl Naive {
    /// A revision with all that it did, change by change.
    pub fn revision(&self, commit: &Commit) -> Value {
        let mut changes: Vec<Value> = Vec::new();
        for (place, change) in commit.changes.iter().enumerate() {
            let id = change.id();
            let earlier = commit.changes[..place]
                .iter()
                .rev()
                .filter(|earlier| earlier.id() == id);
            let before = earlier.filter_map(|earlier| earlier.record()).next();
            let before = before.or_else(|| {
                self.version(id, commit.number - 1)
                    .map(|version| &version.record)
            });
            let fields = change
                .record()
                .map_or(json!([]), |record| changed(before, record));
            changes.push(json!({
                "kind": change.kind(), "reason": change.reason(), "record": { "id": id }, "fields": fields,
            }));
        }
        json!({
            "number": commit.number, "committedAt": commit.at.to_string(), "author": commit.author,
            "message": commit.message, "changes": { "totalCount": changes.len(), "nodes": changes },
            "snapshotBefore": { "revision": commit.number - 1 }, "snapshotAfter": { "revision": commit.number },
        })
    }

    /// The revisions that changed a record; for an actor also those of its relationships, of the notes
    /// about it, and of the viewpoints that it holds or that speak of it: of all that ever was so.
    pub fn touching(&self, id: RecordId) -> Vec<u32> {
        let belongs = |version: &Version| {
            version.id == id
                || ActorId::narrow(id).is_ok_and(|actor| match &version.record {
                    Record::Relationship(tie) => tie.from == actor || tie.to == actor,
                    Record::Note(note) => note.actors.contains(&actor),
                    Record::Viewpoint(view) => {
                        let links = |tie: RelationshipId| self.ever_links(tie, actor, version);
                        view.holder_actor == Some(actor)
                            || view
                                .positions
                                .iter()
                                .any(|position| links(position.relationship))
                    }
                    _ => false,
                })
        };
        let related: Vec<RecordId> = self
            .versions
            .iter()
            .filter(|version| belongs(version))
            .map(|version| version.id)
            .collect();
        let mut found: Vec<u32> = self
            .versions
            .iter()
            .filter(|version| related.contains(&version.id))
            .map(|version| version.revision)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a relationship linked an actor while a version of a viewpoint was the newest.
    fn ever_links(&self, tie: RelationshipId, actor: ActorId, view: &Version) -> bool {
        let next = self
            .versions
            .iter()
            .filter(|v| v.id == view.id && v.revision > view.revision);
        let until = next
            .map(|version| version.revision)
            .min()
            .unwrap_or(u32::MAX);
        let then = self.version(tie.into(), view.revision);
        let later = self
            .versions
            .iter()
            .filter(|v| v.id == tie.into() && v.revision > view.revision && v.revision < until);
        then.into_iter()
            .chain(later)
            .any(|version| match &version.record {
                Record::Relationship(tie) => tie.from == actor || tie.to == actor,
                _ => false,
            })
    }
}
