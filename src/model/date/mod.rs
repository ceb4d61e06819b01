//! Dates as far as they are known: the part of EDTF (ISO 8601-2:2019, levels 0 and 1) that sources need.
//!
//! | text | meaning |
//! |---|---|
//! | `2024`, `2024-12`, `2024-12-08` | a year, a month, a day |
//! | `1982~`, `2003?`, `1979-02%` | approximate, uncertain, both |
//! | `201X`, `19XX` | some year of the decade, of the century |
//! | `2004-XX`, `1985-04-XX`, `1964-XX-16` | the month or the day is not known |
//!
//! A partial date is an interval of days; nothing here ever invents a day that was not given.
//! Source: <https://www.loc.gov/standards/datetime/>. The crate `edtf` reads level 1 too, but was
//! last released in 2021 and knows nothing of the intervals that validity is computed from.

mod day;
mod parse;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

pub use day::Day;
pub use parse::DateError;

/// A month or a day of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Part {
    /// The date is not that precise.
    Absent,
    /// `XX`: there is one, and it is not known.
    Unspecified,
    /// It is this.
    Given(u8),
}

/// A date as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialDate {
    /// With zeros in the place of digits that are not known.
    year: u16,
    /// How many of the year's last digits are not known.
    unknown_digits: u8,
    month: Part,
    day: Part,
    approximate: bool,
    uncertain: bool,
}

impl PartialDate {
    /// Whether it ends in `~` or `%`.
    pub fn approximate(self) -> bool {
        self.approximate
    }

    /// Whether it ends in `?` or `%`.
    pub fn uncertain(self) -> bool {
        self.uncertain
    }

    /// The first day that it can mean, taken as it is written.
    pub fn first_day(self) -> Day {
        let month = if let Part::Given(month) = self.month {
            month
        } else {
            1
        };
        let day = if let Part::Given(day) = self.day {
            day
        } else {
            1
        };
        // A day that the first month lacks (XX-31) begins in the first that has it.
        let months = if let Part::Given(_) = self.month {
            month..=month
        } else {
            1..=12
        };
        let year = self.year.max(1);
        let first = months
            .clone()
            .find_map(|month| Day::from_ymd(year, month, day));
        first
            .or_else(|| Day::from_ymd(year, month, 1))
            .unwrap_or(Day::MIN)
    }

    /// The last day that it can mean, taken as it is written.
    pub fn last_day(self) -> Day {
        let span = 10u16.pow(u32::from(self.unknown_digits)) - 1;
        let year = self.year.saturating_add(span);
        let months = if let Part::Given(month) = self.month {
            month..=month
        } else {
            1..=12
        };
        let last = months.rev().find_map(|month| match self.day {
            Part::Given(day) => Day::from_ymd(year, month, day),
            Part::Absent | Part::Unspecified => Day::last_of_month(year, month),
        });
        // 29 February of a decade: the last year may have none.
        let fallback = || {
            (self.year..=year).rev().find_map(|year| {
                let (Part::Given(month), Part::Given(day)) = (self.month, self.day) else {
                    return None;
                };
                Day::from_ymd(year, month, day)
            })
        };
        last.or_else(fallback).unwrap_or(Day::MAX)
    }

    /// The days that it can mean with its qualifier: an approximate or uncertain date is read one
    /// unit of its precision wider on each side (a day, a month, a year, a decade, a century).
    pub fn possible(self) -> (Day, Day) {
        let (first, last) = (self.first_day(), self.last_day());
        if !self.approximate && !self.uncertain {
            return (first, last);
        }
        match (self.month, self.day) {
            (Part::Given(_), Part::Given(_)) => (first.plus(-1), last.plus(1)),
            (Part::Given(_), _) => (first.plus_months(-1), last.plus_months_to_end(1)),
            _ => {
                let unit = 10u16.pow(u32::from(self.unknown_digits));
                let year = |year| Self { year, ..self };
                (
                    year(self.year.saturating_sub(unit)).first_day(),
                    year(self.year + unit).last_day(),
                )
            }
        }
    }

    /// What orders dates: where they begin, where they end, then what they look like.
    fn rank(self) -> impl Ord {
        (
            self.first_day(),
            self.last_day(),
            (self.approximate, self.uncertain),
            (self.year, self.unknown_digits, self.month, self.day),
        )
    }
}

impl Ord for PartialDate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for PartialDate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Day> for PartialDate {
    fn from(day: Day) -> Self {
        let (year, month, day) = day.ymd();
        Self {
            year,
            unknown_digits: 0,
            month: Part::Given(month),
            day: Part::Given(day),
            approximate: false,
            uncertain: false,
        }
    }
}

impl PartialDate {
    /// The canonical text, which reads back as the same date, in ASCII.
    pub fn text(&self) -> SmallVec<[u8; 16]> {
        // Put together by hand: answers are full of dates.
        let mut text = SmallVec::new();
        let digit = |value: u16| b'0' + (value % 10) as u8;
        let year = [1000, 100, 10, 1].map(|place| digit(self.year / place));
        let known = year.len() - usize::from(self.unknown_digits).min(year.len());
        text.extend_from_slice(&year[..known]);
        text.extend_from_slice(&b"XXXX"[known..]);
        for part in [self.month, self.day] {
            match part {
                Part::Absent => break,
                Part::Unspecified => text.extend_from_slice(b"-XX"),
                Part::Given(value) => {
                    let value = u16::from(value);
                    text.extend_from_slice(&[b'-', digit(value / 10), digit(value)]);
                }
            }
        }
        text.extend_from_slice(match (self.approximate, self.uncertain) {
            (false, false) => b"",
            (true, false) => b"~",
            (false, true) => b"?",
            (true, true) => b"%",
        });
        text
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.text()).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        let flags = u8::from(self.approximate) | u8::from(self.uncertain) << 1;
        let marks = flags | self.unknown_digits << 2;
        (self.year, marks, byte(self.month), byte(self.day)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return text.parse().map_err(serde::de::Error::custom);
        }
        let date = from_stored(Deserialize::deserialize(deserializer)?);
        // Bytes from a damaged file must not become a date that cannot be.
        if parse::can_be(&date) {
            Ok(date)
        } else {
            Err(serde::de::Error::custom("the stored date does not exist"))
        }
    }
}

/// The date that the stored form says, whether or not there can be one.
fn from_stored((year, marks, month, day): (u16, u8, u8, u8)) -> PartialDate {
    PartialDate {
        year,
        unknown_digits: marks >> 2,
        month: part(month),
        day: part(day),
        approximate: marks & 1 != 0,
        uncertain: marks & 2 != 0,
    }
}

const UNSPECIFIED: u8 = 0xff;

fn byte(part: Part) -> u8 {
    match part {
        Part::Absent => 0,
        Part::Unspecified => UNSPECIFIED,
        Part::Given(value) => value,
    }
}

fn part(byte: u8) -> Part {
    match byte {
        0 => Part::Absent,
        UNSPECIFIED => Part::Unspecified,
        value => Part::Given(value),
    }
}
