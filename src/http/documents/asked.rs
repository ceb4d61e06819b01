//! Which moment and which relationships: the query of an address.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::http::error::Problem;
use crate::model::{PartialDate, RelationshipFilter, Timestamp, shorten};
use crate::read::moment::Moment;

/// What the query of an address asks for.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) moment: Moment,
    pub(super) filter: RelationshipFilter,
}

/// What a parameter of a filter holds.
enum Sort {
    /// Codes, parted by commas.
    List,
    /// One code, or an id.
    One,
    Number,
    Truth,
    /// Slugs of actors, parted by commas.
    Actors,
}

const PARAMETERS: [(&str, Sort); 17] = [
    ("kind", Sort::List),
    ("alignment", Sort::List),
    ("tier", Sort::List),
    ("formality", Sort::List),
    ("domain", Sort::List),
    ("period", Sort::One),
    ("role", Sort::One),
    ("counterpart", Sort::Actors),
    ("assertion", Sort::List),
    ("evidence", Sort::List),
    ("contested", Sort::Truth),
    ("confidence", Sort::List),
    ("against", Sort::Actors),
    ("source", Sort::One),
    ("reliability", Sort::List),
    ("uncitedArea", Sort::Truth),
    ("staleDays", Sort::Number),
];

/// Reads the query of an address. `filters` tells whether relationships can be chosen there.
///
/// # Errors
/// When a parameter is unknown, comes twice, or cannot be.
pub(super) fn read(query: Vec<(String, String)>, filters: bool) -> Result<Asked, Problem> {
    let mut moment = Moment::default();
    let mut filter = Map::new();
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in query {
        if seen.contains(&name) {
            return Err(bad(format!(
                "{name} is given twice; part several values by commas"
            )));
        }
        let sort = PARAMETERS.iter().find(|(own, _)| *own == name);
        match (name.as_str(), sort) {
            ("validOn", _) => moment.valid_on = Some(date(&value)?),
            ("knownAt", _) => moment.known_at = Some(instant(&value)?),
            ("revision", _) => {
                let number = value.parse().map_err(|_| {
                    bad(format!("revision is a number; it is {:?}", shorten(&value)))
                })?;
                moment.revision = Some(number);
            }
            ("through", _) => moment.through = Some(value),
            ("filter", _) if filters => {
                let whole: Value = serde_json::from_str(&value)
                    .map_err(|error| bad(format!("filter is no JSON: {error}")))?;
                let Value::Object(whole) = whole else {
                    return Err(bad("filter is a JSON object".to_owned()));
                };
                for (name, value) in whole {
                    filter.entry(name).or_insert(value);
                }
            }
            (_, Some((_, sort))) if filters => {
                filter.insert(name.clone(), value_of(sort, &value));
            }
            _ => return Err(unknown(&name, filters)),
        }
        seen.push(name);
    }
    let filter = serde_json::from_value(Value::Object(filter))
        .map_err(|error| bad(format!("the filter cannot be: {error}")))?;
    Ok(Asked { moment, filter })
}

fn value_of(sort: &Sort, text: &str) -> Value {
    let list = || text.split(',').map(str::trim).collect::<Vec<_>>();
    match sort {
        Sort::List => json!(list()),
        Sort::Actors => json!({ "slug": list() }),
        Sort::One => json!(text),
        // What is not of the right sort stays a text, and is refused as that.
        Sort::Number => text
            .parse::<u32>()
            .map_or_else(|_| json!(text), Value::from),
        Sort::Truth => text
            .parse::<bool>()
            .map_or_else(|_| json!(text), Value::from),
    }
}

fn date(text: &str) -> Result<PartialDate, Problem> {
    text.parse()
        .map_err(|error| bad(format!("validOn: {error}")))
}

fn instant(text: &str) -> Result<Timestamp, Problem> {
    let instant: jiff::Timestamp = text
        .parse()
        .map_err(|_| bad("knownAt is an instant, such as 2025-01-17T12:00:00Z".to_owned()))?;
    Ok(Timestamp(instant.as_millisecond()))
}

fn unknown(name: &str, filters: bool) -> Problem {
    let name = shorten(name);
    let mut known = vec!["validOn", "knownAt", "revision", "through"];
    if filters {
        known.push("filter");
        known.extend(PARAMETERS.iter().map(|(name, _)| *name));
    }
    bad(format!(
        "there is no parameter {name:?}; there are {}",
        known.join(", ")
    ))
}

pub(super) fn bad(detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, detail)
}
