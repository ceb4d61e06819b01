//! Where a claim comes from. A citation sits on the claim itself, never on a page.

use serde::{Deserialize, Serialize};

use super::{PartialDate, SourceId};

/// A place in a source that supports a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Citation {
    /// The source.
    pub source: SourceId,
    /// Where in the source: a page, an article, rows.
    pub locator: Option<String>,
    /// The words of the source.
    pub quote: Option<String>,
    /// When the source was consulted.
    pub accessed_on: Option<PartialDate>,
}
