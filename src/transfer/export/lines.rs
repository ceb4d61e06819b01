//! Every version of every record, as JSON Lines: one line a change, in the order of the log.

use std::io::Write;

use serde_json::json;

use crate::model::record::fields;
use crate::model::{Change, Vocabulary as _};
use crate::snapshot::Snapshot;
use crate::store::Log as _;
use crate::transfer::linked::trimmed;

use super::{ExportError, Report, Told};

/// Writes all changes up to a moment.
///
/// # Errors
/// When the log cannot be read or the output cannot be written.
pub fn lines(at: &Snapshot, out: &mut impl Write, told: Told<'_>) -> Result<Report, ExportError> {
    let mut report = Report::default();
    for entry in at.documents().store().read(1) {
        let entry = entry?;
        let header = &entry.revision.header;
        if header.number > at.revision() {
            break;
        }
        for change in entry.decode_changes()? {
            let mut line = trimmed(json!({
                "revision": header.number,
                "committedAt": header.committed_at.to_string(),
                "author": header.author,
                "message": header.message,
                "change": change.kind().code(),
                "id": change.id(),
                "reason": change.reason(),
            }));
            if let (Some(record), Some(members)) = (change.record(), line.as_object_mut()) {
                members.insert("record".to_owned(), fields(record));
            }
            if let (Change::Merged { into, .. }, Some(members)) = (&change, line.as_object_mut()) {
                members.insert("into".to_owned(), json!(into));
            }
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")?;
            report.written += 1;
        }
        told(report.written);
    }
    Ok(report)
}
