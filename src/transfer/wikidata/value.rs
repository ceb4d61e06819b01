//! Values of Wikidata: times with their precision, items, and texts for all else.

use serde_json::Value;

use crate::model::{Day, PartialDate};

/// The days from the beginning of the Julian day count to 1 January 1970.
const EPOCH: i64 = 2_440_588;

/// What a snak says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Said<'a> {
    Value(&'a Value),
    /// There is one, and it is not known.
    Some,
    /// There is none.
    None,
}

pub(super) fn said(snak: &Value) -> Said<'_> {
    match snak["snaktype"].as_str() {
        Some("value") => Said::Value(&snak["datavalue"]["value"]),
        Some("novalue") => Said::None,
        _ => Said::Some,
    }
}

/// The id of the item that a snak names.
pub(super) fn item(snak: &Value) -> Option<&str> {
    snak["datavalue"]["value"]["id"].as_str()
}

/// A time as far as it is known; an error where it cannot be written as a date here.
///
/// The precision is 11 for a day, 10 a month, 9 a year, 8 a decade, 7 a century, 6 a millennium; below that
/// and before the year 1 there are no dates here. Days of the Julian calendar are turned into ours.
pub(super) fn time(value: &Value) -> Result<PartialDate, String> {
    let text = value["time"].as_str().unwrap_or_default();
    let precision = value["precision"].as_u64().unwrap_or(0);
    let fail = |why: &str| format!("{text} with precision {precision} {why}");
    let date = text
        .strip_prefix('+')
        .ok_or_else(|| fail("is before the year 1, and there are no such dates here"))?;
    let (year, rest) = date.split_once('-').ok_or_else(|| fail("is no time"))?;
    let year = year.trim_start_matches('0');
    if year.len() > 4 || year.is_empty() {
        return Err(fail("is after the year 9999 or in the year 0"));
    }
    let year = format!("{year:0>4}");
    let parts = (rest.get(..2), rest.get(3..5));
    let (Some(month), Some(day)) = parts else {
        return Err(fail("is no time"));
    };
    let julian = value["calendarmodel"]
        .as_str()
        .is_some_and(|model| model.ends_with("/Q1985786"));
    let written = match precision {
        11.. if julian => return julian_day(&year, month, day).ok_or_else(|| fail("is no day")),
        11.. => format!("{year}-{month}-{day}"),
        10 => format!("{year}-{month}"),
        9 => year,
        8 => format!("{}X", &year[..3]),
        // A century or millennium of Wikidata ends with its round year, one of EDTF begins with it.
        7 => format!(
            "{}~",
            decades(&year, 2).ok_or_else(|| fail("is no century"))?
        ),
        6 => format!(
            "{}~",
            decades(&year, 1).ok_or_else(|| fail("is no millennium"))?
        ),
        _ => return Err(fail("is less exact than a date here can be")),
    };
    written
        .parse()
        .map_err(|error: crate::model::date::DateError| error.to_string())
}

/// The digits of the century or millennium that a year of it stands for: 2000 is in 19XX, as 1901 is.
fn decades(year: &str, known: usize) -> Option<String> {
    let year: u32 = year.parse().ok()?;
    let span = if known == 2 { 100 } else { 1_000 };
    let number = year.checked_sub(1)? / span;
    (number > 0).then(|| format!("{number:0known$}{}", "X".repeat(4 - known)))
}

/// A day of the Julian calendar.
fn julian_day(year: &str, month: &str, day: &str) -> Option<PartialDate> {
    let number = |text: &str| text.parse::<i64>().ok();
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    let shift = (14 - month) / 12;
    let (y, m) = (year + 4_800 - shift, month + 12 * shift - 3);
    let count = day + (153 * m + 2) / 5 + 365 * y + y / 4 - 32_083;
    Some(Day(i32::try_from(count - EPOCH).ok()?).into())
}

/// A value in words.
pub(super) fn words(value: &Value) -> String {
    let text = value
        .as_str()
        .or(value["id"].as_str())
        .or(value["text"].as_str())
        .or(value["amount"].as_str());
    match (text, value["time"].as_str()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(time)) => format!("{time}/{}", value["precision"]),
        (None, None) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    fn read(time: &str, precision: u8, calendar: &str) -> Result<String, String> {
        let value = serde_json::json!({ "time": time, "precision": precision,
            "calendarmodel": format!("http://www.wikidata.org/entity/{calendar}") });
        super::time(&value).map(|date| date.to_string())
    }

    #[test]
    fn a_time_is_as_exact_as_its_precision() {
        for (time, precision, date) in [
            ("+1997-07-01T00:00:00Z", 11, "1997-07-01"),
            ("+1997-07-00T00:00:00Z", 10, "1997-07"),
            ("+1997-00-00T00:00:00Z", 9, "1997"),
            ("+1990-00-00T00:00:00Z", 8, "199X"),
            ("+2000-00-00T00:00:00Z", 7, "19XX~"),
            ("+1901-00-00T00:00:00Z", 7, "19XX~"),
            ("+2000-00-00T00:00:00Z", 6, "1XXX~"),
            ("+00000001994-01-01T00:00:00Z", 9, "1994"),
        ] {
            assert_eq!(
                read(time, precision, "Q1985727").as_deref(),
                Ok(date),
                "{time}"
            );
        }
        for (time, precision) in [
            ("-0500-00-00T00:00:00Z", 9),
            ("+1997-00-00T00:00:00Z", 11),
            ("+10000-00-00T00:00:00Z", 9),
            ("+2000-00-00T00:00:00Z", 3),
            ("+0050-00-00T00:00:00Z", 7),
            ("", 9),
            ("+19", 9),
            ("+é-é-é", 11),
        ] {
            assert!(read(time, precision, "Q1985727").is_err(), "{time}");
        }
    }

    #[test]
    fn days_of_the_julian_calendar_become_ours() {
        assert_eq!(
            read("+1582-10-04T00:00:00Z", 11, "Q1985786").as_deref(),
            Ok("1582-10-14")
        );
        assert_eq!(
            read("+1917-10-25T00:00:00Z", 11, "Q1985786").as_deref(),
            Ok("1917-11-07")
        );
        assert_eq!(
            read("+1351-00-00T00:00:00Z", 9, "Q1985786").as_deref(),
            Ok("1351")
        );
    }
}
