//! Reports of what happened: the log of revisions, and how two moments differ. As text for people,
//! or as JSON Lines for programs.

mod diff;
mod log;
mod text;

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::model::{FieldChange, RecordId};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

pub use diff::diff;
pub use log::log;

use super::words;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Text,
    /// A JSON object a line, with everything there is to say.
    JsonLines,
}

impl Format {
    /// The one for programs where that is wanted, else the one for people.
    pub fn of(json: bool) -> Self {
        if json { Self::JsonLines } else { Self::Text }
    }
}

/// Why a report breaks off.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The record cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The output cannot be written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The fields that changed, as programs read them.
fn fields(fields: &[FieldChange]) -> Value {
    let field = |field: &FieldChange| json!({ "path": field.path, "before": field.before, "after": field.after });
    fields.iter().map(field).collect()
}

/// A record by its id and what it is called.
fn named(at: &Snapshot, id: RecordId) -> Result<Value, StoreError> {
    Ok(json!({ "id": id, "name": words::title(at, id)? }))
}

fn write_line(out: &mut impl Write, line: &Value) -> io::Result<()> {
    writeln!(out, "{line}")
}
