//! Creating, updating and ending relationships.

use async_graphql::{ID, InputObject, Result};
use foedera_macros::object;

use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::{CitationInput, PeriodInput, Wish, inputs, plain_list};
use crate::graphql::kit::payload::{carry_out, payload};
use crate::graphql::relationship::Relationship;
use crate::ledger::command::Edit;
use crate::ledger::draft::{AreaDraft, RelationshipDraft};
use crate::model::{
    self, Alignment, Assertion, Confidence, CooperationDomain, Formality, Obligation, PartialDate,
    RelationshipKind, Tier,
};

inputs! {
    /// A new relationship.
    create CreateRelationshipInput;
    /// Changes to a relationship: a field that is absent stays as it is, null empties it.
    update UpdateRelationshipInput;
    Relationship(RelationshipDraft);
    required {
        /// The actor that it runs from: its id or slug, or `"#name"` for one created earlier in the
        /// same update.
        from: ID,
        /// The actor that it runs to: its id or slug, or `"#name"`.
        to: ID,
        /// What it consists of.
        kind: RelationshipKind,
        /// Where the two stand towards each other.
        alignment: Alignment,
    }
    optional {
        /// In opposition to whom, where a source says so.
        against: Vec<ID>,
        /// Whether it runs both ways. If nothing is given, as is usual for the kind.
        symmetric: bool,
        /// How the sources put it. AFFIRMED if nothing is given.
        assertion: Assertion,
        /// The plain words for it.
        label: String,
        /// How much it weighs.
        tier: Tier,
        /// What it is founded on. UNKNOWN if nothing is given.
        formality: Formality,
        /// What the parties have promised each other.
        obligations: Vec<Obligation>,
        /// What it is, in a few sentences.
        summary: String,
        /// When it holds.
        period: PeriodInput,
        /// In which fields the two work together. An update replaces the whole list.
        areas: Vec<CooperationAreaInput>,
        /// How sure the editors are.
        confidence: Confidence,
        /// What supports the statement as a whole. An update replaces the whole list.
        citations: Vec<CitationInput>,
        /// The source's own codes for it. An update replaces the whole list.
        codings: Vec<CodingInput>,
    }
}

/// A field in which two actors work together.
#[derive(Clone, Debug, InputObject)]
pub struct CooperationAreaInput {
    /// The field.
    pub domain: CooperationDomain,
    /// What they do in it.
    pub description: String,
    /// When, where it differs from the relationship's period.
    pub period: Option<PeriodInput>,
    /// What supports it.
    pub citations: Option<Vec<CitationInput>>,
}

impl From<CooperationAreaInput> for AreaDraft {
    fn from(input: CooperationAreaInput) -> Self {
        let citations = input.citations.unwrap_or_default();
        Self {
            domain: input.domain,
            description: input.description,
            period: input.period.map(Into::into),
            citations: citations.into_iter().map(Into::into).collect(),
        }
    }
}

/// How a source itself codes the relationship.
#[derive(Clone, Debug, InputObject)]
pub struct CodingInput {
    /// The coding scheme.
    pub scheme: String,
    /// The code in it.
    pub code: String,
    /// What the scheme calls the code.
    pub label: Option<String>,
}

impl From<CodingInput> for model::Coding {
    fn from(input: CodingInput) -> Self {
        Self {
            scheme: input.scheme,
            code: input.code,
            label: input.label,
        }
    }
}

plain_list! {
    CooperationAreaInput => AreaDraft,
    CodingInput => model::Coding,
}

/// The end of a relationship.
#[derive(Clone, Debug, InputObject)]
pub struct EndRelationshipInput {
    /// The relationship.
    pub id: ID,
    /// The last day on which it held.
    pub end: PartialDate,
    /// The version that you saw. If the record has changed since, nothing is done, and a CONFLICT is
    /// told.
    pub expected_version: Option<u32>,
    /// What supports the end; added to the relationship's citations.
    pub citations: Option<Vec<CitationInput>>,
    /// Why: the message of the revision.
    pub message: Option<String>,
    /// A key of your own choice that makes a retry safe.
    pub idempotency_key: Option<String>,
    /// Only check, and tell in `changes` what would change.
    pub dry_run: Option<bool>,
}

impl EndRelationshipInput {
    /// What to do, and how.
    pub fn edit(self) -> (Edit, Wish) {
        let citations = self.citations.unwrap_or_default();
        let edit = Edit::End {
            id: self.id.0,
            expected: self.expected_version,
            end: self.end,
            citations: citations.into_iter().map(Into::into).collect(),
        };
        let wish = Wish {
            message: self.message,
            idempotency_key: self.idempotency_key,
            dry_run: self.dry_run.unwrap_or(false),
        };
        (edit, wish)
    }
}

payload! {
    /// What became of a mutation of a relationship.
    RelationshipPayload {
        /// The relationship as it is now. Null where there are user errors.
        relationship: Relationship = Relationship::subject,
    }
}

/// The mutations of relationships.
#[derive(Default)]
pub struct RelationshipWrites;

#[object]
impl RelationshipWrites {
    /// Adds a relationship.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn create_relationship(
        &self,
        ask: &Ask,
        #[graphql(desc = "The new relationship.")] input: CreateRelationshipInput,
    ) -> Result<RelationshipPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }

    /// Changes a relationship. To correct what the record says; when the world has changed, end the
    /// relationship and create another.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn update_relationship(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which relationship, and what to change.")] input: UpdateRelationshipInput,
    ) -> Result<RelationshipPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }

    /// Ends a relationship: it held until that day, and no longer.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn end_relationship(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which relationship, and when it ended.")] input: EndRelationshipInput,
    ) -> Result<RelationshipPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }
}
