//! How often somebody may show a token that is none.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many tries may fail one after the other.
const MOST: u32 = 10;
/// How long it takes until one more may fail.
const AGAIN: Duration = Duration::from_secs(6);
/// The most addresses that are remembered.
const ADDRESSES: usize = 10_000;

/// The tries that failed, by the address that they came from. Whoever has failed too often is not heard
/// for a while, also with a token that is valid: otherwise nothing would be limited.
#[derive(Default)]
pub(super) struct Tries(Mutex<HashMap<Option<IpAddr>, Failed>>);

/// How often an address has failed lately: `count` of them at `at`, one less for each [`AGAIN`] since.
struct Failed {
    count: u32,
    at: Instant,
}

impl Failed {
    fn count(&self, now: Instant) -> u32 {
        let forgiven = now.duration_since(self.at).as_secs() / AGAIN.as_secs();
        self.count
            .saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX))
    }
}

impl Tries {
    /// How many seconds somebody has to wait before the next try; none if it may be made now.
    pub(super) fn wait(&self, from: Option<IpAddr>, now: Instant) -> Option<u64> {
        let failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = failed.get(&from.map(network))?;
        let waited = now.duration_since(failed.at).as_secs() % AGAIN.as_secs();
        (failed.count(now) >= MOST).then_some(AGAIN.as_secs() - waited)
    }

    /// Notes that a try failed.
    pub(super) fn failed(&self, from: Option<IpAddr>, now: Instant) {
        let mut failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= ADDRESSES {
            failed.retain(|_, failed| failed.count(now) > 0);
        }
        if failed.len() >= ADDRESSES {
            failed.clear();
        }
        let own = failed
            .entry(from.map(network))
            .or_insert(Failed { count: 0, at: now });
        *own = Failed {
            count: own.count(now) + 1,
            at: now,
        };
    }
}

/// What one client has of addresses: of IPv6 that is a whole network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let prefix = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(prefix.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_may_fail_and_then_one_each_six_seconds() {
        let (tries, began) = (Tries::default(), Instant::now());
        let from: Option<IpAddr> = "192.0.2.1".parse().ok();
        let other: Option<IpAddr> = "192.0.2.2".parse().ok();
        for _ in 0..10 {
            assert_eq!(tries.wait(from, began), None);
            tries.failed(from, began);
        }
        assert_eq!(tries.wait(from, began), Some(6));
        assert_eq!(tries.wait(other, began), None);
        let later = began + Duration::from_secs(7);
        assert_eq!(tries.wait(from, later), None);
        tries.failed(from, later);
        assert_eq!(tries.wait(from, later), Some(6));
        assert_eq!(tries.wait(from, later + Duration::from_secs(5)), Some(1));
    }

    #[test]
    fn a_network_of_the_sixth_version_is_one_client() {
        let (tries, now) = (Tries::default(), Instant::now());
        for host in 0..10_u16 {
            tries.failed(format!("2001:db8::{host:x}").parse().ok(), now);
        }
        assert!(tries.wait("2001:db8::ffff".parse().ok(), now).is_some());
        assert_eq!(tries.wait("2001:db8:0:1::1".parse().ok(), now), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (tries, now) = (Tries::default(), Instant::now());
        for number in 0..3 * ADDRESSES as u32 {
            tries.failed(Some(IpAddr::V4(number.into())), now);
        }
        assert!(tries.0.lock().unwrap().len() <= ADDRESSES);
    }
}
