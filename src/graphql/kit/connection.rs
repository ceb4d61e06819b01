//! Relay connections, one generic type for all lists of records.

use std::borrow::Cow;

use async_graphql::{OutputType, Result, SimpleObject, TypeName};
use foedera_macros::{Fields, object};

use crate::graphql::execute::Output;
use crate::read::page::{self, Asked, Numbered, Order};
use crate::snapshot::Snapshot;

/// A type of which there are lists.
pub trait Listed: OutputType + Output + Sized + 'static {
    /// The id of such records.
    type Id: Numbered;
    /// The record with this id at a moment.
    fn at(snapshot: &Snapshot, id: Self::Id) -> Self;
}

/// What a page tells of the list around it.
#[derive(Clone, Debug, SimpleObject, Fields)]
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
    pub fn of<I: Numbered>(page: &page::Page<I>) -> Self {
        let ends = [page.edges.first(), page.edges.last()];
        let ends = ends.map(|edge| edge.map(|edge| page.cursor(edge)));
        Self::between(page.has_next, page.has_previous, ends)
    }

    /// The same of a page that begins and ends at these cursors.
    fn between(has_next: bool, has_previous: bool, ends: [Option<page::Cursor>; 2]) -> Self {
        let [start_cursor, end_cursor] = ends.map(|cursor| cursor.map(|cursor| cursor.write()));
        Self {
            has_next_page: has_next,
            has_previous_page: has_previous,
            start_cursor,
            end_cursor,
        }
    }
}

/// A page of a list.
pub struct Connection<N> {
    edges: Vec<Edge<N>>,
    has_next: bool,
    has_previous: bool,
    total: Total,
}

/// How many there are in the whole list.
enum Total {
    Known(usize),
    /// To be counted once somebody asks.
    Counted(Box<dyn Fn() -> usize + Send + Sync>),
}

/// One thing on a page.
pub struct Edge<N> {
    cursor: page::Cursor,
    node: N,
}

impl<N: OutputType> Connection<N> {
    /// A page of a list of `total`; `node` makes what stands at each place of it.
    ///
    /// # Errors
    /// The first error of `node`.
    pub fn of<I: Numbered>(
        page: &page::Page<I>,
        total: usize,
        mut node: impl FnMut(I) -> Result<N>,
    ) -> Result<Self> {
        let edge = |edge| {
            Ok(Edge {
                cursor: page.cursor(edge),
                node: node(edge.item)?,
            })
        };
        Ok(Self {
            edges: page.edges.iter().map(edge).collect::<Result<_>>()?,
            has_next: page.has_next,
            has_previous: page.has_previous,
            total: Total::Known(total),
        })
    }

    /// A page of what was put together for this answer.
    ///
    /// # Errors
    /// When the page asked for cannot be.
    pub fn of_items<T>(
        at: &Snapshot,
        items: &[T],
        asked: &Asked,
        mut node: impl FnMut(&T) -> Result<N>,
    ) -> Result<Self> {
        let places: Vec<u32> = (0..items.len() as u32).collect();
        let page = page::cut(&places[..], &Order::of_entry(), at.revision(), asked)?;
        Self::of(&page, items.len(), |place| node(&items[place as usize]))
    }
}

impl<N: Listed> Connection<N> {
    /// Cuts the page that is asked for out of a list in the order of entry.
    ///
    /// # Errors
    /// When the page asked for cannot be.
    pub fn cut(
        at: &Snapshot,
        ids: &[N::Id],
        order: &Order<'_, N::Id>,
        asked: &Asked,
    ) -> Result<Self> {
        let page = page::cut(ids, order, at.revision(), asked)?;
        Self::of(&page, ids.len(), |id| Ok(N::at(at, id)))
    }

    /// A page of a list of which it is not known how many there are.
    pub fn of_page(
        at: &Snapshot,
        page: &page::Page<N::Id>,
        count: impl Fn() -> usize + Send + Sync + 'static,
    ) -> Self {
        let edge = |edge: &page::Edge<N::Id>| Edge {
            cursor: page.cursor(edge),
            node: N::at(at, edge.item),
        };
        Self {
            edges: page.edges.iter().map(edge).collect(),
            has_next: page.has_next,
            has_previous: page.has_previous,
            total: Total::Counted(Box::new(count)),
        }
    }
}

impl<N: OutputType> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

impl<N: OutputType> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// A page of a list, by the Relay cursor connections specification.
#[object(name_type)]
impl<N: OutputType + Output> Connection<N> {
    /// What is on the page, each with its cursor.
    fn edges(&self) -> &[Edge<N>] {
        &self.edges
    }

    /// What is on the page, without the cursors.
    fn nodes(&self) -> Vec<&N> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where the page stands in the list.
    fn page_info(&self) -> PageInfo {
        let ends = [self.edges.first(), self.edges.last()];
        let ends = ends.map(|edge| edge.map(|edge| edge.cursor.clone()));
        PageInfo::between(self.has_next, self.has_previous, ends)
    }

    /// How many there are in the whole list.
    fn total_count(&self) -> usize {
        match &self.total {
            Total::Known(total) => *total,
            Total::Counted(count) => count(),
        }
    }
}

/// One thing on a page, with its place in the list.
#[object(name_type)]
impl<N: OutputType + Output> Edge<N> {
    /// Its place: give it as `after` or `before`.
    fn cursor(&self) -> String {
        self.cursor.write()
    }

    /// The thing.
    fn node(&self) -> &N {
        &self.node
    }
}
