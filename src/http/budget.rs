//! What each token or address may cost in a minute.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use quick_cache::sync::Cache;

use crate::graphql::kit::error::RATE_LIMITED;
use crate::graphql::kit::guard::Excess;

use super::graphql::Refusal;
use super::peer::{Peer, address};
use super::{Site, headers};

/// A minute, in seconds.
const MINUTE: u64 = 60;
/// How many payers are remembered. Those of whom nothing was heard for long are forgotten first.
const PAYERS: usize = 100_000;
/// What an answer costs that was given before.
pub(super) const KEPT: u64 = 1;

/// Who pays for a request: a number made of the token, or else of the address. Nobody where there is no
/// budget.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payer(Option<u64>);

impl FromRequestParts<Site> for Payer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let peer = Peer::of(&parts.extensions);
        Ok(Self::of(site, peer, &parts.headers))
    }
}

impl Payer {
    /// Who pays for a request with these headers, from there.
    pub(super) fn of(site: &Site, peer: Option<Peer>, headers: &HeaderMap) -> Self {
        let address = || address(peer, headers, site.address_header.as_ref());
        let budgets = site.budgets.as_ref();
        Self(budgets.map(|budgets| budgets.number(headers, address)))
    }
}

/// What was spent in a minute.
#[derive(Clone, Copy, Default)]
struct Spent {
    minute: u64,
    cost: u64,
}

/// What is left of a budget.
#[derive(Clone, Copy, Debug)]
struct Left {
    cost: u64,
    /// Seconds until there is all of it again.
    reset: u64,
}

/// The budgets of all payers.
pub(super) struct Budgets {
    a_minute: u64,
    began: Instant,
    secret: RandomState,
    spent: Cache<u64, Arc<Mutex<Spent>>>,
}

impl Budgets {
    /// Budgets of so much a minute; none where that is 0.
    pub(super) fn new(a_minute: u64) -> Option<Arc<Self>> {
        (a_minute > 0).then(|| {
            Arc::new(Self {
                a_minute,
                began: Instant::now(),
                secret: RandomState::new(),
                spent: Cache::new(PAYERS),
            })
        })
    }

    fn number(&self, headers: &HeaderMap, address: impl FnOnce() -> Option<IpAddr>) -> u64 {
        if let Some(token) = headers.get(header::AUTHORIZATION) {
            return self.secret.hash_one(token.as_bytes());
        }
        match address() {
            // Whoever has one address of IPv6 has all that begin like it.
            Some(IpAddr::V6(address)) => self.secret.hash_one(&address.octets()[..8]),
            address => self.secret.hash_one(address),
        }
    }

    fn charge(&self, payer: u64, cost: u64) -> (Left, Option<Excess>) {
        let now = self.began.elapsed().as_secs();
        let found = self
            .spent
            .get_or_insert_with(&payer, || Ok::<_, ()>(Arc::default()));
        let spent = found.unwrap_or_default();
        let mut spent = spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.minute != now / MINUTE {
            *spent = Spent {
                minute: now / MINUTE,
                cost: 0,
            };
        }
        let wanted = spent.cost.saturating_add(cost);
        let excess = (wanted > self.a_minute).then_some(Excess {
            what: "units of cost in this minute",
            found: wanted,
            limit: self.a_minute,
        });
        if excess.is_none() {
            spent.cost = wanted;
        }
        let left = Left {
            cost: self.a_minute - spent.cost,
            reset: MINUTE - now % MINUTE,
        };
        (left, excess)
    }
}

/// What one request is charged.
pub(super) struct Tab {
    budgets: Option<Arc<Budgets>>,
    payer: Payer,
    left: Option<Left>,
}

impl Tab {
    pub(super) fn open(site: &Site, payer: Payer) -> Self {
        Self {
            budgets: site.budgets.clone(),
            payer,
            left: None,
        }
    }

    /// Charges a cost.
    ///
    /// # Errors
    /// When it is more than what is left of the budget; then nothing is charged.
    pub(super) fn charge(&mut self, cost: u64) -> Result<(), Excess> {
        let (Some(budgets), Payer(Some(payer))) = (&self.budgets, self.payer) else {
            return Ok(());
        };
        let (left, excess) = budgets.charge(payer, cost);
        self.left = Some(left);
        excess.map_or(Ok(()), Err)
    }

    /// Tells in an answer what is left, by the draft of `RateLimit` header fields for HTTP.
    pub(super) fn tell(&self, response: &mut Response) {
        let (Some(left), Some(budgets)) = (self.left, &self.budgets) else {
            return;
        };
        let limited = response.status() == StatusCode::TOO_MANY_REQUESTS;
        let Left { cost, reset } = left;
        let policy = format!("\"cost\";q={};w={MINUTE}", budgets.a_minute);
        let told = [
            (headers::RATE_LIMIT_POLICY, policy),
            (headers::RATE_LIMIT, format!("\"cost\";r={cost};t={reset}")),
        ];
        let wait = limited.then(|| (header::RETRY_AFTER, reset.to_string()));
        for (name, value) in told.into_iter().chain(wait) {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
    }
}

/// The refusal of a request that costs more than is left.
pub(super) fn spent(excess: Excess) -> Refusal {
    Refusal::too_much(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, excess)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn budgets() -> Arc<Budgets> {
        Budgets::new(100).unwrap()
    }

    #[test]
    fn what_is_too_much_is_not_charged() {
        let budgets = budgets();
        assert!(budgets.charge(1, 60).1.is_none());
        let (left, excess) = budgets.charge(1, 60);
        assert_eq!((left.cost, excess.unwrap().found), (40, 120));
        assert!(budgets.charge(1, 40).1.is_none());
        assert!(budgets.charge(2, 100).1.is_none());
    }

    #[test]
    fn a_payer_is_a_token_or_else_an_address() {
        let budgets = budgets();
        let proxy = HeaderName::from_static("x-forwarded-for");
        let peer = |text: &str| Some(Peer(text.parse().unwrap()));
        let number = |pairs: &[(&'static str, &str)], from: &str| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, value.parse().unwrap());
            }
            budgets.number(&headers, || address(peer(from), &headers, Some(&proxy)))
        };
        let plain = number(&[], "192.0.2.1");
        assert_eq!(plain, number(&[], "192.0.2.1"));
        assert_ne!(plain, number(&[], "192.0.2.2"));
        let token = number(&[("authorization", "Bearer a")], "192.0.2.1");
        assert_eq!(token, number(&[("authorization", "Bearer a")], "192.0.2.2"));
        assert_ne!(token, plain);
        // The last entry is the proxy's own.
        let told = number(&[("x-forwarded-for", "203.0.113.9, 192.0.2.1")], "10.0.0.1");
        assert_eq!(told, plain);
        let lines = [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-for", "192.0.2.1"),
        ];
        assert_eq!(number(&lines, "10.0.0.1"), plain);
        // One subscriber has 2^64 addresses of IPv6.
        assert_eq!(number(&[], "2001:db8::1"), number(&[], "2001:db8::ffff"));
        assert_ne!(number(&[], "2001:db8::1"), number(&[], "2001:db8:0:1::1"));
    }
}
