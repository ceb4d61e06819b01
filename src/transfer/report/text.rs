//! Text on a terminal: one line is one line, and nothing in it steers the terminal.

use serde_json::Value;

use crate::model::{FieldChange, RecordId};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

use super::words;

/// The most characters of a text that a line shows.
const LONGEST: usize = 100;

/// A text on one line, without control characters.
pub(super) fn line(raw: &str) -> String {
    let words: Vec<_> = raw.split_whitespace().collect();
    words.join(" ").replace(char::is_control, "")
}

/// The same, cut where it is long.
pub(super) fn short(raw: &str) -> String {
    let line = line(raw);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A record by its name and its id.
pub(super) fn named(at: &Snapshot, id: RecordId) -> Result<String, StoreError> {
    Ok(format!("{} ({id})", short(&words::title(at, id)?)))
}

/// A field that changed, in a line or several. Of lists, what came and what went.
pub(super) fn field(at: &Snapshot, field: &FieldChange) -> Result<Vec<String>, StoreError> {
    let path = &field.path;
    let list = |value: &Option<Value>| match value {
        None => Some(Vec::new()),
        Some(Value::Array(items)) => Some(items.clone()),
        Some(_) => None,
    };
    let a_list = [&field.before, &field.after]
        .iter()
        .any(|value| matches!(value, Some(Value::Array(_))));
    let lists = (list(&field.before), list(&field.after));
    if let ((Some(before), Some(after)), true) = (lists, a_list) {
        let gone = before.iter().filter(|item| !after.contains(item));
        let come = after.iter().filter(|item| !before.contains(item));
        let signed = |sign: char, item: &Value| Ok(format!("{path}: {sign} {}", plain(at, item)?));
        let mut lines = gone
            .map(|item| signed('-', item))
            .collect::<Result<Vec<_>, StoreError>>()?;
        for item in come {
            lines.push(signed('+', item)?);
        }
        if lines.is_empty() {
            lines.push(format!("{path}: in another order"));
        }
        return Ok(lines);
    }
    let side = |value: &Option<Value>| match value {
        None => Ok("nothing".to_owned()),
        Some(value) => plain(at, value),
    };
    let (before, after) = (side(&field.before)?, side(&field.after)?);
    Ok(vec![format!("{path}: {before} → {after}")])
}

/// A value as people read it, ids with the name of what they stand for.
fn plain(at: &Snapshot, value: &Value) -> Result<String, StoreError> {
    Ok(short(&unfold(at, value)?))
}

fn unfold(at: &Snapshot, value: &Value) -> Result<String, StoreError> {
    Ok(match value {
        Value::String(text) => match text.parse::<RecordId>() {
            Ok(id) if at.version(id).is_some() => named(at, id)?,
            _ => text.clone(),
        },
        Value::Array(items) => {
            let items = items.iter().map(|item| unfold(at, item));
            format!("[{}]", items.collect::<Result<Vec<_>, _>>()?.join(", "))
        }
        Value::Object(fields) => {
            let told = fields.iter().filter(|(_, value)| !empty(value));
            let told = told.map(|(name, value)| Ok(format!("{name} {}", unfold(at, value)?)));
            told.collect::<Result<Vec<_>, StoreError>>()?.join(", ")
        }
        other => other.to_string(),
    })
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_line_breaks_it_or_steers_the_terminal() {
        assert_eq!(
            line("one\ntwo\t three\u{1b}[2J\u{7}\u{9b}1m"),
            "one two three[2J1m"
        );
    }

    #[test]
    fn a_long_line_is_cut_between_two_characters() {
        assert_eq!(short(&"ى".repeat(LONGEST)), "ى".repeat(LONGEST));
        let cut = short(&"ى".repeat(LONGEST + 1));
        assert_eq!(cut, "ى".repeat(LONGEST) + "…");
    }
}
