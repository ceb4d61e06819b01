//! What a resolver may ask of its request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::{Context, Result};

use crate::app::App;
use crate::auth::{Role, Viewer};
use crate::graphql::feed::Following;
use crate::ledger::Ledger;
use crate::model::{Timestamp, Vocabulary as _};
use crate::snapshot::Snapshot;

use super::error::coded;

/// The moment that an operation reads, and whether its answer could be another one tomorrow.
pub struct Pinned {
    at: Snapshot,
    now: Timestamp,
    /// Whether something was read of a moment that moves on: today, the newest revision.
    moving: AtomicBool,
    /// Whether something was read that is for whoever asks alone, or is no part of the record.
    private: AtomicBool,
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
            private: AtomicBool::new(false),
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

    /// Whether the answer may be given to nobody else, and not a second time.
    pub fn is_private(&self) -> bool {
        self.private.load(Ordering::Relaxed)
    }
}

/// What a resolver may ask of its operation.
#[derive(Clone)]
pub struct Ask {
    app: App,
    viewer: Viewer,
    pinned: Arc<Pinned>,
    following: Option<Arc<Following>>,
}

impl Ask {
    /// Somebody asks a program, at a moment.
    pub fn new(app: App, viewer: Viewer, pinned: Arc<Pinned>) -> Self {
        Self {
            app,
            viewer,
            pinned,
            following: None,
        }
    }

    /// The same for a subscription, with what it and its transport tell each other.
    #[must_use]
    pub fn following(self, following: Arc<Following>) -> Self {
        Self {
            following: Some(following),
            ..self
        }
    }

    /// What a subscription and its transport tell each other.
    pub fn follow(&self) -> Arc<Following> {
        self.following.clone().unwrap_or_default()
    }

    /// The moment that the whole operation reads: the newest revision when it began, or the one that
    /// the request asks for.
    pub fn pinned(&self) -> &Snapshot {
        self.pinned_unless(|_| false)
    }

    /// The same, to go on to another moment. If that is `settled`, what is read there never changes.
    pub fn pinned_unless(&self, settled: impl FnOnce(&Snapshot) -> bool) -> &Snapshot {
        if !settled(&self.pinned.at) {
            self.pinned.moving.store(true, Ordering::Relaxed);
        }
        &self.pinned.at
    }

    /// The instant at which the operation began, or at which the one that it repeats began.
    pub fn now(&self) -> Timestamp {
        self.pinned.now
    }

    /// The program.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Who asks. From here on the answer is for nobody else: this is the only way to look.
    pub fn viewer(&self) -> &Viewer {
        self.pinned.private.store(true, Ordering::Relaxed);
        &self.viewer
    }

    /// Lets nobody through who may do less.
    ///
    /// # Errors
    /// When it is somebody who may not, or nobody knows who it is.
    pub fn may(&self, role: Role) -> Result<()> {
        let viewer = self.viewer();
        let (wanted, own) = (role.code(), viewer.role().code());
        if viewer.role() >= role {
            return Ok(());
        }
        Err(match viewer {
            Viewer::Known(known) => coded(
                "FORBIDDEN",
                format!(
                    "this needs the role {wanted}; {:?} has the role {own}",
                    known.name
                ),
            ),
            Viewer::Anonymous => coded(
                "UNAUTHENTICATED",
                format!(
                    "this needs the role {wanted}; send your token as «Authorization: Bearer TOKEN»"
                ),
            ),
        })
    }

    /// Lets nobody but an admin through.
    ///
    /// # Errors
    /// When it is somebody else.
    pub fn admin(&self) -> Result<()> {
        self.may(Role::Admin)
    }

    /// Lets nobody through who may not at least propose changes.
    ///
    /// # Errors
    /// When it is somebody who may not, or nobody knows who it is.
    pub fn contributor(&self) -> Result<()> {
        self.may(Role::Contributor)
    }

    /// Lets nobody through who may not change the record.
    ///
    /// # Errors
    /// When it is somebody who may not, or nobody knows who it is.
    pub fn editor(&self) -> Result<()> {
        self.may(Role::Editor)
    }
}

/// What async-graphql carries for us.
///
/// # Errors
/// When the request does not carry it.
pub fn ask<'a>(ctx: &Context<'a>) -> Result<&'a Ask> {
    ctx.data()
}

/// The moment at which a root field reads: the one that it hangs on, or the operation's.
pub fn moment(own: Option<&Snapshot>, ask: &Ask) -> Snapshot {
    own.unwrap_or_else(|| ask.pinned()).clone()
}
