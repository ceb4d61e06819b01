//! An operation, and what it tells one after the other.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Response, ServerError};
use futures_util::stream::{self, BoxStream, StreamExt as _};

use crate::auth::Viewer;
use crate::graphql::feed::{Beginning, Event, Follower, Occasion};
use crate::graphql::kit::context::Pinned;
use crate::graphql::kit::error;
use crate::http::Site;
use crate::http::graphql::{Asked, carry_out, coded, parse, prepare, written};
use crate::store::StoreError;
use crate::telemetry::Operation;

use super::root_field::settle;

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
/// for, from a place on if one is given. Where it may only read, a mutation is refused.
pub(super) fn begin(
    site: Site,
    viewer: Viewer,
    asked: Asked,
    beginning: Beginning,
    reads_only: bool,
) -> BoxStream<'static, Told> {
    // In a box that is given back once it has begun: what runs then is what stays in memory.
    let opening = Box::pin(open(site, viewer, asked, beginning, reads_only));
    stream::once(opening).flatten().boxed()
}

async fn open(
    site: Site,
    viewer: Viewer,
    mut asked: Asked,
    beginning: Beginning,
    reads_only: bool,
) -> BoxStream<'static, Told> {
    let query = asked.query.take().unwrap_or_default();
    let mut document = match parse(&query, &site) {
        Ok(document) => document,
        Err(error) => return refused(&site, vec![error]),
    };
    let kind = asked.operation_in(&document).map(|operation| operation.ty);
    if kind == Some(OperationType::Subscription) {
        if let Err(error) = settle(&mut document) {
            return refused(&site, vec![error]);
        }
        let subscription = Box::new(Subscription {
            site,
            viewer,
            asked,
            document,
        });
        return subscription.follow(beginning).await;
    }
    if reads_only && kind == Some(OperationType::Mutation) {
        let message = "a GET request can only read; send this by POST".to_owned();
        return refused(&site, vec![coded("METHOD_NOT_ALLOWED", message)]);
    }
    let outcome = carry_out(&site, viewer, asked, document).await;
    if outcome.executed {
        return stream::iter([Told::Next(outcome.body), Told::Complete]).boxed();
    }
    let errors = serde_json::from_str(&outcome.body)
        .map(|mut body: serde_json::Value| body["errors"].take().to_string())
        .unwrap_or_default();
    stream::iter([Told::Refused(errors)]).boxed()
}

/// A subscription that runs.
struct Subscription {
    site: Site,
    viewer: Viewer,
    asked: Asked,
    document: ExecutableDocument,
}

impl Subscription {
    /// Makes the follower, and tells one after the other.
    async fn follow(self: Box<Self>, beginning: Beginning) -> BoxStream<'static, Told> {
        let began = Instant::now();
        let occasion = Arc::new(Occasion::Beginning(beginning));
        let mut errors = match self.execute(occasion.clone()).await {
            Some(response) => response.errors,
            None => Vec::new(),
        };
        let Some(follower) = occasion.follower().filter(|_| errors.is_empty()) else {
            if errors.is_empty() {
                errors.push(coded(error::INTERNAL, "it cannot be begun".to_owned()));
            }
            return refused(&self.site, errors);
        };
        let metrics = &self.site.app.metrics;
        metrics.observe(Operation::Subscription, false, began.elapsed());
        let next = |(subscription, follower): (Box<Self>, Option<Box<dyn Follower>>)| async move {
            let mut follower = follower?;
            let (told, follower) = match follower.next().await {
                Ok(Some(event)) => (subscription.tell(event).await, Some(follower)),
                Ok(None) => (Told::Complete, None),
                Err(error) => (Told::Refused(list(vec![failed(&error)])), None),
            };
            Some((told, (subscription, follower)))
        };
        stream::unfold((self, Some(follower)), next).boxed()
    }

    /// Executes the selection for an event.
    async fn tell(&self, event: Event) -> Told {
        let response = self.execute(Arc::new(Occasion::of(event))).await;
        let mut response = response.unwrap_or_default();
        error::finish(&mut response);
        Told::Next(written(&response).body)
    }

    async fn execute(&self, occasion: Arc<Occasion>) -> Option<Response> {
        let request = match prepare(self.viewer, &self.asked, self.document.clone()) {
            Ok(request) => request,
            Err(error) => return Some(Response::from_errors(vec![error])),
        };
        let pinned = Pinned::newest(self.site.app.ledger.snapshot());
        let request = request.data(pinned).data(occasion);
        self.site.schema.execute_stream(request).next().await
    }
}

/// The error of a follower that cannot go on.
fn failed(error: &StoreError) -> ServerError {
    tracing::error!(%error, "a subscription broke off");
    let message = "the server could not read its record; go on with after, or ask the operator";
    coded(error::INTERNAL, message.to_owned())
}

fn refused(site: &Site, errors: Vec<ServerError>) -> BoxStream<'static, Told> {
    site.app
        .metrics
        .observe(Operation::Invalid, true, std::time::Duration::ZERO);
    stream::iter([Told::Refused(list(errors))]).boxed()
}

fn list(errors: Vec<ServerError>) -> String {
    let mut response = Response::from_errors(errors);
    error::finish(&mut response);
    serde_json::to_string(&response.errors).unwrap_or_else(|error| {
        tracing::error!(%error, "errors cannot be written as JSON");
        "[]".to_owned()
    })
}
