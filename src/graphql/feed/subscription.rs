//! The root fields of subscriptions.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::kit::context::Ask;
use crate::graphql::note::ContextNote;
use crate::graphql::proposal::{ProposalEvent, Queue, Sees};
use crate::graphql::relationship::RelationshipFilter;
use crate::graphql::revision::Revision;
use crate::ledger::Ledger;
use crate::model::{ActorId, shorten};
use crate::read::watch::Watched;
use crate::read::{ReadError, actor};

use super::cursor::Cursor;
use super::event::RelationshipEvent;
use super::filter::ChangeFilter;
use super::followers::{Changes, Events, Notes, events};
use super::relationships::Watching;

/// The root of subscriptions.
pub struct Subscription;

/// What can be followed: over WebSocket at /graphql/ws and as Server-Sent Events at /graphql/stream. A
/// subscription has one field.
#[object(subscription)]
impl Subscription {
    /// Every revision after a number, each once and in order: first those that are there, then each new
    /// one as it is made. If the connection breaks, go on with the last number that you saw.
    fn changes(
        &self,
        ask: &Ask,
        #[graphql(
            desc = "The last revision that you know; 0 for all from the beginning. If nothing is \
                    given, only what comes from now on."
        )]
        after: Option<i32>,
        #[graphql(desc = "Which of them.")] filter: Option<ChangeFilter>,
    ) -> Result<Events<Revision>> {
        let ledger = &ask.app().ledger;
        let following = ask.follow();
        let resumed = match following.resume() {
            Some(text) => Some(text.parse().map_err(|_| not_ours(text))?),
            None => None,
        };
        let after = resumed.map_or_else(|| number(after), |number| Ok(Some(number)))?;
        let feed = ledger.follow(known(ledger, after)?);
        let filter = filter.unwrap_or_default().read(&ledger.snapshot())?;
        Ok(events(Changes::new(feed, filter, following)))
    }

    /// Each context note as it comes into the record, in the order of entry: new ones, those that are
    /// brought back, and with `actor` those that come to be about it. Corrections of a note are not
    /// told; `changes` tells them. If the connection breaks, go on with the `version` of the last note;
    /// where one revision brings several notes, with the number before it, and drop those that you have.
    fn notes(
        &self,
        ask: &Ask,
        #[graphql(desc = "Only notes about this actor: its slug or id.")] actor: Option<String>,
        #[graphql(
            desc = "The last revision that you know; 0 for all from the beginning. If nothing is \
                    given, only what comes from now on."
        )]
        after: Option<i32>,
    ) -> Result<Events<ContextNote>> {
        let ledger = &ask.app().ledger;
        let following = ask.follow();
        let actor = named(ledger, actor.as_deref())?;
        let (after, part) = match following.resume() {
            Some(text) => {
                let (revision, part) = Notes::place(text).ok_or_else(|| not_ours(text))?;
                (Some(revision), part)
            }
            None => (number(after)?, None),
        };
        let feed = ledger.follow(known(ledger, after)?);
        Ok(events(Notes::new(feed, actor, part, following)))
    }

    /// Each proposal that is made, talked of or decided on, as it is then: an editor sees all, a
    /// contributor those that are the contributor's own. One that has changed several times meanwhile is
    /// told once. If the connection breaks, go on with the `place` of the last event.
    ///
    /// Needs the role CONTRIBUTOR.
    fn proposal_events(
        &self,
        ask: &Ask,
        #[graphql(
            desc = "The place of the last event that you know; 0 for all proposals. If nothing is given, \
                    only what comes from now on."
        )]
        after: Option<i32>,
    ) -> Result<Events<ProposalEvent>> {
        ask.contributor()?;
        let following = ask.follow();
        let after = match following.resume() {
            Some(text) => Some(text.parse().map_err(|_| not_ours(text))?),
            None => number(after)?.map(u64::from),
        };
        let follower = ask.app().desk.follow(after);
        let sees = Sees::of(ask.viewer());
        Ok(events(Queue::new(follower, sees, following)))
    }

    /// A list of relationships as it changes: each that enters it, changes within it or leaves it, with
    /// the revision that did it, or without one where the calendar alone did, because a period begins or
    /// has ended today (in UTC). Read the list together with `latestRevision`, then follow it from that
    /// number on; if the connection breaks, go on with the `cursor` of the last event.
    fn relationship_events(
        &self,
        ask: &Ask,
        #[graphql(desc = "Only relationships of this actor: its slug or id.")] actor: Option<ID>,
        #[graphql(
            desc = "Which of them. As in every list those that are CURRENT and not denied, unless \
                    the filter says otherwise."
        )]
        filter: Option<RelationshipFilter>,
        #[graphql(
            desc = "The number of the revision at which you read the list today, or the cursor of \
                    the last event that you saw. If nothing is given, only what comes from now on."
        )]
        after: Option<ID>,
    ) -> Result<Events<RelationshipEvent>> {
        let ledger = &ask.app().ledger;
        let following = ask.follow();
        let actor = named(ledger, actor.as_ref().map(|id| id.as_str()))?;
        let list = Watched::new(filter.unwrap_or_default().read()?, actor);
        let feed = ledger.follow(None);
        let after = following.resume().or(after.as_ref().map(|id| id.as_str()));
        let from = match after {
            Some(text) => Cursor::read(text, feed.place().day)?,
            None => Cursor::at(feed.place()),
        };
        known(ledger, Some(from.place.revision))?;
        Ok(events(Watching::new(feed, list, from, following)))
    }
}

/// The number of a revision as a client gives it.
fn number(after: Option<i32>) -> Result<Option<u32>, ReadError> {
    let read = |number: i32| {
        u32::try_from(number).map_err(|_| {
            ReadError::BadArgument(format!("after must not be negative; it is {number}"))
        })
    };
    after.map(read).transpose()
}

/// A place that the record has come to, or the error that says that it has not.
fn known(ledger: &Ledger, after: Option<u32>) -> Result<Option<u32>, ReadError> {
    let newest = *ledger.newest().borrow();
    match after {
        Some(after) if after > newest => Err(ReadError::BadArgument(format!(
            "after: revision {after} is not there yet; the newest is {newest}"
        ))),
        _ => Ok(after),
    }
}

fn not_ours(text: &str) -> ReadError {
    let text = shorten(text);
    ReadError::BadArgument(format!(
        "Last-Event-ID: {text:?} is not an id of this stream; leave it out"
    ))
}

fn named(ledger: &Ledger, name: Option<&str>) -> Result<Option<ActorId>, ReadError> {
    let Some(name) = name else { return Ok(None) };
    let found = actor::named(&ledger.snapshot(), name)?;
    found.map(Some).ok_or_else(|| {
        let name = shorten(name);
        ReadError::BadArgument(format!("there is no actor {name:?}"))
    })
}
