//! Rows that stand for a year, a month or a day each, put together into periods.
//!
//! Gaps are real: a period ends where the next row is further away than the mapping says. What reaches the
//! last that the table sees is CENSORED there: nothing is known of what came after.

use std::collections::{BTreeMap, HashMap};

use crate::ledger::draft::{AreaDraft, Patch, PeriodDraft, RelationshipDraft};
use crate::model::{Day, PartialDate, PeriodStatus};
use crate::transfer::intake::Fault;

use super::draw::{Draw, Drawn, holds};
use super::mapping::{FoldRule, Mapping, RelationshipRule};
use super::rows::Row;

/// A year, a month or a day, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    precision: Precision,
    number: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Year,
    Month,
    Day,
}

impl Unit {
    /// Reads one.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text} is not a plain year, month or day, and periods are made of such");
        let date: PartialDate = text
            .parse()
            .map_err(|error: crate::model::date::DateError| error.to_string())?;
        let parts: Option<Vec<i32>> = text.split('-').map(|part| part.parse().ok()).collect();
        let (precision, number) = match parts.ok_or_else(wrong)?.as_slice() {
            [year] => (Precision::Year, *year),
            [year, month] => (Precision::Month, year * 12 + month - 1),
            _ => (Precision::Day, date.first_day().0),
        };
        Ok(Self { precision, number })
    }

    fn date(self) -> PartialDate {
        let text = match self.precision {
            Precision::Day => return Day(self.number).into(),
            Precision::Year => format!("{:04}", self.number),
            Precision::Month => {
                let (year, month) = (self.number.div_euclid(12), self.number.rem_euclid(12));
                format!("{year:04}-{:02}", month + 1)
            }
        };
        // It was read from such a text.
        text.parse().unwrap_or_else(|_| Day(0).into())
    }
}

/// What one unit says.
#[derive(Clone, Copy, Default)]
struct Said {
    rows: u32,
    /// Which of the rule's areas it has, a bit each.
    areas: u64,
    codings: u64,
}

/// The rows with one key.
struct Group {
    first: Row,
    /// The identities of the two ends.
    ends: [String; 2],
    units: BTreeMap<i32, Said>,
}

/// All rows of one rule.
#[derive(Default)]
pub(super) struct Folded {
    groups: BTreeMap<String, Group>,
    precision: Option<Precision>,
    last: i32,
    /// Rows of periods that were too short.
    pub(super) too_few: u64,
}

/// The periods of a rule as relationships, each with the row that it is told by.
pub(super) type Periods = Vec<(Row, RelationshipDraft)>;

impl Folded {
    /// The year, month or day that a row stands for, or why it cannot be taken.
    pub(super) fn unit(
        &self,
        row: &Row,
        rule: &RelationshipRule,
        fold: &FoldRule,
        mapping: &Mapping,
        drawn: &Drawn<'_>,
        key: &str,
    ) -> Result<(Unit, [String; 2]), Fault> {
        let templates = fold.on.templates();
        let fault = |why: String| Fault {
            place: row.place.clone(),
            column: templates.first().and_then(|first| first.first_column()),
            why,
        };
        let mut draw = Draw {
            mapping,
            row,
            left_out: Vec::new(),
        };
        let date = draw.date(Some(&fold.on))?.given();
        let date = date.ok_or_else(|| fault("it says nothing, and fold needs it".to_owned()))?;
        let unit = Unit::read(&date.to_string()).map_err(fault)?;
        if self
            .precision
            .is_some_and(|precision| precision != unit.precision)
        {
            let why = format!(
                "{date} is more or less exact than in the rows before, and periods are made of the same; \
                 give fold.on what every row has, such as only the year"
            );
            return Err(fault(why));
        }
        let identity = |name: &str| {
            let actor = drawn.actors.get(name);
            actor.map_or_else(String::new, |actor| actor.identity.clone())
        };
        let ends = [identity(&rule.from), identity(&rule.to)];
        match self.groups.get(key) {
            Some(group) if group.ends != ends => Err(Fault {
                place: row.place.clone(),
                column: rule.key.first_column(),
                why: format!(
                    "the key {key} stands for two others on line {}; put into the key what tells them apart",
                    group.first.place.line.unwrap_or(0)
                ),
            }),
            _ => Ok((unit, ends)),
        }
    }

    /// Takes a row.
    pub(super) fn add(
        &mut self,
        row: &Row,
        rule: &RelationshipRule,
        key: String,
        (unit, ends): (Unit, [String; 2]),
    ) {
        let group = self.groups.entry(key).or_insert_with(|| Group {
            first: row.clone(),
            ends,
            units: BTreeMap::new(),
        });
        self.precision = Some(unit.precision);
        self.last = self.last.max(unit.number);
        let said = group.units.entry(unit.number).or_default();
        said.rows += 1;
        said.areas |= bits(rule.areas.iter().map(|area| holds(&area.when, row)));
        said.codings |= bits(rule.codings.iter().map(|coding| holds(&coding.when, row)));
    }

    /// The periods, in the order of their keys.
    pub(super) fn periods(
        &mut self,
        rule: &RelationshipRule,
        fold: &FoldRule,
        mapping: &Mapping,
    ) -> Result<Periods, Fault> {
        let Some(precision) = self.precision else {
            return Ok(Vec::new());
        };
        let until = fold.until.as_ref().and_then(|until| until.constant());
        let until = until.and_then(|until| Unit::read(until).ok());
        let until = until.map_or(self.last, |until| until.number);
        let calendar = Calendar {
            precision,
            gap: if fold.whole { u32::MAX } else { fold.gap },
            until: if fold.whole { i32::MIN } else { until },
        };
        let mut periods = Vec::new();
        for (key, group) in std::mem::take(&mut self.groups) {
            let units: Vec<_> = group
                .units
                .iter()
                .map(|(unit, said)| (*unit, *said))
                .collect();
            for run in runs(&units, calendar.gap) {
                let rows: u32 = run.iter().map(|(_, said)| said.rows).sum();
                if rows < fold.least {
                    self.too_few += u64::from(rows);
                    continue;
                }
                periods.push(calendar.period(
                    &key,
                    &group.first,
                    run,
                    rows,
                    rule,
                    fold,
                    mapping,
                )?);
            }
        }
        Ok(periods)
    }
}

struct Calendar {
    precision: Precision,
    gap: u32,
    /// The last unit that the table sees.
    until: i32,
}

impl Calendar {
    fn date(&self, number: i32) -> PartialDate {
        let precision = self.precision;
        Unit { precision, number }.date()
    }

    fn draft(&self, first: i32, last: i32) -> PeriodDraft {
        let (start, last_date) = (Some(self.date(first)), Some(self.date(last)));
        if last >= self.until {
            PeriodDraft {
                start,
                end: None,
                status: Some(PeriodStatus::Censored),
                observed_until: last_date,
            }
        } else {
            PeriodDraft {
                start,
                end: last_date,
                status: Some(PeriodStatus::Ended),
                observed_until: None,
            }
        }
    }

    fn period(
        &self,
        key: &str,
        first: &Row,
        run: &[(i32, Said)],
        rows: u32,
        rule: &RelationshipRule,
        fold: &FoldRule,
        mapping: &Mapping,
    ) -> Result<(Row, RelationshipDraft), Fault> {
        let (begin, end) = (run[0].0, run[run.len() - 1].0);
        let mut row = first.clone();
        row.extra.retain(|(name, _)| *name == "#line");
        row.extra.extend([
            ("#rows", rows.to_string()),
            ("#first", self.date(begin).to_string()),
            ("#last", self.date(end).to_string()),
        ]);
        let drawn = Draw {
            mapping,
            row: &row,
            left_out: Vec::new(),
        }
        .all()?;
        let mut draw = Draw {
            mapping,
            row: &row,
            left_out: Vec::new(),
        };
        let mut draft = draw.relationship(rule, &drawn)?;
        let mut areas = Vec::new();
        for (index, area) in rule.areas.iter().enumerate() {
            let with: Vec<_> = run
                .iter()
                .filter(|(_, said)| said.areas & (1 << index) != 0)
                .copied()
                .collect();
            if with.is_empty() {
                continue;
            }
            let Some(area) = draw.area(area, &drawn)? else {
                continue;
            };
            areas.extend(self.area_periods(&area, &with, (begin, end)));
        }
        let mut codings = Vec::new();
        for (index, coding) in rule.codings.iter().enumerate() {
            if run.iter().any(|(_, said)| said.codings & (1 << index) != 0) {
                codings.extend(draw.coding(coding)?);
            }
        }
        draft.areas = Patch::Set(areas);
        draft.codings = Patch::Set(codings);
        draft.period = Patch::Set(self.draft(begin, end));
        if !fold.whole {
            draft.key = Patch::Set(format!("{key}-{}", self.date(begin)));
        }
        Ok((row, draft))
    }

    /// An area once for each time on end in which rows have it; without a period where that is the whole.
    fn area_periods(
        &self,
        area: &AreaDraft,
        with: &[(i32, Said)],
        whole: (i32, i32),
    ) -> Vec<AreaDraft> {
        let spans = runs(with, self.gap).map(|run| (run[0].0, run[run.len() - 1].0));
        spans
            .map(|span| AreaDraft {
                period: (span != whole).then(|| self.draft(span.0, span.1)),
                ..area.clone()
            })
            .collect()
    }
}

/// Units that follow each other closely enough to be one period.
fn runs(units: &[(i32, Said)], gap: u32) -> impl Iterator<Item = &[(i32, Said)]> {
    units.chunk_by(move |one, next| next.0.abs_diff(one.0) <= gap)
}

fn bits(flags: impl Iterator<Item = bool>) -> u64 {
    flags
        .enumerate()
        .fold(0, |bits, (index, flag)| bits | u64::from(flag) << index)
}

/// Keys that rows gave before, to find those that are given twice.
#[derive(Default)]
pub(super) struct Keys(HashMap<[u8; 16], (u64, Vec<[u8; 16]>)>);

/// What a key is to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nobody gave it before.
    New,
    /// A row gave it and said the same.
    Same,
    /// A row on this line gave it first and said something else; so many said different things with it.
    Other { line: u64, number: usize },
}

impl Keys {
    pub(super) fn see(&mut self, key: &str, said: &impl serde::Serialize, line: u64) -> Seen {
        let short = |bytes: &[u8]| {
            let mut digest = [0; 16];
            digest.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
            digest
        };
        let said = short(&postcard::to_stdvec(said).unwrap_or_default());
        let (first, all) = self
            .0
            .entry(short(key.as_bytes()))
            .or_insert((line, Vec::new()));
        if all.contains(&said) {
            return Seen::Same;
        }
        all.push(said);
        match all.len() {
            1 => Seen::New,
            number => Seen::Other {
                line: *first,
                number,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_and_print_as_they_were() {
        for text in ["1990", "2018-01", "1999-12", "2000-02-29"] {
            let unit = Unit::read(text).unwrap();
            assert_eq!(unit.date().to_string(), text);
        }
        let number = |text: &str| Unit::read(text).unwrap().number;
        assert_eq!(number("2000-01") - number("1999-12"), 1);
        assert_eq!(number("2000-03-01") - number("2000-02-28"), 2);
        for text in ["199X", "1990?", "1990-XX", "", "1990-13"] {
            assert!(Unit::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_gap_parts_two_periods() {
        let units = [1990, 1991, 1993, 1997].map(|year| (year, Said::default()));
        let spans = |gap| {
            runs(&units, gap)
                .map(|run| (run[0].0, run[run.len() - 1].0))
                .collect::<Vec<_>>()
        };
        assert_eq!(spans(1), [(1990, 1991), (1993, 1993), (1997, 1997)]);
        assert_eq!(spans(2), [(1990, 1993), (1997, 1997)]);
        assert_eq!(spans(u32::MAX), [(1990, 1997)]);
    }
}
