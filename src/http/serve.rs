//! Listening, and stopping without breaking off what runs.

use std::convert::Infallible;
use std::future::Future;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Semaphore;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use crate::app::App;

use super::Web;
use super::alarm::Alarms;
use super::feed::Streams;
use super::listen::{Listener, Stream};
use super::patience::Patient;
use super::peer::Peer;
use super::tls::Tls;

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

/// Answers requests until `stop` is there, then finishes what runs, for at most ten seconds.
pub async fn serve(
    listener: impl Into<Listener>,
    app: App,
    web: &Web,
    stop: impl Future<Output = ()>,
) {
    let listener = listener.into();
    let fresh = web.tls.clone().map(|tls| {
        let metrics = app.metrics.clone();
        tokio::spawn(tls.keep_fresh(metrics))
    });
    let streams = Streams::new(web.most_streams, web.pace);
    let entrance = super::entrance(app, web, streams.clone());
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
        let stream = Patient::new(stream, head, patience);
        let entrance = entrance.clone();
        let service = service_fn(move |request| {
            let entrance = entrance.clone();
            async move { Ok::<_, Infallible>(entrance.answer(request, peer).await) }
        });
        let mut builder = builder.clone();
        builder.http1().timer(Alarms::default());
        let Some(tls) = web.tls.as_ref().map(Tls::acceptor) else {
            let io = TokioIo::<Io>::new(Either::Left(stream));
            let connection = builder.serve_connection_with_upgrades(io, service);
            let connection = connections.watch(connection.into_owned());
            // Mapped, not awaited in a block, which would hold it twice.
            tokio::spawn(connection.map(move |result| {
                drop(place);
                ended(result);
            }));
            continue;
        };
        let greeting = tokio::time::timeout(head, tls.accept(stream));
        let watcher = connections.watcher();
        tokio::spawn(async move {
            let _place = place;
            let Ok(Ok(stream)) = greeting.await else {
                tracing::debug!("a connection did not come to be one by TLS");
                return;
            };
            let io = TokioIo::<Io>::new(Either::Right(Box::new(stream)));
            let connection = builder.serve_connection_with_upgrades(io, service);
            ended(watcher.watch(connection.into_owned()).await);
        });
    }
    drop(listener);
    if let Some(fresh) = fresh {
        fresh.abort();
    }
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
async fn turn_away(mut stream: Stream) {
    let _ = tokio::time::timeout(NO_ROOM, stream.write_all(TURNED_AWAY)).await;
}

/// What a connection carries: as it comes, or by TLS.
type Io = Either<Patient<Stream>, Box<TlsStream<Patient<Stream>>>>;

fn ended<T, E: std::fmt::Display>(ended: Result<T, E>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

fn builder(web: &Web) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
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
async fn accept(listener: &Listener) -> (Stream, Option<Peer>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer.map(|peer| Peer(peer.ip()))),
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
