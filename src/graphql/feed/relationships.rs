//! A list of relationships, followed.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::ledger::feed::{Feed, Next, Place};
use crate::model::{Day, RelationshipId};
use crate::read::watch::{Move, Watched};
use crate::store::StoreError;

use super::cursor::{Cause, Cursor};
use super::event::RelationshipEvent;
use super::followers::Follower;
use super::following::Following;

/// A list of relationships, followed.
pub(super) struct Watching {
    feed: Feed,
    list: Arc<Watched>,
    /// What was told only in part when the subscription broke off.
    part: Option<(Cause, RelationshipId)>,
    /// What the last step did and is not told yet.
    waiting: VecDeque<Waiting>,
    following: Arc<Following>,
}

struct Waiting {
    happened: Move,
    cause: Cause,
    before: Place,
    after: Place,
}

impl Watching {
    /// Follows a list from a place on.
    pub(super) fn new(feed: Feed, list: Watched, from: Cursor, following: Arc<Following>) -> Self {
        following.reached(from.to_string());
        Self {
            feed: feed.from(from.place),
            list: Arc::new(list),
            part: from.part,
            waiting: VecDeque::new(),
            following,
        }
    }

    /// Gathers what a revision did to the list.
    async fn revision(&mut self, after: Place) -> Result<(), StoreError> {
        let before = Place {
            revision: after.revision.saturating_sub(1),
            ..after
        };
        let touched = self.feed.ledger().touched(after.revision).await?;
        let (was, is) = (self.feed.at(before), self.feed.at(after));
        let moves = if self.list.is_far_reaching(&touched) {
            let list = self.list.clone();
            let walk = move || list.by_revision(&was, &is, &touched);
            let stopping = |_| StoreError::ReadOnly("the server is stopping".to_owned());
            tokio::task::spawn_blocking(walk).await.map_err(stopping)?
        } else {
            self.list.by_revision(&was, &is, &touched)
        };
        self.gather(Cause::Revision, before, after, moves);
        Ok(())
    }

    /// Gathers what the days until one did to the list, without any revision.
    async fn days(&mut self, from: Place, until: Day) -> Result<(), StoreError> {
        if !self.list.follows_the_calendar() {
            return Ok(());
        }
        let actor = self.list.actor();
        let turning = self.feed.ledger().turning(from, until, actor).await?;
        for turned in turning.chunk_by(|(one, _), (other, _)| one == other) {
            let after = Place {
                day: turned[0].0,
                ..from
            };
            let before = day_before(after);
            let (was, is) = (self.feed.at(before), self.feed.at(after));
            let moves = self.list.moves(&was, &is, turned.iter().map(|(_, id)| *id));
            self.gather(Cause::Calendar, before, after, moves);
        }
        Ok(())
    }

    fn gather(&mut self, cause: Cause, before: Place, after: Place, moves: Vec<Move>) {
        self.waiting
            .extend(moves.into_iter().map(|happened| Waiting {
                happened,
                cause,
                before,
                after,
            }));
    }

    fn event(&self, next: Waiting) -> RelationshipEvent {
        let cursor = Cursor {
            place: next.after,
            part: Some((next.cause, next.happened.id)),
        };
        let cursor = cursor.to_string();
        let after = self.feed.at(next.after);
        self.following.tells(cursor.clone(), &after);
        RelationshipEvent {
            happened: next.happened,
            cause: next.cause,
            before: self.feed.at(next.before),
            after,
            cursor,
        }
    }
}

impl Follower for Watching {
    type Event = RelationshipEvent;

    async fn next(&mut self) -> Result<Option<RelationshipEvent>, StoreError> {
        if let Some((cause, told)) = self.part.take() {
            let place = self.feed.place();
            match cause {
                Cause::Revision => self.revision(place).await?,
                Cause::Calendar => self.days(day_before(place), place.day).await?,
            }
            self.waiting.retain(|one| one.happened.id > told);
        }
        loop {
            if let Some(next) = self.waiting.pop_front() {
                return Ok(Some(self.event(next)));
            }
            self.waiting.shrink_to_fit();
            self.following
                .reached(Cursor::at(self.feed.place()).to_string());
            let Some(step) = self.feed.next().await else {
                return Ok(None);
            };
            match step {
                Next::Revision(place) => self.revision(place).await?,
                Next::Days(from, until) => self.days(from, until).await?,
            }
        }
    }
}

fn day_before(place: Place) -> Place {
    Place {
        day: place.day.plus(-1),
        ..place
    }
}
