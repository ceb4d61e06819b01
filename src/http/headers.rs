//! The headers that are our own, and those about caches.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

use crate::auth::Auth;

/// The revision that an answer was read from. After a mutation: one that has what it wrote.
pub(super) const REVISION: HeaderName = HeaderName::from_static("foedera-revision");
/// The oldest revision that a request wants to be answered from.
pub(super) const MIN_REVISION: HeaderName = HeaderName::from_static("foedera-min-revision");
/// That a request wants a receipt.
pub(super) const RECEIPT: HeaderName = HeaderName::from_static("foedera-receipt");
/// That a request wants to know its cost.
pub(super) const COST: HeaderName = HeaderName::from_static("foedera-cost");
/// What is left of a budget.
pub(super) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// How large a budget is, and for how long.
pub(super) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// The digest of a body (RFC 9530).
pub(super) const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// Whether a request has one of the headers that want something beside the operation.
pub(super) fn has_wishes(given: &HeaderMap) -> bool {
    given.contains_key(RECEIPT) || given.contains_key(MIN_REVISION) || given.contains_key(COST)
}

/// Tells which revision was read.
pub(super) fn set_revision(response: &mut Response, revision: u32) {
    response.headers_mut().insert(REVISION, revision.into());
}

/// Lets caches keep an answer that can never be another one: every cache where everybody may read, that
/// of whoever asked where reading needs a token.
pub(super) fn keep_for_ever(response: &mut Response, auth: &Auth) {
    let kept = if auth.reads_need_token() {
        "private, max-age=31536000, immutable"
    } else {
        "public, max-age=31536000, immutable"
    };
    let kept = HeaderValue::from_static(kept);
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
}

/// Has no cache keep an answer that is for whoever asked alone.
pub(super) fn never_keep(response: &mut Response) {
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
}

/// Has caches ask again each time, unless the answer can never be another one.
pub(super) fn or_ask_again(response: &mut Response) {
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
}

/// What a page of ours may do in a browser: what its policy names, and nothing beside.
pub(super) fn guard_page(response: &mut Response, policy: &'static str) {
    let guards = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ];
    for (name, value) in guards {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
}
