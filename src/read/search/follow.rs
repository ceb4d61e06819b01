//! The one who keeps the index: a thread that follows the record.
//!
//! It begins when the server does, or when somebody first searches, and takes in what is new when
//! somebody wants it, or after a moment of leisure. Nobody who writes waits for it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use crate::background;
use crate::snapshot::Snapshot;

use super::index::{Index, IndexError, Ready, discard};

/// How long what is new may lie when nobody wants it.
const LEISURE: Duration = Duration::from_secs(1);
/// How long whoever searches waits for the index to know what they know.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait before a new try when the index cannot be kept.
const RETRY: Duration = Duration::from_secs(10);

/// The door to the index.
#[derive(Clone)]
pub struct Search(Arc<Keeper>);

struct Keeper {
    shared: Shared,
    work: Mutex<Work>,
}

/// What the thread needs.
#[derive(Clone)]
struct Shared {
    folder: PathBuf,
    newest: watch::Receiver<u32>,
    record: Arc<dyn Fn() -> Snapshot + Send + Sync>,
}

enum Work {
    NotBegun,
    Going(Going),
    Over,
}

struct Going {
    /// The newest revision that somebody wants; the thread ends when this does.
    wanted: watch::Sender<u32>,
    state: watch::Receiver<Kept>,
    thread: JoinHandle<()>,
}

/// The index as far as it is.
#[derive(Clone, Default)]
pub(super) struct Kept {
    pub(super) ready: Option<Ready>,
    /// Why it cannot be kept.
    pub(super) failure: Option<String>,
}

impl Search {
    /// The index in a folder, of the record that `record` gives the newest snapshot of.
    pub fn new(
        folder: PathBuf,
        newest: watch::Receiver<u32>,
        record: impl Fn() -> Snapshot + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Keeper {
            shared: Shared {
                folder,
                newest,
                record: Arc::new(record),
            },
            work: Mutex::new(Work::NotBegun),
        }))
    }

    /// Begins to keep the index, unless that was done.
    pub fn begin(&self) {
        self.0.begin();
    }

    /// Waits until the index knows a revision, for at most two seconds.
    pub async fn reach(&self, revision: u32) {
        let Some((wanted, mut state)) = self.0.begin() else {
            return;
        };
        wanted.send_if_modified(|newest| {
            let more = revision > *newest;
            *newest = revision.max(*newest);
            more
        });
        drop(wanted);
        let enough = |kept: &Kept| {
            let known = kept
                .ready
                .as_ref()
                .is_some_and(|ready| ready.revision >= revision);
            known || kept.failure.is_some()
        };
        // Whatever there is by then is what is searched.
        let _ = tokio::time::timeout(PATIENCE, state.wait_for(enough)).await;
    }

    /// The index as far as it is.
    pub(super) fn kept(&self) -> Kept {
        match self.0.begin() {
            Some((_, state)) => state.borrow().clone(),
            None => Kept::default(),
        }
    }

    /// The newest revision that the index knows; 0 while there is none.
    pub fn revision(&self) -> u32 {
        match &*self.0.work() {
            Work::Going(going) => going
                .state
                .borrow()
                .ready
                .as_ref()
                .map_or(0, |ready| ready.revision),
            Work::NotBegun | Work::Over => 0,
        }
    }

    /// Lets go of the record. To be called before the ledger is closed.
    pub fn close(&self) {
        self.0.end();
    }
}

impl Keeper {
    fn work(&self) -> std::sync::MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> Option<(watch::Sender<u32>, watch::Receiver<Kept>)> {
        let mut work = self.work();
        if matches!(*work, Work::NotBegun) {
            let (wanted, wants) = watch::channel(0);
            let (tell, state) = watch::channel(Kept::default());
            let shared = self.shared.clone();
            match background::start("search", background::Work::Leisurely, move || {
                shared.run(wants, &tell);
            }) {
                Ok(thread) => {
                    *work = Work::Going(Going {
                        wanted,
                        state,
                        thread,
                    });
                }
                Err(error) => {
                    tracing::error!(%error, "the search index is not kept");
                    return None;
                }
            }
        }
        match &*work {
            Work::Going(going) => Some((going.wanted.clone(), going.state.clone())),
            Work::NotBegun | Work::Over => None,
        }
    }

    fn end(&self) {
        let work = std::mem::replace(&mut *self.work(), Work::Over);
        if let Work::Going(Going { wanted, thread, .. }) = work {
            drop(wanted);
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.end();
    }
}

/// Why the thread looks up.
enum Ended {
    /// Nobody searches any more.
    Over,
    /// The index is not of the record as it is now.
    Anew,
}

impl Shared {
    fn run(self, mut wants: watch::Receiver<u32>, tell: &watch::Sender<Kept>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                tracing::error!(%error, "the search index is not kept");
                return;
            }
        };
        runtime.block_on(async {
            loop {
                match self.keep(&mut wants, tell).await {
                    Ok(Ended::Over) => return,
                    Ok(Ended::Anew) => {}
                    Err(error) => {
                        tracing::warn!(%error, "the search index cannot be kept; it is tried again");
                        tell.send_modify(|kept| kept.failure = Some(error.to_string()));
                        if self.rest(&mut wants, RETRY).await {
                            return;
                        }
                    }
                }
            }
        });
    }

    /// Keeps the index until something ends that.
    async fn keep(
        &self,
        wants: &mut watch::Receiver<u32>,
        tell: &watch::Sender<Kept>,
    ) -> Result<Ended, IndexError> {
        let mut newest = self.newest.clone();
        let mut index = Index::open(&self.folder, &(self.record)())?;
        let told = |ready: Ready| {
            tell.send_replace(Kept {
                ready: Some(ready),
                failure: None,
            });
        };
        told(index.ready());
        loop {
            newest.mark_unchanged();
            let record = (self.record)();
            if index.ready().is_redacted(&record) {
                // Text was taken out of the record: it is to be nowhere any more.
                tell.send_replace(Kept::default());
                drop(index);
                discard(&self.folder)?;
                return Ok(Ended::Anew);
            }
            index.follow(&record, |ready| {
                told(ready);
                wants.has_changed().is_ok()
            })?;
            drop(record);
            while *newest.borrow() <= index.revision() {
                tokio::select! {
                    changed = newest.changed() => if changed.is_err() { return Ok(Ended::Over) },
                    changed = wants.changed() => if changed.is_err() { return Ok(Ended::Over) },
                }
            }
            if self.unwanted(wants, index.revision()).await {
                return Ok(Ended::Over);
            }
        }
    }

    /// Waits while nobody wants more than a revision, for a moment; whether all is over.
    async fn unwanted(&self, wants: &mut watch::Receiver<u32>, known: u32) -> bool {
        let wanted = wants.wait_for(|wanted| *wanted > known);
        matches!(tokio::time::timeout(LEISURE, wanted).await, Ok(Err(_)))
    }

    /// Waits; whether all is over.
    async fn rest(&self, wants: &mut watch::Receiver<u32>, time: Duration) -> bool {
        let over = wants.wait_for(|_| false);
        tokio::time::timeout(time, over).await.is_ok()
    }
}
