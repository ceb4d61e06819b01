//! Lists of actors.

use crate::model::{
    ActorFilter, ActorId, ActorOrderField, OrderDirection, RelationshipKind, RelationshipRole,
    TypedId, Vocabulary,
};
use crate::snapshot::facts::ActorFacts;
use crate::snapshot::table::Row;
use crate::snapshot::{Snapshot, fold_name};

use super::page::{KeyPart, Order};
use super::{ReadError, filter, relationship};

/// The actor that a slug leads to at this moment, in the lists or not: one that became part of another
/// leads to that.
pub fn by_slug(snapshot: &Snapshot, slug: &str) -> Option<ActorId> {
    let found = snapshot.find::<ActorId>(slug);
    found.map(|id| snapshot.survivor(id))
}

/// The actor that an id or a slug names; none where there is no such actor at this moment.
///
/// # Errors
/// When the text is the id of another kind of record.
pub fn named(snapshot: &Snapshot, name: &str) -> Result<Option<ActorId>, ReadError> {
    // Ids have an underscore and slugs have none.
    let id = if name.contains('_') {
        Some(snapshot.survivor(ActorId::parse(name)?))
    } else {
        by_slug(snapshot, name)
    };
    Ok(id.filter(|id| snapshot.row::<ActorFacts>(*id).is_some()))
}

/// The actors that pass a filter, in the order of entry.
pub fn list(snapshot: &Snapshot, filter: &ActorFilter) -> Vec<ActorId> {
    let wanted = filter::Actors::compile(filter, snapshot);
    match wanted.candidates(snapshot) {
        Some(ids) => ids
            .into_iter()
            .filter(|id| wanted.holds(snapshot, *id))
            .collect(),
        None => snapshot
            .ids::<ActorFacts>()
            .filter(|id| wanted.holds(snapshot, *id))
            .collect(),
    }
}

/// The members of an actor, or what it is a member of, on the day asked about.
pub fn memberships(snapshot: &Snapshot, actor: ActorId, role: RelationshipRole) -> Vec<ActorId> {
    let filter = crate::model::RelationshipFilter {
        kind: Some(vec![RelationshipKind::Membership]),
        role: Some(role),
        ..Default::default()
    };
    let mut others = relationship::counterparts(snapshot, actor, &filter);
    others.sort_unstable();
    others.dedup();
    others
}

/// The order that a list of actors is asked in.
pub fn order<'a>(
    snapshot: &'a Snapshot,
    by: &[(ActorOrderField, OrderDirection)],
) -> Order<'a, ActorId> {
    Order::by(by, |id, revision, field| {
        key(id, field, snapshot.row_then::<ActorFacts>(id, revision))
    })
}

fn key(id: ActorId, field: ActorOrderField, row: Option<&Row<ActorFacts>>) -> KeyPart {
    let number = |number: Option<u32>| KeyPart::Number(number.map_or(0, i64::from));
    match field {
        ActorOrderField::Name => KeyPart::Text(
            row.map_or_else(String::new, |row| fold_name(row.facts.name()))
                .into(),
        ),
        ActorOrderField::Kind => number(row.map(|row| row.facts.kind.index())),
        ActorOrderField::Recorded => number(Some(id.number())),
        ActorOrderField::Updated => number(row.map(|row| row.version)),
    }
}
