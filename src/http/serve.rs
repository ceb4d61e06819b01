//! Listening, and stopping without breaking off what runs.

use std::future::Future;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::http::Request;

use futures_util::FutureExt as _;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_service::Service;

use crate::app::App;

use super::Web;
use super::budget::Peer;
use super::feed::Streams;
use super::patience::Patient;

/// How long requests may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// The most requests at a time on one connection of HTTP/2.
const AT_ONCE: u32 = 200;
/// The largest head of a request over HTTP/2, in bytes.
const HEAD_SIZE: u32 = 64 << 10;
/// What is said where there is no room for one connection more.
const TURNED_AWAY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// What may be read or written ahead on a connection, in bytes. The address of a request fits.
const AHEAD: usize = 128 << 10;
/// How long to wait before accepting again when there is no room for one more connection.
const NO_ROOM: Duration = Duration::from_secs(1);

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody else listens there.
    #[error(
        "cannot listen on {0}: the port is in use; stop the other program, or choose another address with --listen"
    )]
    InUse(SocketAddr),
    /// The address is not ours to listen on.
    #[error("cannot listen on {0}: {1}; choose another address with --listen")]
    Address(SocketAddr, std::io::Error),
}

/// Takes the address.
///
/// # Errors
/// When it cannot be had.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => ServeError::InUse(address),
            _ => ServeError::Address(address, error),
        })
}

/// Answers requests until `stop` is there, then finishes what runs, for at most ten seconds.
pub async fn serve(listener: TcpListener, app: App, web: &Web, stop: impl Future<Output = ()>) {
    let streams = Streams::new(web.most_streams, web.pace);
    let routes = super::router(app, web, streams.clone());
    let builder = builder(web);
    let places = Arc::new(Semaphore::new(
        usize::try_from(web.limits.connections).map_or(Semaphore::MAX_PERMITS, |most| {
            most.min(Semaphore::MAX_PERMITS)
        }),
    ));
    let head = Duration::from_secs(web.limits.head_seconds);
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            tokio::spawn(turn_away(stream));
            continue;
        };
        let patience = web.pace.patience + web.pace.farewell;
        let io = TokioIo::new(Patient::new(stream, head, patience));
        // Only budgets ask who it is.
        let peer = (web.limits.budget > 0).then_some(Peer(peer));
        let service = TowerToHyperService::new(Told::new(routes.clone(), peer));
        let connection = builder.serve_connection_with_upgrades(io, service);
        let connection = connections.watch(connection.into_owned());
        // Mapped, not awaited in a block, which would hold it twice.
        tokio::spawn(connection.map(move |ended| {
            drop(place);
            if let Err(error) = ended {
                tracing::debug!(error, "a connection broke off");
            }
        }));
    }
    drop(listener);
    streams.stop();
    let finished = async {
        connections.shutdown().await;
        streams.empty().await;
    };
    if tokio::time::timeout(GRACE, finished).await.is_err() {
        tracing::warn!(
            "some requests did not finish within {} s and are broken off",
            GRACE.as_secs()
        );
    }
}

/// Tells a client that there is no room for it, if it takes that at once.
async fn turn_away(mut stream: TcpStream) {
    let _ = tokio::time::timeout(NO_ROOM, stream.write_all(TURNED_AWAY)).await;
}

/// The routes, told who is at the other end.
#[derive(Clone)]
struct Told {
    routes: Router,
    peer: Option<Peer>,
}

impl Told {
    fn new(routes: Router, peer: Option<Peer>) -> Self {
        Self { routes, peer }
    }
}

impl<B> Service<Request<B>> for Told
where
    Router: Service<Request<B>>,
{
    type Response = <Router as Service<Request<B>>>::Response;
    type Error = <Router as Service<Request<B>>>::Error;
    type Future = <Router as Service<Request<B>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.routes.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
        self.routes.call(request)
    }
}

fn builder(web: &Web) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(web.limits.head_seconds))
        .max_buf_size(AHEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(web.pace.heartbeat)
        .max_send_buf_size(AHEAD)
        .max_concurrent_streams(AT_ONCE)
        .max_header_list_size(HEAD_SIZE)
        // For WebSockets over HTTP/2.
        .enable_connect_protocol();
    builder
}

/// The next connection. Those that break off before they are accepted are passed over.
async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Events are small, and are to be there at once.
                let _ = stream.set_nodelay(true);
                return (stream, peer.ip());
            }
            Err(error) => match error.kind() {
                ErrorKind::ConnectionAborted
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionRefused => {}
                _ => {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(NO_ROOM).await;
                }
            },
        }
    }
}
