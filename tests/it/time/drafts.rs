//! Records at random, as commands say them. They refer to the first few of each kind.

use foedera::ledger::command::Target;
use foedera::ledger::draft::{
    ActorDraft, AliasDraft, AreaDraft, BriefDraft, CitationDraft, NoteDraft, Patch, PositionDraft,
    RelationshipDraft, SectionDraft, SourceDraft, ViewpointDraft,
};
use foedera::model::{
    ActorKind, Alignment, Assertion, Confidence, CooperationDomain, Formality, Identifier, Kind,
    RelationshipFilter, RelationshipKind, Stance, Tier,
};
use proptest::prelude::*;
use proptest::sample::select;

use super::calendar::{date, period};

pub fn id(kind: Kind, number: u32) -> String {
    format!("{}_{number}", kind.prefix())
}

pub fn any_id() -> BoxedStrategy<String> {
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
pub fn target(kind: Kind, known: u32) -> BoxedStrategy<Target> {
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
pub fn patch<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Patch<T>> {
    prop_oneof![2 => Just(Patch::Keep), 1 => Just(Patch::Clear), 3 => value.prop_map(Patch::Set)]
        .boxed()
}

pub fn given<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> BoxedStrategy<Patch<T>> {
    select(values.to_vec()).prop_map(Patch::Set).boxed()
}

pub fn actor() -> BoxedStrategy<ActorDraft> {
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

pub fn source() -> BoxedStrategy<SourceDraft> {
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

pub fn citations() -> BoxedStrategy<Vec<CitationDraft>> {
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

pub fn tie() -> BoxedStrategy<RelationshipDraft> {
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

pub fn view() -> BoxedStrategy<ViewpointDraft> {
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

pub fn note_draft() -> BoxedStrategy<NoteDraft> {
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

pub fn brief() -> BoxedStrategy<BriefDraft> {
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
