//! The whole record in formats that others read. Each is written record by record, so that memory does
//! not grow with the record; what a format cannot say is counted, not dropped in silence.

mod graph;
mod lines;
mod linked;
mod stix;
mod tables;

use std::collections::BTreeMap;
use std::io;

pub use graph::{dot, graphml};
pub use lines::lines;
pub use linked::linked;
pub use stix::stix;
pub use tables::{database, files};

use crate::snapshot::{Facts, Snapshot};
use crate::store::StoreError;

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The record cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// A value cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A row cannot be written.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// The database cannot be written.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

/// What came of an export.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many things were written, whatever they are in the format.
    pub written: u64,
    /// What the format cannot say, and how often.
    pub left_out: BTreeMap<&'static str, u64>,
}

impl Report {
    fn leave_out(&mut self, what: &'static str) {
        *self.left_out.entry(what).or_default() += 1;
    }
}

/// Tells how many things were written.
pub type Told<'a> = &'a mut dyn FnMut(u64);

/// Goes through all records of a kind that are in the lists, in the order of entry.
fn each<F: Facts>(
    at: &Snapshot,
    mut write: impl FnMut(F::Id, &F::Record, u32) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    for (id, row) in at.rows::<F>() {
        let record = at.document(row)?;
        write(id, &record, row.version)?;
    }
    Ok(())
}
