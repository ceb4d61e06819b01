//! Lists of context notes.

use async_graphql::Result;

use crate::graphql::kit::connection::Connection;
use crate::graphql::note::ContextNote;
use crate::model::filter::NoteFilter;
use crate::read::note::{self, ByDay};
use crate::read::page::{self, Asked};
use crate::snapshot::Snapshot;

/// A page of the notes that pass a filter, newest first by the date that they speak of.
///
/// # Errors
/// When the page asked for cannot be.
pub fn newest_first(
    at: &Snapshot,
    filter: NoteFilter,
    asked: &Asked,
) -> Result<Connection<ContextNote>> {
    if filter.relationship.is_some() {
        // Few notes are about one relationship, and no list holds them by day.
        let ids = note::list(at, &filter);
        let order = note::order(at, &note::NEWEST_FIRST);
        return Connection::cut(at, &ids, &order, asked);
    }
    let list = ByDay::new(at, filter);
    let page = page::cut(&list, &list.newest_first(), at.revision(), asked)?;
    Ok(Connection::of_page(at, &page, move || list.count()))
}
