//! An operation, and what it tells one after the other.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::ServerError;
use futures_util::future::ready;
use futures_util::stream::{self, BoxStream, StreamExt as _};

use crate::auth::Viewer;
use crate::graphql::execute::{Answer, Faults, OperationType, Prepared};
use crate::graphql::feed::Following;
use crate::graphql::kit::context::{Ask, Pinned};
use crate::graphql::kit::error::{RATE_LIMITED, coded_error, excess_error};
use crate::graphql::kit::guard::Excess;
use crate::http::Site;
use crate::http::budget::Tab;
use crate::http::graphql::{Asked, overloaded};
use crate::telemetry::Operation;
use crate::telemetry::traces::Place;

/// What an operation tells.
pub(super) enum Told {
    /// A result, as JSON.
    Next(String),
    /// It cannot be begun: the list of errors, as JSON. Nothing follows.
    Refused(String),
    /// It is over.
    Complete,
}

/// An operation that can be begun.
pub(super) struct Ready {
    prepared: Prepared,
    began: Instant,
}

/// Why there is none.
pub(super) enum Unready {
    /// The request is wrong.
    Faulty(Faults),
    /// It costs more than is left of the budget.
    Spent(Excess),
}

impl Ready {
    /// Reads a request, and charges what it costs.
    ///
    /// # Errors
    /// When nothing can be begun with it.
    pub(super) fn read(site: &Site, asked: Asked, tab: &mut Tab) -> Result<Self, Unready> {
        let began = Instant::now();
        let question = site.documents.question(asked).map_err(|refusal| {
            let told = coded_error(refusal.code, refusal.message);
            vec![told]
        });
        let prepared = question.and_then(|(question, learnable)| {
            let prepared = site.executor.prepare(question)?;
            site.documents.learn(learnable);
            Ok(prepared)
        });
        let prepared = prepared.map_err(|faults| {
            site.finished(Operation::Invalid, None, true, began);
            Unready::Faulty(faults)
        })?;
        tab.charge(prepared.cost()).map_err(Unready::Spent)?;
        Ok(Self { prepared, began })
    }

    /// Begins. A query or a mutation tells one result; a subscription each event as it is asked for. Where
    /// it may only read, a mutation is refused.
    pub(super) fn begin(
        self,
        site: Site,
        viewer: Viewer,
        following: Arc<Following>,
        reads_only: bool,
    ) -> BoxStream<'static, Told> {
        // In a box that is given back once it has begun: what runs then is what stays in memory.
        let opening = open(self, site, viewer, following, reads_only);
        let beginning = Box::pin(Place::here().around(opening));
        stream::once(beginning).flatten().boxed()
    }
}

impl Unready {
    /// What is told in place of the operation.
    pub(super) fn told(self) -> BoxStream<'static, Told> {
        match self {
            Self::Faulty(faults) => refused(&faults),
            Self::Spent(excess) => refused(&[excess_error(RATE_LIMITED, excess)]),
        }
    }
}

async fn open(
    Ready { prepared, began }: Ready,
    site: Site,
    viewer: Viewer,
    following: Arc<Following>,
    reads_only: bool,
) -> BoxStream<'static, Told> {
    let kind = match prepared.kind() {
        OperationType::Query => Operation::Query,
        OperationType::Mutation if reads_only => {
            site.finished(Operation::Invalid, Some(&prepared), true, began);
            let message = "a GET request can only read; send this by POST";
            return refused(&[coded_error("METHOD_NOT_ALLOWED", message)]);
        }
        OperationType::Mutation => Operation::Mutation,
        OperationType::Subscription => {
            let app = site.app.clone();
            let told = site.executor.follow(&prepared, app, viewer, following);
            site.finished(
                Operation::Subscription,
                Some(&prepared),
                told.is_err(),
                began,
            );
            return match told {
                Ok(told) => told
                    .map(|answer| match &answer.data {
                        Some(_) => Told::Next(body(Answer::clone(&answer))),
                        None => Told::Refused(list(&answer.errors)),
                    })
                    .chain(stream::once(ready(Told::Complete)))
                    .boxed(),
                Err(answer) => refused(&answer.errors),
            };
        }
    };
    let Ok(_place) = site.places.clone().try_acquire_owned() else {
        let overloaded = overloaded(&site);
        return refused(&[coded_error(overloaded.code, overloaded.message)]);
    };
    let pinned = Pinned::newest(&site.app.ledger);
    let ask = Ask::new(site.app.clone(), viewer, pinned);
    let answer = site.executor.execute(&prepared, &ask).await;
    site.finished(kind, Some(&prepared), !answer.errors.is_empty(), began);
    if answer.data.is_none() {
        return refused(&answer.errors);
    }
    stream::iter([Told::Next(body(answer)), Told::Complete]).boxed()
}

/// An answer as JSON.
fn body(answer: Answer) -> String {
    // JSON is UTF-8.
    String::from_utf8(answer.into_body(None)).unwrap_or_default()
}

fn refused(errors: &[ServerError]) -> BoxStream<'static, Told> {
    stream::iter([Told::Refused(list(errors))]).boxed()
}

/// Errors as JSON.
fn list(errors: &[ServerError]) -> String {
    serde_json::to_string(errors).unwrap_or_else(|error| {
        tracing::error!(%error, "errors cannot be written as JSON");
        "[]".to_owned()
    })
}
