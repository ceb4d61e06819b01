//! A folder of CSV files by RFC 4180.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use csv::{Terminator, Writer, WriterBuilder};

use crate::snapshot::Snapshot;

use super::super::{ExportError, Report, Told};
use super::columns::LAYOUTS;
use super::{Cell, Sink, Table, rows};

struct Files(Vec<Writer<File>>);

impl Sink for Files {
    fn add(&mut self, table: Table, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        let file = &mut self.0[table as usize];
        for cell in cells {
            match cell {
                Cell::Text(text) => file.write_field(text.as_ref())?,
                cell => file.write_field(cell.to_string())?,
            }
        }
        Ok(file.write_record(None::<&[u8]>)?)
    }
}

/// Writes all records that are in the lists into a folder.
///
/// # Errors
/// When the record cannot be read or a file cannot be written.
pub fn files(at: &Snapshot, folder: &Path, told: Told<'_>) -> Result<Report, ExportError> {
    std::fs::create_dir_all(folder)?;
    let mut files = Files(Vec::new());
    for layout in &LAYOUTS {
        let path = folder.join(format!("{}.csv", layout.name));
        let mut file = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_path(path)?;
        file.write_record(layout.columns.iter().map(|column| column.name))?;
        files.0.push(file);
    }
    let report = rows::all(at, &mut files, told)?;
    for file in files.0 {
        let mut file = file.into_inner().map_err(csv::IntoInnerError::into_error)?;
        file.flush()?;
        file.sync_all()?;
    }
    Ok(report)
}
