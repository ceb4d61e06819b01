//! How far the threads of a server stand back behind one another.

use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::Duration;

use super::Server;

/// The niceness of each thread, by its name.
fn niceness(process: u32) -> BTreeMap<String, i64> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let one = |thread: &fs::DirEntry| {
        let stat = fs::read_to_string(thread.path().join("stat")).ok()?;
        let (name, figures) = stat.split_once('(')?.1.rsplit_once(") ")?;
        // proc(5): the name is field 2, the niceness field 19.
        let niceness = figures.split(' ').nth(19 - 3)?.parse().ok()?;
        Some((name.to_owned(), niceness))
    };
    threads.filter_map(|thread| one(&thread.ok()?)).collect()
}

#[test]
fn requests_come_before_the_writer_and_the_writer_before_the_index_of_searches() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let wanted = ["tokio-rt-worker", "ledger", "search"];
    // A thread has its name before it has its niceness, and the last of them begins after the greeting.
    let begun = || {
        let all = niceness(server.child.id());
        let found: Option<Vec<i64>> = wanted.iter().map(|name| all.get(*name).copied()).collect();
        found.filter(|found| found[1] >= 10 && found[2] >= 19)
    };
    let looks = (0..500).find_map(|_| {
        thread::sleep(Duration::from_millis(20));
        begun()
    });
    let found = looks.unwrap_or_else(|| panic!("{:?}", niceness(server.child.id())));
    assert!(found.is_sorted(), "{wanted:?} have {found:?}");
}
