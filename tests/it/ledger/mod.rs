//! The record as a whole: what is replayed is what was live, what is exported comes back.

mod citing;
mod log;
mod verify;

use std::sync::Arc;

use foedera::ledger::command::{Edit, Target};
use foedera::ledger::draft::{
    ActorDraft, AreaDraft, CitationDraft, NoteDraft, Patch, PeriodDraft, PositionDraft,
    RelationshipDraft, SourceDraft, ViewpointDraft,
};
use foedera::ledger::{Action, Command, fold};
use foedera::model::filter::NoteFilter;
use foedera::model::{
    ActorId, ActorKind, Alignment, CooperationDomain, Kind, RelationshipKind, Reliability, Stance,
    TypedId as _, Vocabulary,
};
use foedera::read::note;
use foedera::snapshot::State;
use foedera::store::{Log, Store};
use proptest::prelude::*;

use crate::support::TestApp;

fn cite(source: u32) -> Vec<CitationDraft> {
    vec![CitationDraft {
        source: format!("source_{source}"),
        locator: None,
        quote: None,
        accessed_on: None,
    }]
}

/// Commands at random, many of them wrong on purpose: what is refused must leave no trace.
fn edits() -> impl Strategy<Value = Edit> {
    let small = || 1u32..9;
    let target = |kind: Kind, number: u32, new: bool| {
        if new {
            Target::New(None)
        } else {
            Target::Old {
                id: format!("{}_{number}", kind.prefix()),
                expected: None,
            }
        }
    };
    let actor = (small(), any::<bool>(), 0u8..20).prop_map(move |(number, new, name)| {
        let draft = ActorDraft {
            name: Patch::Set(format!("Actor {name}")),
            kind: Patch::Set(ActorKind::State),
            slug: if name < 6 {
                Patch::Set(format!("s{name}"))
            } else {
                Patch::Keep
            },
            ..ActorDraft::default()
        };
        Edit::Actor(target(Kind::Actor, number, new), Box::new(draft))
    });
    let source = (small(), any::<bool>(), 0u8..20).prop_map(move |(number, new, title)| {
        let draft = SourceDraft {
            title: Patch::Set(format!("Source {title}")),
            publisher: Patch::Set(format!("Publisher {}", title % 3)),
            reliability: Patch::Set(Reliability::ALL[usize::from(title) % 6]),
            ..SourceDraft::default()
        };
        Edit::Source(target(Kind::Source, number, new), Box::new(draft))
    });
    let tie = (
        small(),
        any::<bool>(),
        small(),
        small(),
        small(),
        1950u16..2030,
        prop::option::of(1950u16..2030),
    )
        .prop_map(move |(number, new, from, to, source, start, end)| {
            let date = |year: u16| year.to_string().parse().ok();
            let draft = RelationshipDraft {
                from: Patch::Set(format!("actor_{from}")),
                to: Patch::Set(format!("actor_{to}")),
                kind: Patch::Set(RelationshipKind::Alliance),
                alignment: Patch::Set(if from % 2 == 0 {
                    Alignment::Ally
                } else {
                    Alignment::Rival
                }),
                period: Patch::Set(PeriodDraft {
                    start: date(start),
                    end: end.and_then(date),
                    ..PeriodDraft::default()
                }),
                areas: Patch::Set(vec![AreaDraft {
                    domain: CooperationDomain::Trade,
                    description: "Ships".to_owned(),
                    period: None,
                    citations: if start % 3 == 0 {
                        Vec::new()
                    } else {
                        cite(9 - source)
                    },
                }]),
                citations: Patch::Set(if start % 4 == 0 {
                    Vec::new()
                } else {
                    cite(source)
                }),
                ..RelationshipDraft::default()
            };
            Edit::Relationship(target(Kind::Relationship, number, new), Box::new(draft))
        });
    let view = (small(), any::<bool>(), small()).prop_map(move |(number, new, relationship)| {
        let draft = ViewpointDraft {
            title: Patch::Set("View".to_owned()),
            thesis: Patch::Set("Thesis".to_owned()),
            positions: Patch::Set(vec![PositionDraft {
                relationship: format!("relationship_{relationship}"),
                stance: Stance::Disputes,
                argument: None,
                alignment: None,
                tier: None,
                label: None,
            }]),
            citations: Patch::Set(cite(relationship)),
            ..ViewpointDraft::default()
        };
        Edit::Viewpoint(target(Kind::Viewpoint, number, new), Box::new(draft))
    });
    let note = (small(), any::<bool>(), small(), small()).prop_map(
        move |(number, new, actor, relationship)| {
            let draft = NoteDraft {
                headline: Patch::Set("News".to_owned()),
                body: Patch::Set("Text".to_owned()),
                as_of: Patch::from("2024-05".parse().ok()),
                actors: Patch::Set(vec![format!("actor_{actor}")]),
                relationships: Patch::Set(vec![format!("relationship_{relationship}")]),
                citations: Patch::Set(cite(actor)),
                ..NoteDraft::default()
            };
            Edit::Note(target(Kind::Note, number, new), Box::new(draft))
        },
    );
    let kinds = prop::sample::select(vec!["actor", "relationship", "source", "note", "viewpoint"]);
    let lifecycle = (kinds, small(), any::<bool>()).prop_map(|(kind, number, retire)| {
        let (id, expected, reason) = (format!("{kind}_{number}"), None, None);
        if retire {
            Edit::Retire {
                id,
                expected,
                reason,
            }
        } else {
            Edit::Restore {
                id,
                expected,
                reason,
            }
        }
    });
    prop_oneof![3 => actor, 2 => source, 4 => tie, 1 => view, 2 => note, 2 => lifecycle]
}

fn command(edits: Vec<Edit>) -> Command {
    Command {
        approval: None,
        author: "test".to_owned(),
        message: None,
        idempotency_key: None,
        dry_run: false,
        action: if let [edit] = &edits[..] {
            Action::One(edit.clone())
        } else {
            Action::Batch(edits)
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_log_folds_to_the_state_that_was_live(
        commands in prop::collection::vec(prop::collection::vec(edits(), 1..4), 1..60),
    ) {
        let test = TestApp::empty();
        for edits in commands {
            // Refusals are part of it.
            let _ = test.app.ledger.submit(command(edits))();
        }
        let live = test.app.ledger.snapshot();
        let folded = fold(test.app.ledger.log(), |_| {}).unwrap();
        prop_assert!(*live.state() == folded);
        // What a checkpoint keeps of it is all of it.
        let mut kept = Vec::new();
        folded.save(&mut kept).unwrap();
        prop_assert!(State::load(&mut kept.as_slice()).unwrap() == folded);
        prop_assert!(State::load(&mut &kept[..kept.len() - 1]).is_err());
        // Notes are counted as they come.
        let actors = (1..=live.state().count(Kind::Actor) as u32).map(ActorId::from_number);
        for actor in actors.map(Some).chain([None]) {
            for revision in 0..=live.revision() {
                let at = live.at(revision);
                let counted = live.state().count_notes(actor, revision);
                prop_assert!(counted.is_some() || revision < live.revision());
                let filter = NoteFilter { actor, ..Default::default() };
                let listed = note::list(&at, &filter).len();
                prop_assert_eq!(counted.unwrap_or(listed), listed, "{:?} at {}", actor, revision);
            }
        }
        let report = foedera::ledger::verify::verify(test.app.ledger.log(), |_| {}).unwrap();
        prop_assert_eq!(report.revisions, live.revision());
        prop_assert_eq!(report.hash, live.state().hash());
    }

    #[test]
    fn an_export_reads_back_and_is_written_the_same_again(
        commands in prop::collection::vec(prop::collection::vec(edits(), 1..4), 1..40),
    ) {
        let test = TestApp::empty();
        for edits in commands {
            let _ = test.app.ledger.submit(command(edits))();
        }
        let first = test.export();
        let other = TestApp::empty();
        other.import(&first);
        prop_assert_eq!(other.export(), first.clone());
        let before = other.app.ledger.snapshot().revision();
        other.import(&first);
        prop_assert_eq!(other.app.ledger.snapshot().revision(), before, "the second import changed something");
    }
}

#[test]
fn both_fixtures_come_back_as_they_went_in() {
    for text in [
        foedera::transfer::fixture::IRAN,
        include_str!("../../../fixtures/nordic-baltic.json"),
    ] {
        let test = TestApp::empty();
        test.import(text);
        let first = test.export();
        let other = TestApp::empty();
        other.import(&first);
        assert_eq!(other.export(), first);
        let records = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
        let (given, written) = (records(text), records(&first));
        for list in [
            "actors",
            "sources",
            "relationships",
            "viewpoints",
            "notes",
            "briefs",
        ] {
            let count = |value: &serde_json::Value| value[list].as_array().map(Vec::len);
            assert_eq!(count(&given), count(&written), "{list}");
        }
    }
}

#[test]
fn the_record_is_there_after_it_was_closed_and_opened() {
    let test = TestApp::iran("2026-03-10");
    let (export, hash) = (test.export(), test.app.ledger.snapshot().state().hash());
    let dir = tempfile::tempdir().unwrap();
    let mut backup = Vec::new();
    foedera::transfer::backup::write(test.app.ledger.log(), 1, &mut backup, |_| {}).unwrap();
    {
        let store = Arc::new(Store::open(dir.path()).unwrap());
        let ledger =
            foedera::ledger::Ledger::open(store, 1 << 20, foedera::model::Clock::System, |_| {})
                .unwrap();
        let open = || Ok(std::io::Cursor::new(backup.clone()));
        assert_eq!(
            foedera::transfer::backup::restore(&ledger, open, |_| {}).unwrap(),
            1
        );
        ledger.close();
    }
    let store = Arc::new(Store::open(dir.path()).unwrap());
    assert_eq!(store.head().unwrap().hash, hash);
    let ledger =
        foedera::ledger::Ledger::open(store, 1 << 20, foedera::model::Clock::System, |_| {})
            .unwrap();
    let mut out = Vec::new();
    foedera::transfer::fixture::export(&ledger.snapshot(), &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), export);
}
