//! An SQLite database.

use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::snapshot::Snapshot;

use super::super::{ExportError, Report, Told};
use super::columns::{Column, LAYOUTS, Layout};
use super::{Cell, Sink, Table, rows};

/// The file is a draft until it is whole: nothing of it needs to survive a crash. 16 MiB of it are kept in
/// memory.
const SETTINGS: &str =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -16384; BEGIN;";
/// What makes it pleasant to ask.
const VIEWS: &str = include_str!("views.sql");

struct Database {
    connection: Connection,
    inserts: Vec<String>,
}

impl Sink for Database {
    fn add(&mut self, table: Table, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        let mut insert = self
            .connection
            .prepare_cached(&self.inserts[table as usize])?;
        insert.execute(params_from_iter(cells))?;
        Ok(())
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Empty => ValueRef::Null,
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// Writes all records that are in the lists into a file, which must be empty or absent.
///
/// # Errors
/// When the record cannot be read or the file cannot be written.
pub fn database(at: &Snapshot, file: &Path, told: Told<'_>) -> Result<Report, ExportError> {
    let connection = Connection::open(file)?;
    connection.set_prepared_statement_cache_capacity(LAYOUTS.len());
    connection.execute_batch(SETTINGS)?;
    for layout in &LAYOUTS {
        connection.execute_batch(&create(layout))?;
    }
    let inserts = LAYOUTS.iter().map(|layout| {
        let places = vec!["?"; layout.columns.len()].join(", ");
        format!("INSERT INTO \"{}\" VALUES ({places})", layout.name)
    });
    let mut database = Database {
        inserts: inserts.collect(),
        connection,
    };
    let report = rows::all(at, &mut database, told)?;
    let Database { connection, .. } = database;
    connection.flush_prepared_statement_cache();
    // Sorted once they are all there, which is faster than finding the place of each.
    for layout in &LAYOUTS {
        connection.execute_batch(&indexes(layout))?;
    }
    connection.execute_batch(VIEWS)?;
    connection.execute_batch("COMMIT; ANALYZE;")?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(report)
}

fn create(layout: &Layout) -> String {
    let mut lines: Vec<_> = layout.columns.iter().map(declare).collect();
    if !layout.key.is_empty() {
        lines.push(format!("PRIMARY KEY ({})", quoted(layout.key)));
    }
    if layout.table == Table::Citations {
        lines.push("FOREIGN KEY (\"relationship\", \"area\") REFERENCES \"areas\" (\"relationship\", \"place\")".to_owned());
    }
    format!(
        "CREATE TABLE \"{}\" (\n  {}\n);",
        layout.name,
        lines.join(",\n  ")
    )
}

fn declare(column: &Column) -> String {
    let holds = if column.number { "INTEGER" } else { "TEXT" };
    let needed = if column.optional { "" } else { " NOT NULL" };
    let refers = column
        .of
        .map_or_else(String::new, |of| format!(" REFERENCES \"{of}\" (\"id\")"));
    format!("\"{}\" {holds}{needed}{refers}", column.name)
}

/// One for each column that refers to another table, unless the key begins with it.
fn indexes(layout: &Layout) -> String {
    let first = layout.key.first();
    let columns = layout
        .columns
        .iter()
        .filter(|column| column.of.is_some() && first != Some(&column.name));
    let indexes = columns.map(|column| {
        let (table, column) = (layout.name, column.name);
        format!("CREATE INDEX \"{table}_{column}\" ON \"{table}\" (\"{column}\");\n")
    });
    indexes.collect()
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
    names.join(", ")
}
