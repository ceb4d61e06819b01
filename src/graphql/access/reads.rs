//! The root fields about who may do what.

use async_graphql::Result;
use foedera_macros::object;

use crate::auth::Role;
use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::Ask;
use crate::read::page::Asked;

use super::object::{AccessToken, Viewer};

/// The root fields about who may do what.
#[derive(Default)]
pub struct AccessReads;

#[object]
impl AccessReads {
    /// Whoever sends this request: the name, and what may be done.
    fn viewer(&self, ask: &Ask) -> Result<Viewer> {
        let viewer = ask.viewer().clone();
        let number = viewer.known().and_then(|known| known.token);
        let token = number.and_then(|number| ask.app().auth.tokens().get(number));
        Ok(Viewer { viewer, token })
    }

    /// The tokens that were given out, in the order in which they were made; also those that have ended.
    ///
    /// Needs the role ADMIN.
    fn tokens(
        &self,
        ask: &Ask,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<AccessToken>> {
        ask.may(Role::Admin)?;
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let tokens = ask.app().auth.tokens().list();
        Connection::of_items(ask.pinned(), &tokens, &asked, |token| {
            Ok(AccessToken(token.clone()))
        })
    }
}
