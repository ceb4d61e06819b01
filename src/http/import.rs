//! Imports through the running server, for admins.

use std::io::{self, Read};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::transfer::import::{Format, ImportError};
use crate::transfer::intake::Wishes;
use crate::transfer::table::{self, Data};
use crate::transfer::{stix, wikidata};

use super::Site;
use super::admin::admin;
use super::error::Problem;
use super::viewer::Asking;

/// The most bytes of a mapping.
const LONGEST_MAPPING: usize = 1 << 20;

/// What may be asked for besides.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(super) struct Wanted {
    dry_run: bool,
    strict: bool,
    retire_missing: bool,
    author: Option<String>,
    message: Option<String>,
}

/// Takes files as a form: `data`, once or several times, and `mapping` where the format needs one. All of it
/// is kept aside first, so an upload that breaks off leaves no trace. One import runs at a time.
pub(super) async fn import(
    State(site): State<Site>,
    asking: Asking,
    Path(format): Path<String>,
    Query(wanted): Query<Wanted>,
    form: Multipart,
) -> Result<Response, Response> {
    admin(asking)?;
    take(&site, &format, wanted, form)
        .await
        .map_err(IntoResponse::into_response)
}

async fn take(
    site: &Site,
    format: &str,
    wanted: Wanted,
    form: Multipart,
) -> Result<Response, Problem> {
    let Ok(turn) = site.importing.clone().try_lock_owned() else {
        let detail = "an import is running; try again when it has ended";
        return Err(Problem::new(StatusCode::CONFLICT, detail));
    };
    let (mapping, data) = receive(form).await?;
    let mapping = mapping.as_ref().map(|(name, text)| (&**name, &**text));
    let format = Format::named(format, mapping)
        .map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    let names: Vec<_> = data.iter().map(|data| data.name.to_string()).collect();
    let ledger = site.app.ledger.clone();
    let work = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let own = (format.author(), format!("Import of {}", names.join(", ")));
        let wishes = Wishes {
            author: wanted.author.as_deref().unwrap_or(&own.0),
            message: wanted.message.as_deref().unwrap_or(&own.1),
            dry_run: wanted.dry_run,
            retire_missing: wanted.retire_missing,
        };
        format.import(&ledger, &data, wishes, wanted.strict, &mut |_, _| {})
    });
    let broken = |error: &dyn std::fmt::Display| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    };
    let report = work
        .await
        .map_err(|error| broken(&error))?
        .map_err(refused)?;
    let body = serde_json::to_string(&report).map_err(|error| broken(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// A record that cannot be written is no fault of the files.
fn refused(error: ImportError) -> Problem {
    let status = match &error {
        ImportError::Table(table::ImportError::Store(_))
        | ImportError::Stix(stix::StixError::Store(_))
        | ImportError::Wikidata(wikidata::WikidataError::Store(_)) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, error.to_string())
}

/// A mapping's name and text, and the files.
type Received = (Option<(String, String)>, Vec<Data>);

async fn receive(mut form: Multipart) -> Result<Received, Problem> {
    let bad = |detail: String| Problem::new(StatusCode::BAD_REQUEST, detail);
    let broken = |error: MultipartError| bad(format!("the form cannot be read: {error}"));
    let (mut mapping, mut data) = (None, Vec::new());
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.file_name().unwrap_or("the upload").to_owned();
        match field.name() {
            Some("mapping") => mapping = Some((name, text(field).await?)),
            Some("data") => data.push(kept(name, field).await?),
            _ => {
                return Err(bad(
                    "the form has fields besides data and mapping".to_owned()
                ));
            }
        }
    }
    if data.is_empty() {
        return Err(bad("the form has no field data with a file".to_owned()));
    }
    Ok((mapping, data))
}

async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let bad = |detail: String| Problem::new(StatusCode::BAD_REQUEST, detail);
    let mut bytes = Vec::new();
    while let Some(chunk) = field
        .chunk()
        .await
        .map_err(|error| bad(error.to_string()))?
    {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_MAPPING {
            let detail = format!("a mapping has at most {LONGEST_MAPPING} bytes");
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
        }
    }
    String::from_utf8(bytes).map_err(|_| bad("the mapping is not UTF-8".to_owned()))
}

/// Keeps an upload in a file without a name.
async fn kept(name: String, mut field: Field<'_>) -> Result<Data, Problem> {
    let (send, chunks) = mpsc::channel(16);
    let writing = tokio::task::spawn_blocking(move || Data::stream(&name, Chunks::new(chunks)));
    loop {
        match field.chunk().await {
            Ok(Some(chunk)) => {
                // Where the file cannot be written any more, its writer says so below.
                if send.send(chunk).await.is_err() {
                    break;
                }
            }
            Ok(None) => break,
            Err(error) => {
                let detail = format!("the upload broke off: {error}");
                return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
            }
        }
    }
    drop(send);
    let failed = |error: Arc<str>| {
        let detail = format!("the upload cannot be kept: {error}");
        Problem::new(StatusCode::INSUFFICIENT_STORAGE, detail)
    };
    let written = writing
        .await
        .map_err(|error| failed(error.to_string().into()))?;
    written.map_err(|error| failed(error.to_string().into()))
}

/// Pieces that arrive, as a stream to read from a thread of its own.
struct Chunks {
    arriving: mpsc::Receiver<Bytes>,
    rest: Bytes,
}

impl Chunks {
    fn new(arriving: mpsc::Receiver<Bytes>) -> Self {
        Self {
            arriving,
            rest: Bytes::new(),
        }
    }
}

impl Read for Chunks {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.arriving.blocking_recv() {
                Some(chunk) => self.rest = chunk,
                None => return Ok(0),
            }
        }
        let count = to.len().min(self.rest.len());
        to[..count].copy_from_slice(&self.rest.split_to(count));
        Ok(count)
    }
}
