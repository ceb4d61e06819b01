//! Instants on the command line.

use std::str::FromStr;

use crate::model::{PartialDate, Timestamp};

/// An instant, or a day, month or year in UTC, which begins and ends with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct When {
    /// Its first instant.
    pub(super) first: Timestamp,
    /// Its last instant.
    pub(super) last: Timestamp,
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            let instant = Timestamp(instant.as_millisecond());
            return Ok(Self {
                first: instant,
                last: instant,
            });
        }
        let date: PartialDate = text.parse().map_err(|_| {
            "write an instant as in 2026-03-01T12:00:00Z, or a date as in 2026-03-01, 2026-03 or 2026"
                .to_owned()
        })?;
        Ok(Self {
            first: Timestamp::first_of(date.first_day()),
            last: Timestamp::last_of(date.last_day()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String) {
        let when: When = text.parse().unwrap();
        (when.first.to_string(), when.last.to_string())
    }

    #[test]
    fn a_date_begins_and_ends_with_an_instant() {
        let own = |text: &str| text.to_owned();
        assert_eq!(
            read("2024-02"),
            (own("2024-02-01T00:00:00Z"), own("2024-02-29T23:59:59.999Z"))
        );
        assert_eq!(
            read("2024-02-03T01:00:00+01:00"),
            (own("2024-02-03T00:00:00Z"), own("2024-02-03T00:00:00Z"))
        );
        assert!("yesterday".parse::<When>().unwrap_err().contains("2026-03"));
    }
}
