//! What a request wants beside its operation: a receipt, its cost, and an answer that is not older than a
//! revision. They come as extensions of the request or as headers.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

use crate::http::{Site, headers};

use super::request::Refusal;

/// The longest that a request waits for a revision.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What a request wants beside its operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// Whether a receipt is wanted.
    pub(super) receipt: bool,
    /// Whether the cost is wanted.
    pub(super) cost: bool,
    /// The oldest revision that it may be answered from; 0 takes any.
    min_revision: u32,
}

/// The revision that a request wants is not there.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("revision {wanted} is not there yet; the newest is {newest}")]
pub(super) struct Behind {
    wanted: u32,
    /// The newest revision.
    pub(super) newest: u32,
}

impl Wishes {
    /// Reads the extensions and the headers. Of two revisions the later one counts.
    ///
    /// # Errors
    /// When one of them makes no sense.
    pub(super) fn read(
        extensions: Option<&Map<String, Value>>,
        given: &HeaderMap,
    ) -> Result<Self, Refusal> {
        let extension = |name: &str| {
            let value = extensions.and_then(|extensions| extensions.get(name));
            value.filter(|value| !value.is_null())
        };
        let flag = |name: &str| match extension(name) {
            None => Ok(false),
            Some(Value::Bool(wanted)) => Ok(*wanted),
            Some(_) => Err(Refusal::bad(format!(
                "extensions.{name} must be true or false"
            ))),
        };
        let (receipt, cost) = (flag("receipt")?, flag("cost")?);
        let revision = |value: &Value| value.as_u64().and_then(|number| number.try_into().ok());
        let min_revision = match extension("minRevision") {
            None => 0,
            Some(value) => revision(value).ok_or_else(|| {
                Refusal::bad("extensions.minRevision must be the number of a revision")
            })?,
        };
        let header_flag = |name: &HeaderName| match header(given, name) {
            None | Some("0" | "false") => Ok(false),
            Some("1" | "true") => Ok(true),
            Some(_) => Err(Refusal::bad(format!("the header {name} must be 1 or 0"))),
        };
        let at_least = match header(given, &headers::MIN_REVISION) {
            None => 0,
            Some(text) => text.parse().map_err(|_| {
                Refusal::bad("the header Foedera-Min-Revision must be the number of a revision")
            })?,
        };
        Ok(Self {
            receipt: receipt || header_flag(&headers::RECEIPT)?,
            cost: cost || header_flag(&headers::COST)?,
            min_revision: min_revision.max(at_least),
        })
    }

    /// Waits until the revision is there that the request wants, but never longer than an operation
    /// may take.
    ///
    /// # Errors
    /// When it does not come.
    pub(super) async fn wait(self, site: &Site) -> Result<(), Behind> {
        let wanted = self.min_revision;
        if wanted == 0 {
            return Ok(());
        }
        let mut newest = site.app.ledger.newest();
        let there = newest.wait_for(|newest| *newest >= wanted);
        let limit = LONGEST_WAIT.min(site.executor.timeout());
        if let Ok(Ok(_)) = tokio::time::timeout(limit, there).await {
            return Ok(());
        }
        let newest = *newest.borrow();
        Err(Behind { wanted, newest })
    }
}

/// A header's text; an empty text where it is none.
fn header<'a>(given: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = given.get(name)?;
    Some(value.to_str().unwrap_or("").trim())
}
