use proptest::prelude::*;

use super::{Day, PartialDate, UNSPECIFIED, from_stored};

fn date(text: &str) -> PartialDate {
    text.parse().unwrap()
}

fn span(text: &str) -> String {
    let date = date(text);
    format!("{}..{}", date.first_day(), date.last_day())
}

fn possible(text: &str) -> String {
    let (first, last) = date(text).possible();
    format!("{first}..{last}")
}

#[test]
fn a_partial_date_means_every_day_that_it_can_be() {
    assert_eq!(span("2024"), "2024-01-01..2024-12-31");
    assert_eq!(span("2024-02"), "2024-02-01..2024-02-29");
    assert_eq!(span("2024-12-08"), "2024-12-08..2024-12-08");
    assert_eq!(span("201X"), "2010-01-01..2019-12-31");
    assert_eq!(span("19XX"), "1900-01-01..1999-12-31");
    assert_eq!(span("000X"), "0001-01-01..0009-12-31");
    assert_eq!(span("2004-XX"), "2004-01-01..2004-12-31");
    assert_eq!(span("1985-04-XX"), "1985-04-01..1985-04-30");
    assert_eq!(span("1964-XX-16"), "1964-01-16..1964-12-16");
    assert_eq!(span("1964-XX-31"), "1964-01-31..1964-12-31");
    assert_eq!(span("9999"), "9999-01-01..9999-12-31");
}

#[test]
fn a_qualified_date_is_read_one_unit_wider() {
    assert_eq!(possible("1982~"), "1981-01-01..1983-12-31");
    assert_eq!(possible("2003?"), "2002-01-01..2004-12-31");
    assert_eq!(possible("1979-02%"), "1979-01-01..1979-03-31");
    assert_eq!(possible("2024-12-08~"), "2024-12-07..2024-12-09");
    assert_eq!(possible("201X~"), "2000-01-01..2029-12-31");
    assert_eq!(possible("1964-XX-16?"), "1963-01-16..1965-12-16");
    assert_eq!(possible("2024"), "2024-01-01..2024-12-31");
    assert_eq!(possible("0001~"), "0001-01-01..0002-12-31");
    assert_eq!(possible("9999-12-31?"), "9999-12-30..9999-12-31");
}

#[test]
fn what_is_not_a_date_is_refused_with_the_reason() {
    for (text, reason) in [
        ("", "does not begin with a year"),
        ("24", "does not begin with a year"),
        ("2024-13", "month 13 does not exist"),
        ("2023-02-29", "no such day"),
        ("1964-02-30", "no such day"),
        ("2024-1", "month is not two digits"),
        ("2024-12-08-01", "more than a year"),
        ("2024-12-08T10:00", "day is not two digits"),
        ("XXXX", "nothing of the year"),
        ("0000", "no year 0000"),
        ("-001", "does not begin with a year"),
        ("2024~~", "does not begin with a year"),
        ("20é4", "does not begin with a year"),
        ("２０２４", "does not begin with a year"),
    ] {
        let error = text.parse::<PartialDate>().unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn an_error_quotes_no_more_than_a_line() {
    let error = "é"
        .repeat(100_000)
        .parse::<PartialDate>()
        .unwrap_err()
        .to_string();
    assert!(error.chars().count() < 300, "{error}");
}

prop_compose! {
    fn any_date()(
        year in 1u16..=9999,
        unknown in 0usize..=3,
        month in prop::option::of(0u8..=12),
        day in prop::option::of(0u8..=31),
        mark in prop::sample::select(vec!["", "~", "?", "%"]),
    ) -> String {
        let part = |value: Option<u8>| match value {
            None => String::new(),
            Some(0) => "-XX".to_owned(),
            Some(value) => format!("-{value:02}"),
        };
        let year = format!("{year:04}");
        let year = format!("{}{}", &year[..4 - unknown], "X".repeat(unknown));
        let day = if month.is_some() { part(day) } else { String::new() };
        format!("{year}{}{day}{mark}", part(month))
    }
}

proptest! {
    #[test]
    fn whatever_reads_prints_as_it_was(text in any_date()) {
        if let Ok(date) = text.parse::<PartialDate>() {
            prop_assert_eq!(date.to_string(), text);
        }
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,20}") {
        let _ = text.parse::<PartialDate>();
    }

    #[test]
    fn nothing_near_a_date_panics(text in "[0-9X]{0,5}-?[0-9X]{0,3}-?[0-9X]{0,3}[~?%]?") {
        let _ = text.parse::<PartialDate>();
    }

    #[test]
    fn the_days_are_in_order(text in any_date()) {
        if let Ok(date) = text.parse::<PartialDate>() {
            let (earliest, latest) = date.possible();
            prop_assert!(Day::MIN <= earliest && earliest <= date.first_day());
            prop_assert!(date.first_day() <= date.last_day());
            prop_assert!(date.last_day() <= latest && latest <= Day::MAX);
        }
    }

    #[test]
    fn bytes_are_a_date_where_a_text_is_the_same(
        year in prop_oneof![0u16..30, 1_900u16..2_200, 8_990u16..10_010, any::<u16>()],
        marks in 0u8..24,
        month in prop_oneof![0u8..=13, Just(UNSPECIFIED)],
        day in prop_oneof![0u8..=32, Just(UNSPECIFIED)],
    ) {
        let stored = (year, marks, month, day);
        let date = from_stored(stored);
        let bytes = postcard::to_stdvec(&stored).unwrap();
        let read = postcard::from_bytes::<PartialDate>(&bytes).ok();
        prop_assert_eq!(read, date.to_string().parse().ok().filter(|same| *same == date));
    }

    #[test]
    fn it_survives_both_serialisations(text in any_date()) {
        if let Ok(date) = text.parse::<PartialDate>() {
            let bytes = postcard::to_stdvec(&date).unwrap();
            prop_assert_eq!(postcard::from_bytes::<PartialDate>(&bytes).unwrap(), date);
            let json = serde_json::to_string(&date).unwrap();
            prop_assert_eq!(serde_json::from_str::<PartialDate>(&json).unwrap(), date);
        }
    }

    #[test]
    fn days_and_calendar_dates_agree(number in Day::MIN.0..=Day::MAX.0) {
        let day = Day(number);
        let (y, m, d) = day.ymd();
        prop_assert_eq!(Day::from_ymd(y, m, d), Some(day));
        prop_assert_eq!(PartialDate::from(day).first_day(), day);
    }

    #[test]
    fn two_dates_are_equal_in_order_only_if_they_are_equal(a in any_date(), b in any_date()) {
        if let (Ok(a), Ok(b)) = (a.parse::<PartialDate>(), b.parse::<PartialDate>()) {
            prop_assert_eq!(a.cmp(&b).is_eq(), a == b);
        }
    }
}
