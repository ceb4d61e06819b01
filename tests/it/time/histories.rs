//! Histories at random: commands of every kind, with time going by between them. Many are wrong on
//! purpose, or by chance: what is refused must leave no trace.

use std::sync::atomic::{AtomicI64, Ordering};

use foedera::ledger::command::{Edit, Target};
use foedera::ledger::draft::{
    ActorDraft, BriefDraft, NoteDraft, Patch, RelationshipDraft, SourceDraft, ViewpointDraft,
};
use foedera::ledger::{Action, Command, Committed, Refusal};
use foedera::model::{ActorKind, Clock, Kind, PartialDate};
use proptest::prelude::*;
use proptest::sample::select;

use super::calendar::date;
use super::drafts::{actor, any_id, brief, citations, id, note_draft, source, target, tie, view};
use crate::support::TestApp;

/// One command, and how long after the one before it.
#[derive(Clone, Debug)]
pub struct Step {
    pub after: i64,
    pub author: &'static str,
    pub action: Action,
}

/// A record with a history: four actors, three sources, two viewpoints, two notes and a brief at first, then
/// whatever the steps bring.
pub fn live(steps: &[Step]) -> (TestApp, &'static AtomicI64) {
    let day: PartialDate = "2020-01-01".parse().unwrap();
    let start = i64::from(day.first_day().0) * 86_400_000;
    let hand: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(start)));
    let test = TestApp::start(tempfile::tempdir().unwrap(), Clock::Set(hand));
    let begin = Step {
        after: 0,
        author: "test",
        action: Action::Batch(first()),
    };
    take(&test, hand, &begin).unwrap();
    for step in steps {
        // Refusals are part of it.
        let _ = take(&test, hand, step);
    }
    (test, hand)
}

/// Takes a step.
pub fn take(test: &TestApp, hand: &AtomicI64, step: &Step) -> Result<Committed, Refusal> {
    hand.fetch_add(step.after, Ordering::Relaxed);
    let command = Command {
        approval: None,
        author: step.author.to_owned(),
        message: (step.author == "editor").then(|| "because".to_owned()),
        idempotency_key: None,
        dry_run: false,
        action: step.action.clone(),
    };
    test.app.ledger.submit(command)()
}

/// What there is to begin with.
fn first() -> Vec<Edit> {
    let new = || Target::New(None);
    let actor = |n: u32| ActorDraft {
        slug: Patch::Set(format!("s{n}")),
        name: Patch::Set(format!("Actor {n}")),
        kind: Patch::Set(ActorKind::State),
        ..ActorDraft::default()
    };
    let source = |publisher: &str| SourceDraft {
        title: Patch::Set("Report".to_owned()),
        publisher: Patch::Set(publisher.to_owned()),
        ..SourceDraft::default()
    };
    let note = |as_of: &str| NoteDraft {
        headline: Patch::Set("Old news".to_owned()),
        body: Patch::Set("Text".to_owned()),
        as_of: Patch::Set(as_of.parse().unwrap()),
        actors: Patch::Set(vec!["actor_1".to_owned()]),
        ..NoteDraft::default()
    };
    let view = ViewpointDraft {
        title: Patch::Set("View".to_owned()),
        thesis: Patch::Set("Thesis".to_owned()),
        ..ViewpointDraft::default()
    };
    let brief = BriefDraft {
        slug: Patch::Set("b1".to_owned()),
        question: Patch::Set("Who?".to_owned()),
        summary: Patch::Set("They.".to_owned()),
        ..BriefDraft::default()
    };
    let actors = (1..5).map(|n| Edit::Actor(new(), Box::new(actor(n))));
    let sources =
        ["Times", "Times", "Post"].map(|name| Edit::Source(new(), Box::new(source(name))));
    let notes = ["2019", "2020-02"].map(|as_of| Edit::Note(new(), Box::new(note(as_of))));
    let rest = [
        Edit::Viewpoint(new(), Box::new(view.clone())),
        Edit::Viewpoint(new(), Box::new(view)),
        Edit::Brief(new(), Box::new(brief)),
    ];
    actors.chain(sources).chain(notes).chain(rest).collect()
}

/// Some steps. The first few bring relationships, so that there is something to ask about.
pub fn steps(most: usize) -> BoxedStrategy<Vec<Step>> {
    const ENDS: [(u32, u32); 4] = [(1, 2), (3, 1), (2, 4), (2, 1)];
    let ties = prop::collection::vec(tie(), ENDS.len()).prop_map(|drafts| {
        let tie = |(mut draft, (from, to)): (RelationshipDraft, (u32, u32))| {
            draft.from = Patch::Set(id(Kind::Actor, from));
            draft.to = Patch::Set(id(Kind::Actor, to));
            Action::One(Edit::Relationship(Target::New(None), Box::new(draft)))
        };
        drafts.into_iter().zip(ENDS).map(tie).collect::<Vec<_>>()
    });
    (
        ties,
        prop::collection::vec(action(), 0..most),
        prop::collection::vec(gap(), most + 4),
    )
        .prop_map(|(ties, actions, gaps)| {
            let actions = ties.into_iter().chain(actions);
            actions
                .zip(gaps)
                .map(|(action, (after, author))| Step {
                    after,
                    author,
                    action,
                })
                .collect()
        })
        .boxed()
}

/// From nothing at all to half a year; histories come to some years.
fn gap() -> BoxedStrategy<(i64, &'static str)> {
    let after = prop_oneof![1 => Just(0), 2 => 1i64..5_000, 5 => 1i64..15_000_000_000];
    (after, select(vec!["editor", "admin"])).boxed()
}

fn action() -> BoxedStrategy<Action> {
    let news = (note_draft(), prop::collection::vec(edit(), 0..3)).prop_map(|(note, changes)| {
        Action::Update {
            note: Box::new(note),
            changes,
        }
    });
    let redact = (any_id(), prop::option::of(1u32..4)).prop_map(|(id, source)| Action::Redact {
        id,
        source: source.map(|n| format!("source_{n}")),
        reason: "a court order".to_owned(),
    });
    prop_oneof![
        14 => edit().prop_map(Action::One),
        2 => news,
        2 => (2u32..30).prop_map(|number| Action::Revert { number }),
        1 => redact,
    ]
    .boxed()
}

fn edit() -> BoxedStrategy<Edit> {
    let merge = (1u32..6, 1u32..6).prop_map(|(a, b)| Edit::Merge {
        duplicate: id(Kind::Actor, a),
        survivor: id(Kind::Actor, b),
        expected: None,
        reason: Some("one and the same".to_owned()),
    });
    let end = (1u32..6, date(), citations()).prop_map(|(n, end, citations)| Edit::End {
        id: id(Kind::Relationship, n),
        expected: None,
        end,
        citations,
    });
    let reason = || prop::option::of(Just("a mistake".to_owned()));
    let retire = (any_id(), reason()).prop_map(|(id, reason)| Edit::Retire {
        id,
        expected: None,
        reason,
    });
    let restore = (any_id(), reason()).prop_map(|(id, reason)| Edit::Restore {
        id,
        expected: None,
        reason,
    });
    prop_oneof![
        2 => (target(Kind::Actor, 5), actor()).prop_map(|(to, draft)| Edit::Actor(to, Box::new(draft))),
        1 => (target(Kind::Source, 3), source()).prop_map(|(to, draft)| Edit::Source(to, Box::new(draft))),
        8 => (target(Kind::Relationship, 5), tie()).prop_map(|(to, draft)| Edit::Relationship(to, Box::new(draft))),
        3 => (target(Kind::Viewpoint, 2), view()).prop_map(|(to, draft)| Edit::Viewpoint(to, Box::new(draft))),
        2 => (target(Kind::Note, 3), note_draft()).prop_map(|(to, draft)| Edit::Note(to, Box::new(draft))),
        1 => (target(Kind::Brief, 1), brief()).prop_map(|(to, draft)| Edit::Brief(to, Box::new(draft))),
        2 => end,
        2 => retire,
        2 => restore,
        1 => merge,
    ]
    .boxed()
}
