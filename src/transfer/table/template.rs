//! Texts with columns in them: `"Government of {country}"`, `"{kind|lookup:kinds}"`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::shorten;

use super::mapping::Some1;
use super::rows::Row;

/// Codes and what they mean, by the name of the list.
pub(super) type Lookups = BTreeMap<String, BTreeMap<String, String>>;

/// A text with columns in it, or several, of which the first that says something is taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Some1<String>")]
pub struct Template(Vec<Vec<Part>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Column {
        name: String,
        /// Whether the text stands without it.
        optional: bool,
        functions: Vec<Function>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Function {
    Lookup(String),
    Lower,
    Upper,
    Title,
    Slug,
    Before(String),
    After(String),
    First(usize),
    Or(String),
}

/// Why a value cannot be had from a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) column: String,
    pub(super) why: String,
}

impl TryFrom<Some1<String>> for Template {
    type Error = String;

    fn try_from(texts: Some1<String>) -> Result<Self, String> {
        texts
            .iter()
            .map(|text| parts(text))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        if behind.starts_with(&rest[at..=at]) {
            plain.push_str(&rest[at..=at]);
            rest = &behind[1..];
        } else if rest[at..].starts_with('}') {
            return Err(format!(
                "a }} stands alone in {:?}; write }}}} for one",
                shorten(text)
            ));
        } else {
            let Some(end) = behind.find('}') else {
                return Err(format!(
                    "a {{ is not closed in {:?}; write {{{{ for one",
                    shorten(text)
                ));
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(column(&behind[..end])?);
            rest = &behind[end + 1..];
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(parts)
}

fn column(inside: &str) -> Result<Part, String> {
    let mut words = inside.split('|');
    let name = words.next().unwrap_or_default().trim();
    let (name, optional) = match name.strip_suffix('?') {
        Some(name) => (name, true),
        None => (name, false),
    };
    if name.is_empty() {
        return Err(format!("{{{inside}}} names no column"));
    }
    Ok(Part::Column {
        name: name.to_owned(),
        optional,
        functions: words.map(function).collect::<Result<_, _>>()?,
    })
}

fn function(text: &str) -> Result<Function, String> {
    let (name, argument) = match text.split_once(':') {
        Some((name, argument)) => (name.trim(), Some(argument)),
        None => (text.trim(), None),
    };
    Ok(match (name, argument) {
        ("lookup", Some(list)) => Function::Lookup(list.trim().to_owned()),
        ("lower", None) => Function::Lower,
        ("upper", None) => Function::Upper,
        ("title", None) => Function::Title,
        ("slug", None) => Function::Slug,
        ("before", Some(mark)) if !mark.is_empty() => Function::Before(mark.to_owned()),
        ("after", Some(mark)) if !mark.is_empty() => Function::After(mark.to_owned()),
        ("or", Some(text)) => Function::Or(text.trim().to_owned()),
        ("first", Some(count)) => match count.trim().parse() {
            Ok(count) => Function::First(count),
            Err(_) => return Err(format!("first:{count} wants a number")),
        },
        _ => {
            return Err(format!(
                "there is no function {:?}; known are lookup:LIST, lower, upper, title, slug, before:TEXT, \
                 after:TEXT, first:COUNT, or:TEXT",
                shorten(text)
            ));
        }
    })
}

impl Template {
    /// The columns that it names.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Column { name, .. } => Some(name.as_str()),
        })
    }

    /// The lists that it looks codes up in.
    pub(super) fn lookups(&self) -> impl Iterator<Item = &str> {
        let functions = self.0.iter().flatten().flat_map(|part| match part {
            Part::Text(_) => [].iter(),
            Part::Column { functions, .. } => functions.iter(),
        });
        functions.filter_map(|function| match function {
            Function::Lookup(list) => Some(list.as_str()),
            _ => None,
        })
    }

    /// Its text, where it names no column.
    pub(super) fn constant(&self) -> Option<&str> {
        match self.0.first()?.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The column to name where what it gives is no good.
    pub(super) fn first_column(&self) -> Option<String> {
        self.columns().next().map(str::to_owned)
    }

    /// What it says of a row; none where the row says nothing in a column that it needs.
    pub(super) fn read(&self, row: &Row, lookups: &Lookups) -> Result<Option<String>, Trouble> {
        for parts in &self.0 {
            let said = read(parts, row, lookups)?;
            if said.is_some() {
                return Ok(said);
            }
        }
        Ok(None)
    }
}

fn read(parts: &[Part], row: &Row, lookups: &Lookups) -> Result<Option<String>, Trouble> {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Column {
                name,
                optional,
                functions,
            } => match value(name, functions, row, lookups)? {
                Some(text) => out.push_str(&text),
                None if *optional => {}
                None => return Ok(None),
            },
        }
    }
    let text = out.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn value(
    name: &str,
    functions: &[Function],
    row: &Row,
    lookups: &Lookups,
) -> Result<Option<String>, Trouble> {
    let mut value = row.get(name).map(str::to_owned);
    for function in functions {
        value = match (function, value) {
            (Function::Or(text), None) => Some(text.clone()),
            (Function::Lookup(list), value) => {
                // A list may say what an empty cell or a mark for "missing" means.
                let code = value.or_else(|| row.raw(name).map(str::to_owned));
                look_up(name, list, code.unwrap_or_default(), lookups)?
            }
            (_, None) => None,
            (Function::Or(_), value) => value,
            (Function::Lower, Some(text)) => Some(text.to_lowercase()),
            (Function::Upper, Some(text)) => Some(text.to_uppercase()),
            (Function::Title, Some(text)) => Some(title(&text)),
            (Function::Slug, Some(text)) => Some(slug::slugify(text)),
            (Function::Before(mark), Some(text)) => {
                let before = text.split_once(mark.as_str());
                Some(before.map_or(text.clone(), |(before, _)| before.trim().to_owned()))
            }
            (Function::After(mark), Some(text)) => {
                let after = text.split_once(mark.as_str());
                after.map(|(_, after)| after.trim().to_owned())
            }
            (Function::First(count), Some(text)) => Some(text.chars().take(*count).collect()),
        };
        value = value.filter(|text| !text.is_empty());
    }
    Ok(value)
}

fn look_up(
    column: &str,
    list: &str,
    code: String,
    lookups: &Lookups,
) -> Result<Option<String>, Trouble> {
    let entries = lookups.get(list);
    let found = entries.and_then(|entries| entries.get(&code).or_else(|| entries.get("*")));
    match found {
        Some(meaning) => Ok(Some(meaning.clone())),
        None if code.is_empty() => Ok(None),
        None => Err(Trouble {
            column: column.to_owned(),
            why: format!(
                "the code {:?} is not in [lookup.{list}]; add it there, or \"*\" for all others",
                shorten(&code)
            ),
        }),
    }
}

/// Words with a capital at their beginning: names that are written in capitals.
fn title(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphanumeric() || c == '\'' || c == '’';
    }
    out
}
