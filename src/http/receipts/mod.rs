//! Receipts: what an answer was, said so that it can be asked again years later.
//!
//! A receipt is a value that the client keeps. It names the question, the moment that was read and the
//! SHA-256 of the bytes of `data`; nothing of it is stored here. `replay` asks the same question at
//! the same moment, and gives the answer only if it is the same to the byte.

mod receipt;
mod replay;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::graphql::execute::{Answer, Prepared};
use crate::graphql::kit::context::Pinned;
use crate::model::Digest;
use crate::store::StoreError;

use super::body::Whole;
use super::error::Problem;
use super::{Site, headers};

use receipt::{Receipt, TokenError, sha256};
use replay::{Replay, replay};

/// The receipt of an answer, as extensions of it; or why there is none.
pub(super) fn extensions(
    site: &Site,
    prepared: &Prepared,
    pinned: &Pinned,
    answer: &Answer,
) -> Value {
    let none = |why: &str| json!({ "receipt": null, "noReceipt": why });
    if !prepared.is_query() {
        return none("receipts are given for queries");
    }
    if pinned.is_private() {
        return none("the answer is for whoever asked alone, and could not be asked for again");
    }
    if prepared.searches() {
        return none(
            "receipts are not given for searches: the ranking follows from the whole index, which grows",
        );
    }
    let Some(data) = answer.data.as_ref().filter(|_| answer.errors.is_empty()) else {
        return none("receipts are given for answers without errors");
    };
    let hash = match hash(site, pinned.at().revision()) {
        Ok(hash) => hash,
        Err(error) => {
            tracing::error!(%error, "the hash of a revision cannot be read");
            return none("the server could not read its record");
        }
    };
    let receipt = Receipt::of(prepared.question(), pinned, hash, data.json());
    match receipt.token() {
        Some(token) => json!({ "receipt": receipt.told(&token) }),
        None => none("the document and the variables are too large, or too deeply nested"),
    }
}

/// The hash of a revision; zero for the empty record.
fn hash(site: &Site, revision: u32) -> Result<Digest, StoreError> {
    if revision == 0 {
        return Ok(Digest::default());
    }
    let header = site.app.ledger.documents().store().header(revision)?;
    header
        .map(|header| header.hash)
        .ok_or_else(|| StoreError::Damaged(format!("revision {revision} is missing")))
}

/// `GET /receipts/{token}`: the answer again, with its receipt.
pub(super) async fn get(State(site): State<Site>, Path(token): Path<String>) -> Response {
    let mut response = again(&site, &token).await;
    if response.status().is_success() {
        headers::keep_for_ever(&mut response, &site.app.auth);
    }
    headers::or_ask_again(&mut response);
    response
}

/// `GET /receipts/{token}/data`: the bytes of `data` again, and nothing else.
pub(super) async fn data(State(site): State<Site>, Path(token): Path<String>) -> Response {
    let mut response = match replay(&site, &token).await {
        Ok(Replay { receipt, data }) => {
            let digest = format!("sha-256=:{}:", STANDARD.encode(sha256(data.json())));
            let mut response = as_json(data.json().to_vec());
            if let Ok(digest) = HeaderValue::try_from(digest) {
                response.headers_mut().insert(headers::REPR_DIGEST, digest);
            }
            headers::set_revision(&mut response, receipt.revision);
            headers::keep_for_ever(&mut response, &site.app.auth);
            response
        }
        Err(refused) => Problem::from(refused).into_response(),
    };
    headers::or_ask_again(&mut response);
    response
}

/// `POST /receipts`, the token as the body: for those that are too long for an address.
pub(super) async fn post(State(site): State<Site>, Whole { body, .. }: Whole) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(refusal) => return Problem::new(refusal.status, refusal.message).into_response(),
    };
    match std::str::from_utf8(&body) {
        Ok(token) => again(&site, token.trim()).await,
        Err(_) => Problem::from(replay::Refused::Token(TokenError::Damaged)).into_response(),
    }
}

async fn again(site: &Site, token: &str) -> Response {
    match replay(site, token).await {
        Ok(Replay { receipt, data }) => {
            let mut told = receipt.told(token);
            told["query"] = json!(receipt.question.query);
            let extensions = json!({ "receipt": told });
            let answer = Answer {
                data: Some(data),
                errors: Vec::new(),
            };
            let mut response = as_json(answer.into_body(Some(&extensions)));
            headers::set_revision(&mut response, receipt.revision);
            response
        }
        Err(refused) => Problem::from(refused).into_response(),
    }
}

fn as_json(body: Vec<u8>) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (StatusCode::OK, kind, body).into_response()
}
