//! Input values: from the document's form and from JSON to the one that inputs are read from.

use std::collections::HashMap;

use apollo_compiler::Node;
use apollo_compiler::executable::Value as Written;
use apollo_compiler::response::{JsonMap, JsonValue};
use async_graphql::{Name, Number, Value};

/// Whether a value has a variable in it.
pub(super) fn has_variables(value: &Written) -> bool {
    match value {
        Written::Variable(_) => true,
        Written::List(items) => items.iter().any(|item| has_variables(item)),
        Written::Object(fields) => fields.iter().any(|(_, value)| has_variables(value)),
        _ => false,
    }
}

/// A value without variables.
pub(super) fn constant(value: &Written) -> Value {
    convert(value, &HashMap::new()).unwrap_or_default()
}

/// A value with the variables put in; none where it is a variable that is absent.
pub(super) fn filled(value: &Node<Written>, variables: &HashMap<String, Value>) -> Option<Value> {
    convert(value, variables)
}

fn convert(value: &Written, variables: &HashMap<String, Value>) -> Option<Value> {
    Some(match value {
        Written::Null => Value::Null,
        Written::Boolean(yes) => Value::Boolean(*yes),
        Written::String(text) => Value::String(text.clone()),
        Written::Enum(name) => Value::Enum(Name::new(name.as_str())),
        Written::Int(number) => self::number(number.as_str()),
        Written::Float(number) => self::number(number.as_str()),
        Written::Variable(name) => return variables.get(name.as_str()).cloned(),
        Written::List(items) => {
            // An absent variable is null in a list, and no field at all in an object.
            let item = |item: &Node<Written>| convert(item, variables).unwrap_or_default();
            Value::List(items.iter().map(item).collect())
        }
        Written::Object(fields) => {
            let field = |(name, value): &(apollo_compiler::Name, Node<Written>)| {
                Some((Name::new(name.as_str()), convert(value, variables)?))
            };
            Value::Object(fields.iter().filter_map(field).collect())
        }
    })
}

/// A number as it is written. One too large for any input stays a text that no input takes.
fn number(text: &str) -> Value {
    match text.parse::<Number>() {
        Ok(number) => Value::Number(number),
        Err(_) => Value::String(text.to_owned()),
    }
}

/// The variables of a request, after they were coerced.
pub(super) fn variables(given: &JsonMap) -> HashMap<String, Value> {
    let pairs = given.iter();
    pairs
        .map(|(name, value)| (name.as_str().to_owned(), from_json(value)))
        .collect()
}

fn from_json(value: &JsonValue) -> Value {
    match value {
        JsonValue::Null => Value::Null,
        JsonValue::Bool(yes) => Value::Boolean(*yes),
        JsonValue::Number(number) => Value::Number(number.clone()),
        JsonValue::String(text) => Value::String(text.as_str().to_owned()),
        JsonValue::Array(items) => Value::List(items.iter().map(from_json).collect()),
        JsonValue::Object(fields) => {
            let field = |(name, value): (&_, &_)| {
                let name: &apollo_compiler::response::serde_json_bytes::ByteString = name;
                (Name::new(name.as_str()), from_json(value))
            };
            Value::Object(fields.iter().map(field).collect())
        }
    }
}
