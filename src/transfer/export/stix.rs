//! The record as a STIX 2.1 bundle.
//!
//! | here | in STIX |
//! |---|---|
//! | actor | `identity`: its class from its kind |
//! | relationship | `relationship`: its type from its kind; start and stop where the days are known |
//! | citation | `external_references`, with the source's title, address and the locator |
//! | viewpoint | an `opinion` for each stance that it takes |
//! | context note | a `note` about what it is about |
//! | brief | a `report` about its actors |
//!
//! Alignment, tier, areas, partial dates and the like stand in a property extension, whose definition is
//! in the bundle. Denied relationships are left out: STIX cannot say that something is not so.

use std::io::Write;

use serde_json::{Map, Value, json};

use crate::model::{
    ActorKind, Assertion, Citation, Confidence, Digest, Period, RecordId, Relationship, Stance,
    Timestamp, Vocabulary as _,
};
use crate::snapshot::facts::{
    ActorFacts, BriefFacts, NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts,
};
use crate::snapshot::{Facts, Snapshot};
use crate::transfer::linked::trimmed;

use super::{ExportError, Report, Told, each};

/// Where the extension's definition stands.
const EXTENSION: &str = "https://github.com/foedera/foedera/blob/main/docs/exports.md#stix-21";

struct Bundle<'a, W> {
    at: &'a Snapshot,
    out: &'a mut W,
    report: Report,
    told: Told<'a>,
}

/// Writes all records that are in the lists.
///
/// # Errors
/// When the record cannot be read or the output cannot be written.
pub fn stix(at: &Snapshot, out: &mut impl Write, told: Told<'_>) -> Result<Report, ExportError> {
    let own = id("bundle", &format!("revision {}", at.revision()));
    write!(out, "{{\"type\":\"bundle\",\"id\":\"{own}\",\"objects\":[")?;
    let mut bundle = Bundle {
        at,
        out: &mut *out,
        report: Report::default(),
        told,
    };
    bundle.frame()?;
    bundle.actors()?;
    bundle.relationships()?;
    bundle.readings()?;
    for _ in at.rows::<SourceFacts>() {
        bundle.report.leave_out("sources as objects of their own");
    }
    let report = bundle.report;
    out.write_all(b"\n]}\n")?;
    Ok(report)
}

/// An id that follows from what it names: a version 8 UUID (RFC 9562) of a BLAKE3 digest.
fn id(sort: &str, name: &str) -> String {
    let Digest(bytes) = Digest::of(format!("foedera stix {sort} {name}").as_bytes());
    let mut own = [0; 16];
    own.copy_from_slice(&bytes[..16]);
    own[6] = own[6] & 0x0f | 0x80;
    own[8] = own[8] & 0x3f | 0x80;
    let hex: String = own.iter().map(|byte| format!("{byte:02x}")).collect();
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| &hex[group]);
    format!("{sort}--{}", groups.join("-"))
}

fn id_of(sort: &str, record: impl Into<RecordId>) -> String {
    id(sort, &record.into().to_string())
}

/// Three digits of a second, as STIX wants its timestamps.
fn instant(instant: Timestamp) -> String {
    let text = instant.to_string();
    match text.strip_suffix('Z') {
        Some(whole) if !whole.contains('.') => format!("{whole}.000Z"),
        _ => text,
    }
}

/// When something began and when it had ended, where whole days are known.
fn times(period: &Period) -> (Option<String>, Option<String>) {
    let day = |date: crate::model::PartialDate| {
        let (first, last) = date.possible();
        (first == last).then_some(first)
    };
    let start = period.start.and_then(day).map(Timestamp::first_of);
    let stop = period
        .end
        .and_then(day)
        .map(|last| Timestamp::first_of(last.plus(1)));
    (start.map(instant), stop.map(instant))
}

impl<W: Write> Bundle<'_, W> {
    fn put(&mut self, object: Value) -> Result<(), ExportError> {
        let opening: &[u8] = if self.report.written == 0 {
            b"\n"
        } else {
            b",\n"
        };
        self.out.write_all(opening)?;
        serde_json::to_writer(&mut *self.out, &object)?;
        self.report.written += 1;
        (self.told)(self.report.written);
        Ok(())
    }

    /// What every object has, with what is its own.
    fn object<F: Facts>(
        &self,
        sort: &str,
        record: F::Id,
        version: u32,
        own: Value,
        more: Value,
    ) -> Value {
        let created = self.at.recorded_at(self.at.created::<F>(record));
        let modified = self.at.recorded_at(version);
        let mut object = Map::new();
        object.insert("type".to_owned(), json!(sort));
        object.insert("spec_version".to_owned(), json!("2.1"));
        object.insert("id".to_owned(), json!(id_of(sort, record)));
        object.insert("created".to_owned(), json!(instant(created)));
        object.insert("modified".to_owned(), json!(instant(modified)));
        if let Value::Object(own) = trimmed(own) {
            object.extend(own);
        }
        let mut more = trimmed(more);
        if let Value::Object(members) = &mut more {
            let record: RecordId = record.into();
            members.insert("extension_type".to_owned(), json!("property-extension"));
            members.insert("record".to_owned(), json!(record));
        }
        object.insert("extensions".to_owned(), json!({ extension(): more }));
        Value::Object(object)
    }

    /// Who speaks, and what the extension is.
    fn frame(&mut self) -> Result<(), ExportError> {
        let then = instant(self.at.recorded_at(self.at.revision().min(1)));
        let speaker = id("identity", "the record");
        self.put(json!({
            "type": "identity", "spec_version": "2.1", "id": speaker, "created": then, "modified": then,
            "name": "Foedera", "identity_class": "system",
        }))?;
        self.put(json!({
            "type": "extension-definition", "spec_version": "2.1", "id": extension(),
            "created": then, "modified": then, "created_by_ref": speaker,
            "name": "Foedera", "version": "1.0.0", "schema": EXTENSION,
            "description": "What Foedera records of actors and relationships beyond STIX.",
            "extension_types": ["property-extension"],
        }))
    }

    fn actors(&mut self) -> Result<(), ExportError> {
        each::<ActorFacts>(self.at, |id, actor, version| {
            let class = match actor.kind {
                ActorKind::Person => "individual",
                ActorKind::ArmedGroup | ActorKind::PoliticalMovement | ActorKind::Coalition => {
                    "group"
                }
                ActorKind::State => "class",
                _ => "organization",
            };
            let references = actor
                .identifiers
                .iter()
                .map(|own| json!({ "source_name": own.scheme, "external_id": own.value }));
            let own = json!({
                "name": actor.name,
                "description": actor.summary,
                "identity_class": class,
                "external_references": references.collect::<Vec<_>>(),
            });
            let aliases = actor.aliases.iter().map(|alias| alias.text.as_str());
            let more = json!({
                "kind": actor.kind.code(), "slug": actor.slug, "country": actor.country,
                "aliases": aliases.collect::<Vec<_>>(), "active": actor.active,
            });
            let object = self.object::<ActorFacts>("identity", id, version, own, more);
            self.put(object)
        })
    }

    fn relationships(&mut self) -> Result<(), ExportError> {
        each::<RelationshipFacts>(self.at, |id, tie, version| {
            if tie.assertion == Assertion::Denied {
                self.report.leave_out("relationships that a source denies");
                return Ok(());
            }
            let (start, stop) = times(&tie.period);
            let stop = stop.filter(|stop| start.as_ref().is_none_or(|start| stop > start));
            let confidence = match (tie.confidence, tie.assertion) {
                (Some(Confidence::High), _) => Some(85),
                (Some(Confidence::Moderate), _) => Some(50),
                (Some(Confidence::Low), _) | (None, Assertion::Alleged) => Some(15),
                (None, _) => None,
            };
            let own = json!({
                "relationship_type": tie.kind.code().to_lowercase().replace('_', "-"),
                "description": tie.summary,
                "source_ref": id_of("identity", tie.from),
                "target_ref": id_of("identity", tie.to),
                "start_time": start,
                "stop_time": stop,
                "confidence": confidence,
                "external_references": self.references(&cited(tie))?,
            });
            let against = tie.against.iter().map(|id| id_of("identity", *id));
            let more = json!({
                "label": tie.label, "alignment": tie.alignment.code(),
                "tier": tie.tier.map(crate::model::Vocabulary::code),
                "formality": tie.formality.code(), "assertion": tie.assertion.code(),
                "symmetric": tie.symmetric, "period": tie.period,
                "areas": tie.areas.iter().map(|area| json!({ "domain": area.domain.code(), "description": area.description })).collect::<Vec<_>>(),
                "against": against.collect::<Vec<_>>(), "codings": tie.codings,
            });
            let object = self.object::<RelationshipFacts>("relationship", id, version, own, more);
            self.put(object)
        })
    }

    fn readings(&mut self) -> Result<(), ExportError> {
        each::<ViewpointFacts>(self.at, |id, view, version| {
            for (stance, opinion) in [
                (Stance::Supports, "agree"),
                (Stance::Disputes, "disagree"),
                (Stance::Qualifies, "neutral"),
            ] {
                let taken = view
                    .positions
                    .iter()
                    .filter(|position| position.stance == stance);
                let about: Vec<_> = taken
                    .filter(|position| self.has(position.relationship.into()))
                    .map(|position| id_of("relationship", position.relationship))
                    .collect();
                if about.is_empty() {
                    continue;
                }
                let own = json!({
                    "explanation": view.thesis,
                    "authors": view.holder.iter().collect::<Vec<_>>(),
                    "opinion": opinion,
                    "object_refs": about,
                    "external_references": self.references(&view.citations)?,
                });
                let more = json!({ "title": view.title, "stance": stance.code() });
                let mut object = self.object::<ViewpointFacts>("opinion", id, version, own, more);
                object["id"] = json!(self::id("opinion", &format!("{id} {opinion}")));
                self.put(object)?;
            }
            Ok(())
        })?;
        each::<NoteFacts>(self.at, |id, note, version| {
            let actors = note.actors.iter().filter(|id| self.has((**id).into()));
            let mut about: Vec<_> = actors.map(|id| id_of("identity", *id)).collect();
            let ties = note
                .relationships
                .iter()
                .filter(|id| self.has((**id).into()));
            about.extend(ties.map(|id| id_of("relationship", *id)));
            if about.is_empty() {
                self.report.leave_out("notes about nothing in the record");
                return Ok(());
            }
            let own = json!({
                "abstract": note.headline, "content": note.body, "authors": [note.author],
                "object_refs": about, "labels": note.tags,
                "external_references": self.references(&note.citations)?,
            });
            let more = json!({ "asOf": note.as_of });
            let object = self.object::<NoteFacts>("note", id, version, own, more);
            self.put(object)
        })?;
        each::<BriefFacts>(self.at, |id, brief, version| {
            let actors = brief.actors.iter().filter(|id| self.has((**id).into()));
            let about: Vec<_> = actors.map(|id| id_of("identity", *id)).collect();
            if about.is_empty() {
                self.report.leave_out("briefs about no actor");
                return Ok(());
            }
            let published = instant(self.at.recorded_at(version));
            let own = json!({
                "name": brief.question, "description": brief.summary, "published": published,
                "object_refs": about,
            });
            let more = json!({ "disclaimer": brief.disclaimer, "audience": brief.audience });
            let object = self.object::<BriefFacts>("report", id, version, own, more);
            self.put(object)
        })
    }

    /// Whether a record is in the bundle.
    fn has(&self, id: RecordId) -> bool {
        let denied = || {
            let record = self.at.record_at(id, self.at.revision()).ok().flatten();
            matches!(record, Some(crate::model::Record::Relationship(tie)) if tie.assertion == Assertion::Denied)
        };
        self.at.exists(id) && !denied()
    }

    fn references(&self, citations: &[Citation]) -> Result<Vec<Value>, ExportError> {
        let mut told = Vec::new();
        for citation in citations {
            let Some(row) = self.at.row_even_retired::<SourceFacts>(citation.source) else {
                continue;
            };
            let source = self.at.document(row)?;
            let place = [citation.locator.as_deref(), citation.quote.as_deref()];
            let place: Vec<_> = place.into_iter().flatten().collect();
            told.push(trimmed(json!({
                "source_name": source.title,
                "url": source.url,
                "description": Some(place.join(": ")).filter(|place| !place.is_empty()),
                "external_id": citation.source,
            })));
        }
        Ok(told)
    }
}

/// All citations of a relationship, those of its areas too.
fn cited(tie: &Relationship) -> Vec<Citation> {
    let areas = tie.areas.iter().flat_map(|area| &area.citations);
    tie.citations.iter().chain(areas).cloned().collect()
}

fn extension() -> String {
    id("extension-definition", "Foedera 1")
}
