//! The root field that searches.

use async_graphql::Result;
use foedera_macros::object;

use crate::graphql::kit::context::{Ask, moment};
use crate::graphql::search::SearchConnection;
use crate::model::{Kind, SearchType};
use crate::read::page::Asked;
use crate::read::search;
use crate::snapshot::Snapshot;

/// The root field that searches.
#[derive(Default)]
pub struct SearchReads(pub Option<Snapshot>);

#[object]
impl SearchReads {
    /// Finds records by words, the best first: names and aliases in any script and spelling, summaries,
    /// labels, notes, sources, briefs. What is found is in the lists at this moment and says then what
    /// was searched for.
    ///
    /// Accents and case do not matter, words are found by their stems, a slip of the pen is forgiven,
    /// and so is another way to write a name. The last word may be the beginning of one, so a question
    /// can be sent while it is typed; text in quotation marks must be there as it is. A question can be
    /// put in plain words.
    fn search(
        &self,
        ask: &Ask,
        #[graphql(
            desc = "What to look for, such as `what countries are allies with iran`; at most 500 bytes."
        )]
        query: String,
        #[graphql(desc = "Only records of these types; of all if nothing is given.")] types: Option<
            Vec<SearchType>,
        >,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor. The best thousand can be paged through.")]
        after: Option<String>,
    ) -> Result<SearchConnection> {
        let at = moment(self.0.as_ref(), ask);
        let types = types.unwrap_or_default();
        let kinds: Vec<Kind> = types.into_iter().map(Kind::from).collect();
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let found = search::search(&ask.app().search, &at, &query, &kinds, &asked)?;
        SearchConnection::of(&at, found)
    }
}
