//! Followers of revisions and of context notes.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;

use async_graphql::Result;
use futures_util::stream::{self, BoxStream, StreamExt as _};

use crate::graphql::kit::connection::Listed as _;
use crate::graphql::note::ContextNote;
use crate::graphql::revision::Revision;
use crate::ledger::feed::{Feed, Place};
use crate::model::{ActorId, NoteId, TypedId};
use crate::read::changes::{ChangeFilter, new_notes};
use crate::snapshot::Snapshot;
use crate::store::StoreError;

use super::following::Following;

/// Events, or the error that ends them.
pub(super) type Events<T> = BoxStream<'static, Result<T>>;

/// What follows the record for a subscription.
pub trait Follower: Send + 'static {
    /// What is told.
    type Event: Send;
    /// The next event, as soon as there is one; none once the ledger has closed.
    fn next(&mut self) -> impl Future<Output = Result<Option<Self::Event>, StoreError>> + Send;
}

/// One event after the other, each looked for when somebody asks for it.
pub(super) fn events<S: Follower>(follower: S) -> Events<S::Event> {
    let next = |mut follower: S| async move {
        let event = follower.next().await?;
        Ok(event.map(|event| (event, follower)))
    };
    stream::try_unfold(follower, next).boxed()
}

/// The moment that a revision left, today.
fn left_by(feed: &Feed, revision: u32) -> Snapshot {
    feed.at(Place {
        revision,
        day: feed.ledger().now().day(),
    })
}

/// Revisions, followed.
pub(super) struct Changes {
    feed: Feed,
    filter: ChangeFilter,
    following: Arc<Following>,
}

impl Changes {
    pub(super) fn new(feed: Feed, filter: ChangeFilter, following: Arc<Following>) -> Self {
        following.reached(feed.place().revision.to_string());
        Self {
            feed,
            filter,
            following,
        }
    }

    async fn takes(&self, after: &Snapshot) -> Result<bool, StoreError> {
        let number = after.revision();
        if !self.filter.takes_author(after.state().author(number)) {
            return Ok(false);
        }
        if !self.filter.asks_for_changes() {
            return Ok(true);
        }
        let touched = self.feed.ledger().touched(number).await?;
        Ok(self.filter.takes(after, &touched))
    }
}

impl Follower for Changes {
    type Event = Revision;

    async fn next(&mut self) -> Result<Option<Revision>, StoreError> {
        while let Some(number) = self.feed.revision().await {
            let after = left_by(&self.feed, number);
            let taken = self.takes(&after).await?;
            self.following.tells(number.to_string(), &after);
            if taken {
                return Ok(Some(Revision::at(&after, number)));
            }
        }
        Ok(None)
    }
}

/// Context notes, followed.
pub(super) struct Notes {
    feed: Feed,
    actor: Option<ActorId>,
    /// The last note that was told of the revision after which the feed begins.
    part: Option<NoteId>,
    /// What the last revision brought and is not told yet.
    waiting: VecDeque<NoteId>,
    following: Arc<Following>,
}

impl Notes {
    pub(super) fn new(
        feed: Feed,
        actor: Option<ActorId>,
        part: Option<NoteId>,
        following: Arc<Following>,
    ) -> Self {
        following.reached(feed.place().revision.to_string());
        Self {
            feed,
            actor,
            part,
            waiting: VecDeque::new(),
            following,
        }
    }

    /// Reads a place among the notes: a revision, and the last note of it that was told where there may
    /// be more.
    pub(super) fn place(text: &str) -> Option<(u32, Option<NoteId>)> {
        match text.split_once('.') {
            Some((revision, note)) => {
                let revision = revision.parse().ok().filter(|revision| *revision > 0)?;
                Some((revision, Some(NoteId::checked(note.parse().ok()?)?)))
            }
            None => Some((text.parse().ok()?, None)),
        }
    }

    /// Gathers what the last revision brought.
    async fn gather(&mut self) -> Result<(), StoreError> {
        let number = self.feed.place().revision;
        let after = left_by(&self.feed, number);
        let touched = self.feed.ledger().touched(number).await?;
        self.waiting = new_notes(&after, &touched, self.actor).into();
        Ok(())
    }
}

impl Follower for Notes {
    type Event = ContextNote;

    async fn next(&mut self) -> Result<Option<ContextNote>, StoreError> {
        if let Some(told) = self.part.take() {
            self.gather().await?;
            self.waiting.retain(|id| *id > told);
        }
        loop {
            let number = self.feed.place().revision;
            if let Some(id) = self.waiting.pop_front() {
                let after = left_by(&self.feed, number);
                let place = format!("{number}.{}", id.number());
                self.following.tells(place, &after);
                return Ok(Some(ContextNote::at(&after, id)));
            }
            self.following.reached(number.to_string());
            if self.feed.revision().await.is_none() {
                return Ok(None);
            }
            self.gather().await?;
        }
    }
}
