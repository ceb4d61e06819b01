//! Creating and updating actors.

use async_graphql::{InputObject, Result};
use foedera_macros::object;

use crate::graphql::actor::{Actor, MergeReport};
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::{PeriodInput, inputs, plain_list};
use crate::graphql::kit::payload::{carry_out, payload};
use crate::ledger::draft::{ActorDraft, AliasDraft};
use crate::model::{self, ActorKind};

inputs! {
    /// A new actor.
    create CreateActorInput;
    /// Changes to an actor: a field that is absent stays as it is, null empties it.
    update UpdateActorInput;
    Actor(ActorDraft);
    required {
        /// The name that people know it by, in English.
        name: String,
        /// What sort of actor it is.
        kind: ActorKind,
    }
    optional {
        /// Its unique name in addresses: lower-case letters, digits and hyphens. Made of the name if
        /// nothing is given. After a change the old one still leads to the actor.
        slug: String,
        /// Other names. An update replaces the whole list.
        aliases: Vec<AliasInput>,
        /// Who it is, in a few sentences.
        summary: String,
        /// Its country: ISO 3166-1 alpha-2.
        country: String,
        /// When it existed.
        active: PeriodInput,
        /// Its names in other schemes. An update replaces the whole list.
        identifiers: Vec<IdentifierInput>,
    }
}

/// Another name of an actor.
#[derive(Clone, Debug, InputObject)]
pub struct AliasInput {
    /// The name.
    pub text: String,
    /// Its language: a BCP 47 tag.
    pub language: Option<String>,
    /// When it was in use. A former name has an end.
    pub period: Option<PeriodInput>,
}

impl From<AliasInput> for AliasDraft {
    fn from(input: AliasInput) -> Self {
        Self {
            text: input.text,
            language: input.language,
            period: input.period.map(Into::into),
        }
    }
}

/// The name of an actor in another scheme.
#[derive(Clone, Debug, InputObject)]
pub struct IdentifierInput {
    /// The scheme, such as `wikidata`.
    pub scheme: String,
    /// The value within the scheme, such as `Q794`.
    pub value: String,
}

impl From<IdentifierInput> for model::Identifier {
    fn from(input: IdentifierInput) -> Self {
        Self {
            scheme: input.scheme,
            value: input.value,
        }
    }
}

plain_list! {
    AliasInput => AliasDraft,
    IdentifierInput => model::Identifier,
}

payload! {
    /// What became of a mutation of an actor.
    ActorPayload {
        /// The actor as it is now. Null where there are user errors.
        actor: Actor = Actor::subject,
        /// What a merge leaves for you to look at. Null for every other mutation.
        merge: MergeReport = MergeReport::of,
    }
}

/// The mutations of actors.
#[derive(Default)]
pub struct ActorWrites;

#[object]
impl ActorWrites {
    /// Adds an actor.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn create_actor(
        &self,
        ask: &Ask,
        #[graphql(desc = "The new actor.")] input: CreateActorInput,
    ) -> Result<ActorPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }

    /// Changes an actor.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn update_actor(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which actor, and what to change.")] input: UpdateActorInput,
    ) -> Result<ActorPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }
}
