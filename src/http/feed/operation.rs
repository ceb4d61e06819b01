//! An operation, and what it tells one after the other.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use futures_util::future::ready;
use futures_util::stream::{self, BoxStream, StreamExt as _};

use crate::auth::Viewer;
use crate::graphql::feed::Following;
use crate::graphql::kit::context::Pinned;
use crate::graphql::kit::error;
use crate::http::Site;
use crate::http::graphql::{Asked, carry_out, coded, parse, prepare, written};
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
/// for. Where it may only read, a mutation is refused.
pub(super) fn begin(
    site: Site,
    viewer: Viewer,
    asked: Asked,
    following: Arc<Following>,
    reads_only: bool,
) -> BoxStream<'static, Told> {
    // In a box that is given back once it has begun: what runs then is what stays in memory.
    let beginning = Box::pin(open(site, viewer, asked, following, reads_only));
    stream::once(beginning).flatten().boxed()
}

async fn open(
    site: Site,
    viewer: Viewer,
    asked: Asked,
    following: Arc<Following>,
    reads_only: bool,
) -> BoxStream<'static, Told> {
    let query = asked.query.as_deref().unwrap_or_default();
    let document = match parse(query, &site) {
        Ok(document) => document,
        Err(error) => return refused(&site, &[error]),
    };
    let kind = asked.operation_in(&document).map(|operation| operation.ty);
    if reads_only && kind == Some(OperationType::Mutation) {
        let message = "a GET request can only read; send this by POST".to_owned();
        return refused(&site, &[coded("METHOD_NOT_ALLOWED", message)]);
    }
    if kind == Some(OperationType::Subscription) {
        let mut document = document;
        let request = settle(&mut document).and_then(|()| prepare(viewer, asked, document));
        return match request {
            Ok(request) => follow(&site, request, following),
            Err(error) => refused(&site, &[error]),
        };
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

fn follow(
    site: &Site,
    request: async_graphql::Request,
    following: Arc<Following>,
) -> BoxStream<'static, Told> {
    let began = Instant::now();
    let metrics = site.app.metrics.clone();
    let pinned = Pinned::newest(site.app.ledger.snapshot());
    let request = request.data(pinned).data(following.clone());
    let mut first = true;
    let told = site
        .schema
        .execute_stream(request)
        .map(move |mut response| {
            error::finish(&mut response);
            let begun = following.has_begun();
            if std::mem::take(&mut first) {
                metrics.observe(Operation::Subscription, !begun, began.elapsed());
            }
            if begun {
                Told::Next(written(&response).body)
            } else {
                Told::Refused(list(&response.errors))
            }
        });
    told.chain(stream::once(ready(Told::Complete))).boxed()
}

fn refused(site: &Site, errors: &[ServerError]) -> BoxStream<'static, Told> {
    site.app
        .metrics
        .observe(Operation::Invalid, true, std::time::Duration::ZERO);
    stream::iter([Told::Refused(list(errors))]).boxed()
}

fn list(errors: &[ServerError]) -> String {
    serde_json::to_string(errors).unwrap_or_else(|error| {
        tracing::error!(%error, "errors cannot be written as JSON");
        "[]".to_owned()
    })
}
