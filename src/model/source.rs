//! Where claims come from.

use serde::{Deserialize, Serialize};

use super::{PartialDate, Reliability, SourceKind};

/// A document, data set or report that claims come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// Its stable name in fixtures and imports, where it has one.
    pub key: Option<String>,
    /// Its title.
    pub title: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// Who published it. Sources of one publisher are not independent of each other.
    pub publisher: Option<String>,
    /// What sort of source it is.
    pub kind: SourceKind,
    /// When it was published.
    pub published_on: Option<PartialDate>,
    /// How far it can be relied on.
    pub reliability: Reliability,
}
