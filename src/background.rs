//! Threads that work beside the requests: the writer, the checkpoint, the index of searches.

use std::io;
use std::thread::{Builder, JoinHandle};

/// How far a thread stands back behind requests. What it starts stands back as well.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// Somebody waits for it, or may have to: beside a request that wants the same core it has a tenth of it.
    Awaited,
    /// It has time: beside a request it has next to nothing, and little beside work that is waited for.
    Leisurely,
}

impl Work {
    /// The niceness of Linux.
    #[cfg(target_os = "linux")]
    fn niceness(self) -> i32 {
        match self {
            Self::Awaited => 10,
            Self::Leisurely => 19,
        }
    }
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

#[cfg(target_os = "linux")]
fn stand_back(kind: Work) {
    // On Linux each thread has its own. Where it cannot be set, the thread is as any other; where the whole
    // program stands back, it does not step forward.
    let own = Some(rustix::thread::gettid());
    let inherited = rustix::process::getpriority_process(own).unwrap_or_default();
    let _ = rustix::process::setpriority_process(own, inherited.max(kind.niceness()));
}

#[cfg(not(target_os = "linux"))]
fn stand_back(_: Work) {}
