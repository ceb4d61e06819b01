//! Creating and updating viewpoints.

use async_graphql::{ID, InputObject, Result};
use foedera_macros::object;

use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::{CitationInput, inputs, plain_list};
use crate::graphql::kit::payload::{carry_out, payload};
use crate::graphql::viewpoint::Viewpoint;
use crate::ledger::draft::{PositionDraft, ViewpointDraft};
use crate::model::{Alignment, PartialDate, Stance, Tier};

inputs! {
    /// A new viewpoint.
    create CreateViewpointInput;
    /// Changes to a viewpoint: a field that is absent stays as it is, null empties it.
    update UpdateViewpointInput;
    Viewpoint(ViewpointDraft);
    required {
        /// What to call it.
        title: String,
        /// What it holds, in a few sentences.
        thesis: String,
    }
    optional {
        /// Who holds it, in words.
        holder: String,
        /// Who holds it, where that is an actor of the record: an id or slug.
        holder_actor: ID,
        /// What it says of single relationships. An update replaces the whole list.
        positions: Vec<PositionInput>,
        /// When it was held.
        as_of: PartialDate,
        /// Where it is set out. An update replaces the whole list.
        citations: Vec<CitationInput>,
    }
}

/// What a viewpoint says of one relationship.
#[derive(Clone, Debug, InputObject)]
pub struct PositionInput {
    /// The relationship: its id, or `"#name"` for one created earlier in the same update.
    pub relationship: ID,
    /// Whether it agrees.
    pub stance: Stance,
    /// Why.
    pub argument: Option<String>,
    /// The alignment that it sees instead.
    pub alignment: Option<Alignment>,
    /// The tier that it sees instead.
    pub tier: Option<Tier>,
    /// The words that it uses instead.
    pub label: Option<String>,
}

impl From<PositionInput> for PositionDraft {
    fn from(input: PositionInput) -> Self {
        Self {
            relationship: input.relationship.0,
            stance: input.stance,
            argument: input.argument,
            alignment: input.alignment,
            tier: input.tier,
            label: input.label,
        }
    }
}

plain_list! {
    PositionInput => PositionDraft,
}

payload! {
    /// What became of a mutation of a viewpoint.
    ViewpointPayload {
        /// The viewpoint as it is now. Null where there are user errors.
        viewpoint: Viewpoint = Viewpoint::subject,
    }
}

/// The mutations of viewpoints.
#[derive(Default)]
pub struct ViewpointWrites;

#[object]
impl ViewpointWrites {
    /// Adds a viewpoint.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn create_viewpoint(
        &self,
        ask: &Ask,
        #[graphql(desc = "The new viewpoint.")] input: CreateViewpointInput,
    ) -> Result<ViewpointPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }

    /// Changes a viewpoint.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn update_viewpoint(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which viewpoint, and what to change.")] input: UpdateViewpointInput,
    ) -> Result<ViewpointPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }
}
