//! Reading dates.

use std::str::FromStr;

use crate::model::shorten;

use super::{Day, Part, PartialDate};

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a date: {problem}; write 2024, 2024-12 or 2024-12-08, with ~ behind it where it is approximate and ? where it is uncertain"
)]
pub struct DateError {
    /// The text, shortened.
    text: String,
    problem: String,
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        read(text).map_err(|problem| DateError {
            text: shorten(text),
            problem,
        })
    }
}

fn read(text: &str) -> Result<PartialDate, String> {
    let (digits, approximate, uncertain) = match text.as_bytes().last() {
        Some(b'~') => (&text[..text.len() - 1], true, false),
        Some(b'?') => (&text[..text.len() - 1], false, true),
        Some(b'%') => (&text[..text.len() - 1], true, true),
        _ => (text, false, false),
    };
    let mut parts = digits.split('-');
    let (year, unknown_digits) = year(parts.next().unwrap_or_default())?;
    let month = part(parts.next(), "month", 12)?;
    let day = part(parts.next(), "day", 31)?;
    if parts.next().is_some() {
        return Err("it has more than a year, a month and a day".to_owned());
    }
    let date = PartialDate {
        year,
        unknown_digits,
        month,
        day,
        approximate,
        uncertain,
    };
    if exists(&date) {
        Ok(date)
    } else {
        Err("the calendar has no such day".to_owned())
    }
}

fn year(text: &str) -> Result<(u16, u8), String> {
    let unknown = text.bytes().rev().take_while(|byte| *byte == b'X').count();
    let known = &text[..text.len().saturating_sub(unknown)];
    if text.len() != 4 || !known.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("it does not begin with a year of four digits".to_owned());
    }
    if known.is_empty() {
        return Err("nothing of the year is known; leave the date out".to_owned());
    }
    let padded: String = known.chars().chain("000".chars()).take(4).collect();
    match padded.parse() {
        Ok(0) if unknown == 0 => Err("there is no year 0000".to_owned()),
        Ok(year) => Ok((year, unknown as u8)),
        Err(_) => Err("its year is not a number".to_owned()),
    }
}

fn part(text: Option<&str>, name: &str, largest: u8) -> Result<Part, String> {
    let Some(text) = text else {
        return Ok(Part::Absent);
    };
    if text == "XX" {
        return Ok(Part::Unspecified);
    }
    if text.len() != 2 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("its {name} is not two digits"));
    }
    match text.parse() {
        Ok(value) if (1..=largest).contains(&value) => Ok(Part::Given(value)),
        _ => Err(format!("{name} {text} does not exist")),
    }
}

/// Whether some text reads as this date.
pub(super) fn can_be(date: &PartialDate) -> bool {
    let known = 4u8
        .checked_sub(date.unknown_digits)
        .is_some_and(|known| known > 0);
    let within = |part, largest| match part {
        Part::Given(value) => (1..=largest).contains(&value),
        Part::Absent | Part::Unspecified => true,
    };
    known
        && date.year <= 9_999
        && date
            .year
            .is_multiple_of(10u16.pow(u32::from(date.unknown_digits)))
        && (date.year > 0 || date.unknown_digits > 0)
        && within(date.month, 12)
        && within(date.day, 31)
        && (date.month != Part::Absent || date.day == Part::Absent)
        && exists(date)
}

/// Whether some day is what the date says.
fn exists(date: &PartialDate) -> bool {
    let Part::Given(day) = date.day else {
        return true;
    };
    let span = 10u16.pow(u32::from(date.unknown_digits)) - 1;
    let months = if let Part::Given(month) = date.month {
        month..=month
    } else {
        1..=12
    };
    // Four years on end hold every day that the calendar has, but around a century's end; eight do.
    let years = date.year.max(1)..=date.year + span.min(12);
    years.into_iter().any(|year| {
        months
            .clone()
            .any(|month| Day::from_ymd(year, month, day).is_some())
    })
}
