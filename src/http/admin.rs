//! Backup and restore through the running server, for admins.

use std::io::{BufReader, BufWriter, Seek, SeekFrom};

use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio_util::io::{ReaderStream, SyncIoBridge};

use crate::auth::{Role, Viewer};
use crate::transfer::backup;

use super::Site;
use super::error::Problem;
use super::viewer::{Asking, refusal};

#[expect(clippy::result_large_err, reason = "it is answered at once")]
pub(super) fn admin(Asking(asking): Asking) -> Result<(), Response> {
    let detail =
        "this needs the role ADMIN; send an admin's token as «Authorization: Bearer TOKEN»";
    match asking {
        Ok(viewer) if viewer.role() == Role::Admin => Ok(()),
        Ok(Viewer::Known(_)) => Err(Problem::new(StatusCode::FORBIDDEN, detail).into_response()),
        Ok(Viewer::Anonymous) => {
            Err(Problem::new(StatusCode::UNAUTHORIZED, detail).into_response())
        }
        Err(error) => Err(refusal(&error)),
    }
}

/// The whole log up to this moment. Whatever is written meanwhile is not in it.
pub(super) async fn backup(State(site): State<Site>, asking: Asking) -> Result<Response, Response> {
    admin(asking)?;
    let (near, far) = tokio::io::duplex(1 << 18);
    let ledger = site.app.ledger.clone();
    tokio::task::spawn_blocking(move || {
        let upto = ledger.snapshot().revision();
        let mut out = BufWriter::with_capacity(1 << 16, SyncIoBridge::new(near));
        if let Err(error) = backup::write(ledger.log(), upto, &mut out, |_| {}) {
            // The reader sees a backup without its end, which is refused.
            tracing::error!(%error, "a backup broke off");
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"foedera.backup\"",
        ),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(far))).into_response())
}

/// Appends the revisions of a backup that go on from the record.
pub(super) async fn restore(
    State(site): State<Site>,
    asking: Asking,
    body: Body,
) -> Result<Response, Response> {
    admin(asking)?;
    let stream = tokio_util::io::StreamReader::new(bytes_of(body));
    let ledger = site.app.ledger.clone();
    let work = tokio::task::spawn_blocking(move || {
        let mut source = SyncIoBridge::new(stream);
        // Kept aside first: nothing is appended before the whole of it is known to be sound.
        let mut file = tempfile::tempfile().map_err(backup::BackupError::from)?;
        std::io::copy(&mut source, &mut file).map_err(backup::BackupError::from)?;
        backup::restore(
            &ledger,
            || {
                file.seek(SeekFrom::Start(0))?;
                file.try_clone().map(BufReader::new)
            },
            |_| {},
        )
    });
    let failed =
        |detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail).into_response();
    let revisions = work
        .await
        .map_err(|error| failed(error.to_string()))?
        .map_err(|error| failed(error.to_string()))?;
    let body = json!({ "restored": revisions, "revision": site.app.health().revision });
    Ok((
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response())
}

fn bytes_of(body: Body) -> impl futures_util::Stream<Item = std::io::Result<axum::body::Bytes>> {
    use futures_util::TryStreamExt as _;
    body.into_data_stream().map_err(std::io::Error::other)
}
