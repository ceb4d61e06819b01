//! Names that could have been meant by one that there is not.

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;

/// The most names that are suggested.
const MOST: usize = 3;

/// What to add to a fault: the fields of a type whose names are close to one that it does not have.
pub(super) fn suggestion(schema: &Schema, fault: &str) -> Option<String> {
    let rest = fault.strip_prefix("type `")?;
    let (kind, rest) = rest.split_once("` does not have a field `")?;
    let wanted = rest.strip_suffix('`')?;
    let fields = match schema.types.get(kind)? {
        ExtendedType::Object(object) => &object.fields,
        ExtendedType::Interface(interface) => &interface.fields,
        _ => return None,
    };
    let mut close: Vec<_> = fields
        .keys()
        .map(|name| (distance(name, wanted), name.as_str()))
        .filter(|(distance, _)| *distance <= (wanted.len() / 3).max(1))
        .collect();
    close.sort_unstable();
    let names: Vec<_> = close
        .into_iter()
        .take(MOST)
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    (!names.is_empty()).then(|| format!("; did you mean {}?", names.join(" or ")))
}

/// How many letters must be put in, taken out or changed to make one name of another (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.bytes().enumerate() {
        let mut before = row[0];
        row[0] = place + 1;
        for (at, own) in other.bytes().enumerate() {
            let changed = before + usize::from(!letter.eq_ignore_ascii_case(&own));
            before = row[at + 1];
            row[at + 1] = changed.min(before + 1).min(row[at] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_names_are_suggested_and_no_others() {
        let schema =
            Schema::parse("type Query { actor: Int actors: Int briefs: Int }", "s").unwrap();
        let told = |field: &str| {
            suggestion(
                &schema,
                &format!("type `Query` does not have a field `{field}`"),
            )
        };
        assert_eq!(
            told("acters").as_deref(),
            Some("; did you mean `actors` or `actor`?")
        );
        assert_eq!(told("somethingElse"), None);
        assert_eq!(suggestion(&schema, "another fault"), None);
    }
}
