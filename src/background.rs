//! Threads that work beside the requests: the writer, the checkpoint, the index of searches.

use std::io;
use std::thread::{Builder, JoinHandle};

/// How far a thread stands back behind requests. What it starts stands back as well.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// Somebody waits for it: beside a request that wants the same core it has a tenth of it.
    Awaited,
    /// It has time: it has what is left where nobody else wants the core, and next to nothing otherwise.
    Leisurely,
}

/// Starts a thread that stands back behind requests.
///
/// # Errors
/// When the system has no thread more.
pub fn start<T: Send + 'static>(
    name: &str,
    kind: Work,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        stand_back(kind);
        work()
    })
}

// On Linux each thread has a niceness and a policy of its own. Where they cannot be set, the thread is as
// any other; where the whole program stands back, it does not step forward.
#[cfg(target_os = "linux")]
fn stand_back(kind: Work) {
    use thread_priority::{
        NormalThreadSchedulePolicy::Idle, ThreadPriority, ThreadSchedulePolicy,
        set_thread_priority_and_policy, thread_native_id,
    };
    let niceness = match kind {
        Work::Awaited => 10,
        Work::Leisurely => 19,
    };
    let own = Some(rustix::thread::gettid());
    let inherited = rustix::process::getpriority_process(own).unwrap_or_default();
    let _ = rustix::process::setpriority_process(own, inherited.max(niceness));
    if let Work::Leisurely = kind {
        // However nice it is, it would keep the core for some milliseconds before another is let in.
        let idle = ThreadSchedulePolicy::Normal(Idle);
        let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle);
    }
}

#[cfg(not(target_os = "linux"))]
fn stand_back(_: Work) {}
