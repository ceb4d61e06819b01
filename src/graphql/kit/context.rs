//! What a resolver may ask of its request.

use async_graphql::{Context, Guard, Result};

use crate::app::App;
use crate::auth::Viewer;
use crate::snapshot::Snapshot;

use super::error::coded;

/// Typed access to what the request carries.
pub trait ContextExt {
    /// The moment that the whole operation reads: the newest revision when it began.
    fn pinned(&self) -> Result<&Snapshot>;
    /// The program.
    fn app(&self) -> Result<&App>;
    /// Who asks.
    fn viewer(&self) -> Viewer;
}

impl ContextExt for Context<'_> {
    fn pinned(&self) -> Result<&Snapshot> {
        self.data()
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
