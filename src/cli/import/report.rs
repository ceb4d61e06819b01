//! The report of an import for people.

use std::fmt::Display;

use crate::transfer::intake::{List, Quality, Report};

/// How many entries of a list are shown; `--report` has more.
const SHOWN: usize = 10;

pub(super) fn print(report: &Report, seconds: f64) {
    let records = report.records;
    let passed = match (report.passed_over, report.repeated) {
        (0, 0) => String::new(),
        (passed, 0) => format!(" ({passed} passed over)"),
        (0, repeated) => format!(" ({repeated} say what others say)"),
        (passed, repeated) => format!(" ({passed} passed over, {repeated} say what others say)"),
    };
    let kinds = [
        (records.sources, "sources"),
        (records.actors, "actors"),
        (records.relationships, "relationships"),
        (records.notes, "notes"),
        (records.viewpoints, "viewpoints"),
    ];
    let kinds: Vec<_> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    say!(
        "{} read{passed}: {}.",
        report.read,
        if kinds.is_empty() {
            "nothing".to_owned()
        } else {
            kinds.join(", ")
        }
    );
    let would = if report.dry_run { "would be " } else { "" };
    if report.unchanged() {
        say!("The record says all that already, nothing {would}changed.");
    } else {
        say!(
            "{} {would}made, {} {would}changed, {} {would}retired or restored, in {} revisions and {seconds:.1} s ({:.0} records/s).",
            report.created,
            report.updated,
            report.retired,
            report.revisions,
            records.total() as f64 / seconds.max(1e-9),
        );
    }
    for (what, count) in &report.tally {
        say!("  {count} {what}");
    }
    if !report.account.is_empty() {
        let count: u64 = report.account.iter().map(|account| account.count).sum();
        say!("\n{count} have no place in the record:");
        for account in &report.account {
            say!("  {account}");
        }
    }
    list("not taken", &report.not_taken);
    list("values left out", &report.left_out);
    list("actors that the record knew", &report.matched);
    list(
        "new actors that may be some of the record; if they are one, merge them",
        &report.near,
    );
    list("records left as somebody has changed them", &report.kept);
    list("relationships no longer in the data", &report.gone);
    for (what, entries) in report.quality.iter().flat_map(Quality::lists) {
        list(what, entries);
    }
}

fn list<T: Display>(what: &str, list: &List<T>) {
    if list.count == 0 {
        return;
    }
    say!("\n{} {what}:", list.count);
    for entry in list.first.iter().take(SHOWN) {
        say!("  {entry}");
    }
    if list.count > SHOWN as u64 {
        say!("  and {} more", list.count - SHOWN as u64);
    }
}
