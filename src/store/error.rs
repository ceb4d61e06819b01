//! What can go wrong with a data directory, and what to do about it.

use std::path::{Path, PathBuf};

/// Why the store cannot do what was asked. Each message says what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the directory open.
    #[error(
        "{0} is in use by another foedera process; stop it first, or use another --data directory"
    )]
    Locked(PathBuf),
    /// The directory was written by a newer version of the program.
    #[error(
        "{dir} was written in store format {found}, and this program reads up to {known}; use a newer foedera"
    )]
    Newer {
        /// The directory.
        dir: PathBuf,
        /// The format found.
        found: String,
        /// The newest format known here.
        known: u32,
    },
    /// The directory holds something else.
    #[error("{0} holds files but no foedera store; give --data an empty or a new directory")]
    Foreign(PathBuf),
    /// A file is not as it was left.
    #[error(
        "the store is damaged: {0}; nothing was changed; restore the directory from a backup (foedera restore)"
    )]
    Damaged(String),
    /// Revisions that were acknowledged are gone.
    #[error(
        "the store is damaged: revision {acknowledged} was acknowledged, and the log ends at {found}; restore the directory from a backup (foedera restore)"
    )]
    Lost {
        /// The newest acknowledged revision.
        acknowledged: u32,
        /// The newest one found.
        found: u32,
    },
    /// The log has moved on.
    #[error("revision {expected} was expected to be the newest, and it is {found}")]
    Conflict {
        /// The number that the writer expected.
        expected: u32,
        /// The newest number.
        found: u32,
    },
    /// The operating system refused.
    #[error("cannot {action} {path}: {problem}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        problem: String,
    },
    /// A write failed, and no more are taken.
    #[error("the record is read-only: {0}; make room or mend the disk, then restart the server")]
    ReadOnly(String),
}

impl StoreError {
    /// The same error, with the place where the damage is.
    #[must_use]
    pub fn within(self, place: impl std::fmt::Display) -> Self {
        match self {
            Self::Damaged(what) => Self::Damaged(format!("{place}: {what}")),
            other => other,
        }
    }

    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io {
            action,
            path,
            problem: plain(&error),
        }
    }
}

/// The system's words for an error, without Rust's addition of the number.
fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::StorageFull => "no space left on the disk".to_owned(),
        std::io::ErrorKind::NotADirectory => "it is not a directory".to_owned(),
        _ => error.to_string(),
    }
}

/// Why nothing more is written, in words that whoever asked may read: without a path.
pub(super) fn unwritten(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => format!("writing failed: {error}"),
    }
}
