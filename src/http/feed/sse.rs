//! GraphQL over Server-Sent Events, one stream an operation, by
//! <https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde_json::json;
use tokio::time::{Instant, Sleep, sleep};

use crate::auth::{AuthError, Viewer};
use crate::graphql::feed::Following;
use crate::http::Site;
use crate::http::body::Whole;
use crate::http::budget::{Payer, Tab, spent};
use crate::http::graphql::{
    Asked, Media, Refusal, is_json, read_body, read_parameters, refuse, viewer,
};
use crate::http::viewer::Asking;
use crate::telemetry::OpenStream;

use super::operation::{Ready, Told, Unready};
use super::streams::{Seat, full};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// `POST /graphql/stream`.
pub(crate) async fn post(
    State(site): State<Site>,
    Asking(asking): Asking,
    payer: Payer,
    Whole { headers, body }: Whole,
) -> Response {
    let asked = is_json(&headers)
        .and(body)
        .and_then(|body| read_body(&body));
    let tab = Tab::open(&site, payer);
    answer(site, asking, &headers, &Method::POST, asked, tab)
}

/// `GET /graphql/stream`: queries and subscriptions, as the `EventSource` of a browser asks.
pub(crate) async fn get(
    State(site): State<Site>,
    Asking(asking): Asking,
    payer: Payer,
    RawQuery(parameters): RawQuery,
    headers: HeaderMap,
) -> Response {
    let asked = read_parameters(parameters.unwrap_or_default().as_bytes());
    let tab = Tab::open(&site, payer);
    answer(site, asking, &headers, &Method::GET, asked, tab)
}

fn answer(
    site: Site,
    asking: Result<Viewer, AuthError>,
    headers: &HeaderMap,
    method: &Method,
    asked: Result<Asked, Refusal>,
    mut tab: Tab,
) -> Response {
    let media = Media::json(site.codes);
    let asked = match accepts_events(headers).and(asked) {
        Ok(asked) if asked.has_document() => asked,
        Ok(_) => {
            let refusal = Refusal::malformed("query is missing: the GraphQL document, a string");
            return refuse(media, &refusal);
        }
        Err(refusal) => return refuse(media, &refusal),
    };
    let viewer = match viewer(asking, media) {
        Ok(viewer) => viewer,
        Err(response) => return *response,
    };
    let Some(seat) = site.streams.enter() else {
        return full();
    };
    let ready = match Ready::read(&site, asked, &mut tab) {
        Err(Unready::Spent(excess)) => {
            let mut response = refuse(media, &spent(excess));
            tab.tell(&mut response);
            return response;
        }
        ready => ready,
    };
    let resume = headers
        .get(LAST_EVENT_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| !id.is_empty());
    let following = Arc::new(Following::resuming(resume.map(str::to_owned)));
    let open = site.app.metrics.stream("sse");
    let reads_only = method == Method::GET;
    let streaming = Streaming {
        told: match ready {
            Ok(ready) => ready.begin(site, viewer, following.clone(), reads_only),
            Err(unready) => unready.told(),
        },
        following,
        id: None,
        timer: Box::pin(sleep(seat.pace.heartbeat)),
        seat,
        given: None,
        stage: Stage::Opening,
        open,
    };
    let chunks = stream::unfold(streaming, |mut streaming| async move {
        let chunk = streaming.next().await?;
        Some((Ok::<_, Infallible>(chunk), streaming))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // Some proxies hold back what they could send in larger pieces.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let mut response = (headers, Body::from_stream(chunks)).into_response();
    tab.tell(&mut response);
    response
}

fn accepts_events(headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(accept) = headers.get(header::ACCEPT) else {
        return Ok(());
    };
    let mut ranges = accept.to_str().unwrap_or("").split(',').map(|range| {
        let kind = range.split(';').next().unwrap_or("");
        kind.trim().to_ascii_lowercase()
    });
    if ranges.any(|range| matches!(&*range, "text/event-stream" | "text/*" | "*/*")) {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::NOT_ACCEPTABLE,
        "NOT_ACCEPTABLE",
        "what is told here is a text/event-stream; single answers are at /graphql",
    ))
}

enum Stage {
    Opening,
    Open,
    Over,
}

/// An event stream that is open.
struct Streaming {
    told: BoxStream<'static, Told>,
    following: Arc<Following>,
    /// The id that was sent last.
    id: Option<String>,
    seat: Seat,
    timer: Pin<Box<Sleep>>,
    /// When the last piece was given away. The next is asked for when the client has room for it.
    given: Option<Instant>,
    stage: Stage,
    open: OpenStream,
}

impl Streaming {
    async fn next(&mut self) -> Option<String> {
        let patience = self.seat.pace.patience;
        let chunk = match self.stage {
            Stage::Over => return None,
            _ if self.given.is_some_and(|given| given.elapsed() > patience) => self.too_slow(),
            Stage::Opening => {
                self.stage = Stage::Open;
                // What is there at once; and where a subscription begins, so that a client that comes
                // back before the first event has missed nothing.
                match self.told.next().now_or_never() {
                    Some(told) => self.event(told),
                    None => self.sign_of_life(),
                }
            }
            Stage::Open => {
                tokio::select! {
                    told = self.told.next() => self.event(told),
                    () = &mut self.timer => self.sign_of_life(),
                    () = self.seat.stopping.cancelled() => {
                        self.stage = Stage::Over;
                        ": the server stops; come back and go on after the last id\n\n".to_owned()
                    }
                }
            }
        };
        let now = Instant::now();
        self.given = Some(now);
        self.timer.as_mut().reset(now + self.seat.pace.heartbeat);
        Some(chunk)
    }

    fn event(&mut self, told: Option<Told>) -> String {
        match told {
            Some(Told::Next(result)) => {
                let id = self.new_id();
                format!("{id}event: next\ndata: {result}\n\n")
            }
            Some(Told::Refused(errors)) => {
                self.stage = Stage::Over;
                format!("event: next\ndata: {{\"errors\":{errors}}}\n\nevent: complete\ndata:\n\n")
            }
            Some(Told::Complete) | None => {
                self.stage = Stage::Over;
                "event: complete\ndata:\n\n".to_owned()
            }
        }
    }

    /// A comment, with the place that the subscription has come to if that is another one.
    fn sign_of_life(&mut self) -> String {
        let id = self.new_id();
        format!(":\n{id}\n")
    }

    /// The line with the id of what comes next, if it is another than the last.
    fn new_id(&mut self) -> String {
        let place = self.following.place();
        if place == self.id {
            return String::new();
        }
        self.id = place;
        let id = self.id.as_deref().unwrap_or_default();
        format!("id: {id}\n")
    }

    /// The stream ends without having been completed, so that clients come back.
    fn too_slow(&mut self) -> String {
        self.stage = Stage::Over;
        self.open.was_slow();
        let error = json!({ "errors": [{
            "message": "nothing was read for too long; come back and go on after the last id",
            "extensions": { "code": "TOO_SLOW" },
        }] });
        format!("event: next\ndata: {error}\n\n")
    }
}
