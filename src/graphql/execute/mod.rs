//! How a request is carried out: document → plan → JSON, without an executor in between.
//!
//! `apollo-compiler` parses and validates, `document` keeps what it made, `plan` decides what is
//! selected of which type, and the fields write themselves (`output`, `run`, `text`) into an `answer`: a
//! synchronous walk over one snapshot. What a field is, is declared once, on its type; `foedera-macros`
//! makes of the declaration both our [`Fields`] and the types of async-graphql, which gives the schema.
//! Before it is carried out an operation is prepared: all that can be refused is refused then.

mod answer;
mod cost;
mod document;
mod follow;
mod introspection;
mod output;
mod plan;
mod question;
mod run;
mod suggest;
mod text;
mod value;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::ServerError;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;

use crate::graphql::kit::context::Ask;
use crate::graphql::kit::error;
use crate::graphql::kit::guard::Limits;
use crate::graphql::{Mutation, Query, sdl};

pub use answer::{Answer, Data};
pub use apollo_compiler::executable::OperationType;
pub use document::{Document, Documents, Faults, Variables};
pub use output::{Actions, Events, Fields, Followed, Output, name_hash};
pub use plan::Field;
pub use question::{Prepared, Question};
pub use run::{Nulled, Path, Run};

use introspection::WithSchema;

/// The cost from which on an operation is costly: some milliseconds.
const COSTLY: u64 = 20_000;

/// Carries out requests.
pub struct Executor {
    documents: Documents,
    limits: Limits,
    timeout: Duration,
    /// Whether questions about the schema itself are answered.
    introspection: bool,
    /// The places of costly operations: the others must not wait for them.
    costly: Semaphore,
    /// What subscriptions told of late.
    told: Arc<follow::Told>,
}

impl Executor {
    /// An executor for operations within some bounds that take no longer than this.
    ///
    /// # Panics
    /// When the schema that the program itself declares is not valid; a test sees to that.
    #[expect(clippy::expect_used, reason = "the schema is the program's own")]
    pub fn new(limits: Limits, timeout: Duration) -> Self {
        let places = usize::try_from(limits.costly).unwrap_or(usize::MAX);
        Self {
            documents: Documents::new(&sdl()).expect("our own schema is valid"),
            costly: Semaphore::new(places.clamp(1, Semaphore::MAX_PERMITS)),
            introspection: true,
            told: Arc::default(),
            limits,
            timeout,
        }
    }

    /// The same, where it is set what is told of the schema: whether questions about it are answered,
    /// and whether a field that there is not is answered with the names of some that there are.
    #[must_use]
    pub fn telling(mut self, introspection: bool, suggestions: bool) -> Self {
        self.introspection = introspection;
        self.documents.suggest(suggestions);
        self
    }

    /// The longest that an operation may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The bounds of operations.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Makes a question ready to be carried out.
    ///
    /// # Errors
    /// All that is wrong with its document, or what it has too much of.
    pub fn prepare(&self, question: Question) -> Result<Prepared, Faults> {
        let prepared = Prepared::read(&self.documents, &self.limits, question)?;
        if !self.introspection && prepared.asks_about_the_schema() {
            let message = "this server does not answer questions about its schema";
            return Err(vec![error::coded_error("INTROSPECTION_OFF", message)]);
        }
        Ok(prepared)
    }

    /// Carries out an operation.
    pub async fn execute(&self, prepared: &Prepared, ask: &Ask) -> Answer {
        let began = Instant::now();
        let deadline = began + self.timeout;
        let Prepared {
            variables, fields, ..
        } = prepared;
        if prepared.searches() {
            let known = ask.pinned().revision();
            ask.app().search.reach(known).await;
        }
        let mut run = Run::new(ask, variables, deadline);
        let written = match prepared.kind() {
            OperationType::Query if prepared.asks_about_the_schema() => {
                let checked = prepared.document.check_circles(&prepared.operation);
                if let Err(faults) = checked {
                    return faults.into();
                }
                let root = WithSchema::new(self.documents.planner());
                run.object(&root, fields, &Path::ROOT)
            }
            OperationType::Query if prepared.cost > COSTLY => {
                let place = tokio::time::timeout(self.timeout, self.costly.acquire()).await;
                let Ok(_place) = place else {
                    let message = "the server is busy with other costly operations; try again, or ask for less at a time";
                    return vec![error::coded_error(error::OVERLOADED, message)].into();
                };
                aside(|| run.object(&Query::default(), fields, &Path::ROOT))
            }
            OperationType::Query => run.object(&Query::default(), fields, &Path::ROOT),
            OperationType::Mutation => run.actions(&Mutation::default(), fields).await,
            OperationType::Subscription => {
                let message = "a subscription goes over WebSocket to /graphql/ws, or as Server-Sent Events from /graphql/stream";
                return vec![error::coded_error(error::BAD_REQUEST, message)].into();
            }
        };
        let mut answer = run.answer(written);
        for error in &mut answer.errors {
            if error::code(error) == Some(error::TIMEOUT) {
                self.tell_the_time(error, began.elapsed());
            }
        }
        answer
    }

    /// Puts the figures to an error about time.
    fn tell_the_time(&self, error: &mut ServerError, took: Duration) {
        let [limit, found] = [self.timeout, took].map(|time| time.as_millis() as u64);
        error.message = format!(
            "the operation was broken off after {found} ms, and at most {limit} ms are allowed; ask for less at a time"
        );
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("limit", limit);
        extensions.set("found", found);
    }
}

/// Does what takes long, without holding up what else this thread has to do.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}
