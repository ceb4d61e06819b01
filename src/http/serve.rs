//! Listening, and stopping without breaking off what runs.

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

/// How long requests may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

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
    /// The server broke off.
    #[error("the server stopped: {0}")]
    Broken(std::io::Error),
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
///
/// # Errors
/// When the listener breaks.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let (told, mut hears) = tokio::sync::watch::channel(false);
    let stopping = async move {
        stop.await;
        // Nobody listens any more once the server is gone.
        let _ = told.send(true);
    };
    let server = axum::serve(listener, routes).with_graceful_shutdown(stopping);
    let grace = async move {
        let _ = hears.wait_for(|stopped| *stopped).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        finished = server => finished.map_err(ServeError::Broken),
        () = grace => {
            tracing::warn!("some requests did not finish within {} s and are broken off", GRACE.as_secs());
            Ok(())
        }
    }
}
