//! What a subscription and the transport that carries it tell each other.

use std::sync::{Mutex, PoisonError};

/// What a subscription and the transport that carries it tell each other. The transport puts one into
/// the data of the request.
#[derive(Debug, Default)]
pub struct Following {
    resume: Option<String>,
    place: Mutex<Option<String>>,
}

impl Following {
    /// A subscription that goes on from a place that it told of before, whatever its arguments say.
    pub fn resuming(place: Option<String>) -> Self {
        Self {
            resume: place,
            place: Mutex::default(),
        }
    }

    /// Where to go on from.
    pub fn resume(&self) -> Option<&str> {
        self.resume.as_deref()
    }

    /// Where the subscription has come to, in its own words; none as long as it has not begun.
    pub fn place(&self) -> Option<String> {
        self.lock().clone()
    }

    /// Whether the subscription has begun.
    pub fn has_begun(&self) -> bool {
        self.lock().is_some()
    }

    /// Notes where the subscription has come to.
    pub fn reached(&self, place: String) {
        *self.lock() = Some(place);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
