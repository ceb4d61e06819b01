//! GraphQL over HTTP, by the draft at <https://graphql.github.io/graphql-over-http/draft/>.
//!
//! The stock handlers of async-graphql-axum answer malformed requests with 200, carry out mutations
//! by GET and take any content type; these do not. `request` and `wishes` read what a client sends,
//! `answer` carries it out and writes what comes of it; `ready` spares reading again what was read before,
//! and `kept` gives again what was answered before.

mod answer;
mod batch;
mod kept;
mod ready;
mod request;
mod trusted;
mod wishes;

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{self, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::auth::{AuthError, Viewer};
use crate::telemetry::Operation;

use super::body::whole;
use super::budget::{self, Payer, Tab};
use super::encoding::{Coding, Packed};
use super::peer::Peer;
use super::viewer::{Asking, say_when, status};
use super::{Site, headers};

use answer::{Answered, carry_out, prepare};
use kept::When;
use ready::Known;
use request::negotiate;
use wishes::Wishes;

pub(super) use answer::{overloaded, refuse};
pub(super) use kept::{Kept, unless_known};
pub(super) use ready::Ready;
pub(super) use request::{Asked, Media, Refusal, is_json, quality, read_body, read_parameters};
pub(super) use trusted::Documents;
pub use trusted::read_manifest;

/// Where GraphQL is asked for.
pub(super) const PATH: &str = "/graphql";

/// Answers whatever is sent to [`PATH`].
pub(super) async fn serve(site: Site, peer: Option<Peer>, request: extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let given = parts.headers;
    let tab = Tab::open(&site, Payer::of(&site, peer, &given));
    match parts.method {
        Method::POST => {
            let Asking(asking) = Asking::of(&site, peer, &given).await;
            let body = whole(&site, &given, body).await;
            post(&site, asking, &given, body, tab).await
        }
        Method::GET | Method::HEAD => {
            let Asking(asking) = Asking::of(&site, peer, &given).await;
            let parameters = parts.uri.query().unwrap_or_default();
            get(&site, asking, &given, parameters, tab).await
        }
        _ => other_method(State(site)).await,
    }
}

/// The same for the routes.
pub(super) async fn route(State(site): State<Site>, request: extract::Request) -> Response {
    let peer = Peer::of(request.extensions());
    serve(site, peer, request).await
}

async fn post(
    site: &Site,
    asking: Result<Viewer, AuthError>,
    given: &HeaderMap,
    body: Result<Bytes, Refusal>,
    mut tab: Tab,
) -> Response {
    let media = match negotiate(given, site.codes) {
        Ok(media) => media,
        Err(refusal) => return refuse(Media::json(site.codes), &refusal),
    };
    let bytes = match is_json(given).and(body) {
        Ok(bytes) => bytes,
        Err(refusal) => return refuse(media, &refusal),
    };
    let request = Request {
        bytes,
        method: Method::POST,
        media,
    };
    let mut response = if request::is_list(&request.bytes) {
        let viewer = match viewer(asking, media) {
            Ok(viewer) => viewer,
            Err(response) => return *response,
        };
        let answered = batch::answer(site, viewer, &request.bytes, given, &mut tab).await;
        answered.unwrap_or_else(|refusal| refuse(media, &refusal))
    } else {
        answer(site, asking, request, given, read_body, &mut tab).await
    };
    tab.tell(&mut response);
    response
}

/// Queries only. A browser without one is shown the playground.
async fn get(
    site: &Site,
    asking: Result<Viewer, AuthError>,
    given: &HeaderMap,
    parameters: &str,
    mut tab: Tab,
) -> Response {
    let response = got(site, asking, parameters, given, &mut tab).await;
    let mut response = kept::unless_known(given, response);
    tab.tell(&mut response);
    headers::or_ask_again(&mut response);
    let by = HeaderValue::from_static("accept, accept-encoding, foedera-receipt, foedera-cost");
    response.headers_mut().insert(header::VARY, by);
    response
}

async fn got(
    site: &Site,
    asking: Result<Viewer, AuthError>,
    parameters: &str,
    given: &HeaderMap,
    tab: &mut Tab,
) -> Response {
    let accepts = given
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("");
    if parameters.is_empty() && accepts.contains("text/html") {
        return Redirect::temporary("/playground").into_response();
    }
    let media = match negotiate(given, site.codes) {
        Ok(media) => media,
        Err(refusal) => return refuse(Media::json(site.codes), &refusal),
    };
    let request = Request {
        bytes: Bytes::copy_from_slice(parameters.as_bytes()),
        method: Method::GET,
        media,
    };
    answer(site, asking, request, given, read_parameters, tab).await
}

/// A request that could be GraphQL.
struct Request {
    /// The body of a POST, or the parameters of a GET.
    bytes: Bytes,
    method: Method,
    media: Media,
}

/// Answers a request: with what was answered before, if that is still true, or by carrying it out.
async fn answer(
    site: &Site,
    asking: Result<Viewer, AuthError>,
    Request {
        bytes,
        method,
        media,
    }: Request,
    given: &HeaderMap,
    read: fn(&[u8]) -> Result<request::Asked, Refusal>,
    tab: &mut Tab,
) -> Response {
    let began = Instant::now();
    let viewer = match viewer(asking, media) {
        Ok(viewer) => viewer,
        Err(response) => return *response,
    };
    let key = kept::Asked {
        bytes,
        get: method == Method::GET,
        media,
    };
    let plain = !headers::has_wishes(given);
    let coding = Coding::wanted(given);
    if plain && let Some(response) = site.kept.find(&key, When::now(&site.app.ledger), coding) {
        if let Err(excess) = tab.charge(budget::KEPT) {
            return refuse(media, &budget::spent(excess));
        }
        let metrics = &site.app.metrics;
        metrics.observe(Operation::Query, false, began.elapsed());
        metrics.spared();
        return response;
    }
    let before = plain.then(|| site.ready.find(&key)).flatten();
    let known = match before {
        Some(known) => known,
        None => match make_ready(site, read, &key, given) {
            Ok(known) => {
                if plain {
                    site.ready.keep(&key, &known);
                }
                known
            }
            Err(response) => return *response,
        },
    };
    let wishes = known.wishes;
    let Answered {
        mut response,
        body,
        true_at,
        packs,
    } = carry_out(site, viewer, &known.prepared, wishes, media, &method, tab).await;
    if method == Method::GET
        && response.status() == StatusCode::OK
        && let Some(tag) = kept::tag(&body)
    {
        response.headers_mut().insert(header::ETAG, tag);
    }
    let packed = Arc::<Packed>::default();
    let headers = true_at
        .filter(|_| site.kept.keeps() && plain && wishes == Wishes::default())
        .map(|when| (when, response.headers().clone()));
    if packs {
        packed.respond(&mut response, &body, coding);
    }
    if let Some((when, headers)) = headers {
        site.kept.keep(key, when, headers, &body, packed);
    }
    response
}

/// Reads a request.
///
/// # Errors
/// What is answered where it cannot be carried out.
fn make_ready(
    site: &Site,
    read: fn(&[u8]) -> Result<request::Asked, Refusal>,
    key: &kept::Asked,
    given: &HeaderMap,
) -> Result<Arc<Known>, Box<Response>> {
    let refused = |refusal: Refusal| Box::new(refuse(key.media, &refusal));
    let asked = read(&key.bytes).map_err(refused)?;
    let wishes = Wishes::read(asked.extensions.as_ref(), given).map_err(refused)?;
    let prepared = prepare(site, asked, key.media);
    let prepared = prepared.map_err(|answered| Box::new(answered.response))?;
    Ok(Arc::new(Known { prepared, wishes }))
}

/// Who asks, or the refusal of a token that is not valid.
pub(super) fn viewer(
    asking: Result<Viewer, AuthError>,
    media: Media,
) -> Result<Viewer, Box<Response>> {
    asking.map_err(|error| {
        let (status, code) = status(&error);
        let refusal = Refusal::new(status, code, error.to_string());
        let mut response = refuse(media, &refusal);
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        say_when(&mut response, &error);
        Box::new(response)
    })
}

/// Any other method.
pub(super) async fn other_method(State(site): State<Site>) -> Response {
    let message = "send GraphQL requests by POST, or queries by GET";
    let refusal = Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        message,
    );
    let mut response = refuse(Media::json(site.codes), &refusal);
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}
