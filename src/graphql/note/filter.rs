//! Which context notes, and in which order.

use async_graphql::{ID, InputObject};

use crate::model::{self, NoteOrderField, OrderDirection, PartialDate, TypedId};
use crate::read::{ReadError, actor};
use crate::snapshot::Snapshot;

/// Which context notes. Every field that is given must hold; a list holds where the note has one of
/// its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct NoteFilter {
    /// About this actor: its id or slug.
    pub actor: Option<ID>,
    /// About this relationship: its id.
    pub relationship: Option<ID>,
    /// With one of these tags.
    pub tag: Option<Vec<String>>,
    /// Speaking of this date or a later one.
    pub as_of_from: Option<PartialDate>,
    /// Speaking of this date or an earlier one.
    pub as_of_to: Option<PartialDate>,
    /// All of these hold.
    pub and: Option<Vec<NoteFilter>>,
    /// At least one of these holds.
    pub or: Option<Vec<NoteFilter>>,
    /// This does not hold.
    pub not: Option<Box<NoteFilter>>,
}

impl NoteFilter {
    /// The filter as the record understands it.
    ///
    /// # Errors
    /// When an id is none, or the slug of an actor is not there.
    pub fn read(self, at: &Snapshot) -> Result<model::filter::NoteFilter, ReadError> {
        let all = |filters: Option<Vec<Self>>| {
            let read = |filters: Vec<Self>| filters.into_iter().map(|f| f.read(at)).collect();
            filters.map(read).transpose()
        };
        let actor = self.actor.map(|name| {
            actor::named(at, &name)?.ok_or_else(|| {
                let name = model::shorten(&name);
                ReadError::BadArgument(format!("there is no actor {name:?}"))
            })
        });
        Ok(model::filter::NoteFilter {
            actor: actor.transpose()?,
            relationship: self
                .relationship
                .map(|id| TypedId::parse(&id))
                .transpose()?,
            tag: self.tag,
            as_of_from: self.as_of_from,
            as_of_to: self.as_of_to,
            and: all(self.and)?,
            or: all(self.or)?,
            not: self.not.map(|not| not.read(at)).transpose()?.map(Box::new),
        })
    }
}

/// In which order context notes come.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct NoteOrder {
    /// By what.
    pub field: NoteOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    pub direction: OrderDirection,
}
