//! The whole read API at a moment, against the naive model.

use foedera::model::{
    ActorId, BriefId, Kind, NoteId, RecordId, RelationshipId, SourceId, TypedId, ViewpointId,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::answers::{FRAGMENTS, RECORDS, page};
use super::lists::{By, order};
use super::model::{Moment, Point};
use super::{Case, When, filters};

/// Questions at random.
#[derive(Clone, Debug)]
pub struct Asked {
    ties: (Value, By),
    actors: (Value, By),
    notes: (Value, Option<By>),
    tier: Value,
    domain: Value,
    pair: (u32, u32),
    of: Vec<u32>,
    longest: usize,
    first: usize,
    size: usize,
}

fn by(fields: &'static [&'static str]) -> impl Strategy<Value = By> {
    prop::collection::vec((select(fields), select(vec!["ASC", "DESC"])), 0..3)
}

pub fn asked() -> BoxedStrategy<Asked> {
    const TIES: &[&str] = &[
        "RECORDED",
        "UPDATED",
        "START",
        "END",
        "TIER",
        "ALIGNMENT",
        "KIND",
        "COUNTERPART",
    ];
    let ties = (filters::ties(), by(TIES));
    let actors = (
        filters::actors(),
        by(&["NAME", "KIND", "RECORDED", "UPDATED"]),
    );
    let notes = (
        filters::notes(),
        prop::option::of(by(&["AS_OF", "RECORDED", "UPDATED"])),
    );
    let tier = prop_oneof![
        Just(Value::Null),
        select(vec!["CORE", "VARYING"]).prop_map(|tier| json!([tier]))
    ];
    let domain = prop_oneof![
        Just(Value::Null),
        select(vec!["TRADE", "ENERGY"]).prop_map(|domain| json!([domain]))
    ];
    let numbers = (
        (1u32..6, 1u32..6),
        prop::collection::vec(1u32..5, 1..3),
        1usize..5,
        1usize..6,
        1usize..4,
    );
    (ties, actors, notes, (tier, domain), numbers)
        .prop_map(
            |(ties, actors, notes, (tier, domain), (pair, of, longest, first, size))| Asked {
                ties,
                actors,
                notes,
                tier,
                domain,
                pair,
                of,
                longest,
                first,
                size,
            },
        )
        .boxed()
}

/// What is asked at every moment.
const QUERY: &str = "
query($validOn: PartialDate, $knownAt: DateTime, $revision: Int, $through: ID, $ids: [ID!]!, $a: String!, $b: String!, $one: ID!,
  $tie: RelationshipFilter, $tieBy: [RelationshipOrder!], $actor: ActorFilter, $actorBy: [ActorOrder!],
  $note: NoteFilter, $noteBy: [NoteOrder!], $tier: [Tier!], $domain: [CooperationDomain!]) {
  at(validOn: $validOn, knownAt: $knownAt, revision: $revision, through: $through) {
    validOn knownAt revision through { id }
    nodes(ids: $ids) { id }
    s1: actor(slug: \"s1\") { id } s2: actor(slug: \"s2\") { id } s4: actor(slug: \"s4\") { id }
    actors(first: 100) { totalCount nodes { ...Actor
      relationships(first: 100) { ...Around }
      some: relationships(filter: $tie, orderBy: $tieBy, first: 100) { ...Around }
      allies(first: 100) { ...Around } close: allies(tier: $tier, domain: $domain, first: 100) { ...Around } } }
    someActors: actors(filter: $actor, orderBy: $actorBy, first: 100) { totalCount nodes { id } }
    relationships(filter: { period: ALL, assertion: [AFFIRMED, ALLEGED, DENIED] }, first: 100) { totalCount nodes { ...Tie } }
    someTies: relationships(filter: $tie, orderBy: $tieBy, first: 100) { totalCount nodes { id } }
    viewpoints(first: 100) { totalCount nodes { ...View } }
    ofActor: viewpoints(filter: { actor: $one }, first: 100) { totalCount nodes { id } }
    held: viewpoints(filter: { holder: $one }, first: 100) { totalCount nodes { id } }
    onTie: viewpoints(filter: { relationship: \"relationship_1\" }, first: 100) { totalCount nodes { id } }
    notes(first: 100) { totalCount nodes { ...Note } }
    someNotes: notes(filter: $note, orderBy: $noteBy, first: 100) { totalCount nodes { id } }
    sources(first: 100) { totalCount nodes { ...Source } }
    published: sources(filter: { publisher: \"times\", kind: [OTHER] }, first: 100) { totalCount nodes { id } }
    briefs(first: 100) { totalCount nodes { ...Brief } } b1: brief(slug: \"b1\") { id }
    dyad(a: $a, b: $b) { a { id } b { id } relationships(filter: $tie, first: 100) { totalCount nodes { id } }
      alignments contested viewpoints { id } notes(first: 100) { totalCount nodes { id } } }
    MORE
  } }
fragment Around on ActorRelationshipConnection { totalCount edges { role counterpart { id } node { id } }
  facets { kind { value count } alignment { value count } tier { value count } formality { value count } domain { value count } } }
";

/// Asks everything at a moment.
pub fn hold(case: &Case, when: &When, asked: &Asked) -> Result<(), TestCaseError> {
    let (arguments, point) = case.moment(when);
    let at = case.naive.at(point);
    let everything: Vec<RecordId> = {
        let mut ids: Vec<_> = case
            .naive
            .versions
            .iter()
            .map(|version| version.id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(100);
        ids
    };
    let id = |number: u32| ActorId::from_number(number);
    let (a, b) = (id(asked.pair.0), id(asked.pair.1));
    let note_filter = if names_nobody(at, &asked.notes.0) {
        json!({})
    } else {
        asked.notes.0.clone()
    };
    let mut variables = json!({
        "ids": everything, "one": a, "a": a, "b": b, "tie": asked.ties.0, "tieBy": order(&asked.ties.1),
        "actor": asked.actors.0, "actorBy": order(&asked.actors.1), "note": note_filter,
        "noteBy": asked.notes.1.as_ref().map(order), "tier": asked.tier, "domain": asked.domain,
    });
    variables
        .as_object_mut()
        .unwrap()
        .extend(arguments.as_object().unwrap().clone());
    let mut wanted = whole(at, &everything, (a, b), asked, &note_filter);

    let mut more = String::new();
    let of: Vec<_> = asked.of.iter().map(|number| id(*number)).collect();
    let there = |id: &ActorId| at.live(at.survivor(*id)).is_some();
    if of.iter().all(there) {
        let names: Vec<_> = of.iter().map(ToString::to_string).collect();
        more += &format!(
            "sharedCounterparts(of: {names:?}, filter: $tie, first: 100) {{ totalCount nodes {{ id }} }}\n"
        );
        let of: Vec<_> = of.iter().map(|id| at.survivor(*id)).collect();
        wanted["sharedCounterparts"] = page(&at.shared(&of, &asked.ties.0));
    }
    let views: Vec<ViewpointId> = at.all();
    if let [one, .., other] = views[..] {
        more += &format!(
            "compareViewpoints(a: \"{one}\", b: \"{other}\", first: 100) {{ totalCount nodes {{ relationship {{ id }}
             recorded {{ alignment tier label }} a {{ alignment tier label }} b {{ alignment tier label }}
             positionA {{ stance }} positionB {{ stance }} }} }}\n"
        );
        wanted["compareViewpoints"] = at.compared(one, other);
    }
    case.hold(
        &(QUERY.replace("MORE", &more) + FRAGMENTS + RECORDS),
        variables.clone(),
        &json!({ "at": wanted }),
    )?;
    if there(&a) && there(&b) {
        chains(case, &variables, at, (a, b), asked)?;
    }
    pages(case, &variables, at, asked)
}

/// Whether a filter of notes names an actor that is not there, which is an error.
fn names_nobody(at: Moment<'_>, filter: &Value) -> bool {
    let own = filter["actor"]
        .as_str()
        .is_some_and(|id| at.live(at.survivor(ActorId::parse(id).unwrap())).is_none());
    let lists = ["and", "or"]
        .iter()
        .filter_map(|name| filter[name].as_array())
        .flatten();
    own || lists
        .chain(filter.get("not"))
        .any(|part| names_nobody(at, part))
}

fn whole(
    at: Moment<'_>,
    everything: &[RecordId],
    (a, b): (ActorId, ActorId),
    asked: &Asked,
    note: &Value,
) -> Value {
    let (tie, tie_by) = &asked.ties;
    let record = |id: RecordId| at.record(id);
    let Point {
        valid_on,
        known_at,
        revision,
        through,
    } = at.point;
    let actors: Vec<ActorId> = at.all();
    let around = actors.iter().map(|id| {
        let mut actor = record((*id).into());
        actor["relationships"] = at.around(*id, &at.ties(&json!({}), Some(*id)));
        actor["some"] = at.around(*id, &at.ordered_ties(tie, tie_by, Some(*id)));
        actor["allies"] = at.around(*id, &at.allies(*id, &Value::Null, &Value::Null));
        actor["close"] = at.around(*id, &at.allies(*id, &asked.tier, &asked.domain));
        actor
    });
    let list = |ids: Vec<RecordId>| json!({ "totalCount": ids.len(), "nodes": ids.into_iter().map(record).collect::<Vec<_>>() });
    fn all<I: TypedId>(at: Moment<'_>) -> Vec<RecordId> {
        at.all::<I>().into_iter().map(Into::into).collect()
    }
    let survivor = at.survivor(a);
    let there = at.live(survivor).is_some();
    let touches = |id: RelationshipId| {
        at.tie(id)
            .is_some_and(|tie| tie.from == survivor || tie.to == survivor)
    };
    let first = RelationshipId::from_number(1);
    let published = |id: &SourceId| {
        let source = at.record((*id).into());
        source["publisher"]
            .as_str()
            .is_some_and(|name| name.trim().eq_ignore_ascii_case("times"))
    };
    let slug = |slug: &str| at.by_slug(slug).map(|id| json!({ "id": id }));
    let brief = at
        .named(Kind::Brief, "b1")
        .filter(|id| at.live(*id).is_some());
    json!({
        "validOn": valid_on, "knownAt": known_at.to_string(), "revision": revision,
        "through": through.map(|id| json!({ "id": id })),
        "nodes": everything.iter().map(|id| at.node(*id)).collect::<Vec<_>>(),
        "s1": slug("s1"), "s2": slug("s2"), "s4": slug("s4"),
        "actors": { "totalCount": actors.len(), "nodes": around.collect::<Vec<_>>() },
        "someActors": page(&at.ordered_actors(&asked.actors.0, &asked.actors.1)),
        "relationships": list(all::<RelationshipId>(at)),
        "someTies": page(&at.ordered_ties(tie, tie_by, None)),
        "viewpoints": list(all::<ViewpointId>(at)),
        "ofActor": page(&at.views(|view| {
            there && (view.holder_actor == Some(survivor) || view.positions.iter().any(|own| touches(own.relationship)))
        })),
        "held": page(&at.views(|view| there && view.holder_actor == Some(survivor))),
        "onTie": page(&at.views(|view| view.positions.iter().any(|own| own.relationship == first))),
        "notes": list(at.notes(|_| true).into_iter().map(NoteId::into).collect()),
        "someNotes": page(&at.ordered_notes(note, asked.notes.1.as_ref())),
        "sources": list(all::<SourceId>(at)),
        "published": page(&at.all::<SourceId>().into_iter().filter(published).collect::<Vec<_>>()),
        "briefs": list(all::<BriefId>(at)),
        "b1": brief.map(|id| json!({ "id": id })),
        "dyad": at.dyad(a, b, tie),
    })
}

/// The shortest chains: which of several of one length come is left open.
fn chains(
    case: &Case,
    variables: &Value,
    at: Moment<'_>,
    (a, b): (ActorId, ActorId),
    asked: &Asked,
) -> Result<(), TestCaseError> {
    let query = format!(
        "query($validOn: PartialDate, $knownAt: DateTime, $revision: Int, $through: ID, $a: String!, $b: String!, $tie: RelationshipFilter) {{
           at(validOn: $validOn, knownAt: $knownAt, revision: $revision, through: $through) {{
             paths(from: $a, to: $b, maxLength: {}, first: {}, filter: $tie) {{ length actors {{ id }} relationships {{ id }} }} }} }}",
        asked.longest, asked.first
    );
    let answer = case.test.query_with(&query, variables.clone());
    let found = answer["at"]["paths"].as_array().unwrap();
    let all = at.chains(at.survivor(a), at.survivor(b), &asked.ties.0, asked.longest);
    let lengths = |chains: &[Value]| {
        chains
            .iter()
            .map(|chain| chain["length"].as_u64())
            .collect::<Vec<_>>()
    };
    let wanted = &all[..all.len().min(asked.first)];
    prop_assert_eq!(
        lengths(found),
        lengths(wanted),
        "{:#?} of {:#?}",
        found,
        all
    );
    for (place, chain) in found.iter().enumerate() {
        prop_assert!(all.contains(chain), "{chain} is none of {all:#?}");
        prop_assert!(!found[..place].contains(chain), "{chain} comes twice");
    }
    Ok(())
}

/// A list walked page by page.
fn pages(
    case: &Case,
    variables: &Value,
    at: Moment<'_>,
    asked: &Asked,
) -> Result<(), TestCaseError> {
    let query = format!(
        "query($validOn: PartialDate, $knownAt: DateTime, $revision: Int, $through: ID, $tie: RelationshipFilter, $tieBy: [RelationshipOrder!], $after: String) {{
           at(validOn: $validOn, knownAt: $knownAt, revision: $revision, through: $through) {{
             relationships(filter: $tie, orderBy: $tieBy, first: {}, after: $after) {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }} }}",
        asked.size
    );
    let wanted = at.ordered_ties(&asked.ties.0, &asked.ties.1, None);
    let mut variables = variables.clone();
    let mut met = Vec::new();
    loop {
        let answer = case.test.query_with(&query, variables.clone());
        let page = &answer["at"]["relationships"];
        prop_assert_eq!(&page["totalCount"], wanted.len());
        met.extend(
            page["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node["id"].clone()),
        );
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        variables["after"] = page["pageInfo"]["endCursor"].clone();
    }
    prop_assert_eq!(json!(met), json!(wanted));
    Ok(())
}
