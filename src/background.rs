//! Threads that work beside the requests: the writer, the checkpoint, the index of searches.

use std::io;
use std::thread::{Builder, JoinHandle};

/// How far such a thread stands back, as the niceness of Linux: beside a request that wants the same core
/// it has a tenth of it. What it starts stands back as well.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Starts a thread that stands back behind requests.
///
/// # Errors
/// When the system has no thread more.
pub fn start<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        stand_back();
        work()
    })
}

#[cfg(target_os = "linux")]
fn stand_back() {
    // On Linux each thread has its own. Where it cannot be set, the thread is as any other.
    let own = rustix::thread::gettid();
    let _ = rustix::process::setpriority_process(Some(own), NICENESS);
}

#[cfg(not(target_os = "linux"))]
fn stand_back() {}
