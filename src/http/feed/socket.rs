//! A WebSocket that speaks graphql-transport-ws.

use std::borrow::Cow;
use std::collections::HashMap;
use std::future::Future;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::FutureExt as _;
use futures_util::stream::{AbortHandle, BoxStream, SelectAll, StreamExt as _, abortable};
use serde_json::{Map, Value, json};
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::auth::{AuthError, Viewer};
use crate::http::Site;
use crate::http::budget::{Payer, Tab};
use crate::http::graphql::Asked;
use crate::http::viewer::bearer;
use crate::telemetry::OpenStream;

use super::message::{self, Said};
use super::operation::{Ready, Told};
use super::streams::Seat;

/// Why a socket ends.
#[derive(Debug)]
enum End {
    /// We close it, with a code and a reason.
    Close(u16, Cow<'static, str>),
    /// The client has closed it, or the connection is lost.
    Gone,
}

impl End {
    fn with(code: u16, reason: &'static str) -> Self {
        Self::Close(code, reason.into())
    }
}

type Operations = SelectAll<BoxStream<'static, (Arc<str>, Told)>>;

/// An operation that runs.
struct Running {
    stop: AbortHandle,
    /// How long the message was that began it.
    length: usize,
}

/// Who is at the other end.
pub(super) struct Client {
    pub(super) viewer: Viewer,
    /// Where it is.
    pub(super) address: Option<IpAddr>,
    /// Who pays for what is asked.
    pub(super) payer: Payer,
}

/// A socket that is open.
pub(super) struct Connection {
    socket: WebSocket,
    site: Site,
    seat: Seat,
    client: Client,
    /// Whether the client may begin operations.
    acknowledged: bool,
    running: HashMap<Arc<str>, Running>,
    operations: Operations,
    /// When the greeting must be there, and after it the next sign of life.
    timer: Pin<Box<Sleep>>,
    /// Whether the client was heard since the last sign of life.
    heard: bool,
    open: OpenStream,
}

impl Connection {
    /// What comes of a socket that was opened: it is served until it ends.
    pub(super) fn serve(
        socket: WebSocket,
        site: Site,
        client: Client,
        seat: Seat,
    ) -> impl Future<Output = ()> + Send {
        let open = site.app.metrics.stream("websocket");
        let timer = Box::pin(sleep(seat.pace.greeting));
        let mut connection = Self {
            socket,
            site,
            seat,
            client,
            acknowledged: false,
            running: HashMap::new(),
            operations: SelectAll::new(),
            timer,
            heard: true,
            open,
        };
        // In a block, which holds the connection once; an async function would hold it twice.
        async move {
            let ended = AssertUnwindSafe(connection.run()).catch_unwind().await;
            let end = ended.unwrap_or_else(|_| {
                tracing::error!("a socket panicked");
                End::with(1011, "the server made a mistake")
            });
            if let End::Close(code, reason) = end {
                Box::pin(connection.close(code, reason)).await;
            }
        }
    }

    async fn run(&mut self) -> End {
        if self.socket.protocol().is_none() {
            return End::with(
                4406,
                "Subprotocol not acceptable: offer graphql-transport-ws",
            );
        }
        loop {
            let answer = tokio::select! {
                frame = self.socket.recv() => match frame {
                    Some(frame) => self.hear(frame).await,
                    None => Err(End::Gone),
                },
                Some((id, told)) = self.operations.next(), if !self.operations.is_empty() => {
                    Ok(self.tell(&id, told))
                }
                () = &mut self.timer => self.beat(),
                () = self.seat.stopping.cancelled() => {
                    Err(End::with(1001, "the server stops; come back and go on with after"))
                }
            };
            let sent = match answer {
                Ok(None) => continue,
                Ok(Some(message)) => {
                    timeout(self.seat.pace.patience, self.socket.send(message)).await
                }
                Err(end) => return end,
            };
            match sent {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return End::Gone,
                Err(_) => {
                    self.open.was_slow();
                    let reason = "too slow: nothing was read; come back and go on with after";
                    return End::with(1013, reason);
                }
            }
        }
    }

    /// What to answer to a frame.
    async fn hear(&mut self, frame: Result<Message, axum::Error>) -> Result<Option<Message>, End> {
        self.heard = true;
        match frame {
            Ok(Message::Text(text)) if text.len() > self.site.body_limit => {
                Err(End::with(1009, "the message is too large"))
            }
            Ok(Message::Text(text)) => match message::read(&text) {
                Ok(said) => Ok(self.answer(said, text.len()).await?.map(Message::from)),
                Err(reason) => Err(End::Close(
                    4400,
                    format!("Invalid message: {reason}").into(),
                )),
            },
            Ok(Message::Binary(_)) => Err(End::with(4400, "Invalid message: a message is text")),
            // Pings are answered below us.
            Ok(Message::Ping(_) | Message::Pong(_)) => Ok(None),
            Ok(Message::Close(_)) => Err(End::Gone),
            Err(_) => Err(End::with(1002, "the frame is malformed or far too large")),
        }
    }

    /// What to answer to a message of this length.
    async fn answer(&mut self, said: Said, length: usize) -> Result<Option<String>, End> {
        match said {
            Said::Init(_) if self.acknowledged => {
                Err(End::with(4429, "Too many initialisation requests"))
            }
            Said::Init(payload) => {
                self.greet(&payload).await?;
                self.acknowledged = true;
                self.wait_for_the_next_beat();
                Ok(Some(message::ack()))
            }
            Said::Ping(payload) => Ok(Some(message::pong(payload))),
            Said::Pong => Ok(None),
            Said::Subscribe(..) if !self.acknowledged => Err(End::with(4401, "Unauthorized")),
            Said::Subscribe(id, asked) => self.begin(id, asked, length),
            Said::Complete(id) => {
                if let Some(operation) = self.running.remove(&*id) {
                    operation.stop.abort();
                }
                Ok(None)
            }
        }
    }

    /// Learns from the payload of the greeting who the client is, if it says so.
    async fn greet(&mut self, payload: &Map<String, Value>) -> Result<(), End> {
        let mut fields = payload.iter();
        let given = fields.find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let token = given.map(|(_, given)| given.as_str().and_then(bearer).unwrap_or_default());
        if token.is_none() && self.client.viewer != Viewer::Anonymous {
            return Ok(());
        }
        let auth = &self.site.app.auth;
        match auth.viewer(token, self.client.address).await {
            Ok(viewer) => self.client.viewer = viewer,
            Err(AuthError::NeedsToken) => {
                return Err(End::with(4403, "Forbidden: reading needs a token"));
            }
            Err(AuthError::TooManyTries(_)) => {
                return Err(End::with(4403, "Forbidden: too many tokens were not valid"));
            }
            Err(AuthError::KeysUnavailable) => {
                let reason = "the token cannot be checked now; come back later";
                return Err(End::with(1013, reason));
            }
            Err(_) => return Err(End::with(4403, "Forbidden: the token is not valid")),
        }
        Ok(())
    }

    /// Begins an operation, or tells why not.
    fn begin(&mut self, id: String, asked: Asked, length: usize) -> Result<Option<String>, End> {
        if self.running.contains_key(&*id) {
            let reason = format!("Subscriber for {id} already exists");
            return Err(End::Close(4409, reason.into()));
        }
        let lengths = self.running.values().map(|running| running.length);
        let too_long = lengths.sum::<usize>() + length > self.site.body_limit;
        let most = self.site.limits.socket_operations;
        let running = self.running.len() as u64;
        if running >= most || too_long {
            let message = format!(
                "at most {most} operations run on one socket, together no longer than {} bytes; {running} run already; end some first",
                self.site.body_limit
            );
            let extensions = json!({
                "code": "TOO_MANY_OPERATIONS",
                "limit": most,
                "found": running + 1,
            });
            let error = json!([{ "message": message, "extensions": extensions }]);
            return Ok(Some(message::error(&id, &error.to_string())));
        }
        let id: Arc<str> = id.into();
        let named = id.clone();
        let viewer = self.client.viewer.clone();
        if !self.site.app.auth.is_still(&viewer) {
            return Err(End::with(4403, "Forbidden: the token is no longer valid"));
        }
        let mut tab = Tab::open(&self.site, self.client.payer);
        let told = match Ready::read(&self.site, asked, &mut tab) {
            Ok(ready) => ready.begin(self.site.clone(), viewer, Arc::default(), false),
            Err(unready) => unready.told(),
        };
        let told = told.map(move |told| (named.clone(), told));
        let (told, stop) = abortable(told);
        self.running.insert(id, Running { stop, length });
        self.operations.push(told.boxed());
        Ok(None)
    }

    /// What to say of what an operation tells.
    fn tell(&mut self, id: &Arc<str>, told: Told) -> Option<Message> {
        let message = match told {
            Told::Next(result) => message::next(id, &result),
            Told::Refused(errors) => {
                self.running.remove(id);
                message::error(id, &errors)
            }
            Told::Complete => {
                self.running.remove(id)?;
                message::complete(id)
            }
        };
        Some(message.into())
    }

    /// A sign of life, if the client gave one since the last.
    fn beat(&mut self) -> Result<Option<Message>, End> {
        if !self.acknowledged {
            return Err(End::with(4408, "Connection initialisation timeout"));
        }
        if !self.heard {
            let reason = "no answer to pings; come back and go on with after";
            return Err(End::with(1013, reason));
        }
        self.heard = false;
        self.wait_for_the_next_beat();
        Ok(Some(Message::Ping(Vec::new().into())))
    }

    fn wait_for_the_next_beat(&mut self) {
        let next = Instant::now() + self.seat.pace.heartbeat;
        self.timer.as_mut().reset(next);
    }

    /// Closes the socket, and waits a while for the client to take the reason.
    async fn close(mut self, code: u16, reason: Cow<'static, str>) {
        tracing::debug!(code, %reason, "a socket is closed");
        self.operations.clear();
        let frame = CloseFrame {
            code,
            reason: fitting(&reason).into(),
        };
        let farewell = async {
            if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
                // What is unread when a connection is dropped takes the reason with it.
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        let _ = timeout(self.seat.pace.farewell, farewell).await;
    }
}

/// As much of a reason as a close frame holds.
fn fitting(reason: &str) -> &str {
    const MOST: usize = 123;
    let ends = reason.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| *end <= MOST).last();
    &reason[..end.unwrap_or(0)]
}
