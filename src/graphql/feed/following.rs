//! What a subscription and the transport that carries it tell each other.
//!
//! A subscription is carried out in two parts, as the GraphQL specification has it: first its arguments
//! make a follower, then the selection is executed for each event by itself. Between two events
//! there is nothing but the follower, so one that waits costs next to nothing.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, Result};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, Iter};

use crate::graphql::note::ContextNote;
use crate::graphql::revision::Revision;
use crate::store::StoreError;

use super::event::RelationshipEvent;

/// Something that is told.
pub enum Event {
    /// A revision.
    Revision(Revision),
    /// A context note.
    Note(ContextNote),
    /// What happened to a relationship of a list.
    Relationship(RelationshipEvent),
}

/// What follows the record for a subscription.
pub trait Follower: Send {
    /// The next event, as soon as there is one; none once the ledger has closed.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Event>, StoreError>>;
}

/// How far a subscription has come, in its own words. Shared with the transport, which may bring it
/// back to this place.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<Option<String>>>);

impl Progress {
    /// Where the subscription has come to; none as long as it has not begun.
    pub fn place(&self) -> Option<String> {
        lock(&self.0).clone()
    }

    /// Notes where the subscription has come to.
    pub(super) fn reached(&self, place: String) {
        *lock(&self.0) = Some(place);
    }
}

/// Why the selection of a subscription is executed. The transport puts one into the request.
pub enum Occasion {
    /// To make the follower.
    Beginning(Beginning),
    /// For one event.
    Event(Mutex<Option<Event>>),
}

/// What a follower is made from besides the arguments, and where it is put.
#[derive(Default)]
pub struct Beginning {
    /// A place at which the subscription goes on, whatever its arguments say.
    pub resume: Option<String>,
    /// How far it comes.
    pub progress: Progress,
    follower: Mutex<Option<Box<dyn Follower>>>,
}

impl Beginning {
    /// At a place that was told of before, if there is one; otherwise as the arguments say.
    pub fn at(resume: Option<String>) -> Self {
        Self {
            resume,
            ..Self::default()
        }
    }
}

impl Occasion {
    /// For one event.
    pub fn of(event: Event) -> Self {
        Self::Event(Mutex::new(Some(event)))
    }

    /// The follower, once it is made.
    pub fn follower(&self) -> Option<Box<dyn Follower>> {
        match self {
            Self::Beginning(beginning) => lock(&beginning.follower).take(),
            Self::Event(_) => None,
        }
    }
}

/// The event that a root field of a subscription is executed for, if there is one now; otherwise the
/// follower is made.
pub(super) fn happening<T: TryFrom<Event>, S: Follower + 'static>(
    ctx: &Context<'_>,
    follower: impl FnOnce(&Beginning) -> Result<S>,
) -> Result<Iter<std::option::IntoIter<T>>> {
    let event = match &**ctx.data::<Arc<Occasion>>()? {
        Occasion::Beginning(beginning) => {
            let follower = follower(beginning)?;
            *lock(&beginning.follower) = Some(Box::new(follower));
            None
        }
        Occasion::Event(event) => lock(event).take().and_then(|event| event.try_into().ok()),
    };
    Ok(stream::iter(event))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

macro_rules! is_an_event {
    ($($variant:ident($what:ty),)+) => {$(
        impl TryFrom<Event> for $what {
            type Error = ();
            fn try_from(event: Event) -> Result<Self, ()> {
                match event {
                    Event::$variant(what) => Ok(what),
                    _ => Err(()),
                }
            }
        }
    )+};
}

is_an_event! {
    Revision(Revision),
    Note(ContextNote),
    Relationship(RelationshipEvent),
}
