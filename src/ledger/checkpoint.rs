//! The state between two runs of the program: kept in the store, so that a start folds only what came
//! since. The log stays the truth: what does not fit it is folded anew.

use std::sync::Arc;
use std::thread::JoinHandle;

use crate::background::{self, Work};
use crate::snapshot::State;
use crate::snapshot::checkpoint::layout;
use crate::store::{Stamp, Store, StoreError};

/// A state of fewer changes is folded in no time.
const SMALL: u64 = 20_000;
/// After so many changes a state is kept while the program runs, in case it does not end well.
const MANY: u64 = 500_000;

/// The state of the checkpoint, if there is one that fits the log; else the empty one.
pub(super) fn load(store: &Store) -> State {
    let read = store.read_checkpoint(layout(), |from| State::load(from));
    match read {
        Ok(found) => found.unwrap_or_default(),
        Err(error) => {
            tracing::info!(%error, "the checkpoint is not whole; the log is folded from its beginning");
            State::default()
        }
    }
}

fn save(store: &Store, state: &State) -> Result<(), StoreError> {
    let stamp = Stamp {
        layout: layout(),
        revision: state.revision(),
        hash: state.hash(),
    };
    store.write_checkpoint(stamp, |out| state.save(out))
}

/// Keeps states from time to time.
pub(super) struct Keeper {
    store: Arc<Store>,
    /// How many changes the kept state has.
    kept: u64,
    at_work: Option<JoinHandle<Result<u64, StoreError>>>,
}

impl Keeper {
    /// A keeper that finds a state of so many changes kept.
    pub(super) fn new(store: Arc<Store>, kept: u64) -> Self {
        Self {
            store,
            kept,
            at_work: None,
        }
    }

    /// Keeps a state beside the work, if it has grown by much. What is kept grows with the state, so it
    /// is done ever more rarely.
    pub(super) fn see(&mut self, state: &Arc<State>) {
        if self.at_work.as_ref().is_some_and(JoinHandle::is_finished) {
            self.wait();
        }
        let new = state.changes().saturating_sub(self.kept);
        if self.at_work.is_some() || new < MANY || new < self.kept / 2 {
            return;
        }
        let (store, state) = (self.store.clone(), state.clone());
        let work = move || save(&store, &state).map(|()| state.changes());
        // Whoever takes text out of the record, or stops the server, waits for it.
        match background::start("checkpoint", Work::Awaited, work) {
            Ok(handle) => self.at_work = Some(handle),
            Err(error) => tracing::warn!(%error, "no checkpoint is written"),
        }
    }

    /// Forgets what is kept, because text is about to be taken out of the log. Whatever is being kept
    /// is there by then, and goes with the rest.
    pub(super) fn forget(&mut self) {
        self.wait();
        self.kept = 0;
    }

    /// Keeps the last state, where folding what is new of it would take a moment.
    pub(super) fn finish(mut self, state: &State) {
        self.wait();
        if state.changes() < self.kept + SMALL {
            return;
        }
        if let Err(error) = save(&self.store, state) {
            tracing::warn!(%error, "no checkpoint is written; the next start takes longer");
        }
    }

    fn wait(&mut self) {
        match self.at_work.take().map(JoinHandle::join) {
            Some(Ok(Ok(changes))) => self.kept = changes,
            Some(Ok(Err(error))) => tracing::warn!(%error, "no checkpoint is written"),
            Some(Err(_)) => tracing::error!("writing a checkpoint panicked"),
            None => {}
        }
    }
}
