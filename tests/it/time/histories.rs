//! Histories at random: commands of every kind, with time going by between them. Many are wrong on
//! purpose, or by chance: what is refused must leave no trace.

use std::sync::atomic::{AtomicI64, Ordering};

use foedera::ledger::command::{Edit, Target};
use foedera::ledger::draft::{
    ActorDraft, AliasDraft, AreaDraft, BriefDraft, CitationDraft, NoteDraft, Patch, PositionDraft,
    RelationshipDraft, SectionDraft, SourceDraft, ViewpointDraft,
};
use foedera::ledger::{Action, Command};
use foedera::model::{
    ActorKind, Alignment, Assertion, Clock, Confidence, CooperationDomain, Formality, Identifier,
    Kind, PartialDate, RelationshipFilter, RelationshipKind, Stance, Tier,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::calendar::{date, period};
use crate::support::TestApp;

/// One command, and how long after the one before it.
#[derive(Clone, Debug)]
pub struct Step {
    pub after: i64,
    pub author: &'static str,
    pub action: Action,
}

/// A record with a history: four actors, three sources, a viewpoint, two notes and a brief at first, then
/// whatever the steps bring.
pub fn live(steps: &[Step]) -> (TestApp, &'static AtomicI64) {
    let day: PartialDate = "2020-01-01".parse().unwrap();
    let start = i64::from(day.first_day().0) * 86_400_000;
    let hand: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(start)));
    let test = TestApp::start(tempfile::tempdir().unwrap(), Clock::Moved(hand));
    let submit = |author: &str, action: Action| {
        let command = Command {
            author: author.to_owned(),
            message: (author == "editor").then(|| "because".to_owned()),
            idempotency_key: None,
            dry_run: false,
            action,
        };
        test.app.ledger.submit(command)()
    };
    submit("test", Action::Batch(first())).unwrap();
    for step in steps {
        hand.fetch_add(step.after, Ordering::Relaxed);
        // Refusals are part of it.
        let _ = submit(step.author, step.action.clone());
    }
    (test, hand)
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
        2 => (target(Kind::Viewpoint, 2), view()).prop_map(|(to, draft)| Edit::Viewpoint(to, Box::new(draft))),
        2 => (target(Kind::Note, 3), note_draft()).prop_map(|(to, draft)| Edit::Note(to, Box::new(draft))),
        1 => (target(Kind::Brief, 1), brief()).prop_map(|(to, draft)| Edit::Brief(to, Box::new(draft))),
        2 => end,
        2 => retire,
        2 => restore,
        1 => merge,
    ]
    .boxed()
}

fn id(kind: Kind, number: u32) -> String {
    format!("{}_{number}", kind.prefix())
}

fn any_id() -> BoxedStrategy<String> {
    let kinds = [
        Kind::Actor,
        Kind::Relationship,
        Kind::Relationship,
        Kind::Viewpoint,
        Kind::Note,
        Kind::Source,
        Kind::Brief,
    ];
    (select(kinds.to_vec()), 1u32..5)
        .prop_map(|(kind, number)| id(kind, number))
        .boxed()
}

/// A new record, or one of the first few.
fn target(kind: Kind, known: u32) -> BoxedStrategy<Target> {
    prop_oneof![
        1 => Just(Target::New(None)),
        3 => (1..=known).prop_map(move |number| Target::Old {
            id: id(kind, number),
            expected: None
        }),
    ]
    .boxed()
}

/// A field that is left alone, cleared or given.
fn patch<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Patch<T>> {
    prop_oneof![2 => Just(Patch::Keep), 1 => Just(Patch::Clear), 3 => value.prop_map(Patch::Set)]
        .boxed()
}

fn given<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> BoxedStrategy<Patch<T>> {
    select(values.to_vec()).prop_map(Patch::Set).boxed()
}

fn actor() -> BoxedStrategy<ActorDraft> {
    let slug = patch((1..6).prop_map(|n| format!("s{n}")));
    let name = given(&["Alpha", "beta ", "Beta", "Gamma"].map(str::to_owned));
    let kind = given(&[ActorKind::State, ActorKind::Coalition, ActorKind::Person]);
    let alias =
        (select(vec!["alpha", "Gamma"]), prop::option::of(period())).prop_map(|(text, period)| {
            AliasDraft {
                text: text.to_owned(),
                language: None,
                period,
            }
        });
    let identifier = (1u32..4).prop_map(|n| Identifier {
        scheme: "cow".to_owned(),
        value: n.to_string(),
    });
    (
        slug,
        name,
        kind,
        patch(prop::collection::vec(alias, 0..2)),
        patch(select(vec!["IR".to_owned(), "iq".to_owned()])),
        patch(period()),
        patch(prop::collection::vec(identifier, 0..2)),
        patch(Just("In short".to_owned())),
    )
        .prop_map(
            |(slug, name, kind, aliases, country, active, identifiers, summary)| ActorDraft {
                slug,
                name,
                kind,
                aliases,
                country,
                active,
                identifiers,
                summary,
                ..ActorDraft::default()
            },
        )
        .boxed()
}

fn source() -> BoxedStrategy<SourceDraft> {
    (
        patch(select(vec![
            "Times".to_owned(),
            " TIMES".to_owned(),
            "Post".to_owned(),
        ])),
        patch(date()),
    )
        .prop_map(|(publisher, published_on)| SourceDraft {
            title: Patch::Set("Report".to_owned()),
            publisher,
            published_on,
            ..SourceDraft::default()
        })
        .boxed()
}

fn citations() -> BoxedStrategy<Vec<CitationDraft>> {
    let citation = (1u32..4, prop::option::of(Just("words".to_owned()))).prop_map(|(n, quote)| {
        CitationDraft {
            source: id(Kind::Source, n),
            locator: None,
            quote,
            accessed_on: None,
        }
    });
    prop::collection::vec(citation, 0..3).boxed()
}

fn tie() -> BoxedStrategy<RelationshipDraft> {
    use {Alignment as A, RelationshipKind as K};
    let end = || prop_oneof![1 => Just(Patch::Keep), 3 => (1u32..5).prop_map(|n| Patch::Set(id(Kind::Actor, n)))];
    let domain = select(vec![
        CooperationDomain::Weapons,
        CooperationDomain::Trade,
        CooperationDomain::Energy,
    ]);
    let area = (domain, prop::option::of(period()), citations()).prop_map(
        |(domain, period, citations)| AreaDraft {
            domain,
            description: "Deliveries".to_owned(),
            period,
            citations,
        },
    );
    let claim = (
        given(&[K::Alliance, K::Membership, K::Rivalry]),
        given(&[A::Ally, A::Partner, A::Mixed, A::Rival]),
        patch(select(vec![Tier::Core, Tier::MajorPower, Tier::Varying])),
        patch(select(vec![Formality::Treaty, Formality::Informal])),
        patch(select(vec![
            Assertion::Affirmed,
            Assertion::Alleged,
            Assertion::Denied,
        ])),
        patch(select(vec![Confidence::High, Confidence::Low])),
        patch(select(vec!["pact".to_owned(), "feud".to_owned()])),
        patch((1u32..5).prop_map(|n| vec![id(Kind::Actor, n)])),
    );
    let rest = (
        end(),
        end(),
        patch(period()),
        patch(prop::collection::vec(area, 0..3)),
        patch(citations()),
    );
    (claim, rest)
        .prop_map(|(claim, (from, to, period, areas, citations))| {
            let (kind, alignment, tier, formality, assertion, confidence, label, against) = claim;
            RelationshipDraft {
                from,
                to,
                kind,
                alignment,
                tier,
                formality,
                assertion,
                confidence,
                label,
                against,
                period,
                areas,
                citations,
                ..RelationshipDraft::default()
            }
        })
        .boxed()
}

fn view() -> BoxedStrategy<ViewpointDraft> {
    let position = (
        1u32..6,
        select(vec![Stance::Supports, Stance::Disputes, Stance::Qualifies]),
        prop::option::of(select(vec![Alignment::Ally, Alignment::Rival])),
        prop::option::of(select(vec![Tier::Core, Tier::Varying])),
        prop::option::of(select(vec!["pact".to_owned(), "show".to_owned()])),
    )
        .prop_map(|(n, stance, alignment, tier, label)| PositionDraft {
            relationship: id(Kind::Relationship, n),
            stance,
            argument: None,
            alignment,
            tier,
            label,
        });
    (
        patch(prop::collection::vec(position, 0..3)),
        patch((1u32..5).prop_map(|n| id(Kind::Actor, n))),
        patch(citations()),
    )
        .prop_map(|(positions, holder_actor, citations)| ViewpointDraft {
            title: Patch::Set("View".to_owned()),
            thesis: Patch::Set("Thesis".to_owned()),
            positions,
            holder_actor,
            citations,
            ..ViewpointDraft::default()
        })
        .boxed()
}

fn note_draft() -> BoxedStrategy<NoteDraft> {
    let several = |kind: Kind| {
        prop::collection::btree_set(1u32..5, 0..3)
            .prop_map(move |numbers| numbers.into_iter().map(|n| id(kind, n)).collect::<Vec<_>>())
    };
    let tags = patch(prop::collection::vec(
        select(vec!["news".to_owned(), "war".to_owned()]),
        0..2,
    ));
    (
        date(),
        patch(several(Kind::Actor)),
        patch(several(Kind::Relationship)),
        tags,
        patch((1u32..3).prop_map(|n| id(Kind::Note, n))),
    )
        .prop_map(
            |(as_of, actors, relationships, tags, supersedes)| NoteDraft {
                headline: Patch::Set("News".to_owned()),
                body: Patch::Set("Text".to_owned()),
                as_of: Patch::Set(as_of),
                actors,
                relationships,
                tags,
                supersedes,
                ..NoteDraft::default()
            },
        )
        .boxed()
}

fn brief() -> BoxedStrategy<BriefDraft> {
    let filter = super::filters::ties()
        .prop_map(|json| serde_json::from_value::<RelationshipFilter<String>>(json).unwrap());
    let order = prop::collection::btree_set(1u32..6, 0..3).prop_map(|numbers| {
        numbers
            .into_iter()
            .rev()
            .map(|n| id(Kind::Relationship, n))
            .collect()
    });
    let section = (prop::option::of(1u32..5), filter, order).prop_map(|(actor, filter, order)| {
        SectionDraft {
            title: "Section".to_owned(),
            introduction: None,
            actor: actor.map(|n| id(Kind::Actor, n)),
            filter,
            order,
        }
    });
    let actors = prop::collection::btree_set(1u32..5, 0..3)
        .prop_map(|numbers| numbers.into_iter().map(|n| id(Kind::Actor, n)).collect());
    (
        patch(prop::collection::vec(section, 0..3)),
        patch(actors),
        patch(Just(vec!["viewpoint_1".to_owned()])),
        patch((1..4).prop_map(|n| format!("b{n}"))),
    )
        .prop_map(|(sections, actors, viewpoints, slug)| BriefDraft {
            question: Patch::Set("Who?".to_owned()),
            summary: Patch::Set("They.".to_owned()),
            slug,
            sections,
            actors,
            viewpoints,
            ..BriefDraft::default()
        })
        .boxed()
}
