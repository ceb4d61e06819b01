//! A state, government, armed group, movement, coalition, organisation or person.

use serde::{Deserialize, Serialize};

use super::{ActorKind, Period};

/// One who stands with others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// Its unique name in addresses: lower-case letters, digits, hyphens.
    pub slug: String,
    /// Slugs that it had before; they still lead here.
    pub former_slugs: Vec<String>,
    /// The name that people know it by, in English.
    pub name: String,
    /// Other names.
    pub aliases: Vec<Alias>,
    /// What sort of actor it is.
    pub kind: ActorKind,
    /// Who it is, in a few sentences.
    pub summary: Option<String>,
    /// Its country: ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// When it existed.
    pub active: Period,
    /// Its names in other schemes.
    pub identifiers: Vec<Identifier>,
}

/// Another name of an actor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alias {
    /// The name.
    pub text: String,
    /// Its language: a BCP 47 tag.
    pub language: Option<String>,
    /// When it was in use. A former name has an end.
    pub period: Option<Period>,
}

/// The name of an actor in another scheme, such as `wikidata` `Q794`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identifier {
    /// The scheme.
    pub scheme: String,
    /// The value within the scheme.
    pub value: String,
}
