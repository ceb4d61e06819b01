//! Whole days.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A day: days since 1970-01-01 in the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub i32);

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

impl Day {
    /// 0001-01-01, the first day that can be written.
    pub const MIN: Self = Self(-719_162);
    /// 9999-12-31, the last day that can be written.
    pub const MAX: Self = Self(2_932_896);

    /// The day of a year, month and day; none where the calendar has no such day.
    pub fn from_ymd(year: u16, month: u8, day: u8) -> Option<Self> {
        let year = i16::try_from(year).ok().filter(|year| *year >= 1)?;
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some(Self::from_date(date))
    }

    /// The last day of a month.
    pub fn last_of_month(year: u16, month: u8) -> Option<Self> {
        Self::from_ymd(year, month, 1)?
            .date()
            .map(|date| Self::from_date(date.last_of_month()))
    }

    /// The year, month and day.
    pub fn ymd(self) -> (u16, u8, u8) {
        self.date().map_or((1, 1, 1), |date| {
            (
                date.year().unsigned_abs(),
                date.month().unsigned_abs(),
                date.day().unsigned_abs(),
            )
        })
    }

    /// So many days later, or earlier; never beyond the first and the last day.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days)).clamp(Self::MIN, Self::MAX)
    }

    /// So many months later, or earlier, from the first of a month.
    #[must_use]
    pub(super) fn plus_months(self, months: i32) -> Self {
        let moved = self
            .date()
            .and_then(|date| date.checked_add(months.months()).ok());
        let bound = if months < 0 { Self::MIN } else { Self::MAX };
        moved
            .map_or(bound, Self::from_date)
            .clamp(Self::MIN, Self::MAX)
    }

    /// The last day of the month that is so many months later.
    #[must_use]
    pub(super) fn plus_months_to_end(self, months: i32) -> Self {
        let moved = self
            .date()
            .and_then(|date| date.checked_add(months.months()).ok());
        moved
            .map_or(Self::MAX, |date| Self::from_date(date.last_of_month()))
            .min(Self::MAX)
    }

    fn date(self) -> Option<Date> {
        EPOCH.checked_add(self.0.days()).ok()
    }

    fn from_date(date: Date) -> Self {
        Self(EPOCH.until(date).map_or(0, |span| span.get_days()))
    }
}

/// ISO 8601: `2024-12-08`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}
