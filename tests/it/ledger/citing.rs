//! What indexes and facts say of citations is what the texts say, at every revision.

use std::collections::BTreeSet;

use foedera::model::{
    Assertion, Citation, Kind, PeriodFilter, Record, RecordId, RelationshipFilter, Reliability,
    Source, SourceId, TypedId, Vocabulary,
};
use foedera::read::{quality, relationship, source};
use foedera::snapshot::Snapshot;
use proptest::prelude::*;

use super::{command, edits};
use crate::support::TestApp;

/// The records of a kind that are in the lists, by their texts.
fn records(at: &Snapshot, kind: Kind) -> Vec<(RecordId, Record)> {
    let count = at.state().count(kind) as u32;
    let ids = (1..=count).map(|number| RecordId { kind, number });
    ids.filter(|id| at.exists(*id))
        .map(|id| (id, at.record_at(id, at.revision()).unwrap().unwrap()))
        .collect()
}

fn citations(record: &Record) -> Vec<&Citation> {
    match record {
        Record::Relationship(tie) => {
            let areas = tie.areas.iter().flat_map(|area| &area.citations);
            tie.citations.iter().chain(areas).collect()
        }
        Record::Viewpoint(viewpoint) => viewpoint.citations.iter().collect(),
        Record::Note(note) => note.citations.iter().collect(),
        _ => Vec::new(),
    }
}

fn reliability(at: &Snapshot, source: SourceId) -> Reliability {
    match at.record_at(source.into(), at.revision()).unwrap() {
        Some(Record::Source(source)) => Source::clone(&source).reliability,
        other => panic!("{source} is {other:?}"),
    }
}

/// The relationships that pass a filter, whatever their period, and those whose texts pass a test.
fn agree(
    at: &Snapshot,
    filter: RelationshipFilter,
    passes: impl Fn(&Record) -> bool,
) -> Result<(), TestCaseError> {
    let filter = RelationshipFilter {
        period: Some(PeriodFilter::All),
        assertion: Some(Assertion::ALL.to_vec()),
        ..filter
    };
    let found = relationship::list(at, &filter).into_iter();
    let found: Vec<RecordId> = found.map(RecordId::from).collect();
    let mut expected = records(at, Kind::Relationship);
    expected.retain(|(_, record)| passes(record));
    let expected: Vec<_> = expected.into_iter().map(|(id, _)| id).collect();
    prop_assert_eq!(found, expected, "{:?}", filter);
    Ok(())
}

fn check(at: &Snapshot) -> Result<(), TestCaseError> {
    let citing = [Kind::Relationship, Kind::Viewpoint, Kind::Note].map(|kind| records(at, kind));
    let mut unused = Vec::new();
    for (id, _) in records(at, Kind::Source) {
        let of = SourceId::narrow(id).unwrap();
        let cites = |record: &Record| citations(record).iter().any(|one| one.source == of);
        let expected: BTreeSet<_> = citing
            .iter()
            .flatten()
            .filter(|(_, record)| cites(record))
            .map(|(id, _)| *id)
            .collect();
        let found: Vec<_> = source::citing(at, of).map(|citing| citing.id).collect();
        prop_assert_eq!(found.iter().copied().collect::<BTreeSet<_>>(), expected);
        for id in &found {
            let (_, record) = citing.iter().flatten().find(|(own, _)| own == id).unwrap();
            let own = citations(record)
                .iter()
                .filter(|one| one.source == of)
                .count();
            prop_assert_eq!(source::places(at, *id, of).unwrap().len(), own);
        }
        if found.is_empty() {
            unused.push(of);
        }
        let filter = RelationshipFilter {
            source: Some(of),
            ..Default::default()
        };
        agree(at, filter, cites)?;
    }
    prop_assert_eq!(quality::unused_sources(at), unused);

    let cited = |record: &Record, wanted: &[Reliability]| {
        let mut sources = citations(record).into_iter().map(|one| one.source);
        sources.any(|source| wanted.contains(&reliability(at, source)))
    };
    let good = vec![Reliability::A, Reliability::C];
    let filter = RelationshipFilter {
        reliability: Some(good.clone()),
        ..Default::default()
    };
    agree(at, filter, |record| cited(record, &good))?;
    agree(at, quality::of_low_reliability(), |record| {
        let better = [Reliability::A, Reliability::B, Reliability::C];
        !citations(record).is_empty() && !cited(record, &better)
    })?;
    agree(at, quality::with_uncited_areas(), |record| match record {
        Record::Relationship(tie) => tie.areas.iter().any(|area| area.citations.is_empty()),
        _ => false,
    })
}

/// Eight actors and eight sources, so that most of what comes at random is carried out.
fn beginning() -> String {
    let list = |record: &dyn Fn(u32) -> String| (1..=8).map(record).collect::<Vec<_>>().join(",");
    let actors = list(&|n| format!(r#"{{ "slug": "x{n}", "name": "X {n}", "kind": "STATE" }}"#));
    let sources = list(&|n| {
        let grade = Reliability::ALL[n as usize % 6].code();
        format!(
            r#"{{ "key": "k{n}", "title": "K {n}", "kind": "NEWS", "reliability": "{grade}" }}"#
        )
    });
    format!(r#"{{ "format": "foedera-fixture/1", "actors": [{actors}], "sources": [{sources}] }}"#)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_cites_a_source_is_what_a_look_at_every_text_finds(
        commands in prop::collection::vec(prop::collection::vec(edits(), 1..4), 1..40),
    ) {
        let test = TestApp::empty();
        test.import(&beginning());
        for edits in commands {
            let _ = test.app.ledger.submit(command(edits))();
        }
        let newest = test.app.ledger.snapshot();
        for revision in 0..=newest.revision() {
            check(&newest.at(revision))?;
        }
    }
}
