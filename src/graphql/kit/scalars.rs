//! The scalars of the schema.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::model;

/// A date as far as it is known, in the Extended Date/Time Format (EDTF, ISO 8601-2): `2024`,
/// `2024-12`, `2024-12-08`. A `~` at the end says approximately, a `?` uncertain, a `%` both; an
/// `X` stands for a digit that is not known: `201X`, `2004-XX`. A partial date means every day
/// that it can mean.
#[Scalar(
    name = "PartialDate",
    specified_by_url = "https://www.loc.gov/standards/datetime/"
)]
impl ScalarType for model::PartialDate {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text.parse().map_err(InputValueError::custom),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// An instant in UTC, as in RFC 3339: `2025-01-17T12:00:00Z`.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339"
)]
impl ScalarType for model::Timestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => match text.parse::<jiff::Timestamp>() {
                Ok(instant) => Ok(Self(instant.as_millisecond())),
                Err(_) => Err(InputValueError::custom(
                    "it is not an instant; write it as in 2025-01-17T12:00:00Z",
                )),
            },
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}
