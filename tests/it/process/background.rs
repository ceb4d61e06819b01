//! How far the threads of a server stand back behind one another.

use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::Duration;

use super::Server;

/// sched(7): runs only where nobody else wants the core.
const IDLE: i64 = 5;

/// The niceness and the policy of each thread, by its name.
fn standing(process: u32) -> BTreeMap<String, [i64; 2]> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let one = |thread: &fs::DirEntry| {
        let stat = fs::read_to_string(thread.path().join("stat")).ok()?;
        let (name, figures) = stat.split_once('(')?.1.rsplit_once(") ")?;
        // proc(5): the name is field 2, the niceness field 19, the policy field 41.
        let figure = |field: usize| figures.split(' ').nth(field - 3)?.trim().parse().ok();
        Some((name.to_owned(), [figure(19)?, figure(41)?]))
    };
    threads.filter_map(|thread| one(&thread.ok()?)).collect()
}

#[test]
fn requests_come_before_the_writer_and_the_writer_before_the_index_of_searches() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    // A thread has its name before it has its standing, and the last of them begins after the greeting.
    let begun = || {
        let all = standing(server.child.id());
        let of = |name| all.get(name).copied();
        let [request, writer, index] = [of("tokio-rt-worker")?, of("ledger")?, of("search")?];
        (writer[0] >= 10 && index[1] == IDLE).then_some([request, writer, index])
    };
    let looks = (0..500).find_map(|_| {
        thread::sleep(Duration::from_millis(20));
        begun()
    });
    let found = looks.unwrap_or_else(|| panic!("{:?}", standing(server.child.id())));
    assert!(
        found.is_sorted(),
        "requests, the writer and the index have {found:?}"
    );
    assert!(found[..2].iter().all(|[_, policy]| *policy != IDLE));
}
