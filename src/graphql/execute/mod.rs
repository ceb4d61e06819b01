//! How a request is carried out: document → plan → JSON, without an executor in between.
//!
//! `apollo-compiler` parses and validates, `document` keeps what it made, `plan` decides what is
//! selected of which type, and the fields write themselves (`output`, `run`): a synchronous walk over
//! one snapshot. What a field is, is declared once, on its type; `foedera-macros` makes of the
//! declaration both our [`Fields`] and the types of async-graphql, which gives the schema and answers
//! questions about the schema itself.

mod document;
mod output;
mod plan;
mod question;
mod run;
mod value;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::{Response, ServerError};
use futures_util::future::ready;
use futures_util::stream::{BoxStream, StreamExt as _};

use crate::app::App;
use crate::auth::Viewer;
use crate::graphql::feed::{Following, Subscription};
use crate::graphql::kit::context::{Ask, Pinned};
use crate::graphql::kit::error;
use crate::graphql::kit::guard::Limits;
use crate::graphql::{Mutation, Query, Schema, schema, sdl};

pub use apollo_compiler::executable::OperationType;
pub use document::{Document, Documents, Faults, Variables};
pub use output::{Actions, Events, Fields, Followed, Output, name_hash};
pub use plan::Field;
pub use question::{Prepared, Question};
pub use run::{Nulled, Path, Run};

/// Carries out requests.
pub struct Executor {
    documents: Documents,
    schema: Schema,
    limits: Limits,
    timeout: Duration,
}

/// What comes of a request.
#[derive(Debug, Default)]
pub struct Answer {
    /// The data as JSON; none where the request did not get as far as being executed.
    pub data: Option<Vec<u8>>,
    /// What went wrong, each with a code.
    pub errors: Vec<ServerError>,
}

impl Answer {
    /// Whether everything that was asked for is there.
    pub fn is_whole(&self) -> bool {
        self.data.is_some() && self.errors.is_empty()
    }
}

impl From<Faults> for Answer {
    fn from(errors: Faults) -> Self {
        Self { data: None, errors }
    }
}

impl Executor {
    /// An executor over a program, for operations that take no longer than this.
    ///
    /// # Panics
    /// When the schema that the program itself declares is not valid; a test sees to that.
    #[expect(clippy::expect_used, reason = "the schema is the program's own")]
    pub fn new(app: App, limits: Limits, timeout: Duration) -> Self {
        Self {
            documents: Documents::new(&sdl()).expect("our own schema is valid"),
            schema: schema(app),
            limits,
            timeout,
        }
    }

    /// The longest that an operation may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Reads the document of a question.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn prepare(&self, question: Question) -> Result<Prepared, Faults> {
        Prepared::read(&self.documents, &self.limits, question)
    }

    /// Carries out an operation.
    pub async fn execute(&self, prepared: &Prepared, ask: &Ask) -> Answer {
        if prepared.asks_about_the_schema() {
            return self.introspect(prepared, ask).await;
        }
        let Prepared {
            document,
            operation,
            question,
        } = prepared;
        let variables = match self
            .documents
            .variables(document, operation, &question.variables)
        {
            Ok(variables) => variables,
            Err(faults) => return faults.into(),
        };
        let fields = self.documents.plan(document, operation, &variables);
        let mut run = Run::new(ask, &variables, Instant::now() + self.timeout);
        let written = match prepared.kind() {
            OperationType::Query => run.object(&Query::default(), &fields, &Path::ROOT),
            OperationType::Mutation => run.actions(&Mutation::default(), &fields).await,
            OperationType::Subscription => {
                let message = "a subscription goes over WebSocket to /graphql/ws, or as Server-Sent Events from /graphql/stream";
                return vec![error::coded_error(error::BAD_REQUEST, message)].into();
            }
        };
        run.answer(written)
    }

    /// Begins a subscription: what it tells, each told when it is asked for.
    ///
    /// # Errors
    /// When it cannot be begun.
    pub fn follow(
        &self,
        prepared: &Prepared,
        app: App,
        viewer: Viewer,
        following: Arc<Following>,
    ) -> Result<BoxStream<'static, Answer>, Answer> {
        let Prepared {
            document,
            operation,
            question,
        } = prepared;
        let variables = self
            .documents
            .variables(document, operation, &question.variables)?;
        let fields = self.documents.plan(document, operation, &variables);
        let Some(field) = fields.first() else {
            let message = "a subscription has one field at its root";
            return Err(vec![error::coded_error(error::INVALID, message)].into());
        };
        let timeout = self.timeout;
        // What it reads later is of then: nothing of today is held on to.
        let ask = move || {
            let pinned = Pinned::newest(&app.ledger);
            Ask::new(app.clone(), viewer.clone(), pinned)
        };
        let now = ask().following(following);
        let mut run = Run::new(&now, &variables, Instant::now() + timeout);
        let at = Path::ROOT;
        let opened = Subscription.open(field, &mut run, &at.key(field.key()));
        let Ok(Some(events)) = opened else {
            return Err(run.errors.into());
        };
        let answers = events.scan(false, move |over, event| {
            if *over {
                return ready(None);
            }
            let ask = ask();
            if !ask.app().auth.is_still(ask.viewer()) {
                *over = true;
                let message = "the token is no longer valid";
                return ready(Some(
                    vec![error::coded_error("UNAUTHENTICATED", message)].into(),
                ));
            }
            let mut run = Run::new(&ask, &variables, Instant::now() + timeout);
            let written = run.event(&fields[0], event);
            ready(Some(run.answer(written)))
        });
        Ok(answers.boxed())
    }

    /// Questions about the schema itself are async-graphql's to answer.
    async fn introspect(&self, prepared: &Prepared, ask: &Ask) -> Answer {
        let question = &prepared.question;
        let variables = serde_json::Value::Object(question.variables.clone());
        let mut request = async_graphql::Request::new(&question.query)
            .variables(async_graphql::Variables::from_json(variables))
            .data(ask.clone());
        if let Some(name) = &question.operation_name {
            request = request.operation_name(name);
        }
        let Response {
            data, mut errors, ..
        } = self.schema.execute(request).await;
        errors.iter_mut().for_each(error::finish_one);
        let data = serde_json::to_vec(&data).ok();
        let executed = errors.is_empty() || errors.iter().any(|error| !error.path.is_empty());
        Answer {
            data: data.filter(|_| executed),
            errors,
        }
    }
}
