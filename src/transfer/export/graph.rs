//! The record as a graph of actors: GraphML for Gephi, yEd, NetworkX and igraph; DOT for Graphviz.

use std::io::{self, Write};

use crate::model::{PartialDate, Relationship, Vocabulary as _};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{ActorFacts, RelationshipFacts};

use super::{ExportError, Report, Told, each};

const NODE_KEYS: [&str; 4] = ["label", "slug", "kind", "country"];
const EDGE_KEYS: [&str; 12] = [
    "label",
    "kind",
    "alignment",
    "tier",
    "formality",
    "assertion",
    "confidence",
    "start",
    "end",
    "status",
    "domains",
    "symmetric",
];

/// What a graph of actors has no place for.
fn beside(at: &Snapshot, report: &mut Report) {
    for _ in at.rows::<crate::snapshot::facts::ViewpointFacts>() {
        report.leave_out("viewpoints");
    }
    for _ in at.rows::<crate::snapshot::facts::NoteFacts>() {
        report.leave_out("notes");
    }
    for _ in at.rows::<crate::snapshot::facts::SourceFacts>() {
        report.leave_out("sources");
    }
    for _ in at.rows::<crate::snapshot::facts::BriefFacts>() {
        report.leave_out("briefs");
    }
}

fn edge_values(tie: &Relationship) -> [String; EDGE_KEYS.len()] {
    let date = |date: Option<PartialDate>| date.map_or_else(String::new, |date| date.to_string());
    let code = |code: Option<&'static str>| code.unwrap_or_default().to_owned();
    let domains: Vec<_> = tie.areas.iter().map(|area| area.domain.code()).collect();
    [
        tie.label.clone().unwrap_or_default(),
        tie.kind.code().to_owned(),
        tie.alignment.code().to_owned(),
        code(tie.tier.map(crate::model::Vocabulary::code)),
        tie.formality.code().to_owned(),
        tie.assertion.code().to_owned(),
        code(tie.confidence.map(crate::model::Vocabulary::code)),
        date(tie.period.start),
        date(tie.period.end),
        tie.period.status.code().to_owned(),
        domains.join(" "),
        tie.symmetric.to_string(),
    ]
}

/// Writes the actors and relationships that are in the lists as GraphML.
///
/// # Errors
/// When the record cannot be read or the output cannot be written.
pub fn graphml(at: &Snapshot, out: &mut impl Write, told: Told<'_>) -> Result<Report, ExportError> {
    let mut report = Report::default();
    out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n")?;
    for (sort, keys) in [("node", &NODE_KEYS[..]), ("edge", &EDGE_KEYS[..])] {
        for key in keys {
            writeln!(
                out,
                "<key id=\"{sort}-{key}\" for=\"{sort}\" attr.name=\"{key}\" attr.type=\"string\"/>"
            )?;
        }
    }
    out.write_all(b"<graph id=\"record\" edgedefault=\"directed\">\n")?;
    let data = |out: &mut dyn Write, sort: &str, key: &str, value: &str| -> io::Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        writeln!(out, "  <data key=\"{sort}-{key}\">{}</data>", xml(value))
    };
    each::<ActorFacts>(at, |id, actor, _| {
        writeln!(out, "<node id=\"{id}\">")?;
        let country = actor.country.clone().unwrap_or_default();
        let values = [&actor.name, &actor.slug, actor.kind.code(), &country];
        for (key, value) in NODE_KEYS.iter().zip(values) {
            data(out, "node", key, value)?;
        }
        out.write_all(b"</node>\n")?;
        report.written += 1;
        told(report.written);
        Ok(())
    })?;
    each::<RelationshipFacts>(at, |id, tie, _| {
        let directed = if tie.symmetric {
            " directed=\"false\""
        } else {
            ""
        };
        let (from, to) = (tie.from, tie.to);
        writeln!(
            out,
            "<edge id=\"{id}\" source=\"{from}\" target=\"{to}\"{directed}>"
        )?;
        for (key, value) in EDGE_KEYS.iter().zip(edge_values(tie)) {
            data(out, "edge", key, &value)?;
        }
        out.write_all(b"</edge>\n")?;
        report.written += 1;
        told(report.written);
        Ok(())
    })?;
    out.write_all(b"</graph>\n</graphml>\n")?;
    beside(at, &mut report);
    Ok(report)
}

/// Writes the actors and relationships that are in the lists as DOT.
///
/// # Errors
/// When the record cannot be read or the output cannot be written.
pub fn dot(at: &Snapshot, out: &mut impl Write, told: Told<'_>) -> Result<Report, ExportError> {
    let mut report = Report::default();
    out.write_all(b"digraph record {\n  node [shape=box];\n")?;
    each::<ActorFacts>(at, |id, actor, _| {
        writeln!(out, "  {id} [label={}];", quoted(&actor.name))?;
        report.written += 1;
        told(report.written);
        Ok(())
    })?;
    each::<RelationshipFacts>(at, |id, tie, _| {
        let label = tie.label.as_deref().unwrap_or(tie.kind.code());
        let both = if tie.symmetric { ", dir=both" } else { "" };
        let (from, to, label) = (tie.from, tie.to, quoted(label));
        writeln!(out, "  {from} -> {to} [id={id}, label={label}{both}];")?;
        report.written += 1;
        told(report.written);
        Ok(())
    })?;
    out.write_all(b"}\n")?;
    beside(at, &mut report);
    Ok(report)
}

/// Text that XML can hold: signs that it cannot are left out.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(char),
            '\u{fffe}' | '\u{ffff}' => {}
            char if char < ' ' => {}
            other => out.push(other),
        }
    }
    out
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace(['\n', '\r'], " "))
}
