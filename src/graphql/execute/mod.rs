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
mod run;
mod value;

use std::time::{Duration, Instant};

use apollo_compiler::executable::{Operation, OperationType};
use async_graphql::{Response, ServerError};

use crate::app::App;
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::error;
use crate::graphql::kit::guard::Limits;
use crate::graphql::{Mutation, Query, Schema, schema, sdl};

pub use document::{Document, Documents, Faults, Variables};
pub use output::{Actions, Fields, Output, name_hash};
pub use plan::Field;
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

    /// The document of a text.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(&self, text: &str) -> Result<std::sync::Arc<Document>, Faults> {
        self.documents.read(text, &self.limits)
    }

    /// Carries out an operation of a document.
    pub async fn execute(
        &self,
        document: &Document,
        operation: &Operation,
        given: serde_json::Map<String, serde_json::Value>,
        ask: &Ask,
    ) -> Answer {
        if document.asks_about_the_schema(operation) {
            return self.introspect(document, operation, given, ask).await;
        }
        let variables = match self.documents.variables(document, operation, given) {
            Ok(variables) => variables,
            Err(faults) => return faults.into(),
        };
        let fields = self.documents.plan(document, operation, &variables);
        let mut run = Run::new(ask, &variables, Instant::now() + self.timeout);
        let written = match operation.operation_type {
            OperationType::Query => run.object(&Query::default(), &fields, &Path::ROOT),
            OperationType::Mutation => run.actions(&Mutation::default(), &fields).await,
            OperationType::Subscription => {
                let message = "a subscription goes to /graphql/ws or /graphql/stream";
                return vec![error::coded_error(error::BAD_REQUEST, message)].into();
            }
        };
        if written.is_err() {
            run.out.clear();
            run.out.extend_from_slice(b"null");
        }
        Answer {
            data: Some(run.out),
            errors: run.errors,
        }
    }

    /// Questions about the schema itself are async-graphql's to answer.
    async fn introspect(
        &self,
        document: &Document,
        operation: &Operation,
        given: serde_json::Map<String, serde_json::Value>,
        ask: &Ask,
    ) -> Answer {
        let variables = serde_json::Value::Object(given);
        let mut request = async_graphql::Request::new(document.text())
            .variables(async_graphql::Variables::from_json(variables))
            .data(ask.clone());
        if let Some(name) = &operation.name {
            request = request.operation_name(name.as_str());
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
