//! What a subscription and the transport that carries it tell each other.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::Day;
use crate::snapshot::Snapshot;

/// What a subscription and the transport that carries it tell each other: the transport where to go on
/// from, the subscription how far it has come.
#[derive(Debug, Default)]
pub struct Following {
    resume: Option<String>,
    come: Mutex<Come>,
}

/// How far a subscription has come.
#[derive(Debug, Default)]
struct Come {
    place: Option<String>,
    /// The day of the event that it has come to, if it is one about the record.
    day: Option<Day>,
}

/// An event of the record: what is told of it is the same for all who ask the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Occasion {
    place: String,
    day: Day,
}

impl Following {
    /// A subscription that goes on from a place that it told of before, whatever its arguments say.
    pub fn resuming(place: Option<String>) -> Self {
        Self {
            resume: place,
            come: Mutex::default(),
        }
    }

    /// Where to go on from.
    pub fn resume(&self) -> Option<&str> {
        self.resume.as_deref()
    }

    /// Where the subscription has come to, in its own words; none as long as it has not begun.
    pub fn place(&self) -> Option<String> {
        self.lock().place.clone()
    }

    /// The event that the subscription has come to, where it is one about the record.
    pub fn occasion(&self) -> Option<Occasion> {
        let come = self.lock();
        let (place, day) = (come.place.clone()?, come.day?);
        Some(Occasion { place, day })
    }

    /// Notes where the subscription has come to.
    pub fn reached(&self, place: String) {
        *self.lock() = Come {
            place: Some(place),
            day: None,
        };
    }

    /// Notes that the subscription has come to an event, and tells of it what the record says at a moment.
    pub fn tells(&self, place: String, at: &Snapshot) {
        *self.lock() = Come {
            place: Some(place),
            day: Some(at.asked().first),
        };
    }

    fn lock(&self) -> MutexGuard<'_, Come> {
        self.come.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
