//! How may the record change? Command → plan → revision → commit → published snapshot.
//!
//! One writer thread takes all waiting commands, plans each against the state that the one before
//! it left, puts what came of them on the disk together, publishes the new state, and only then
//! answers. Nothing is acknowledged before it is on disk, and no reader sees what could still
//! be lost.

mod checkpoint;
pub mod command;
pub mod draft;
pub mod feed;
mod fold;
pub mod plan;
pub mod problem;
mod redaction;
mod rehearsal;
pub mod review;
pub mod verify;
mod writer;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;
use tokio::sync::{mpsc, oneshot, watch};

use crate::background::{self, Work};
use crate::model::{Change, Clock, RecordId, Revision, Timestamp};
use crate::snapshot::{Documents, Snapshot};
use crate::store::{Entry, Log, Replaced, Store, StoreError};

pub use command::{Action, Command};
pub use fold::fold;
pub use problem::{Problem, ProblemCode};
pub use rehearsal::Rehearsal;

use checkpoint::Keeper;
use writer::{Job, Writer};

/// How many commands may wait. A client beyond that waits to be let in.
const QUEUE: usize = 4_096;

/// What became of a command.
#[derive(Clone)]
pub struct Committed {
    /// The record as the command left it, or would leave it.
    pub snapshot: Snapshot,
    /// The revision that it made; none for a dry run and where nothing was to be changed.
    pub revision: Option<Revision>,
    /// The record that the command was about.
    pub subject: Option<RecordId>,
    /// What changed, or would change.
    pub changes: Arc<[Change]>,
    /// Whether the command had been carried out before, under the same idempotency key.
    pub replayed: bool,
}

/// Why a command was not carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
    /// What the user can mend: all problems at once.
    #[error("{}", problem::sentence(.0))]
    Problems(Vec<Problem>),
    /// What the store cannot do.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The one door through which the record changes.
#[derive(Clone)]
pub struct Ledger {
    /// The newest revision, on the day on which it was published.
    published: Arc<ArcSwap<Snapshot>>,
    newest: watch::Receiver<u32>,
    shared: Arc<feed::Shared>,
    documents: Documents,
    clock: Clock,
    jobs: mpsc::Sender<Job>,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Ledger {
    /// Takes the state that was kept, folds what the log has beyond it, and starts the writer.
    /// `progress` is told how many revisions are folded.
    ///
    /// # Errors
    /// When the log cannot be read or does not fold.
    pub fn open(
        store: Arc<Store>,
        document_cache: u64,
        clock: Clock,
        progress: impl FnMut(u32),
    ) -> Result<Self, StoreError> {
        let kept = checkpoint::load(&store);
        let keeper = Keeper::new(store.clone(), kept.changes());
        let state = Arc::new(fold::fold_on(kept, &*store, progress)?);
        let documents = Documents::new(store, document_cache);
        let newest = Snapshot::newest(state.clone(), documents.clone(), clock.now().day());
        let published = Arc::new(ArcSwap::from_pointee(newest));
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let (told, newest) = watch::channel(state.revision());
        let writer = Writer::new(
            state,
            documents.clone(),
            published.clone(),
            told,
            keeper,
            clock,
        );
        let handle = background::start("ledger", Work::Awaited, move || writer.run(waiting))
            .map_err(|error| StoreError::ReadOnly(format!("the writer cannot start: {error}")))?;
        let writer = Arc::new(Mutex::new(Some(handle)));
        Ok(Self {
            published,
            newest,
            shared: Arc::new(feed::Shared::new()),
            documents,
            clock,
            jobs,
            writer,
        })
    }

    /// Stops the writer and waits until it has let go of the store, so that the store can be sealed.
    /// To be called when no other clone is in use any more.
    pub fn close(self) {
        let Self {
            jobs,
            writer,
            documents,
            ..
        } = self;
        drop(jobs);
        let handle = writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = handle {
            // A writer that panicked has said so already.
            let _ = handle.join();
        }
        drop(documents);
    }

    /// The record as it is: the newest revision, today.
    pub fn snapshot(&self) -> Snapshot {
        let today = self.clock.now().day().into();
        let published = self.published.load();
        if published.valid_on() == today {
            return Snapshot::clone(&published);
        }
        // The day has changed since.
        published.valid(today)
    }

    /// The number of the newest published revision.
    pub fn revision(&self) -> u32 {
        self.published.load().revision()
    }

    /// The number of the newest published revision, for whoever waits for the next.
    pub fn newest(&self) -> watch::Receiver<u32> {
        self.newest.clone()
    }

    /// The present instant, by the ledger's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Carries out a command, or tells what it would do.
    ///
    /// # Errors
    /// When the command has problems, or the store cannot keep it.
    pub async fn commit(&self, command: Command) -> Result<Committed, Refusal> {
        let (answer, answered) = oneshot::channel();
        self.jobs
            .send(Job::Commit(Box::new(command), answer))
            .await
            .map_err(stopped)?;
        answered.await.map_err(stopped)?
    }

    /// The same for code that is not async: imports. The answer is waited for by whoever calls it,
    /// so that the next batch can be read meanwhile.
    pub fn submit(&self, command: Command) -> impl FnOnce() -> Result<Committed, Refusal> + use<> {
        let (answer, answered) = oneshot::channel();
        let sent = self
            .jobs
            .blocking_send(Job::Commit(Box::new(command), answer));
        move || {
            sent.map_err(stopped)?;
            answered.blocking_recv().map_err(stopped)?
        }
    }

    /// A record to try commands out on, as this one is now.
    pub fn rehearse(&self) -> Rehearsal {
        let state = self.published.load().state().clone();
        Rehearsal::new(state, self.documents.clone(), self.clock)
    }

    /// Appends revisions that were recorded elsewhere, as they are. Their hashes must go on from ours.
    /// `replaced` is what stands in the place of earlier changes since text was taken out of them.
    ///
    /// # Errors
    /// When they do not follow, do not fold, or cannot be kept.
    pub fn replay(&self, entries: Vec<Entry>, replaced: Vec<Replaced>) -> Result<(), Refusal> {
        let (answer, answered) = oneshot::channel();
        self.jobs
            .blocking_send(Job::Replay(entries, replaced, answer))
            .map_err(stopped)?;
        answered.blocking_recv().map_err(stopped)?
    }

    /// The text of records.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// The log.
    pub fn log(&self) -> &dyn Log {
        &**self.documents.store()
    }

    /// Why no more is written, where a write has failed.
    pub fn failure(&self) -> Option<String> {
        self.documents.store().failure()
    }
}

/// What a caller is told when the writer is gone, whichever channel broke off.
fn stopped<E>(_: E) -> Refusal {
    Refusal::Store(StoreError::ReadOnly("the writer has stopped".to_owned()))
}
