//! A record in a directory of its own.

use foedera::app::{App, Opening};
use foedera::auth::Rules;
use foedera::config::OidcConfig;
use foedera::model::{Clock, Timestamp};

/// Noon of 1 March 2026.
const NOON: Timestamp = Timestamp(1_772_366_400_000);

/// A record, and the directory that goes when it does.
pub struct Record {
    pub app: App,
    _dir: tempfile::TempDir,
}

impl Record {
    /// A record of nothing.
    pub fn empty() -> Self {
        Self::open(None)
    }

    /// The same, where an identity provider lets people in.
    pub(crate) fn open(oidc: Option<&OidcConfig>) -> Self {
        let dir = tempfile::tempdir().expect("there is room for a directory");
        let opening = Opening {
            data: dir.path(),
            cache_bytes: 8 << 20,
            rules: Rules {
                admin_token: Some("the admin token"),
                reads_need_token: false,
                oidc,
            },
            clock: Clock::Fixed(NOON),
        };
        let (app, _) = App::open(&opening, |_| {}).expect("an empty directory opens");
        Self { app, _dir: dir }
    }
}
