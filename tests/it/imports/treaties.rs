//! The parties of treaties: partial dates as they are given.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foedera::ledger::verify::verify;
use foedera::model::{PartialDate, PeriodStatus};
use foedera::snapshot::facts::RelationshipFacts;
use foedera::transfer::table::shipped;

use super::{import, rows, shared, unpacked};
use crate::support::TestApp;

const FILE: &str = "manytreaties/parties_GGO.csv.xz";
const DATES: [&str; 9] = [
    "Begin",
    "End",
    "Signature",
    "StateSignature",
    "StateRatification",
    "Force",
    "StateForce",
    "Term",
    "StateEnd",
];

/// How often a date of each form stands in each column.
type Forms = BTreeMap<(String, String), usize>;

fn count(forms: &mut Forms, column: &str, date: &str) {
    let form = date
        .chars()
        .map(|c| if c.is_ascii_digit() { '9' } else { c })
        .collect();
    *forms.entry((column.to_owned(), form)).or_default() += 1;
}

fn check(text: &str, least: usize) {
    let test = TestApp::empty();
    let report = import(&test, shipped("manytreaties").unwrap(), text.as_bytes()).unwrap();
    assert_eq!(
        report.not_taken.count,
        0,
        "{:?}",
        report.not_taken.first.first()
    );

    // What the file says: rows that differ in nothing but who coded them are one.
    let mut seen = BTreeSet::new();
    let (mut wanted, mut open) = (Forms::new(), 0);
    for row in rows(text) {
        let mut told: Vec<_> = row.iter().filter(|(name, _)| *name != "Coder").collect();
        told.sort();
        // A title of several spellings is told with the treaty, not with its parties.
        told.retain(|(name, _)| *name != "Title");
        if seen.insert(format!("{told:?}")) {
            for column in DATES.iter().filter(|column| !row[**column].is_empty()) {
                count(&mut wanted, column, &row[*column]);
            }
            open += usize::from(row["StateEnd"] == "9999-12-31");
        }
    }
    assert!(seen.len() > least);

    // What the record says.
    let snapshot = test.app.ledger.snapshot();
    let (mut found, mut ongoing, mut ties) = (Forms::new(), 0, 0);
    for (_, row) in snapshot.rows::<RelationshipFacts>() {
        let tie = snapshot.document(row).unwrap();
        ties += 1;
        ongoing += usize::from(tie.period.status == PeriodStatus::Ongoing);
        let codes: HashMap<_, _> = tie
            .codings
            .iter()
            .map(|c| (c.scheme.as_str(), c.code.as_str()))
            .collect();
        for (scheme, code) in &codes {
            count(&mut found, scheme.strip_prefix("ggo:").unwrap(), code);
        }
        // The period says what the columns say, where they say a day that there is.
        let told = codes
            .get("ggo:StateForce")
            .filter(|code| **code != "9999-12-31");
        let told = told.map(|code| code.parse::<PartialDate>().unwrap());
        assert_eq!(tie.period.start, told);
    }
    assert_eq!(ties, seen.len());
    assert_eq!(found, wanted);
    assert_eq!(ongoing, open);

    let again = import(&test, shipped("manytreaties").unwrap(), text.as_bytes()).unwrap();
    assert!(again.unchanged(), "{again:?}");
    verify(test.app.ledger.log(), |_| {}).unwrap();
}

#[test]
fn the_dates_of_some_treaties_are_kept_as_they_are_given() {
    if let Some(path) = shared(FILE) {
        let text = unpacked(&path);
        let some: Vec<_> = text.lines().take(3_000).collect();
        check(&some.join("\n"), 2_000);
    }
}

#[test]
#[ignore = "takes two minutes: cargo test --test it imports::treaties -- --ignored"]
fn the_dates_of_all_treaties_are_kept_as_they_are_given() {
    if let Some(path) = shared(FILE) {
        check(&unpacked(&path), 90_000);
    }
}
