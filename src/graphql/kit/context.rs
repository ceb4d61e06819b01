//! What a resolver may ask of its request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::{Context, Guard, Result};

use crate::app::App;
use crate::auth::Viewer;
use crate::ledger::Ledger;
use crate::model::Timestamp;
use crate::snapshot::Snapshot;

use super::error::coded;

/// The moment that an operation reads, and whether its answer could be another one tomorrow.
pub struct Pinned {
    at: Snapshot,
    now: Timestamp,
    /// Whether something was read of a moment that moves on: today, the newest revision.
    moving: AtomicBool,
}

impl Pinned {
    /// The newest revision, today.
    pub fn newest(ledger: &Ledger) -> Arc<Self> {
        Self::then(ledger.snapshot(), ledger.now())
    }

    /// A moment as it was asked about at an instant: later ones lay ahead.
    pub fn then(at: Snapshot, now: Timestamp) -> Arc<Self> {
        Arc::new(Self {
            at,
            now,
            moving: AtomicBool::new(false),
        })
    }

    /// The moment.
    pub fn at(&self) -> &Snapshot {
        &self.at
    }

    /// The instant at which it is asked about.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether all that was read so far stays as it is for ever.
    pub fn is_settled(&self) -> bool {
        !self.moving.load(Ordering::Relaxed)
    }
}

/// Typed access to what the request carries.
pub trait ContextExt {
    /// The moment that the whole operation reads: the newest revision when it began, or the one that
    /// the request asks for.
    fn pinned(&self) -> Result<&Snapshot>;
    /// The same, to go on to another moment. If that is `settled`, what is read there never changes.
    fn pinned_unless(&self, settled: impl FnOnce(&Snapshot) -> bool) -> Result<&Snapshot>;
    /// The instant at which the operation began, or at which the one that it repeats began.
    fn now(&self) -> Result<Timestamp>;
    /// The program.
    fn app(&self) -> Result<&App>;
    /// Who asks.
    fn viewer(&self) -> Viewer;
}

impl ContextExt for Context<'_> {
    fn pinned(&self) -> Result<&Snapshot> {
        self.pinned_unless(|_| false)
    }

    fn pinned_unless(&self, settled: impl FnOnce(&Snapshot) -> bool) -> Result<&Snapshot> {
        let pinned: &Arc<Pinned> = self.data()?;
        if !settled(&pinned.at) {
            pinned.moving.store(true, Ordering::Relaxed);
        }
        Ok(&pinned.at)
    }

    fn now(&self) -> Result<Timestamp> {
        let pinned: &Arc<Pinned> = self.data()?;
        Ok(pinned.now)
    }

    fn app(&self) -> Result<&App> {
        self.data()
    }

    fn viewer(&self) -> Viewer {
        self.data_opt().copied().unwrap_or(Viewer::Anonymous)
    }
}

/// Lets nobody but an admin through.
pub struct AdminOnly;

impl Guard for AdminOnly {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        match ctx.viewer() {
            Viewer::Admin => Ok(()),
            Viewer::Anonymous => Err(coded(
                "UNAUTHENTICATED",
                "writing needs a token; send the admin token as «Authorization: Bearer TOKEN»",
            )),
        }
    }
}

/// The moment at which a root field reads: the one that it hangs on, or the operation's.
pub fn moment(own: Option<&Snapshot>, ctx: &Context<'_>) -> Result<Snapshot> {
    match own {
        Some(snapshot) => Ok(snapshot.clone()),
        None => ctx.pinned().cloned(),
    }
}
