//! The program: everything that is open while it runs. The only place where the parts are put together.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use crate::auth::{Auth, Rules};
use crate::ledger::Ledger;
use crate::ledger::review::Desk;
use crate::model::{Clock, Kind, Vocabulary as _};
use crate::read::search::Search;
use crate::store::{StoreError, open_clean};
use crate::telemetry::{Counts, Metrics};

/// Where in the data directory the search index lies.
pub const SEARCH_FOLDER: &str = "search";

/// The program while it runs. Every request has a clone, which is one count more.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What is open.
pub struct Parts {
    /// The door through which the record changes, and the newest snapshot.
    pub ledger: Ledger,
    /// The proposals of those who may not change the record.
    pub desk: Desk,
    /// Who may do what.
    pub auth: Auth,
    /// What can be found by words. The index is opened when it is first asked, or when it is told to.
    pub search: Search,
    /// What is counted.
    pub metrics: Metrics,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Whether the program does what it is for.
#[derive(Clone, Debug)]
pub struct Health {
    /// The newest revision.
    pub revision: u32,
    /// Whether writes are taken.
    pub writable: bool,
    /// Why not.
    pub reason: Option<String>,
}

/// What opening an app takes.
pub struct Opening<'a> {
    /// The data directory.
    pub data: &'a Path,
    /// The bytes that records may take which were read and are kept to be read again.
    pub cache_bytes: u64,
    /// How people are let in.
    pub rules: Rules<'a>,
    /// Where the time comes from.
    pub clock: Clock,
}

impl App {
    /// Opens a data directory. The second value is the admin token, if one was made just now.
    ///
    /// # Errors
    /// When the directory cannot be opened or its log cannot be read.
    pub fn open(
        opening: &Opening<'_>,
        progress: impl FnMut(u32),
    ) -> Result<(Self, Option<String>), StoreError> {
        let store = Arc::new(open_clean(opening.data)?);
        let (auth, made) = Auth::open(&store, opening.clock, &opening.rules)?;
        let ledger = Ledger::open(store, opening.cache_bytes, opening.clock, progress)?;
        let desk = Desk::open(&ledger)?;
        let record = ledger.clone();
        let folder = opening.data.join(SEARCH_FOLDER);
        let search = Search::new(folder, ledger.newest(), move || record.snapshot());
        Ok((
            Self(Arc::new(Parts {
                ledger,
                desk,
                auth,
                search,
                metrics: Metrics::default(),
            })),
            made,
        ))
    }

    /// Lets go of everything and seals the store. To be called when no other clone is in use any more.
    pub fn close(self) {
        let Some(Parts {
            ledger,
            auth,
            desk,
            search,
            ..
        }) = Arc::into_inner(self.0)
        else {
            return;
        };
        search.close();
        drop((auth, desk, search));
        ledger.close();
    }

    /// Whether the program does what it is for.
    pub fn health(&self) -> Health {
        let reason = self.ledger.failure();
        Health {
            revision: self.ledger.snapshot().revision(),
            writable: reason.is_none(),
            reason,
        }
    }

    /// The metrics in the text format of Prometheus, with the counts of this moment.
    pub fn metrics(&self) -> String {
        let snapshot = self.ledger.snapshot();
        let documents = self.ledger.documents();
        let records = Kind::ALL
            .iter()
            .map(|kind| (kind.prefix(), snapshot.state().count(*kind) as i64));
        let (hits, misses) = documents.cache_counts();
        self.metrics.encode(&Counts {
            revision: i64::from(snapshot.revision()),
            writable: self.ledger.failure().is_none(),
            records: records.collect(),
            cache_hits: hits,
            cache_misses: misses,
            log_bytes: documents.store().size_on_disk() as i64,
        })
    }
}
