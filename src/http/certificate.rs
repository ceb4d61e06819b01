//! A certificate with its key, and how long it holds.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_cert::der::Decode as _;

use crate::model::Timestamp;

use super::tls::TlsError;

const A_DAY: i64 = 86_400_000;
/// From how many milliseconds before its end on a certificate ends soon: two weeks, or the last fifth of
/// one that holds for a shorter time.
const SOON: i64 = 14 * A_DAY;

/// A certificate with its key.
#[derive(Debug)]
pub(super) struct Certificate {
    pub(super) pair: Arc<CertifiedKey>,
    /// When it holds, where that can be read.
    pub(super) validity: Option<Validity>,
}

/// When a certificate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// From when on.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Timestamp,
}

/// Why clients refuse a certificate, or soon will.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lapse {
    /// It does not hold any more.
    #[error("the certificate ended at {0}, and clients refuse it; put a new one in its place")]
    Ended(Timestamp),
    /// It will not hold for much longer.
    #[error("the certificate ends at {ends}, in {days} days; put a new one in its place before")]
    EndsSoon {
        /// When it ends.
        ends: Timestamp,
        /// How many whole days are left.
        days: i64,
    },
    /// It does not hold yet.
    #[error(
        "the certificate holds from {0} on, and clients refuse it until then; look whether the clock of the system is right"
    )]
    NotYet(Timestamp),
}

impl Validity {
    /// Why clients refuse the certificate at a moment, or soon will; nothing while all is well.
    pub fn lapse(self, now: Timestamp) -> Option<Lapse> {
        let Self { begins, ends } = self;
        let left = ends.0.saturating_sub(now.0);
        let soon = SOON.min(ends.0.saturating_sub(begins.0) / 5);
        if left < 0 {
            Some(Lapse::Ended(ends))
        } else if now < begins {
            Some(Lapse::NotYet(begins))
        } else if left < soon {
            let days = left / A_DAY;
            Some(Lapse::EndsSoon { ends, days })
        } else {
            None
        }
    }
}

impl Certificate {
    /// Reads a certificate, with those that it is signed by, and its key.
    ///
    /// # Errors
    /// When one of the files is not what it should be, or they do not go together.
    pub(super) fn read(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let file = |what, path: &Path, problem: String| TlsError::File {
            what,
            path: path.to_owned(),
            problem,
        };
        let chain = CertificateDer::pem_file_iter(cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| file("a certificate", cert, error.to_string()))?;
        let Some(own) = chain.first() else {
            return Err(file("a certificate", cert, "there is none".to_owned()));
        };
        let validity = validity(own);
        let private = PrivateKeyDer::from_pem_file(key)
            .map_err(|error| file("a private key", key, error.to_string()))?;
        let pair = CertifiedKey::from_der(chain, private, &ring::default_provider());
        let pair = pair.map_err(|error| TlsError::Pair {
            cert: cert.to_owned(),
            key: key.to_owned(),
            problem: error.to_string(),
        })?;
        Ok(Self {
            pair: Arc::new(pair),
            validity,
        })
    }
}

/// When a certificate holds. None where it is not written quite by the rules: that is for clients to judge.
fn validity(der: &[u8]) -> Option<Validity> {
    let read = x509_cert::Certificate::from_der(der).ok()?;
    let moment = |time: x509_cert::time::Time| {
        let millis = time.to_unix_duration().as_millis();
        i64::try_from(millis).ok().map(Timestamp)
    };
    let held = read.tbs_certificate.validity;
    Some(Validity {
        begins: moment(held.not_before)?,
        ends: moment(held.not_after)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn day(number: i64) -> Timestamp {
        Timestamp(number * A_DAY)
    }

    #[test]
    fn the_last_two_weeks_of_a_certificate_are_soon_and_the_last_fifth_of_a_short_one() {
        let held = |days: i64| Validity {
            begins: day(100),
            ends: day(100 + days),
        };
        let lapse = |days: i64, now: i64| held(days).lapse(day(now));
        assert_eq!(lapse(90, 99), Some(Lapse::NotYet(day(100))));
        assert_eq!(lapse(90, 100), None);
        assert_eq!(lapse(90, 176), None);
        let ends = day(190);
        assert_eq!(lapse(90, 177), Some(Lapse::EndsSoon { ends, days: 13 }));
        assert_eq!(lapse(90, 190), Some(Lapse::EndsSoon { ends, days: 0 }));
        assert_eq!(lapse(90, 191), Some(Lapse::Ended(ends)));
        assert_eq!(lapse(5, 104), None);
        let ends = day(105);
        let late = Timestamp(day(104).0 + 1);
        let soon = Some(Lapse::EndsSoon { ends, days: 0 });
        assert_eq!(held(5).lapse(late), soon);
    }
}
