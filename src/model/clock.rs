//! Recorded time: instants in milliseconds, and where they come from.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

use super::date::Day;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

const MILLIS_A_DAY: i64 = 86_400_000;

impl Timestamp {
    /// The first instant of a day in UTC.
    pub fn first_of(day: Day) -> Self {
        Self(i64::from(day.0) * MILLIS_A_DAY)
    }

    /// The last instant of a day in UTC.
    pub fn last_of(day: Day) -> Self {
        Self(Self::first_of(day).0 + MILLIS_A_DAY - 1)
    }

    /// The day of the instant in UTC.
    pub fn day(self) -> Day {
        let days = self.0.div_euclid(MILLIS_A_DAY);
        Day(i32::try_from(days).unwrap_or(0)).clamp(Day::MIN, Day::MAX)
    }
}

/// RFC 3339 in UTC, with milliseconds where there are some.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => instant.fmt(f),
            Err(_) => f.write_str("0000-00-00T00:00:00Z"),
        }
    }
}

/// Where the present moment comes from. Nothing else asks the operating system for the time.
#[derive(Clone, Copy, Debug, Default)]
pub enum Clock {
    /// The operating system's clock.
    #[default]
    System,
    /// A moment that stands still, for tests.
    Fixed(Timestamp),
    /// The milliseconds that somebody sets, for tests in which time passes.
    Set(&'static AtomicI64),
}

impl Clock {
    /// The present moment.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp(jiff::Timestamp::now().as_millisecond()),
            Self::Fixed(moment) => moment,
            Self::Set(millis) => Timestamp(millis.load(Ordering::Relaxed)),
        }
    }
}
