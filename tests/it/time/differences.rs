//! What lies between two moments, by the definitions in the guide for readers.

use foedera::model::{
    ActorId, Assertion, Day, Kind, NoteId, Record, RecordId, Relationship, RelationshipId, TypedId,
};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::answers::{FRAGMENTS, ids, page, sources};
use super::calendar::{Days, Readings};
use super::history::changed;
use super::model::{Moment, Point};
use super::{Case, When, when};

const QUERY: &str = "
query($from: MomentInput!, $to: MomentInput!, $record: ID!, $committedFrom: DateTime, $committedTo: DateTime) {
  diff(from: $from, to: $to, first: 100) { ...All }
  news: diff(from: $from, to: $to, kinds: [STARTED, ENDED], first: 100) { totalCount nodes { record { id } } }
  node(id: $record) { ...on Actor { ...Own versionsBetween(from: $from, to: $to, first: 100) { ...All } }
    ...on Relationship { ...Own versionsBetween(from: $from, to: $to, first: 100) { ...All } }
    ...on Viewpoint { ...Own versionsBetween(from: $from, to: $to, first: 100) { ...All } }
    ...on ContextNote { ...Own versionsBetween(from: $from, to: $to, first: 100) { ...All } }
    ...on Source { ...Own versionsBetween(from: $from, to: $to, first: 100) { ...All } }
    ...on Brief { ...Own versionsBetween(from: $from, to: $to, first: 100) { ...All } } }
  latestRevision
  revisions(first: 100) { totalCount nodes { number committedAt author message
    changes(first: 100) { totalCount nodes { kind reason record { id } fields { path before after } } }
    snapshotBefore { revision } snapshotAfter { revision } } }
  edited: revisions(author: \"editor\", committedFrom: $committedFrom, committedTo: $committedTo, first: 100) { nodes { number } }
  touching: revisions(touching: $record, first: 100) { nodes { number } }
  MORE
}
fragment All on DifferenceConnection { totalCount nodes { kinds record { id } relationship { id } before { id } after { id }
  fields { path before after } areasStarted { ...Area } areasEnded { ...Area } notes(first: 100) { ...Ids } sources { id }
  changes { revision { number } } } }
";

/// Two moments, and what to ask about.
#[derive(Clone, Debug)]
pub struct Asked {
    from: When,
    to: When,
    /// Whether both are about the same days in the world.
    same_days: bool,
    /// Whether the earlier one comes first, whichever it is.
    in_order: bool,
    actor: u32,
    record: Index,
}

pub fn asked() -> BoxedStrategy<Asked> {
    (
        when(),
        when(),
        any::<bool>(),
        prop::bool::weighted(0.9),
        1u32..5,
        any::<Index>(),
    )
        .prop_map(|(from, to, same_days, in_order, actor, record)| Asked {
            from,
            to,
            same_days,
            in_order,
            actor,
            record,
        })
        .boxed()
}

impl Asked {
    /// The arguments of the two moments, and what they come to.
    fn moments(&self, case: &Case) -> [(Value, Point); 2] {
        let (mut from, mut to) = (self.from.clone(), self.to.clone());
        (from.through, to.through) = (None, None);
        if self.same_days {
            to.valid_on = from.valid_on;
        }
        if self.in_order && case.moment(&from).1.revision > case.moment(&to).1.revision {
            std::mem::swap(&mut from.known, &mut to.known);
        }
        if self.in_order && case.moment(&from).1.valid_on > case.moment(&to).1.valid_on {
            std::mem::swap(&mut from.valid_on, &mut to.valid_on);
        }
        [case.moment(&from), case.moment(&to)]
    }
}

/// Asks what lies between two moments, and how everything came to be.
pub fn hold(case: &Case, asked: &Asked) -> Result<(), TestCaseError> {
    let [(from, a), (to, b)] = asked.moments(case);
    let (earlier, later) = (case.naive.at(a), case.naive.at(b));
    if a.revision > b.revision || earlier.asked().0 > later.asked().1 {
        return refused(case, &from, &to);
    }
    let mut known: Vec<RecordId> = case
        .naive
        .versions
        .iter()
        .map(|version| version.id)
        .collect();
    known.sort_unstable();
    known.dedup();
    let record = *asked.record.get(&known);
    let ties: Vec<RecordId> = known
        .iter()
        .copied()
        .filter(|id| id.kind == Kind::Relationship)
        .collect();
    let found: Vec<Value> = ties
        .iter()
        .filter_map(|id| difference(earlier, later, *id))
        .collect();
    let list = |found: &[Value]| json!({ "totalCount": found.len(), "nodes": found });
    let is_news = |found: &&Value| {
        let kinds = found["kinds"].as_array().unwrap();
        kinds.contains(&json!("STARTED")) || kinds.contains(&json!("ENDED"))
    };
    let news: Vec<_> = found
        .iter()
        .filter(is_news)
        .map(|found| json!({ "record": found["record"] }))
        .collect();
    let revisions: Vec<_> = case
        .naive
        .commits
        .iter()
        .rev()
        .map(|commit| case.naive.revision(commit))
        .collect();
    let numbers = |numbers: Vec<u32>| json!({ "nodes": numbers.iter().rev().map(|number| json!({ "number": number })).collect::<Vec<_>>() });
    let edited = case.naive.commits.iter().filter(|commit| {
        commit.author == "editor" && (a.known_at..=b.known_at).contains(&commit.at)
    });
    let newest = case.naive.newest();
    let today = Point {
        revision: newest,
        known_at: case.naive.committed_at(newest),
        valid_on: case.now.day().into(),
        through: None,
    };
    let today = case.naive.at(today);
    let survivor: Option<RecordId> = serde_json::from_value(today.node(record)["id"].clone()).ok();
    let node = survivor.map(|id| {
        let mut node = today.own(today.live(id).unwrap());
        node["versionsBetween"] = list(&between_versions(earlier, later, id));
        node
    });
    let mut wanted = json!({
        "diff": list(&found), "news": list(&news), "node": node, "latestRevision": newest,
        "revisions": list(&revisions), "edited": numbers(edited.map(|commit| commit.number).collect()),
        "touching": numbers(case.naive.touching(record)),
    });
    let mut more = String::new();
    let actor = later.survivor(ActorId::from_number(asked.actor));
    if later.live(actor).is_some() {
        more = format!(
            "around: diff(actor: \"{actor}\", from: $from, to: $to, first: 100) {{ totalCount nodes {{ record {{ id }} }} }}"
        );
        let touches = |at: Moment<'_>, id: RecordId| match at.any(id).map(|version| &version.record)
        {
            Some(Record::Relationship(tie)) => tie.from == actor || tie.to == actor,
            _ => false,
        };
        let around = ties
            .iter()
            .filter(|id| touches(earlier, **id) || touches(later, **id));
        let around: Vec<_> = around
            .filter(|id| difference(earlier, later, **id).is_some())
            .collect();
        let nodes: Vec<_> = around
            .iter()
            .map(|id| json!({ "record": { "id": id } }))
            .collect();
        wanted["around"] = list(&nodes);
    }
    let variables = json!({
        "from": from, "to": to, "record": record,
        "committedFrom": a.known_at.to_string(), "committedTo": b.known_at.to_string(),
    });
    case.hold(
        &(QUERY.replace("MORE", &more) + FRAGMENTS),
        variables,
        &wanted,
    )
}

/// Moments the wrong way round.
fn refused(case: &Case, from: &Value, to: &Value) -> Result<(), TestCaseError> {
    let query = "query($from: MomentInput!, $to: MomentInput!) { diff(from: $from, to: $to) { totalCount } }";
    let body = json!({ "query": query, "variables": { "from": from, "to": to } });
    let answer = case.test.post(&body, None);
    prop_assert_eq!(
        &answer["errors"][0]["extensions"]["code"],
        "BAD_USER_INPUT",
        "{}",
        answer
    );
    Ok(())
}

/// How each revision between two moments changed a record, about the days of the later.
fn between_versions(from: Moment<'_>, to: Moment<'_>, id: RecordId) -> Vec<Value> {
    let history = to.of.history(id, to.point.revision);
    let numbers = history
        .iter()
        .map(|version| version.revision)
        .filter(|number| *number > from.point.revision);
    let at = |revision: u32| {
        to.of.at(Point {
            revision,
            known_at: to.of.committed_at(revision),
            ..to.point
        })
    };
    numbers
        .filter_map(|number| difference(at(number - 1), at(number), id))
        .collect()
}

/// The days on which something begins in between, and those of which one is the last of what ends in
/// between; none against the empty record.
fn between(from: Moment<'_>, to: Moment<'_>) -> Option<(Days, Days)> {
    let ((a, b), (c, d)) = (from.asked(), to.asked());
    if in_the_world(from, to) {
        return Some(((b.plus(1), d), (a, c.plus(-1))));
    }
    let empty = from.point.revision == 0 && from.point.known_at.0 == 0;
    let (first, last) = (from.point.known_at.day(), to.point.known_at.day());
    (!empty).then_some(((first, last), (first.plus(-1), last)))
}

fn in_the_world(from: Moment<'_>, to: Moment<'_>) -> bool {
    from.asked() != to.asked()
}

/// Whether a period begins in between, and whether it ends.
fn happens(from: Moment<'_>, to: Moment<'_>, period: &foedera::model::Period) -> (bool, bool) {
    let within = |(first, last): Days, day: Day| first <= day && day <= last;
    let (first, last) = Readings::of(period, to.asked()).bounds();
    between(from, to).map_or((false, false), |(begins, ends)| {
        (within(begins, first), within(ends, last))
    })
}

fn difference(from: Moment<'_>, to: Moment<'_>, id: RecordId) -> Option<Value> {
    let (before, after) = (from.live(id), to.live(id));
    let tie = to.tie(id).filter(|tie| tie.assertion != Assertion::Denied);
    let (begins, ends) = tie
        .as_ref()
        .map_or((false, false), |tie| happens(from, to, &tie.period));
    let mut kinds: Vec<&str> = Vec::new();
    match (before, after) {
        (None, None) => {}
        (Some(_), None) => kinds.push("RETRACTED"),
        (None, Some(_)) => {
            kinds.push(if begins { "STARTED" } else { "DISCOVERED" });
            kinds.extend(ends.then_some("ENDED"));
        }
        (Some(before), Some(after)) => {
            if in_the_world(from, to) {
                kinds.extend(begins.then_some("STARTED"));
                kinds.extend(ends.then_some("ENDED"));
                let (started, ended) = areas(from, to, tie.as_ref());
                if kinds.is_empty() && (started != json!([]) || ended != json!([])) {
                    kinds.push("CHANGED");
                }
            }
            let fields = changed(Some(&before.record), &after.record);
            kinds.extend(
                fields
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|field| class(id.kind, field, ends)),
            );
        }
    }
    if kinds.is_empty() {
        return None;
    }
    const ORDER: [&str; 7] = [
        "STARTED",
        "ENDED",
        "CHANGED",
        "DISCOVERED",
        "CORRECTED",
        "RETRACTED",
        "REINTERPRETED",
    ];
    let kinds: Vec<_> = ORDER
        .into_iter()
        .filter(|kind| kinds.contains(kind))
        .collect();
    let fields = match (from.any(id), to.any(id)) {
        (before, Some(after)) => changed(before.map(|before| &before.record), &after.record),
        (_, None) => json!([]),
    };
    let (started, ended) = areas(from, to, tie.as_ref());
    let said = to.tie(id).or_else(|| from.tie(id));
    let changes = to
        .of
        .history(id, to.point.revision)
        .into_iter()
        .rev()
        .filter(|v| v.revision > from.point.revision);
    let of_tie = RelationshipId::narrow(id).ok();
    Some(json!({
        "kinds": kinds, "record": { "id": id }, "relationship": of_tie.map(|id| json!({ "id": id })),
        "before": before.map(|_| json!({ "id": id })), "after": after.map(|_| json!({ "id": id })),
        "fields": fields, "areasStarted": started, "areasEnded": ended,
        "notes": page(&of_tie.map(|id| notes(from, to, id)).unwrap_or_default()),
        "sources": ids(&said.as_ref().map(sources).unwrap_or_default()),
        "changes": changes.map(|v| json!({ "revision": { "number": v.revision } })).collect::<Vec<_>>(),
    }))
}

/// What a field that changed tells.
fn class(kind: Kind, field: &Value, ends: bool) -> &'static str {
    let path = field["path"].as_str().unwrap();
    let name = path.split('.').next().unwrap();
    match (kind, name) {
        (Kind::Relationship, "period")
            if ends && ["period.status", "period.observedUntil"].contains(&path) =>
        {
            "ENDED"
        }
        (Kind::Relationship, "period")
            if ends && path == "period.end" && field["before"].is_null() =>
        {
            "ENDED"
        }
        (Kind::Relationship, "alignment" | "tier" | "label" | "summary" | "confidence")
        | (Kind::Viewpoint | Kind::Brief, _) => "REINTERPRETED",
        _ => "CORRECTED",
    }
}

/// The fields of cooperation with a period of their own that began and that ended in between.
fn areas(from: Moment<'_>, to: Moment<'_>, tie: Option<&Relationship>) -> (Value, Value) {
    let (mut started, mut ended) = (Vec::new(), Vec::new());
    for area in tie.iter().flat_map(|tie| &tie.areas) {
        let (begins, ends) = area
            .period
            .as_ref()
            .map_or((false, false), |period| happens(from, to, period));
        started.extend(begins.then(|| to.area(area)));
        ended.extend(ends.then(|| to.area(area)));
    }
    (json!(started), json!(ended))
}

/// The notes that explain it: those that speak of the time in between, or entered the record in between.
fn notes(from: Moment<'_>, to: Moment<'_>, tie: RelationshipId) -> Vec<NoteId> {
    let mut found = to.notes(|note| note.relationships.contains(&tie));
    found.retain(|id| {
        let (first, last) = to.speaks_of(*id);
        let speaks =
            between(from, to).is_some_and(|(begins, ends)| last >= ends.0 && first <= begins.1);
        speaks || to.of.history((*id).into(), u32::MAX)[0].revision > from.point.revision
    });
    found
}
