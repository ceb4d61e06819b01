//! The desk, followed.

use std::sync::Arc;

use async_graphql::SimpleObject;
use foedera_macros::Fields;

use crate::graphql::feed::{self, Following};
use crate::ledger::review::Follower;
use crate::store::StoreError;

use super::object::Proposal;
use super::reads::Sees;

/// A proposal was made, talked of or decided on.
#[derive(SimpleObject, Fields)]
pub struct ProposalEvent {
    /// The proposal as it is now.
    proposal: Proposal,
    /// The place of this event: give it as `after` to go on behind it.
    place: u64,
}

/// Proposals, followed.
pub struct Queue {
    follower: Follower,
    sees: Sees,
    following: Arc<Following>,
}

impl Queue {
    /// Follows the proposals that somebody may see.
    pub fn new(follower: Follower, sees: Sees, following: Arc<Following>) -> Self {
        following.reached(follower.place().to_string());
        Self {
            follower,
            sees,
            following,
        }
    }
}

impl feed::Follower for Queue {
    type Event = ProposalEvent;

    async fn next(&mut self) -> Result<Option<ProposalEvent>, StoreError> {
        let Self { follower, sees, .. } = self;
        let next = follower.next(|one| sees.sees(one)).await;
        let place = self.follower.place();
        self.following.reached(place.to_string());
        Ok(next.map(|proposal| ProposalEvent {
            proposal: Proposal::of(proposal),
            place,
        }))
    }
}
