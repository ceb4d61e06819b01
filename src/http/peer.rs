//! The address that a request comes from.

use std::net::IpAddr;

use axum::http::{Extensions, HeaderMap, HeaderName};

/// The address at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

impl Peer {
    /// The one that a request came from on its way to the routes.
    pub(super) fn of(extensions: &Extensions) -> Option<Self> {
        extensions.get().copied()
    }
}

/// The address of the client: the other end of the connection, or what a proxy says in a header. Only
/// its last entry counts: those before it are the words of the client, or of who knows whom.
pub(super) fn address(
    peer: Option<Peer>,
    headers: &HeaderMap,
    header: Option<&HeaderName>,
) -> Option<IpAddr> {
    let told = header.and_then(|name| {
        let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse().ok()
    });
    told.or(peer.map(|Peer(address)| address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_proxy_its_own_entry_counts_and_elsewhere_none() {
        let peer = Peer([192, 0, 2, 1].into());
        let name = HeaderName::from_static("x-forwarded-for");
        let mut headers = HeaderMap::new();
        headers.append(&name, "203.0.113.7".parse().unwrap());
        headers.append(&name, "198.51.100.1, 198.51.100.2".parse().unwrap());
        let found = |name| address(Some(peer), &headers, name).map(|ip| ip.to_string());
        assert_eq!(found(None).as_deref(), Some("192.0.2.1"));
        assert_eq!(found(Some(&name)).as_deref(), Some("198.51.100.2"));
        headers.append(&name, "nonsense".parse().unwrap());
        let found = address(Some(peer), &headers, Some(&name)).map(|ip| ip.to_string());
        assert_eq!(found.as_deref(), Some("192.0.2.1"));
    }
}
