//! An operation, and what it tells one after the other.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::ServerError;
use futures_util::future::ready;
use futures_util::stream::{self, BoxStream, StreamExt as _};

use crate::auth::Viewer;
use crate::graphql::execute::{Answer, OperationType};
use crate::graphql::feed::Following;
use crate::graphql::kit::context::{Ask, Pinned};
use crate::graphql::kit::error::{RATE_LIMITED, coded_error, excess_error};
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

/// Begins an operation. A query or a mutation tells one result; a subscription each event as it is asked
/// for. Where it may only read, a mutation is refused.
pub(super) fn begin(
    site: Site,
    viewer: Viewer,
    asked: Asked,
    following: Arc<Following>,
    reads_only: bool,
    tab: Tab,
) -> BoxStream<'static, Told> {
    // In a box that is given back once it has begun: what runs then is what stays in memory.
    let opening = open(site, viewer, asked, following, reads_only, tab);
    let beginning = Box::pin(Place::here().around(opening));
    stream::once(beginning).flatten().boxed()
}

async fn open(
    site: Site,
    viewer: Viewer,
    asked: Asked,
    following: Arc<Following>,
    reads_only: bool,
    mut tab: Tab,
) -> BoxStream<'static, Told> {
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
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(faults) => {
            site.finished(Operation::Invalid, None, true, began);
            return refused(&faults);
        }
    };
    if let Err(excess) = tab.charge(prepared.cost()) {
        return refused(&[excess_error(RATE_LIMITED, excess)]);
    }
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
                    .map(|answer| match answer.data {
                        Some(_) => Told::Next(body(&answer)),
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
    stream::iter([Told::Next(body(&answer)), Told::Complete]).boxed()
}

/// An answer as JSON.
fn body(answer: &Answer) -> String {
    let bytes = crate::http::graphql::body(answer, None);
    String::from_utf8_lossy(&bytes).into_owned()
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
