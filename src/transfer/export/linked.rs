//! The record as one JSON-LD document, which any RDF tool reads.

use std::io::Write;

use serde_json::Value;

use crate::model::{Recorded, TypedId};
use crate::snapshot::facts::{
    ActorFacts, BriefFacts, NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts,
};
use crate::snapshot::{Facts, Snapshot};
use crate::transfer::linked::{self, context};

use super::{ExportError, Report, Told, each};

struct Graph<'a, W> {
    at: &'a Snapshot,
    out: &'a mut W,
    report: Report,
    told: Told<'a>,
}

impl<W: Write> Graph<'_, W> {
    fn all<F: Facts>(
        &mut self,
        write: impl Fn(F::Id, &F::Record) -> Value,
    ) -> Result<(), ExportError>
    where
        F::Record: Recorded,
        F::Id: TypedId,
    {
        let at = self.at;
        each::<F>(at, |id, record, version| {
            let mut node = write(id, record);
            if let Value::Object(members) = &mut node {
                let recorded = at.recorded_at(version).to_string();
                members.insert("version".to_owned(), version.into());
                members.insert("recordedAt".to_owned(), recorded.into());
            }
            let opening: &[u8] = if self.report.written == 0 {
                b"\n"
            } else {
                b",\n"
            };
            self.out.write_all(opening)?;
            serde_json::to_writer(&mut *self.out, &node)?;
            self.report.written += 1;
            (self.told)(self.report.written);
            Ok(())
        })
    }
}

/// Writes all records that are in the lists.
///
/// # Errors
/// When the record cannot be read or the output cannot be written.
pub fn linked(at: &Snapshot, out: &mut impl Write, told: Told<'_>) -> Result<Report, ExportError> {
    write!(out, "{{\"@context\":{},\"@graph\":[", context())?;
    let report = {
        let mut graph = Graph {
            at,
            out: &mut *out,
            report: Report::default(),
            told,
        };
        graph.all::<ActorFacts>(linked::actor)?;
        graph.all::<SourceFacts>(linked::source)?;
        graph.all::<RelationshipFacts>(linked::relationship)?;
        graph.all::<ViewpointFacts>(linked::viewpoint)?;
        graph.all::<NoteFacts>(linked::note)?;
        graph.all::<BriefFacts>(linked::brief)?;
        graph.report
    };
    out.write_all(b"\n]}\n")?;
    Ok(report)
}
