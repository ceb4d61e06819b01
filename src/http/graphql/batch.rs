//! Several requests in one list, where the operator takes such lists.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde_json::Value;

use crate::auth::Viewer;
use crate::graphql::kit::guard::{Excess, bound};
use crate::http::Site;
use crate::http::budget::Tab;

use super::answer::{carry_out, prepare, respond};
use super::request::{self, Media, Refusal};
use super::wishes::Wishes;

/// Carries the requests of a list out, one after the other. The answer is a list of theirs.
///
/// # Errors
/// When it is no list, an empty one, or a longer one than is taken.
pub(super) async fn answer(
    site: &Site,
    viewer: Viewer,
    body: &[u8],
    given: &HeaderMap,
    tab: &mut Tab,
) -> Result<Response, Refusal> {
    let requests: Vec<Value> = request::parse(body)?;
    if requests.is_empty() {
        return Err(Refusal::malformed("a list of requests must hold some"));
    }
    let count = requests.len() as u64;
    bound("requests in one list", count, site.limits.batch).map_err(too_many)?;
    let read = |request| {
        let asked = request::read_value(request)?;
        let wishes = Wishes::read(asked.extensions.as_ref(), given)?;
        Ok((asked, wishes))
    };
    let requests: Vec<_> = requests
        .into_iter()
        .map(read)
        .collect::<Result<_, Refusal>>()?;
    // Lists have no media type of their own.
    let media = Media::json(site.codes);
    let mut answers: Vec<Bytes> = Vec::with_capacity(requests.len());
    for (asked, wishes) in requests {
        let answered = match prepare(site, asked, media) {
            Ok(prepared) => {
                let viewer = viewer.clone();
                let method = Method::POST;
                carry_out(site, viewer, &prepared, wishes, media, &method, tab).await
            }
            Err(answered) => *answered,
        };
        answers.push(answered.body);
    }
    let body = [b"[", &answers.join(&b","[..])[..], b"]"].concat();
    Ok(respond(StatusCode::OK, media, body))
}

fn too_many(excess: Excess) -> Refusal {
    Refusal::too_much(StatusCode::UNPROCESSABLE_ENTITY, "BATCH_TOO_LARGE", excess)
}
