//! The sockets and streams that are open: how many there may be, how long they wait for whom, and how
//! they hear that the server stops.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::http::error::Problem;

/// How long a socket or a stream waits.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// For the first message of a socket.
    pub greeting: Duration,
    /// Between two signs of life of the server. A socket from which nothing comes in the meantime is
    /// closed.
    pub heartbeat: Duration,
    /// For a client that does not read.
    pub patience: Duration,
    /// For a client to take the reason why it is ended.
    pub farewell: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            greeting: Duration::from_secs(10),
            heartbeat: Duration::from_secs(20),
            patience: Duration::from_secs(20),
            farewell: Duration::from_secs(5),
        }
    }
}

/// The sockets and streams that are open.
#[derive(Clone)]
pub struct Streams {
    seats: Arc<Semaphore>,
    most: u32,
    stopping: CancellationToken,
    /// How long each waits.
    pub pace: Pace,
}

/// The place of one socket or stream among the others. It is free again when this is dropped.
pub(super) struct Seat {
    _permit: OwnedSemaphorePermit,
    /// Tells that the server stops.
    pub(super) stopping: CancellationToken,
    pub(super) pace: Pace,
}

impl Streams {
    /// Room for so many at once.
    pub fn new(most: u32, pace: Pace) -> Self {
        Self {
            seats: Arc::new(Semaphore::new(most as usize)),
            most,
            stopping: CancellationToken::new(),
            pace,
        }
    }

    /// A place for one more; none where all are taken, or the server stops.
    pub(super) fn enter(&self) -> Option<Seat> {
        let permit = self.seats.clone().try_acquire_owned().ok()?;
        (!self.stopping.is_cancelled()).then(|| Seat {
            _permit: permit,
            stopping: self.stopping.clone(),
            pace: self.pace,
        })
    }

    /// Tells all that the server stops.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// Waits until the last has gone.
    pub async fn empty(&self) {
        // Nobody closes the semaphore.
        let _ = self.seats.acquire_many(self.most).await;
    }
}

/// What is answered where all places are taken.
pub(super) fn full() -> Response {
    let detail =
        "as many sockets and streams are open as the server takes; come back a little later";
    let mut response = Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    response
}
