//! A revision that is read from a running server, and one that comes out of a backup that ends there.

use foedera::ledger::verify::verify;
use foedera::ledger::{Action, Ledger};
use foedera::model::Clock;
use foedera::store::Store;
use foedera::transfer::backup::{self, BackupError};
use foedera::transfer::fixture;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use super::histories;
use crate::support::TestApp;

const REVISIONS: u32 = 200;

/// A history of two hundred revisions with every kind of change; redactions among them or not.
fn history(with_redactions: bool) -> TestApp {
    let mut runner = TestRunner::deterministic();
    let (test, hand) = histories::live(&[]);
    while test.app.ledger.snapshot().revision() < REVISIONS {
        for step in histories::steps(40)
            .new_tree(&mut runner)
            .unwrap()
            .current()
        {
            if with_redactions || !matches!(step.action, Action::Redact { .. }) {
                // Refusals are part of it.
                let _ = histories::take(&test, hand, &step);
            }
        }
    }
    test
}

fn saved(test: &TestApp, upto: u32) -> Result<Vec<u8>, BackupError> {
    let mut out = Vec::new();
    backup::write(test.app.ledger.log(), upto, &mut out, |_| {}).map(|()| out)
}

/// Does something with a ledger of its own that was restored from a backup.
fn restored(saved: &[u8], mut work: impl FnMut(&Ledger)) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let ledger = Ledger::open(store.into(), 1 << 20, Clock::System, |_| {}).unwrap();
    backup::restore(&ledger, || Ok(std::io::Cursor::new(saved)), |_| {}).unwrap();
    verify(ledger.log(), |_| {}).unwrap();
    work(&ledger);
    ledger.close();
}

/// The whole record as it was at a revision.
fn export(ledger: &Ledger, revision: u32) -> String {
    let mut out = Vec::new();
    fixture::export(&ledger.snapshot().at(revision), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn newest(ledger: &Ledger) -> u32 {
    ledger.snapshot().revision()
}

#[test]
fn a_record_read_at_a_revision_is_the_one_restored_from_a_backup_that_ends_there() {
    let test = history(false);
    for revision in 0..=newest(&test.app.ledger) {
        let read = export(&test.app.ledger, revision);
        restored(&saved(&test, revision).unwrap(), |ledger| {
            assert_eq!(newest(ledger), revision);
            assert!(
                export(ledger, revision) == read,
                "revision {revision}:\n{read}"
            );
        });
    }
}

#[test]
fn after_redactions_every_revision_reads_the_same_from_the_whole_backup() {
    let test = history(true);
    let last = newest(&test.app.ledger);
    let snapshot = test.app.ledger.snapshot();
    let first = snapshot.state().redaction_after(0).expect("a redaction");
    // A backup that ends before the revision that took its text out would not verify.
    let cut = saved(&test, first - 1);
    assert!(matches!(cut, Err(BackupError::Redacted)), "{cut:?}");
    restored(&saved(&test, last).unwrap(), |ledger| {
        for revision in 0..=last {
            assert!(
                export(ledger, revision) == export(&test.app.ledger, revision),
                "revision {revision}"
            );
        }
    });
}
