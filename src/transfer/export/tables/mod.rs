//! The record as tables: a folder of CSV files, or an SQLite database. Both hold the same rows.

mod columns;
mod database;
mod files;
mod rows;

pub use database::database;
pub use files::files;

use std::borrow::Cow;
use std::fmt;

use crate::model::{PartialDate, TypedId};

use super::ExportError;

/// The tables, in the order of their layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    Export,
    Columns,
    Actors,
    Aliases,
    Identifiers,
    Sources,
    Relationships,
    Against,
    Areas,
    Codings,
    Viewpoints,
    Positions,
    Notes,
    About,
    Citations,
}

/// What stands in a row under a column.
enum Cell<'a> {
    Empty,
    Number(i64),
    Text(Cow<'a, str>),
}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<u32> for Cell<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Cell<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number as i64)
    }
}

impl From<bool> for Cell<'_> {
    fn from(truth: bool) -> Self {
        Self::Number(truth.into())
    }
}

impl From<PartialDate> for Cell<'_> {
    fn from(date: PartialDate) -> Self {
        date.to_string().into()
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// The id of a record.
fn id<I: TypedId + fmt::Display>(id: I) -> Cell<'static> {
    id.to_string().into()
}

/// Where rows go.
trait Sink {
    /// Adds a row to a table: a cell for each column.
    fn add(&mut self, table: Table, cells: &[Cell<'_>]) -> Result<(), ExportError>;
}

#[cfg(test)]
mod tests {
    use super::columns::LAYOUTS;

    #[test]
    fn layouts_are_in_the_order_of_tables_and_refer_backwards() {
        for (place, layout) in LAYOUTS.iter().enumerate() {
            assert_eq!(layout.table as usize, place, "{}", layout.name);
            for column in layout.columns {
                let before = LAYOUTS[..=place]
                    .iter()
                    .any(|other| Some(other.name) == column.of);
                assert!(
                    column.of.is_none() || before,
                    "{}.{}",
                    layout.name,
                    column.name
                );
            }
        }
    }
}
