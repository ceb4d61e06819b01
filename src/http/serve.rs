//! Listening, and stopping without breaking off what runs.

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::FutureExt as _;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

use crate::app::App;

use super::Web;
use super::feed::Streams;
use super::patience::Patient;
use super::peer::WithPeer;

/// How long requests may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long the head of a request may take, and how long a connection may lie idle.
const HEAD: Duration = Duration::from_secs(30);
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
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let patience = web.pace.patience + web.pace.farewell;
        let io = TokioIo::new(Patient::new(stream, HEAD, patience));
        let service = TowerToHyperService::new(WithPeer::new(routes.clone(), peer));
        let connection = builder.serve_connection_with_upgrades(io, service);
        let connection = connections.watch(connection.into_owned());
        // Mapped, not awaited in a block, which would hold it twice.
        tokio::spawn(connection.map(|ended| {
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

fn builder(web: &Web) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(AHEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(web.pace.heartbeat)
        .max_send_buf_size(AHEAD)
        // For WebSockets over HTTP/2.
        .enable_connect_protocol();
    builder
}

/// The next connection. Those that break off before they are accepted are passed over.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Events are small, and are to be there at once.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
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
