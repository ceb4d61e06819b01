//! The root fields about proposals.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::auth::{Role, Viewer};
use crate::graphql::kit::connection::Connection;
use crate::graphql::kit::context::Ask;
use crate::ledger::review::{self, ProposalStatus};
use crate::read::page::Asked;

use super::object::Proposal;

/// Which proposals somebody may see: an editor all, a contributor those of the same name.
#[derive(Clone, Debug)]
pub struct Sees(Option<String>);

impl Sees {
    /// What a viewer sees.
    pub fn of(viewer: &Viewer) -> Self {
        Self((viewer.role() < Role::Editor).then(|| viewer.name().to_owned()))
    }

    /// Whether this one is seen.
    pub fn sees(&self, proposal: &review::Proposal) -> bool {
        self.0.as_ref().is_none_or(|own| *own == proposal.author)
    }
}

/// The root fields about proposals.
#[derive(Default)]
pub struct ProposalReads;

#[object]
impl ProposalReads {
    /// The proposals, in the order in which they were made: an editor sees all, a contributor those that
    /// are the contributor's own.
    ///
    /// Needs the role CONTRIBUTOR.
    fn proposals(
        &self,
        ask: &Ask,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Of which something of this has become. All if nothing is given.")]
        status: Option<Vec<ProposalStatus>>,
        #[graphql(desc = "Made by this author.")] author: Option<String>,
    ) -> Result<Connection<Proposal>> {
        ask.contributor()?;
        let sees = Sees::of(ask.viewer());
        let mut found = ask.app().desk.list();
        found.retain(|one| {
            let fits = status
                .as_ref()
                .is_none_or(|status| status.contains(&one.status));
            fits && author.as_ref().is_none_or(|author| *author == one.author) && sees.sees(one)
        });
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        Connection::of_items(ask.pinned(), &found, &asked, |one| {
            Ok(Proposal::of(one.clone()))
        })
    }

    /// One proposal by its id; null where there is none, or it is somebody else's and not for you to see.
    ///
    /// Needs the role CONTRIBUTOR.
    fn proposal(&self, ask: &Ask, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<Proposal>> {
        ask.contributor()?;
        let sees = Sees::of(ask.viewer());
        let found = ask.app().desk.get(Proposal::number(&id));
        Ok(found.filter(|one| sees.sees(one)).map(Proposal::of))
    }
}
