//! Dates of a table: texts in the form of EDTF, in another order, or put together from columns.

use crate::model::{PartialDate, shorten};

use super::mapping::{DateRule, DateWhole, Unreadable};
use super::rows::Row;
use super::template::{Lookups, Template, Trouble};

/// What a rule for a date says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Date {
    /// Nothing.
    None,
    /// Still so: what the table writes for "no end yet".
    Open,
    On(PartialDate),
}

impl Date {
    pub(super) fn given(self) -> Option<PartialDate> {
        match self {
            Self::On(date) => Some(date),
            Self::None | Self::Open => None,
        }
    }
}

impl DateRule {
    /// What to do where it cannot be read.
    pub(super) fn unreadable(&self) -> Unreadable {
        match self {
            Self::Text(_) => Unreadable::Reject,
            Self::Whole(whole) => whole.unreadable,
        }
    }

    pub(super) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Text(text) => vec![text],
            Self::Whole(whole) => [&whole.text, &whole.year, &whole.month, &whole.day]
                .into_iter()
                .flatten()
                .collect(),
        }
    }

    /// What is wrong with it whatever the rows say.
    pub(super) fn check(&self) -> Result<(), String> {
        let Self::Whole(whole) = self else {
            return Ok(());
        };
        match (&whole.text, &whole.year) {
            (Some(_), Some(_)) => Err("a date has either text or year, month and day".to_owned()),
            (None, None) => Err("a date needs text or year".to_owned()),
            _ => Ok(()),
        }?;
        if whole.day.is_some() && whole.month.is_none() {
            return Err("a date with a day needs a month".to_owned());
        }
        let Some(order) = &whole.order else {
            return Ok(());
        };
        let mut letters: Vec<_> = order.chars().collect();
        letters.sort_unstable();
        if matches!(letters.as_slice(), ['D', 'M', 'Y'] | ['M', 'Y'] | ['Y']) {
            Ok(())
        } else {
            Err(format!(
                "order is {order:?}; write YMD, DMY, MDY, MY, YM or Y"
            ))
        }
    }

    /// What it says of a row. `open` are the texts that mean "still so".
    pub(super) fn read(
        &self,
        row: &Row,
        lookups: &Lookups,
        open: &[String],
    ) -> Result<Date, Trouble> {
        let (text, order) = match self {
            Self::Text(text) => (text, None),
            Self::Whole(DateWhole {
                text: Some(text),
                order,
                ..
            }) => (text, order.as_deref()),
            Self::Whole(whole) => return put_together(whole, row, lookups),
        };
        let Some(written) = text.read(row, lookups)? else {
            return Ok(Date::None);
        };
        if open.contains(&written) {
            return Ok(Date::Open);
        }
        let read = match order {
            None => iso(&written),
            Some(order) => ordered(&written, order),
        };
        read.map(Date::On).map_err(|why| Trouble {
            column: text.first_column().unwrap_or_default(),
            why,
        })
    }
}

/// EDTF, with a time of day behind it that is left off.
fn iso(text: &str) -> Result<PartialDate, String> {
    let day = match text.find(['T', ' ']) {
        Some(at) if at == 10 => &text[..at],
        _ => text,
    };
    day.parse()
        .map_err(|error: crate::model::date::DateError| error.to_string())
}

/// A date whose parts stand in another order, with anything between them: 31/12/1999, 31 Dec 1999.
fn ordered(text: &str, order: &str) -> Result<PartialDate, String> {
    let wrong = || format!("{:?} is not a date in the order {order}", shorten(text));
    let mut parts: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    if let [all] = parts.as_slice()
        && order.len() > 1
        && all.len() == 2 * order.len() + 2
        && all.bytes().all(|byte| byte.is_ascii_digit())
    {
        let mut rest = all.as_str();
        let cut = order.chars().map(|letter| {
            let (part, behind) = rest.split_at(if letter == 'Y' { 4 } else { 2 });
            rest = behind;
            part.to_owned()
        });
        parts = cut.collect();
    }
    if parts.len() != order.len() {
        return Err(wrong());
    }
    let part = |letter| {
        let at = order.find(letter)?;
        parts.get(at).map(String::as_str)
    };
    let year = part('Y').ok_or_else(wrong)?;
    let month = part('M').map(month_number).transpose()?;
    let day = part('D').map(number).transpose()?;
    build(year, month, day)
}

/// A date from columns for the year, the month and the day. A month or day that is missing, 0, negative or
/// 99 is not known.
fn put_together(whole: &DateWhole, row: &Row, lookups: &Lookups) -> Result<Date, Trouble> {
    let read = |template: &Option<Template>| match template {
        Some(template) => template.read(row, lookups),
        None => Ok(None),
    };
    let trouble = |template: &Option<Template>, why| Trouble {
        column: template
            .as_ref()
            .and_then(Template::first_column)
            .unwrap_or_default(),
        why,
    };
    let Some(year) = read(&whole.year)?.filter(|year| known(year)) else {
        return Ok(Date::None);
    };
    let month = read(&whole.month)?.filter(|month| known(month));
    let month = month.map(|month| month_number(&month)).transpose();
    let month = month.map_err(|why| trouble(&whole.month, why))?;
    let day = read(&whole.day)?.filter(|day| known(day));
    let day = day.map(|day| number(&day)).transpose();
    let day = day.map_err(|why| trouble(&whole.day, why))?;
    let at_fault = match (month, day) {
        (_, Some(_)) => &whole.day,
        (Some(_), None) => &whole.month,
        (None, None) => &whole.year,
    };
    build(&year, month, day)
        .map(Date::On)
        .map_err(|why| trouble(at_fault, why))
}

fn known(part: &str) -> bool {
    !(part.starts_with('-') || part == "99" || part.bytes().all(|byte| byte == b'0'))
}

/// A number that may be written as 7, 07 or 7.0.
fn number(text: &str) -> Result<u32, String> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    whole
        .parse()
        .map_err(|_| format!("{:?} is not a number", shorten(text)))
}

fn month_number(text: &str) -> Result<u32, String> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let short: String = text.to_lowercase().chars().take(3).collect();
    match MONTHS.iter().position(|month| *month == short) {
        Some(at) => Ok(at as u32 + 1),
        None => number(text),
    }
}

fn build(year: &str, month: Option<u32>, day: Option<u32>) -> Result<PartialDate, String> {
    let year = year.strip_suffix(".0").unwrap_or(year);
    let text = match (month, day) {
        (None, None) => format!("{year:0>4}"),
        (None, Some(day)) => format!("{year:0>4}-XX-{day:02}"),
        (Some(month), None) => format!("{year:0>4}-{month:02}"),
        (Some(month), Some(day)) => format!("{year:0>4}-{month:02}-{day:02}"),
    };
    text.parse()
        .map_err(|error: crate::model::date::DateError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_other_orders_are_read() {
        for (text, order, date) in [
            ("31/12/1999", "DMY", "1999-12-31"),
            ("12/31/1999", "MDY", "1999-12-31"),
            ("1.2.2003", "DMY", "2003-02-01"),
            ("19991231", "YMD", "1999-12-31"),
            ("31 December 1999", "DMY", "1999-12-31"),
            ("Sept 1999", "MY", "1999-09"),
            ("199907", "YM", "1999-07"),
            ("1999", "Y", "1999"),
        ] {
            let read = ordered(text, order).map(|date| date.to_string());
            assert_eq!(read.as_deref(), Ok(date), "{text}");
        }
        for (text, order) in [
            ("31/12/1999", "MDY"),
            ("30.2.2000", "DMY"),
            ("1999", "DMY"),
            ("x/y/z", "DMY"),
            ("", "Y"),
            ("٣١/١٢/١٩٩٩", "DMY"),
        ] {
            assert!(ordered(text, order).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_of_day_is_left_off() {
        assert_eq!(
            iso("2018-01-09T21:15:00").map(|d| d.to_string()).as_deref(),
            Ok("2018-01-09")
        );
        assert_eq!(
            iso("2018-01-09 21:15").map(|d| d.to_string()).as_deref(),
            Ok("2018-01-09")
        );
        assert!(iso("2018-01T21:15").is_err());
    }
}
