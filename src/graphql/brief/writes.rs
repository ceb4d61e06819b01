//! Creating and updating briefs.

use async_graphql::{ID, InputObject, Result};
use foedera_macros::object;

use crate::graphql::brief::Brief;
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::{inputs, plain_list};
use crate::graphql::kit::payload::{carry_out, payload};
use crate::graphql::relationship::RelationshipFilter;
use crate::ledger::draft::{BriefDraft, SectionDraft};

inputs! {
    /// A new brief.
    create CreateBriefInput;
    /// Changes to a brief: a field that is absent stays as it is, null empties it.
    update UpdateBriefInput;
    Brief(BriefDraft);
    required {
        /// The question.
        question: String,
        /// The answer in a few sentences.
        summary: String,
    }
    optional {
        /// Its unique name in addresses. Made of the question if nothing is given. After a change the
        /// old one still leads to the brief.
        slug: String,
        /// Whom it is written for.
        audience: String,
        /// The actors that it is about: ids or slugs. Their notes are its notes.
        actors: Vec<ID>,
        /// The parts of the answer. An update replaces the whole list.
        sections: Vec<BriefSectionInput>,
        /// The viewpoints that it sets side by side: ids.
        viewpoints: Vec<ID>,
        /// What the reader should keep in mind.
        disclaimer: String,
    }
}

/// A part of a brief: a heading over the relationships that a query finds.
#[derive(Clone, Debug, InputObject)]
pub struct BriefSectionInput {
    /// The heading.
    pub title: String,
    /// What to say before the list.
    pub introduction: Option<String>,
    /// Whose relationships: an id or slug. All of the record's if nothing is given.
    pub actor: Option<ID>,
    /// Which of them.
    pub filter: Option<RelationshipFilter>,
    /// Relationships to put first, in this order, where the filter finds them: ids.
    pub order: Option<Vec<ID>>,
}

impl From<BriefSectionInput> for SectionDraft {
    fn from(input: BriefSectionInput) -> Self {
        Self {
            title: input.title,
            introduction: input.introduction,
            actor: input.actor.map(|id| id.0),
            filter: input.filter.unwrap_or_default().plain(),
            order: input
                .order
                .unwrap_or_default()
                .into_iter()
                .map(|id| id.0)
                .collect(),
        }
    }
}

plain_list! {
    BriefSectionInput => SectionDraft,
}

payload! {
    /// What became of a mutation of a brief.
    BriefPayload {
        /// The brief as it is now. Null where there are user errors.
        brief: Brief = Brief::subject,
    }
}

/// The mutations of briefs.
#[derive(Default)]
pub struct BriefWrites;

#[object]
impl BriefWrites {
    /// Adds a brief.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn create_brief(
        &self,
        ask: &Ask,
        #[graphql(desc = "The new brief.")] input: CreateBriefInput,
    ) -> Result<BriefPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }

    /// Changes a brief.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn update_brief(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which brief, and what to change.")] input: UpdateBriefInput,
    ) -> Result<BriefPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }
}
