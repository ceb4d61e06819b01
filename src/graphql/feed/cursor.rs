//! Where a list that is followed can be taken up again.

use std::fmt;

use crate::ledger::feed::Place;
use crate::model::{Day, PartialDate, RelationshipId, TypedId, shorten};
use crate::read::ReadError;

/// A place among the events of a list: what led to a place on the time line is told, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The place on the time line.
    pub(super) place: Place,
    /// Where only a part is told: what led to the place, and how far it is told.
    pub(super) part: Option<(Cause, RelationshipId)>,
}

/// What leads from one place on the time line to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A revision.
    Revision,
    /// A day that began.
    Calendar,
}

impl Cursor {
    /// All that led to a place is told.
    pub(super) fn at(place: Place) -> Self {
        Self { place, part: None }
    }

    /// Reads a cursor, or the number of a revision, for a list that was read today.
    ///
    /// # Errors
    /// When the text is neither.
    pub(super) fn read(text: &str, today: Day) -> Result<Self, ReadError> {
        let number = text.parse().ok().map(|revision| {
            Self::at(Place {
                revision,
                day: today,
            })
        });
        number.or_else(|| parse(text)).ok_or_else(|| {
            ReadError::BadArgument(format!(
                "after: {:?} is neither the cursor of an event nor the number of a revision",
                shorten(text)
            ))
        })
    }
}

/// `42.2026-03-01`, and for a part of it the cause and the number of the relationship: `r7`, `d7`.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.place.revision, self.place.day)?;
        match self.part {
            Some((Cause::Revision, id)) => write!(f, ".r{}", id.number()),
            Some((Cause::Calendar, id)) => write!(f, ".d{}", id.number()),
            None => Ok(()),
        }
    }
}

fn parse(text: &str) -> Option<Cursor> {
    let (revision, rest) = text.split_once('.')?;
    let (day, part) = match rest.split_once('.') {
        Some((day, part)) => (day, Some(part)),
        None => (rest, None),
    };
    let date: PartialDate = day.parse().ok()?;
    let day = Some(date.first_day()).filter(|first| *first == date.last_day())?;
    let part = match part {
        Some(part) => {
            let (cause, number) = match part.strip_prefix('r') {
                Some(number) => (Cause::Revision, number),
                None => (Cause::Calendar, part.strip_prefix('d')?),
            };
            Some((cause, RelationshipId::checked(number.parse().ok()?)?))
        }
        None => None,
    };
    let revision = revision.parse().ok()?;
    if revision == 0 && part.is_some_and(|(cause, _)| cause == Cause::Revision) {
        return None;
    }
    Some(Cursor {
        place: Place { revision, day },
        part,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back(revision in 1..u32::MAX, day in 0..40_000, by_calendar: bool, id in 0..1_000_u32) {
            let cause = if by_calendar { Cause::Calendar } else { Cause::Revision };
            let part = RelationshipId::checked(id).map(|id| (cause, id));
            let cursor = Cursor { place: Place { revision, day: Day(day) }, part };
            prop_assert_eq!(Cursor::read(&cursor.to_string(), Day(0)).unwrap(), cursor);
        }
    }

    #[test]
    fn a_number_is_a_revision_as_it_is_read_today() {
        let place = Place {
            revision: 42,
            day: Day(20_000),
        };
        assert_eq!(Cursor::read("42", Day(20_000)).unwrap(), Cursor::at(place));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in [
            "",
            "x",
            "-1",
            "1.",
            "1.2026",
            "1.2026-03-01.",
            "1.2026-03-01.r0",
            "1.2026-03-01.r2.3",
            "0.2026-03-01.r2",
        ] {
            assert!(Cursor::read(text, Day(0)).is_err(), "{text}");
        }
    }
}
