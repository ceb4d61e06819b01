//! Dates and periods: at random, and what they mean, straight from the guide for readers.

use foedera::ledger::draft::PeriodDraft;
use foedera::model::{Day, PartialDate, Period, PeriodStatus};
use proptest::prelude::*;

/// Some days on end, both included.
pub type Days = (Day, Day);

/// A date from 2018 to 2027, as far as it is known.
pub fn date() -> BoxedStrategy<PartialDate> {
    let form = prop_oneof![
        3 => Just("Y"), 3 => Just("Y-M"), 4 => Just("Y-M-D"),
        1 => Just("D"), 1 => Just("Y-XX"), 1 => Just("Y-M-XX"), 1 => Just("Y-XX-D"),
    ];
    let mark = prop_oneof![8 => Just(""), 1 => Just("~"), 1 => Just("?"), 1 => Just("%")];
    (form, 2018..2028, 1..13, 1..29, mark)
        .prop_map(|(form, year, month, day, mark)| {
            let text = match form {
                "Y" => format!("{year}"),
                "Y-M" => format!("{year}-{month:02}"),
                "Y-M-D" => format!("{year}-{month:02}-{day:02}"),
                "D" => format!("{}X", year / 10),
                "Y-XX" => format!("{year}-XX"),
                "Y-M-XX" => format!("{year}-{month:02}-XX"),
                _ => format!("{year}-XX-{day:02}"),
            };
            (text + mark).parse().unwrap()
        })
        .boxed()
}

/// A period that is not wrong in itself, but that its end may come before its start.
pub fn period() -> BoxedStrategy<PeriodDraft> {
    use PeriodStatus::{Censored, Ended, Ongoing, Unknown};
    let dates = (
        prop::option::weighted(0.8, date()),
        prop::option::weighted(0.8, date()),
    );
    let status = prop::sample::select(vec![Ongoing, Ended, Ended, Censored, Unknown]);
    (dates, status, date())
        .prop_map(|((start, end), status, seen)| PeriodDraft {
            start,
            end: end.filter(|_| status == Ended),
            status: Some(status),
            observed_until: (status == Censored).then_some(seen),
        })
        .boxed()
}

/// Every day that a date can mean: «a date with a qualifier is read one unit wider on each side».
pub fn days(date: PartialDate) -> Days {
    let text = date.to_string();
    let plain = text.trim_end_matches(['~', '?', '%']);
    let within = |text: &str| {
        let date: PartialDate = text.parse().unwrap();
        (date.first_day(), date.last_day())
    };
    let (first, last) = within(plain);
    if plain == text {
        return (first, last);
    }
    let (head, rest) = plain.split_at(4);
    let moved = |years: i32| match head.strip_suffix('X') {
        Some(decade) => format!("{}X{rest}", decade.parse::<i32>().unwrap() + years),
        None => format!("{}{rest}", head.parse::<i32>().unwrap() + years),
    };
    match *rest.split('-').collect::<Vec<_>>() {
        // A day, in a month that is known.
        [_, month, day] if month != "XX" && day != "XX" => (first.plus(-1), last.plus(1)),
        // A month: the day before it is in the month before, the day behind it in the month behind.
        [_, month, ..] if month != "XX" => {
            let month = |day: Day| within(&day.to_string()[..7]);
            (month(first.plus(-1)).0, month(last.plus(1)).1)
        }
        // A year or a decade.
        _ => (within(&moved(-1)).0, within(&moved(1)).1),
    }
}

/// What a period says of some days, by trying every way to read its dates.
pub struct Readings(Vec<Days>);

impl Readings {
    /// All that the dates of a period can mean, as far as it matters for some days: one beginning and
    /// one end each.
    pub fn of(period: &Period, asked: Days) -> Self {
        let always = (Day::MIN, Day::MAX);
        let begins = period.start.map_or(always, days);
        let seen = period.observed_until.map(days);
        let ends = match period.status {
            PeriodStatus::Ongoing => (Day::MAX, Day::MAX),
            PeriodStatus::Ended => period.end.map_or(always, days),
            PeriodStatus::Censored | PeriodStatus::Unknown => always,
        };
        // What is asked does not change between these days.
        let seen = seen.unwrap_or(always);
        let mut turns: Vec<Day> = [begins, ends, seen, asked]
            .into_iter()
            .flat_map(|(first, last)| [first, last])
            .flat_map(|day| [day.plus(-1), day, day.plus(1)])
            .collect();
        turns.sort_unstable();
        turns.dedup();
        let among = |(first, last): Days| {
            turns
                .iter()
                .copied()
                .filter(move |day| (first..=last).contains(day))
        };
        let mut readings = Vec::new();
        for start in among(begins) {
            for end in among(ends).filter(|end| *end >= start) {
                let was_seen = period.status != PeriodStatus::Censored
                    || among(seen).any(|day| (start..=end).contains(&day));
                if was_seen {
                    readings.push((start, end));
                }
            }
        }
        Self(readings)
    }

    /// CERTAIN: it held, whatever the dates mean. POSSIBLE: they leave it open.
    pub fn validity(&self, asked: Days) -> &'static str {
        let held = |(start, end): &Days| *start <= asked.1 && *end >= asked.0;
        if self.0.iter().all(held) {
            "CERTAIN"
        } else if self.0.iter().any(held) {
            "POSSIBLE"
        } else {
            "NO"
        }
    }

    /// Whether it had ended before some days, whatever the dates mean.
    pub fn before(&self, asked: Days) -> bool {
        self.0.iter().all(|(_, end)| *end < asked.0)
    }

    /// Whether it begins after some days, whatever the dates mean.
    pub fn after(&self, asked: Days) -> bool {
        self.0.iter().all(|(start, _)| *start > asked.1)
    }

    /// The earliest day on which it can have begun, and the latest on which it can have ended.
    pub fn bounds(&self) -> Days {
        let first = self.0.iter().map(|(start, _)| *start).min();
        let last = self.0.iter().map(|(_, end)| *end).max();
        (first.unwrap(), last.unwrap())
    }
}
