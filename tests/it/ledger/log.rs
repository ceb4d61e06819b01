//! What was appended to the log is read, wherever it lies: in the journal, with the engine, on the disk.

use foedera::store::{Entry, Log, Store, StoreError};
use proptest::prelude::*;
use serde_json::json;

use crate::support::TestApp;

/// The log of a record with so many revisions of one to three changes each.
fn entries(count: usize) -> Vec<Entry> {
    let test = TestApp::empty();
    for n in 0..count {
        let changes: Vec<_> = (0..=n % 3)
            .map(|k| json!({ "createActor": { "ref": format!("x{k}"), "name": format!("Actor {n} {k}"), "kind": "STATE", "slug": format!("a-{n}-{k}") } }))
            .collect();
        let input = json!({ "note": { "headline": format!("news {n}"), "body": "text", "asOf": "2026",
            "actors": ["#x0"] }, "changes": changes });
        test.done("recordUpdate", &input, "revision { number }");
    }
    test.app.ledger.log().read(1).map(Result::unwrap).collect()
}

/// Reads all of a log in each of the ways that there are.
fn has(store: &Store, entries: &[Entry]) {
    let same = |found: &Entry, entry: &Entry| {
        assert_eq!(found.revision.hash, entry.revision.hash);
        assert_eq!(found.changes, entry.changes);
    };
    let found: Vec<_> = store.read(1).map(Result::unwrap).collect();
    assert_eq!(found.len(), entries.len());
    for (found, entry) in found.iter().zip(entries) {
        same(found, entry);
        let header = &entry.revision.header;
        same(&store.revision(header.number).unwrap().unwrap(), entry);
        let revision = store.header(header.number).unwrap().unwrap();
        assert_eq!(revision.hash, entry.revision.hash);
        for (number, change) in (header.first_change..).zip(entry.decode_changes().unwrap()) {
            let (found, length) = store.change(number).unwrap().unwrap();
            assert_eq!(format!("{found:?}"), format!("{change:?}"));
            assert_eq!(
                length,
                entry.changes[(number - header.first_change) as usize].len()
            );
        }
    }
    let newest = entries.last().map(|entry| &entry.revision.header);
    let (last, change) = newest.map_or((0, 0), |newest| {
        (
            newest.number,
            newest.first_change + u64::from(newest.changes),
        )
    });
    assert!(store.revision(last + 1).unwrap().is_none());
    assert!(store.change(change.max(1)).unwrap().is_none());
    let after = store.read(last.saturating_sub(1).max(1)).count();
    assert_eq!(after, entries.len().min(2));
}

/// Opens a log. A process that another test is just starting holds the lock too, until it runs.
fn open(dir: &std::path::Path) -> Store {
    loop {
        match Store::open(dir) {
            Err(StoreError::Locked(_)) => std::thread::sleep(std::time::Duration::from_millis(5)),
            opened => return opened.unwrap(),
        }
    }
}

#[test]
fn what_was_appended_is_read_however_it_was_grouped_and_whenever_it_was_opened() {
    let entries = entries(120);
    let groups = prop::collection::vec((1..50_usize, any::<bool>()), 1..12);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(12));
    let outcome = runner.run(&groups, |groups| {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(dir.path());
        let mut done = 0;
        for (size, reopened) in groups {
            let next = (done + size).min(entries.len());
            store
                .append(done as u32, &entries[done..next], &[])
                .unwrap();
            done = next;
            has(&store, &entries[..done]);
            if reopened {
                drop(store);
                store = open(dir.path());
                has(&store, &entries[..done]);
            }
        }
        Ok(())
    });
    outcome.unwrap();
}
