//! Lists of sources, and what cites them.

use crate::model::{
    Citation, CooperationDomain, Record, RecordId, Reliability, SourceId, SourceKind,
    Vocabulary as _,
};
use crate::snapshot::facts::{NoteFacts, RelationshipFacts, SourceFacts, ViewpointFacts};
use crate::snapshot::table::Row;
use crate::snapshot::{Facts, Snapshot, fold_name};
use crate::store::StoreError;

use super::page::{Numbered, Order};

/// Which sources.
#[derive(Clone, Debug, Default)]
pub struct SourceFilter {
    /// Of one of these kinds.
    pub kind: Option<Vec<SourceKind>>,
    /// Published by this publisher, whatever the case.
    pub publisher: Option<String>,
    /// Of one of these reliabilities.
    pub reliability: Option<Vec<Reliability>>,
}

/// The sources that pass a filter, in the order of entry.
pub fn list(snapshot: &Snapshot, filter: &SourceFilter) -> Vec<SourceId> {
    let publisher = filter.publisher.as_deref().map(fold_name);
    let passes = |facts: &SourceFacts| {
        let kinds = filter.kind.as_ref();
        let reliabilities = filter.reliability.as_ref();
        kinds.is_none_or(|kinds| kinds.contains(&facts.kind))
            && reliabilities.is_none_or(|some| some.contains(&facts.reliability))
            && publisher
                .as_ref()
                .is_none_or(|name| facts.publisher_folded.as_deref() == Some(name.as_str()))
    };
    snapshot
        .facts::<SourceFacts>()
        .filter(|(_, facts)| passes(facts))
        .map(|(id, _)| id)
        .collect()
}

/// A record that cites a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Citing {
    /// The record.
    pub id: RecordId,
    /// The revision that created it.
    entered: u32,
}

impl Numbered for Citing {
    fn number(self) -> u32 {
        self.id.number
    }
}

impl Citing {
    /// The order of entry. Of what entered in one revision, relationships come before viewpoints, and
    /// these before notes.
    pub fn order<'a>() -> Order<'a, Self> {
        Order::keyed(0xc1, |citing: Self| {
            [citing.entered, citing.id.kind.index()].map(i64::from)
        })
    }
}

/// The records in the lists that cite a source, themselves or in an area.
pub fn citing(snapshot: &Snapshot, source: SourceId) -> impl Iterator<Item = Citing> + '_ {
    fn those<F: Facts>(
        snapshot: &Snapshot,
        ids: impl Iterator<Item = F::Id>,
        cites: impl Fn(&F) -> bool,
    ) -> impl Iterator<Item = Citing> {
        ids.filter_map(move |id| {
            let row: &Row<F> = snapshot.row(id)?;
            cites(&row.facts).then(|| Citing {
                id: id.into(),
                entered: snapshot.created::<F>(id),
            })
        })
    }
    let state = snapshot.state();
    let relationships = those(
        snapshot,
        state.relationships_citing(source),
        move |facts: &RelationshipFacts| facts.sources.contains(&source),
    );
    let viewpoints = those(
        snapshot,
        state.viewpoints_citing(source),
        move |facts: &ViewpointFacts| facts.sources.contains(&source),
    );
    let notes = those(
        snapshot,
        state.notes_citing(source),
        move |facts: &NoteFacts| facts.sources.contains(&source),
    );
    relationships.chain(viewpoints).chain(notes)
}

/// A citation, and where in its record it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The field of cooperation that it supports; none where it supports the record as a whole.
    pub domain: Option<CooperationDomain>,
    /// The citation.
    pub citation: Citation,
}

/// Where a record cites a source: its own citations, then those of its areas.
///
/// # Errors
/// When the store cannot be read.
pub fn places(
    snapshot: &Snapshot,
    id: RecordId,
    source: SourceId,
) -> Result<Vec<Place>, StoreError> {
    let of = |domain: Option<CooperationDomain>, citations: &[Citation]| {
        let own = citations
            .iter()
            .filter(|citation| citation.source == source);
        own.map(|citation| Place {
            domain,
            citation: citation.clone(),
        })
        .collect::<Vec<_>>()
    };
    Ok(match snapshot.record_at(id, snapshot.revision())? {
        Some(Record::Relationship(tie)) => {
            let areas = tie.areas.iter();
            let of_areas = areas.flat_map(|area| of(Some(area.domain), &area.citations));
            let own = of(None, &tie.citations);
            own.into_iter().chain(of_areas).collect()
        }
        Some(Record::Viewpoint(viewpoint)) => of(None, &viewpoint.citations),
        Some(Record::Note(note)) => of(None, &note.citations),
        Some(Record::Actor(_) | Record::Source(_) | Record::Brief(_)) | None => Vec::new(),
    })
}
