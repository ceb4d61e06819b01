//! Relay connections, one generic type for all lists of records.

use std::borrow::Cow;

use async_graphql::{Object, ObjectType, Result, SimpleObject, TypeName};

use crate::model::TypedId;
use crate::read::page::{self, Asked, Order};
use crate::snapshot::Snapshot;

/// A type of which there are lists.
pub trait Listed: ObjectType + Sized + 'static {
    /// The id of such records.
    type Id: TypedId;
    /// The record with this id at a moment.
    fn at(snapshot: &Snapshot, id: Self::Id) -> Self;
}

/// What a page tells of the list around it.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there is more behind this page.
    pub has_next_page: bool,
    /// Whether there is more before this page.
    pub has_previous_page: bool,
    /// The cursor of the first thing on the page.
    pub start_cursor: Option<String>,
    /// The cursor of the last thing on the page: give it as `after` to get the next one.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// What a page tells.
    pub fn of<I>(page: &page::Page<I>) -> Self {
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: page.edges.last().map(|edge| edge.cursor.clone()),
        }
    }
}

/// A page of a list.
pub struct Connection<N: Listed> {
    at: Snapshot,
    total: usize,
    page: page::Page<N::Id>,
}

/// One thing on a page.
pub struct Edge<N: Listed> {
    at: Snapshot,
    edge: page::Edge<N::Id>,
}

impl<N: Listed> Connection<N> {
    /// Cuts the page that is asked for out of a list in the order of entry.
    pub fn cut(
        at: &Snapshot,
        ids: &[N::Id],
        order: &Order<'_, N::Id>,
        asked: &Asked,
    ) -> Result<Self> {
        let page = page::cut(ids, order, at.revision(), asked)?;
        Ok(Self {
            at: at.clone(),
            total: ids.len(),
            page,
        })
    }
}

impl<N: Listed> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!(
            "{}Connection",
            <N as async_graphql::OutputType>::type_name()
        )
        .into()
    }
}

impl<N: Listed> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", <N as async_graphql::OutputType>::type_name()).into()
    }
}

/// A page of a list, by the Relay cursor connections specification.
#[Object(name_type)]
impl<N: Listed> Connection<N> {
    /// What is on the page, each with its cursor.
    async fn edges(&self) -> Vec<Edge<N>> {
        let edges = self.page.edges.iter();
        edges
            .map(|edge| Edge {
                at: self.at.clone(),
                edge: edge.clone(),
            })
            .collect()
    }

    /// What is on the page, without the cursors.
    async fn nodes(&self) -> Vec<N> {
        self.page
            .edges
            .iter()
            .map(|edge| N::at(&self.at, edge.id))
            .collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }

    /// How many there are in the whole list.
    async fn total_count(&self) -> usize {
        self.total
    }
}

/// One thing on a page, with its place in the list.
#[Object(name_type)]
impl<N: Listed> Edge<N> {
    /// Its place: give it as `after` or `before`.
    async fn cursor(&self) -> &str {
        &self.edge.cursor
    }

    /// The thing.
    async fn node(&self) -> N {
        N::at(&self.at, self.edge.id)
    }
}
