//! Which properties of Wikidata are relationships, and what they are called here.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{ActorKind, Alignment, Formality, RelationshipKind};

/// The map that comes with the program.
pub const SHIPPED: &str = include_str!("../../../mappings/wikidata.toml");
const FORMAT: &str = "foedera-wikidata/1";

/// A map of properties.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Properties {
    format: String,
    #[serde(default)]
    property: BTreeMap<String, Property>,
    /// What an item is, by the item that it is an instance of.
    #[serde(default)]
    pub(super) kind: BTreeMap<String, ActorKind>,
    /// The schemes of identifiers.
    #[serde(default)]
    pub(super) identifier: BTreeMap<String, String>,
    /// What else is said of an item itself.
    #[serde(default)]
    pub(super) fact: BTreeMap<String, Fact>,
}

/// What a property says of an item itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Fact {
    /// When it began.
    Start,
    /// When it ended.
    End,
    /// Its country.
    Country,
    /// Another name.
    Alias,
}

/// What a property is used for that is not a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Identifier,
    Fact(Fact),
}

/// What a property is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Property {
    pub(super) kind: RelationshipKind,
    pub(super) alignment: Alignment,
    pub(super) label: Option<String>,
    pub(super) formality: Option<Formality>,
    pub(super) symmetric: Option<bool>,
    /// Whether it runs from the value to the item.
    #[serde(default)]
    pub(super) reverse: bool,
}

impl Properties {
    /// Reads a map.
    ///
    /// # Errors
    /// When it is none: where, and why.
    pub fn read(text: &str) -> Result<Self, String> {
        let map: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if map.format == FORMAT {
            Ok(map)
        } else {
            Err(format!("its format is {:?}; write {FORMAT:?}", map.format))
        }
    }

    /// What a property is used for, if it says something of an item itself.
    pub(super) fn use_of(&self, property: &str) -> Option<Use> {
        if self.identifier.contains_key(property) {
            return Some(Use::Identifier);
        }
        self.fact.get(property).copied().map(Use::Fact)
    }

    /// The properties that say a thing of an item.
    pub(super) fn saying(&self, fact: Fact) -> impl Iterator<Item = &str> {
        let all = self.fact.iter().filter(move |(_, says)| **says == fact);
        all.map(|(property, _)| property.as_str())
    }

    /// What a property is; none where it is no relationship.
    pub(super) fn of(&self, property: &str) -> Option<&Property> {
        self.property
            .get(property)
            .or_else(|| self.property.get("*"))
    }
}
