//! Which records a list takes. Plain data: a brief stores one, `read` evaluates it.
//!
//! Every field that is given must hold. A list holds where the record has one of its values; an
//! empty list holds for none. `and`, `or` and `not` combine whole filters.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{ActorId, RelationshipId};
use super::{
    ActorKind, Alignment, Assertion, Confidence, CooperationDomain, EvidenceGrade, Formality,
    Identifier, PartialDate, PeriodFilter, RelationshipKind, RelationshipRole, Reliability,
    SourceId, Tier,
};

/// Which actors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ActorFilter {
    /// Of one of these kinds.
    pub kind: Option<Vec<ActorKind>>,
    /// With one of these slugs, present or former.
    pub slug: Option<Vec<String>>,
    /// Whose whole name or alias this is, whatever the case.
    pub name: Option<String>,
    /// Of one of these countries: ISO 3166-1 alpha-2.
    pub country: Option<Vec<String>>,
    /// With this identifier.
    #[schemars(with = "Option<std::collections::BTreeMap<String, String>>")]
    pub identifier: Option<Identifier>,
    /// All of these hold.
    pub and: Option<Vec<ActorFilter>>,
    /// At least one of these holds.
    pub or: Option<Vec<ActorFilter>>,
    /// This does not hold.
    pub not: Option<Box<ActorFilter>>,
}

/// Which relationships. `S` is how a source is named: by id in the record, by key in a fixture.
///
/// Where the outermost filter says nothing of `period` and `assertion`, a list takes what is
/// CURRENT and not DENIED. Filters inside `and`, `or` and `not` have no such silent conditions:
/// «not RIVALRY» must not come to mean «not a current RIVALRY».
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    default,
    bound(deserialize = "S: Deserialize<'de>")
)]
pub struct RelationshipFilter<S = SourceId> {
    /// Of one of these kinds.
    pub kind: Option<Vec<RelationshipKind>>,
    /// Of one of these alignments.
    pub alignment: Option<Vec<Alignment>>,
    /// Of one of these tiers.
    pub tier: Option<Vec<Tier>>,
    /// Founded in one of these ways.
    pub formality: Option<Vec<Formality>>,
    /// With an area in one of these domains.
    pub domain: Option<Vec<CooperationDomain>>,
    /// Holding then, before or after, against the day asked for.
    pub period: Option<PeriodFilter>,
    /// Where the actor at hand is this end of it.
    pub role: Option<RelationshipRole>,
    /// Where the other end is such an actor.
    pub counterpart: Option<ActorFilter>,
    /// Put by the sources in one of these ways.
    pub assertion: Option<Vec<Assertion>>,
    /// Sourced this well.
    pub evidence: Option<Vec<EvidenceGrade>>,
    /// Whether a viewpoint disputes it.
    pub contested: Option<bool>,
    /// Held with one of these degrees of confidence.
    pub confidence: Option<Vec<Confidence>>,
    /// In opposition to such an actor.
    pub against: Option<ActorFilter>,
    /// Citing this source, itself or in an area.
    pub source: Option<S>,
    /// Citing a source of one of these reliabilities, itself or in an area. One such source is enough.
    pub reliability: Option<Vec<Reliability>>,
    /// Whether one of its areas has no citation of its own.
    pub uncited_area: Option<bool>,
    /// Holding, and so many days without news: neither did the record change what it says of it in the
    /// days before the last day asked about, nor does a note about it speak of them.
    pub stale_days: Option<u32>,
    /// All of these hold.
    pub and: Option<Vec<RelationshipFilter<S>>>,
    /// At least one of these holds.
    pub or: Option<Vec<RelationshipFilter<S>>>,
    /// This does not hold.
    pub not: Option<Box<RelationshipFilter<S>>>,
}

impl<S> Default for RelationshipFilter<S> {
    fn default() -> Self {
        Self {
            kind: None,
            alignment: None,
            tier: None,
            formality: None,
            domain: None,
            period: None,
            role: None,
            counterpart: None,
            assertion: None,
            evidence: None,
            contested: None,
            confidence: None,
            against: None,
            source: None,
            reliability: None,
            uncited_area: None,
            stale_days: None,
            and: None,
            or: None,
            not: None,
        }
    }
}

impl<S> RelationshipFilter<S> {
    /// The same filter with its sources named another way.
    ///
    /// # Errors
    /// The first error of `name`.
    pub fn rename_sources<T, E>(
        self,
        name: &mut impl FnMut(S) -> Result<T, E>,
    ) -> Result<RelationshipFilter<T>, E> {
        let mut each = |filters: Option<Vec<Self>>| {
            filters
                .map(|filters| {
                    filters
                        .into_iter()
                        .map(|f| f.rename_sources(name))
                        .collect()
                })
                .transpose()
        };
        let and = each(self.and)?;
        let or = each(self.or)?;
        let not = self
            .not
            .map(|not| not.rename_sources(name))
            .transpose()?
            .map(Box::new);
        Ok(RelationshipFilter {
            kind: self.kind,
            alignment: self.alignment,
            tier: self.tier,
            formality: self.formality,
            domain: self.domain,
            period: self.period,
            role: self.role,
            counterpart: self.counterpart,
            assertion: self.assertion,
            evidence: self.evidence,
            contested: self.contested,
            confidence: self.confidence,
            against: self.against,
            source: self.source.map(&mut *name).transpose()?,
            reliability: self.reliability,
            uncited_area: self.uncited_area,
            stale_days: self.stale_days,
            and,
            or,
            not,
        })
    }
}

impl<S: Serialize> RelationshipFilter<S> {
    /// The filter as JSON, without the fields that it does not use.
    ///
    /// # Errors
    /// When it cannot be written, which no filter brings about.
    pub fn to_json(&self) -> serde_json::Result<Value> {
        fn strip(value: &mut Value) {
            match value {
                Value::Object(fields) => {
                    fields.retain(|_, value| !value.is_null());
                    fields.values_mut().for_each(strip);
                }
                Value::Array(values) => values.iter_mut().for_each(strip),
                _ => {}
            }
        }
        let mut json = serde_json::to_value(self)?;
        strip(&mut json);
        Ok(json)
    }
}

/// A filter within something that is stored: as JSON in a text. The stored form knows fields by their
/// place; in the text they have names, so a new one leaves what was stored as it is.
pub mod text {
    use serde::{Deserializer, de, ser};

    use super::{Deserialize, RelationshipFilter, Serialize, Serializer};

    /// Writes a filter: its fields where people read it, else the text.
    ///
    /// # Errors
    /// When the serializer fails.
    pub fn serialize<S: Serializer, T: Serialize>(
        filter: &RelationshipFilter<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let json = filter.to_json().map_err(ser::Error::custom)?;
        if serializer.is_human_readable() {
            json.serialize(serializer)
        } else {
            serializer.collect_str(&json)
        }
    }

    /// Reads what [`serialize`] wrote.
    ///
    /// # Errors
    /// When it is no filter, or one with a field that this program does not know.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<RelationshipFilter, D::Error> {
        if deserializer.is_human_readable() {
            RelationshipFilter::deserialize(deserializer)
        } else {
            let text = String::deserialize(deserializer)?;
            serde_json::from_str(&text).map_err(de::Error::custom)
        }
    }
}

/// Which context notes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoteFilter {
    /// About this actor.
    pub actor: Option<ActorId>,
    /// About this relationship.
    pub relationship: Option<RelationshipId>,
    /// With one of these tags.
    pub tag: Option<Vec<String>>,
    /// Speaking of this date or a later one.
    pub as_of_from: Option<PartialDate>,
    /// Speaking of this date or an earlier one.
    pub as_of_to: Option<PartialDate>,
    /// All of these hold.
    pub and: Option<Vec<NoteFilter>>,
    /// At least one of these holds.
    pub or: Option<Vec<NoteFilter>>,
    /// This does not hold.
    pub not: Option<Box<NoteFilter>>,
}
