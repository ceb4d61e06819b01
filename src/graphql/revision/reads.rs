//! The root fields about revisions.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::kit::connection::{Connection, Listed as _};
use crate::graphql::kit::context::Ask;
use crate::graphql::revision::Revision;
use crate::model::{RecordId, Timestamp};
use crate::read::history::{self, RevisionFilter};
use crate::read::page::{Asked, Order};
use crate::read::{ReadError, record};

/// The root fields about revisions.
#[derive(Default)]
pub struct RevisionReads;

#[object]
impl RevisionReads {
    /// The number of the newest revision; 0 while the record is empty.
    fn latest_revision(&self, ask: &Ask) -> Result<u32> {
        Ok(ask.pinned().revision())
    }

    /// One revision by its number; null where there is none.
    fn revision(
        &self,
        ask: &Ask,
        #[graphql(desc = "Its number.")] number: i32,
    ) -> Result<Option<Revision>> {
        let at = ask.pinned();
        let number = u32::try_from(number).unwrap_or(0);
        let known = (1..=at.revision()).contains(&number);
        Ok(known.then(|| Revision::at(at, number)))
    }

    /// The revisions of the record, newest first.
    #[allow(clippy::too_many_arguments, reason = "each is an argument of the API")]
    fn revisions(
        &self,
        ask: &Ask,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the back; at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Made by this author.")] author: Option<String>,
        #[graphql(
            desc = "That changed this record: its id, or an actor's slug. For an actor also those that \
                    changed its relationships, the notes about it, and the viewpoints that it holds or \
                    that speak of it."
        )]
        touching: Option<ID>,
        #[graphql(desc = "Committed at this instant or later.")] committed_from: Option<Timestamp>,
        #[graphql(desc = "Committed at this instant or earlier.")] committed_to: Option<Timestamp>,
    ) -> Result<Connection<Revision>> {
        let at = ask.pinned();
        let touching: Option<RecordId> = match touching {
            Some(name) => Some(record::named(at, &name)?.ok_or_else(|| {
                ReadError::BadArgument(format!("touching: there is no record {:?}", &*name))
            })?),
            None => None,
        };
        let filter = RevisionFilter {
            author,
            touching,
            from: committed_from,
            to: committed_to,
        };
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        let numbers = history::revisions(at, &filter);
        Connection::cut(at, &numbers, &Order::newest_first(), &asked)
    }
}
