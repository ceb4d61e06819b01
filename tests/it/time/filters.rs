//! Filters: at random, as the JSON that a client sends, and what passes them, by their descriptions.

use foedera::model::{ActorId, Record, RecordId, Relationship, RelationshipId, SourceId, TypedId};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::answers;
use super::calendar::{Readings, days};
use super::model::Moment;

/// A few values of a vocabulary.
fn some(values: &'static [&'static str]) -> BoxedStrategy<Value> {
    prop::collection::vec(prop::sample::select(values), 0..3)
        .prop_map(|values| json!(values))
        .boxed()
}

/// An object of some fields; a field that comes twice is taken once.
fn object(fields: Vec<(&'static str, Value)>) -> Value {
    Value::Object(
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}

/// Filters that are made of fields, and of each other.
fn nested(
    fields: impl Strategy<Value = Vec<(&'static str, Value)>> + 'static,
) -> BoxedStrategy<Value> {
    let leaf = fields.prop_map(object).boxed();
    let inside = leaf.clone();
    leaf.prop_recursive(2, 8, 2, move |inner| {
        let list = || prop::collection::vec(inner.clone(), 0..3).prop_map(|filters| json!(filters));
        let part = prop_oneof![
            list().prop_map(|list| ("and", list)),
            list().prop_map(|list| ("or", list)),
            inner.clone().prop_map(|one| ("not", one)),
        ];
        (inside.clone(), part).prop_map(|(mut filter, (name, part))| {
            filter[name] = part;
            filter
        })
    })
    .boxed()
}

/// Which actors.
pub fn actors() -> BoxedStrategy<Value> {
    let field = prop_oneof![
        some(&["STATE", "COALITION", "PERSON"]).prop_map(|v| ("kind", v)),
        some(&["s1", "s2", "s3", "s4", "s5"]).prop_map(|v| ("slug", v)),
        prop::sample::select(vec!["alpha", " ALPHA", "Beta", "gamma", "nobody"])
            .prop_map(|v| ("name", json!(v))),
        some(&["IR", "iq", "SY"]).prop_map(|v| ("country", v)),
        (1..4).prop_map(|n| (
            "identifier",
            json!({ "scheme": "cow", "value": format!("{n}") })
        )),
    ];
    nested(prop::collection::vec(field, 0..2))
}

/// Which relationships.
pub fn ties() -> BoxedStrategy<Value> {
    let field = prop_oneof![
        some(&["ALLIANCE", "MEMBERSHIP", "RIVALRY"]).prop_map(|v| ("kind", v)),
        some(&["ALLY", "PARTNER", "MIXED", "RIVAL"]).prop_map(|v| ("alignment", v)),
        some(&["CORE", "MAJOR_POWER", "VARYING"]).prop_map(|v| ("tier", v)),
        some(&["TREATY", "INFORMAL", "UNKNOWN"]).prop_map(|v| ("formality", v)),
        some(&["WEAPONS", "TRADE", "ENERGY"]).prop_map(|v| ("domain", v)),
        prop::sample::select(vec!["CURRENT", "PAST", "FUTURE", "ALL"])
            .prop_map(|v| ("period", json!(v))),
        prop::sample::select(vec!["FROM", "TO"]).prop_map(|v| ("role", json!(v))),
        actors().prop_map(|v| ("counterpart", v)),
        some(&["AFFIRMED", "ALLEGED", "DENIED"]).prop_map(|v| ("assertion", v)),
        some(&["UNCITED", "SINGLE_SOURCE", "CORROBORATED"]).prop_map(|v| ("evidence", v)),
        any::<bool>().prop_map(|v| ("contested", json!(v))),
        some(&["HIGH", "LOW"]).prop_map(|v| ("confidence", v)),
        actors().prop_map(|v| ("against", v)),
        (1..4).prop_map(|n| ("source", json!(format!("source_{n}")))),
    ];
    nested(prop::collection::vec(field, 0..3))
}

/// Which notes.
pub fn notes() -> BoxedStrategy<Value> {
    let date = || super::calendar::date().prop_map(|date| json!(date));
    let field = prop_oneof![
        // Actors of the first revision, so that they are there at nearly every moment.
        (1..4).prop_map(|n| ("actor", json!(format!("actor_{n}")))),
        (1..6).prop_map(|n| ("relationship", json!(format!("relationship_{n}")))),
        some(&["news", "war"]).prop_map(|v| ("tag", v)),
        date().prop_map(|v| ("asOfFrom", v)),
        date().prop_map(|v| ("asOfTo", v)),
    ];
    nested(prop::collection::vec(field, 0..3))
}

/// Whether a value is among those that a field of a filter names, where it names some.
fn among(filter: &Value, field: &str, value: impl Serialize) -> bool {
    let value = json!(value);
    filter[field]
        .as_array()
        .is_none_or(|wanted| wanted.contains(&value))
}

/// Whether the parts of a filter hold together.
fn parts(filter: &Value, holds: impl Fn(&Value) -> bool) -> bool {
    filter["and"]
        .as_array()
        .is_none_or(|all| all.iter().all(&holds))
        && filter["or"]
            .as_array()
            .is_none_or(|all| all.iter().any(&holds))
        && (filter["not"].is_null() || !holds(&filter["not"]))
}

impl Moment<'_> {
    /// Whether an actor in the lists passes a filter.
    pub fn actor_passes(self, filter: &Value, id: ActorId) -> bool {
        let Some(Record::Actor(actor)) = self.live(id).map(|version| &version.record) else {
            return false;
        };
        let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
        let mut names = actor
            .aliases
            .iter()
            .map(|alias| &alias.text)
            .chain([&actor.name]);
        let called = filter["name"]
            .as_str()
            .is_none_or(|name| names.any(|own| same(own, name)));
        let slugged = filter["slug"].as_array().is_none_or(|slugs| {
            let leads_here = |slug: &Value| self.by_slug(slug.as_str().unwrap()) == Some(id);
            slugs.iter().any(leads_here)
        });
        let country = actor.country.clone().unwrap_or_default();
        let from = filter["country"].as_array().is_none_or(|codes| {
            codes
                .iter()
                .any(|code| code.as_str().unwrap().eq_ignore_ascii_case(&country))
        });
        let known_as = filter["identifier"].is_null()
            || actor.identifiers.iter().any(|own| {
                filter["identifier"] == json!({ "scheme": own.scheme, "value": own.value })
            });
        among(filter, "kind", actor.kind)
            && called
            && slugged
            && from
            && known_as
            && parts(filter, |part| self.actor_passes(part, id))
    }

    /// The relationships of a list, which takes what is CURRENT and not DENIED unless the filter says
    /// otherwise: of the whole record, or of an actor.
    pub fn ties(self, filter: &Value, of: Option<ActorId>) -> Vec<RelationshipId> {
        let mut filter = filter.clone();
        if filter["period"].is_null() {
            filter["period"] = json!("CURRENT");
        }
        if filter["assertion"].is_null() {
            filter["assertion"] = json!(["AFFIRMED", "ALLEGED"]);
        }
        let touches =
            |tie: &Relationship| of.is_none_or(|actor| tie.from == actor || tie.to == actor);
        let passes = |id: &RelationshipId| {
            self.tie(*id)
                .is_some_and(|tie| touches(&tie) && self.tie_passes(&filter, *id, &tie, of))
        };
        self.all().into_iter().filter(passes).collect()
    }

    /// Whether a relationship passes a filter without silent conditions. `of` is the actor at hand.
    pub fn tie_passes(
        self,
        filter: &Value,
        id: RelationshipId,
        tie: &Relationship,
        of: Option<ActorId>,
    ) -> bool {
        let readings = Readings::of(&tie.period, self.asked());
        let in_period = match filter["period"].as_str() {
            Some("CURRENT") => readings.validity(self.asked()) != "NO",
            Some("PAST") => readings.before(self.asked()),
            Some("FUTURE") => readings.after(self.asked()),
            _ => true,
        };
        let role = filter["role"].as_str();
        let in_role = match (role, of) {
            (Some("FROM"), Some(actor)) => tie.from == actor,
            (Some("TO"), Some(actor)) => tie.to == actor,
            _ => true,
        };
        let others = match (of, role) {
            (Some(actor), _) if actor == tie.from => vec![tie.to],
            (Some(_), _) | (None, Some("TO")) => vec![tie.from],
            (None, Some(_)) => vec![tie.to],
            (None, None) => vec![tie.from, tie.to],
        };
        let some_actor = |field: &str, actors: &[ActorId]| {
            filter[field].is_null()
                || actors
                    .iter()
                    .any(|id| self.actor_passes(&filter[field], *id))
        };
        let domains: Vec<_> = tie.areas.iter().map(|area| json!(area.domain)).collect();
        let in_domain = filter["domain"]
            .as_array()
            .is_none_or(|wanted| wanted.iter().any(|domain| domains.contains(domain)));
        let sources = answers::sources(tie);
        let cites = |id: &Value| sources.contains(&SourceId::parse(id.as_str().unwrap()).unwrap());
        among(filter, "kind", tie.kind)
            && among(filter, "alignment", tie.alignment)
            && among(filter, "tier", tie.tier)
            && among(filter, "formality", tie.formality)
            && among(filter, "assertion", tie.assertion)
            && among(filter, "confidence", tie.confidence)
            && among(filter, "evidence", &self.evidence(tie)["grade"])
            && in_domain
            && in_period
            && in_role
            && some_actor("counterpart", &others)
            && some_actor("against", &tie.against)
            && filter["contested"]
                .as_bool()
                .is_none_or(|wanted| self.contested(id) == wanted)
            && (filter["source"].is_null() || cites(&filter["source"]))
            && parts(filter, |part| self.tie_passes(part, id, tie, of))
    }

    /// Whether a note in the lists passes a filter.
    pub fn note_passes(self, filter: &Value, id: RecordId) -> bool {
        let Some(Record::Note(note)) = self.live(id).map(|version| &version.record) else {
            return false;
        };
        let date = |field: &str| {
            filter[field]
                .as_str()
                .map(|text| days(text.parse().unwrap()))
        };
        let (first, last) = days(note.as_of);
        let about = |field: &str, ids: Vec<RecordId>| {
            filter[field].as_str().is_none_or(|id| {
                let id: RecordId = id.parse().unwrap();
                let id = ActorId::narrow(id).map_or(id, |actor| self.survivor(actor).into());
                ids.contains(&id)
            })
        };
        about("actor", note.actors.iter().map(|id| (*id).into()).collect())
            && about(
                "relationship",
                note.relationships.iter().map(|id| (*id).into()).collect(),
            )
            && filter["tag"]
                .as_array()
                .is_none_or(|tags| note.tags.iter().any(|own| tags.contains(&json!(own))))
            && date("asOfFrom").is_none_or(|from| last >= from.0)
            && date("asOfTo").is_none_or(|to| first <= to.1)
            && parts(filter, |part| self.note_passes(part, id))
    }
}
