//! The root field that compares two moments.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::diff::Difference;
use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::Ask;
use crate::graphql::moment::MomentInput;
use crate::model::DifferenceKind;
use crate::read::page::{self, Asked, Order};
use crate::read::{ReadError, actor, diff, moment};

/// The root field that compares two moments.
#[derive(Default)]
pub struct DiffReads;

#[object]
impl DiffReads {
    /// How two moments differ, relationship by relationship, in the order of entry. Two days by one
    /// state of the record: what began, ended and changed in the world. Two states of the record by
    /// one day: what we learnt, corrected, took back and judge otherwise.
    #[allow(clippy::too_many_arguments, reason = "each is an argument of the API")]
    fn diff(
        &self,
        ask: &Ask,
        #[graphql(desc = "Only relationships of this actor: its slug or id.")] actor: Option<ID>,
        #[graphql(desc = "The earlier moment.")] from: MomentInput,
        #[graphql(desc = "The later moment.")] to: MomentInput,
        #[graphql(desc = "Only where one of these happened.")] kinds: Option<Vec<DifferenceKind>>,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Difference>> {
        let (from, to) = (from.read()?, to.read()?);
        let pinned = ask.pinned_unless(|at| from.is_settled(at) && to.is_settled(at));
        let now = ask.now();
        let (from, to) = (
            moment::at(pinned, now, &from)?,
            moment::at(pinned, now, &to)?,
        );
        let actor = match actor {
            Some(name) => Some(self::actor::named(&to, &name)?.ok_or_else(|| {
                ReadError::BadArgument(format!("there is no actor {:?}", &*name))
            })?),
            None => None,
        };
        let mut found = Vec::new();
        diff::relationships(&from, &to, actor, |id, happened| {
            let wanted = |kinds: &Vec<_>| happened.iter().any(|kind| kinds.contains(kind));
            if kinds.as_ref().is_none_or(wanted) {
                found.push(id);
            }
        })?;
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let page = page::cut(&found[..], &Order::of_entry(), to.revision(), &asked)?;
        // What happened is told again for the few that are shown, rather than kept for all.
        Connection::of(&page, found.len(), |id| {
            let kinds = diff::kinds(&from, &to, id.into())?.unwrap_or_default();
            let difference = diff::Difference::of(&from, &to, id.into(), kinds);
            Ok(Difference(difference))
        })
    }
}
