//! When something holds in the world, as far as its dates tell.

use serde::{Deserialize, Serialize};

use super::{Day, PartialDate, PeriodStatus, Validity};

/// When something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Period {
    /// Its beginning; none where it is not known.
    pub start: Option<PartialDate>,
    /// The last day on which it held; none where it holds still or the end is not known.
    pub end: Option<PartialDate>,
    /// What is known of its end.
    pub status: PeriodStatus,
    /// Until when a source saw it hold, where the source stopped looking then.
    pub observed_until: Option<PartialDate>,
}

impl Default for Period {
    /// Nothing is known.
    fn default() -> Self {
        Self {
            start: None,
            end: None,
            status: PeriodStatus::Unknown,
            observed_until: None,
        }
    }
}

/// Why a period cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The end lies wholly before the start.
    #[error("the end {end} lies before the start {start}")]
    Backwards {
        /// The start.
        start: PartialDate,
        /// The end.
        end: PartialDate,
    },
    /// The observation lies wholly before the start.
    #[error("it cannot have been observed until {observed}, before it started on {start}")]
    ObservedBefore {
        /// The start.
        start: PartialDate,
        /// Until when it was observed.
        observed: PartialDate,
    },
    /// There is an end where there can be none.
    #[error("only a period that is ENDED has an end; give the status ENDED or leave the end out")]
    EndGiven,
    /// The observation is missing.
    #[error("a CENSORED period needs observedUntil: the last date on which the source saw it hold")]
    NotObserved,
    /// There is an observation where there can be none.
    #[error("only a CENSORED period has observedUntil; give the status CENSORED or leave it out")]
    Observed,
}

impl PeriodError {
    /// The field that is at fault.
    pub fn field(self) -> &'static str {
        match self {
            Self::Backwards { .. } | Self::EndGiven => "end",
            Self::ObservedBefore { .. } | Self::NotObserved | Self::Observed => "observedUntil",
        }
    }
}

impl Period {
    /// Everything that is wrong with it.
    pub fn check(&self) -> Vec<PeriodError> {
        let mut errors = Vec::new();
        if let (Some(start), Some(end)) = (self.start, self.end)
            && start.first_day() > end.last_day()
        {
            errors.push(PeriodError::Backwards { start, end });
        }
        if let (Some(start), Some(observed)) = (self.start, self.observed_until)
            && start.first_day() > observed.last_day()
        {
            errors.push(PeriodError::ObservedBefore { start, observed });
        }
        if self.end.is_some() && self.status != PeriodStatus::Ended {
            errors.push(PeriodError::EndGiven);
        }
        match (self.status, self.observed_until) {
            (PeriodStatus::Censored, None) => errors.push(PeriodError::NotObserved),
            (PeriodStatus::Censored, Some(_)) | (_, None) => {}
            (_, Some(_)) => errors.push(PeriodError::Observed),
        }
        errors
    }

    /// Whether it holds at some time within the days asked about.
    pub fn validity(&self, asked: DayRange) -> Validity {
        Span::from(self).on(asked)
    }
}

/// Some days on end, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRange {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

impl DayRange {
    /// Whether a day is one of them.
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// Whether the two have a day in common.
    pub fn meets(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether all of it is before other days.
    pub fn is_before(self, other: Self) -> bool {
        self.last < other.first
    }
}

/// Every day that the date can mean, its qualifier included.
impl From<PartialDate> for DayRange {
    fn from(date: PartialDate) -> Self {
        let (first, last) = date.possible();
        Self { first, last }
    }
}

/// What a period says, in four days: it began on some day from `possible_from` to `certain_from`, and
/// the last day on which it holds is some day from `certain_until` to `possible_until`.
///
/// An unknown start may be any day up to the end. Where nothing is known of the end, it may have come
/// on the day of the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first day on which it can hold.
    pub possible_from: Day,
    /// The day by which it surely has begun.
    pub certain_from: Day,
    /// The day until which it surely has not ended.
    pub certain_until: Day,
    /// The last day on which it can hold.
    pub possible_until: Day,
}

impl From<&Period> for Span {
    fn from(period: &Period) -> Self {
        let ended = period.end.filter(|_| period.status == PeriodStatus::Ended);
        let seen = period
            .observed_until
            .filter(|_| period.status == PeriodStatus::Censored);
        let always = (Day::MIN, Day::MAX);
        let (possible_from, begun) = period.start.map_or(always, PartialDate::possible);
        let (lasted, possible_until) = match (period.status, ended, seen) {
            (PeriodStatus::Ongoing, ..) => (Day::MAX, Day::MAX),
            (_, Some(end), _) => end.possible(),
            (_, None, Some(seen)) => (seen.possible().0, Day::MAX),
            (_, None, None) => always,
        };
        // It had begun by the last day on which it was known to hold, and did not end before it began.
        let known = ended.or(seen).map_or(Day::MAX, |date| date.possible().1);
        Self {
            possible_from,
            certain_from: begun.min(known),
            certain_until: lasted.max(possible_from),
            possible_until,
        }
    }
}

impl Span {
    /// Whether it holds at some time within the days asked about: CERTAIN where it does whatever the
    /// dates mean, POSSIBLE where it does for some of what they can mean.
    pub fn on(&self, asked: DayRange) -> Validity {
        let meets = |from: Day, until: Day| from <= asked.last && asked.first <= until;
        if meets(self.certain_from, self.certain_until) {
            Validity::Certain
        } else if meets(self.possible_from, self.possible_until) {
            Validity::Possible
        } else {
            Validity::No
        }
    }

    /// The days on which it can hold.
    pub fn possible(&self) -> DayRange {
        DayRange {
            first: self.possible_from,
            last: self.possible_until,
        }
    }

    /// Whether it had surely begun before another period can have.
    pub fn begins_before(&self, other: &Self) -> bool {
        self.certain_from < other.possible_from
    }

    /// Whether it surely went on after another period had ended.
    pub fn outlasts(&self, other: &Self) -> bool {
        self.certain_until > other.possible_until
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn period(start: &str, end: &str, status: PeriodStatus) -> Period {
        let date = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        match status {
            PeriodStatus::Censored => Period {
                start: date(start),
                end: None,
                status,
                observed_until: date(end),
            },
            _ => Period {
                start: date(start),
                end: date(end),
                status,
                observed_until: None,
            },
        }
    }

    fn on(period: Period, asked: &str) -> Validity {
        period.validity(asked.parse::<PartialDate>().unwrap().into())
    }

    #[test]
    fn the_end_is_the_last_day_on_which_it_held() {
        let regime = period("1980", "2024-12-08", PeriodStatus::Ended);
        assert_eq!(on(regime, "1979-12-31"), Validity::No);
        assert_eq!(on(regime, "1980-06-01"), Validity::Possible);
        assert_eq!(on(regime, "2024-12-07"), Validity::Certain);
        assert_eq!(on(regime, "2024-12-08"), Validity::Certain);
        assert_eq!(on(regime, "2024-12-09"), Validity::No);
        assert_eq!(on(regime, "2024-12"), Validity::Certain);
        assert_eq!(on(regime, "2025"), Validity::No);
    }

    #[test]
    fn a_start_and_an_end_in_one_year_leave_each_day_open_but_not_the_year() {
        let war = period("2024", "2024", PeriodStatus::Ended);
        assert_eq!(on(war, "2024-05-01"), Validity::Possible);
        assert_eq!(on(war, "2024"), Validity::Certain);
    }

    #[test]
    fn what_surely_happened_in_a_month_is_certain_of_the_month() {
        let ended = period("2024", "2024-12", PeriodStatus::Ended);
        assert_eq!(on(ended, "2024-12"), Validity::Certain);
        assert_eq!(on(ended, "2024-12-31"), Validity::Possible);
        let unknown_start = period("", "2003", PeriodStatus::Ended);
        assert_eq!(on(unknown_start, "2003"), Validity::Certain);
        assert_eq!(on(unknown_start, "2003-06"), Validity::Possible);
        let begun = period("2024-06-15", "2024-06", PeriodStatus::Ended);
        assert_eq!(on(begun, "2024-06-15"), Validity::Certain);
    }

    #[test]
    fn without_a_known_end_it_may_have_ended_on_the_day_of_its_start() {
        let begun = period("2024", "", PeriodStatus::Ended);
        assert_eq!(on(begun, "2024"), Validity::Certain);
        assert_eq!(on(begun, "2024-12-31"), Validity::Possible);
        let on_a_day = period("2024-03-01", "", PeriodStatus::Unknown);
        assert_eq!(on(on_a_day, "2024-03-01"), Validity::Certain);
        assert_eq!(on(on_a_day, "2024-03-02"), Validity::Possible);
    }

    #[test]
    fn a_qualified_moment_is_one_unit_wider_too() {
        let year = period("2025-03", "2025-04", PeriodStatus::Ended);
        assert_eq!(on(year, "2024"), Validity::No);
        assert_eq!(on(year, "2024~"), Validity::Certain);
    }

    #[test]
    fn a_censored_period_may_hold_after_the_source_stopped_looking() {
        let support = period("2006", "2017", PeriodStatus::Censored);
        assert_eq!(on(support, "2016-01-01"), Validity::Certain);
        assert_eq!(on(support, "2026-01-01"), Validity::Possible);
        assert!(
            !Span::from(&support)
                .possible()
                .is_before("2026".parse::<PartialDate>().unwrap().into())
        );
    }

    #[test]
    fn an_unknown_start_makes_only_the_end_sure() {
        let tie = period("", "2003-03-20", PeriodStatus::Ended);
        assert_eq!(on(tie, "1990"), Validity::Possible);
        assert_eq!(on(tie, "2003-03-20"), Validity::Certain);
        assert_eq!(on(tie, "2003-03-21"), Validity::No);
        assert_eq!(
            on(period("", "", PeriodStatus::Ongoing), "2020"),
            Validity::Possible
        );
        assert_eq!(on(Period::default(), "2020"), Validity::Possible);
    }

    #[test]
    fn a_period_outlasts_another_only_if_it_surely_does() {
        let regime = Span::from(&period("1970-11", "2024-12-08", PeriodStatus::Ended));
        let tie = |start, end, status| Span::from(&period(start, end, status));
        assert!(tie("1980", "", PeriodStatus::Ongoing).outlasts(&regime));
        assert!(tie("", "", PeriodStatus::Ongoing).outlasts(&regime));
        assert!(tie("1980", "2025", PeriodStatus::Ended).outlasts(&regime));
        assert!(tie("1980", "2025", PeriodStatus::Censored).outlasts(&regime));
        assert!(tie("2025", "", PeriodStatus::Unknown).outlasts(&regime));
        assert!(!tie("1980", "2024-12", PeriodStatus::Ended).outlasts(&regime));
        assert!(!tie("2024", "", PeriodStatus::Unknown).outlasts(&regime));
        assert!(!tie("", "", PeriodStatus::Unknown).outlasts(&regime));
        assert!(tie("1969", "", PeriodStatus::Ongoing).begins_before(&regime));
        assert!(tie("", "1969-05-01", PeriodStatus::Ended).begins_before(&regime));
        assert!(!tie("1970", "", PeriodStatus::Ongoing).begins_before(&regime));
        assert!(!tie("", "", PeriodStatus::Ongoing).begins_before(&regime));
    }

    #[test]
    fn every_contradiction_is_told() {
        assert_eq!(period("2024", "2023", PeriodStatus::Ended).check().len(), 1);
        assert_eq!(
            period("2023", "2024", PeriodStatus::Ongoing).check(),
            [PeriodError::EndGiven]
        );
        assert_eq!(
            period("2023", "", PeriodStatus::Censored).check(),
            [PeriodError::NotObserved]
        );
        assert_eq!(period("2023", "2023", PeriodStatus::Ended).check(), []);
        let odd = Period {
            status: PeriodStatus::Unknown,
            ..period("1990", "1980", PeriodStatus::Censored)
        };
        assert_eq!(odd.check().len(), 2);
    }

    prop_compose! {
        fn any_period()(
            start in prop::option::of(1900u16..2100),
            end in prop::option::of(1900u16..2100),
            marks in prop::array::uniform2(prop::sample::select(vec!["", "~", "-06", "-06-15"])),
            status in prop::sample::select(vec![
                PeriodStatus::Ongoing, PeriodStatus::Ended, PeriodStatus::Censored, PeriodStatus::Unknown,
            ]),
        ) -> Period {
            let text = |year: Option<u16>, mark| year.map_or(String::new(), |year| format!("{year}{mark}"));
            period(&text(start, marks[0]), &text(end, marks[1]), status)
        }
    }

    proptest! {
        #[test]
        fn what_is_certain_is_possible(period in any_period()) {
            let span = Span::from(&period);
            if period.check().is_empty() {
                prop_assert!(span.possible_from <= span.certain_from);
                prop_assert!(span.certain_until <= span.possible_until);
            }
        }

        #[test]
        fn what_is_certain_on_a_day_is_certain_in_its_year(period in any_period(), day in -30_000i32..50_000) {
            let day = PartialDate::from(Day(day));
            let year: PartialDate = day.to_string()[..4].parse().unwrap();
            if period.validity(day.into()) == Validity::Certain {
                prop_assert_eq!(period.validity(year.into()), Validity::Certain);
            }
        }

        #[test]
        fn a_day_is_before_within_or_after(period in any_period(), day in -30_000i32..50_000) {
            let span = Span::from(&period);
            let asked = DayRange { first: Day(day), last: Day(day) };
            if period.check().is_empty() {
                let possible = span.possible();
                prop_assert_eq!(span.on(asked) != Validity::No, possible.meets(asked));
                let placed = [possible.is_before(asked), possible.meets(asked), asked.is_before(possible)];
                prop_assert_eq!(placed.iter().filter(|x| **x).count(), 1);
            }
        }
    }
}
