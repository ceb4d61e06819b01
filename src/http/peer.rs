//! The address that a request comes from.

use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll};

use axum::extract::connect_info::ConnectInfo;
use axum::http::{HeaderMap, Request};
use tower_service::Service;

/// Tells each request of a connection where it comes from.
#[derive(Clone)]
pub(super) struct WithPeer<S> {
    inner: S,
    peer: Option<SocketAddr>,
}

impl<S> WithPeer<S> {
    pub(super) fn new(inner: S, peer: Option<SocketAddr>) -> Self {
        Self { inner, peer }
    }
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for WithPeer<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        self.inner.call(request)
    }
}

/// The address of the client: the other end of the connection, or behind a proxy what that says. Earlier
/// entries of the header are the client's own words.
pub(super) fn address(
    peer: Option<&ConnectInfo<SocketAddr>>,
    headers: &HeaderMap,
    behind_proxy: bool,
) -> Option<IpAddr> {
    let peer = peer.map(|ConnectInfo(peer)| peer.ip());
    if !behind_proxy {
        return peer;
    }
    let told = headers.get_all("x-forwarded-for").iter().next_back();
    let last = told.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    last.and_then(|entry| entry.trim().parse().ok()).or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_proxy_its_own_entry_counts_and_elsewhere_none() {
        let peer = ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 80)));
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "203.0.113.7".parse().unwrap());
        headers.append(
            "x-forwarded-for",
            "198.51.100.1, 198.51.100.2".parse().unwrap(),
        );
        let found = |proxy| address(Some(&peer), &headers, proxy).map(|ip| ip.to_string());
        assert_eq!(found(false).as_deref(), Some("192.0.2.1"));
        assert_eq!(found(true).as_deref(), Some("198.51.100.2"));
        headers.append("x-forwarded-for", "nonsense".parse().unwrap());
        let found = address(Some(&peer), &headers, true).map(|ip| ip.to_string());
        assert_eq!(found.as_deref(), Some("192.0.2.1"));
    }
}
