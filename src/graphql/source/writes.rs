//! Creating and updating sources.

use async_graphql::Result;
use foedera_macros::object;

use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::inputs;
use crate::graphql::kit::payload::{carry_out, payload};
use crate::graphql::source::Source;
use crate::ledger::draft::SourceDraft;
use crate::model::{PartialDate, Reliability, SourceKind};

inputs! {
    /// A new source.
    create CreateSourceInput;
    /// Changes to a source: a field that is absent stays as it is, null empties it.
    update UpdateSourceInput;
    Source(SourceDraft);
    required {
        /// Its title.
        title: String,
    }
    optional {
        /// Where it can be read: an address that begins with https:// or http://.
        url: String,
        /// Who published it. Sources of one publisher are not independent of each other.
        publisher: String,
        /// What sort of source it is. OTHER if nothing is given.
        kind: SourceKind,
        /// When it was published.
        published_on: PartialDate,
        /// How far it can be relied on: the Admiralty code. F, cannot be judged, if nothing is given.
        reliability: Reliability,
    }
}

payload! {
    /// What became of a mutation of a source.
    SourcePayload {
        /// The source as it is now. Null where there are user errors.
        source: Source = Source::subject,
    }
}

/// The mutations of sources.
#[derive(Default)]
pub struct SourceWrites;

#[object]
impl SourceWrites {
    /// Adds a source.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn create_source(
        &self,
        ask: &Ask,
        #[graphql(desc = "The new source.")] input: CreateSourceInput,
    ) -> Result<SourcePayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }

    /// Changes a source.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn update_source(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which source, and what to change.")] input: UpdateSourceInput,
    ) -> Result<SourcePayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }
}
