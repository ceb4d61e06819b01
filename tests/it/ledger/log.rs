//! What was appended to the log is read, wherever it lies: in the journal, with the engine, on the disk.

use foedera::store::{Entry, Log, Store};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{TestApp, copy};

/// The log of a record with so many revisions, which tell of `what`. Every eighth has 40 changes, some 60 kB; the
/// others have two to four.
fn entries(what: &str, count: usize) -> Vec<Entry> {
    let test = TestApp::empty();
    for n in 0..count {
        let (changes, words) = if n % 8 == 7 {
            (40, 300)
        } else {
            (1 + n % 3, 1)
        };
        let changes: Vec<_> = (0..changes)
            .map(|k| json!({ "createActor": { "ref": format!("x{k}"), "name": format!("{what} {n} {k}"), "summary": "word ".repeat(words), "kind": "STATE", "slug": format!("a-{n}-{k}") } }))
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

/// Opens a log.
fn open(dir: &std::path::Path) -> Store {
    unlocked(|| Store::open(dir))
}

/// Opens what has a lock. A process that another test is just starting holds our locks and the engine's too,
/// until it runs.
fn unlocked<T, E: std::error::Error>(open: impl Fn() -> Result<T, E>) -> T {
    loop {
        match open() {
            Err(error) if is_locked(&error.to_string()) => {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            opened => return opened.unwrap(),
        }
    }
}

/// Whether an error of ours or of the engine is that another process has the lock.
fn is_locked(error: &str) -> bool {
    error.contains("could not acquire lock") || error.contains("is in use")
}

#[test]
fn what_was_appended_is_read_however_it_was_grouped_and_whenever_it_was_opened() {
    let entries = entries("Actor", 120);
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

/// The engine's files of a log that nobody has open, and its tree.
fn engine(dir: &std::path::Path) -> (sled::Db, sled::Tree) {
    let engine = unlocked(|| sled::open(dir.join("sled")));
    let log = engine.open_tree("log").unwrap();
    (engine, log)
}

#[test]
fn a_log_in_which_each_change_has_a_key_of_its_own_is_read_and_goes_on() {
    let entries = entries("Actor", 20);
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).append(0, &entries[..16], &[]).unwrap();
    // As the first format had it.
    let (db, log) = engine(dir.path());
    for key in log.scan_prefix("c").keys() {
        log.remove(key.unwrap()).unwrap();
    }
    for entry in &entries[..16] {
        for (number, change) in (entry.revision.header.first_change..).zip(&entry.changes) {
            let key = [b"c".as_slice(), &number.to_be_bytes()].concat();
            log.insert(key, change.as_slice()).unwrap();
        }
    }
    drop((log, db));
    std::fs::remove_file(dir.path().join("seal")).unwrap();
    let banner = dir.path().join("STORE");
    std::fs::write(&banner, "foedera store 1\n").unwrap();

    let store = open(dir.path());
    has(&store, &entries[..16]);
    store.append(16, &entries[16..], &[]).unwrap();
    has(&store, &entries);
    drop(store);
    has(&open(dir.path()), &entries);
    // A program that knows the first format alone must not open it.
    let told = std::fs::read_to_string(banner).unwrap();
    assert_eq!(told, "foedera store 2\n");
}

#[test]
fn what_is_left_of_revisions_that_could_not_be_written_is_taken_off_at_the_next_start() {
    let entries = entries("Actor", 9);
    let others = self::entries("Other", 9);
    let revision = |number: u32| [b"r".as_slice(), &number.to_be_bytes()].concat();
    let keys = {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).append(0, &entries, &[]).unwrap();
        let (_, log) = engine(dir.path());
        let keys = log.scan_prefix("c").keys().map(|key| key.unwrap().to_vec());
        keys.collect::<Vec<_>>()
    };
    let changes = |number: usize| -> Vec<Vec<u8>> {
        let header = &entries[number - 1].revision.header;
        let own = header.first_change..header.first_change + u64::from(header.changes);
        let of = |key: &&Vec<u8>| own.contains(&u64::from_be_bytes(key[1..].try_into().unwrap()));
        keys.iter().filter(of).cloned().collect()
    };
    assert!(changes(8).len() > 2);
    // What is missing of revisions 7 to 9, of which nobody was told, and how many revisions are left. The eighth
    // lies in several places.
    let cases = [
        (vec![revision(7), revision(8), revision(9)], 6),
        (vec![changes(7)[0].clone()], 6),
        (vec![changes(8)[1].clone()], 7),
        (changes(8), 7),
        (vec![revision(8)], 7),
        (vec![changes(9)[0].clone(), revision(7)], 6),
        (vec![], 9),
    ];
    for (missing, left) in cases {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        store.append(0, &entries[..6], &[]).unwrap();
        drop(store);
        let head = std::fs::read(dir.path().join("head")).unwrap();
        let store = open(dir.path());
        store.append(6, &entries[6..], &[]).unwrap();
        drop(store);
        std::fs::write(dir.path().join("head"), head).unwrap();
        std::fs::remove_file(dir.path().join("seal")).unwrap();
        let (engine, log) = engine(dir.path());
        for key in &missing {
            assert!(log.remove(key).unwrap().is_some());
        }
        drop((log, engine));

        let store = open(dir.path());
        let mut now = entries[..left].to_vec();
        has(&store, &now);
        // Others take their places, also where only the journal has them when the process dies.
        store.append(left as u32, &others[left..], &[]).unwrap();
        now.extend_from_slice(&others[left..]);
        let crashed = tempfile::tempdir().unwrap();
        copy(dir.path(), crashed.path());
        has(&store, &now);
        has(&open(crashed.path()), &now);
    }
}
