//! What all record types of the API have in common.

use crate::model::TypedId;
use crate::read::record;
use crate::snapshot::Snapshot;

/// Declares the Rust side of a record type: a newtype around its handle.
macro_rules! record_object {
    ($(#[doc = $about:tt])+ $object:ident, $facts:ty, $id:ty) => {
        $(#[doc = $about])+
        pub struct $object(pub $crate::graphql::kit::handle::Handle<$facts>);

        impl $crate::graphql::kit::connection::Listed for $object {
            type Id = $id;
            fn at(snapshot: &$crate::snapshot::Snapshot, id: $id) -> Self {
                Self($crate::graphql::kit::handle::Handle::new(snapshot.clone(), id))
            }
        }

        impl $object {
            /// The record, if it is in the lists.
            pub fn live(snapshot: &$crate::snapshot::Snapshot, id: $id) -> Option<Self> {
                $crate::graphql::kit::handle::Handle::live(snapshot, id).map(Self)
            }

            /// The record that a command was about, if it is of this kind.
            pub fn subject(committed: &$crate::ledger::Committed) -> Option<Self> {
                use $crate::graphql::kit::connection::Listed as _;
                let id = <$id as $crate::model::TypedId>::narrow(committed.subject?).ok()?;
                committed.snapshot.row_even_retired::<$facts>(id)?;
                Some(Self::at(&committed.snapshot, id))
            }
        }
    };
}
pub(crate) use record_object;

/// Reads the id of one kind of record; none where there is no such record at the moment. An actor that
/// became part of another one leads to that.
///
/// # Errors
/// When the text is no id, or the id of another kind of record.
pub fn read_id<I: TypedId>(
    snapshot: &Snapshot,
    text: &str,
) -> Result<Option<I>, crate::read::ReadError> {
    let id = I::narrow(record::survivor(snapshot, I::parse(text)?.into()))?;
    Ok(Some(id).filter(|id| snapshot.exists((*id).into())))
}
