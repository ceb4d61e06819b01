//! The types `Viewpoint` and `Position`.

use async_graphql::{ID, Object, Result, SimpleObject};

use crate::graphql::actor::Actor;
use crate::graphql::kit::connection::Listed as _;
use crate::graphql::kit::object::record_object;
use crate::graphql::relationship::{Citation, Relationship, citations};
use crate::model::{Alignment, PartialDate, RelationshipId, Stance, Tier, Timestamp, ViewpointId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{RelationshipFacts, ViewpointFacts};

record_object! {
    /// A viewpoint of an answer.
    Viewpoint, ViewpointFacts, ViewpointId
}

/// A reading of the facts that somebody holds.
#[Object]
impl Viewpoint {
    /// Its id: opaque, and the same for ever.
    pub async fn id(&self) -> ID {
        self.0.global_id()
    }

    /// The revision that last changed it. Give it as `expectedVersion` when you change it.
    pub async fn version(&self) -> Result<u32> {
        self.0.version()
    }

    /// When it first entered the record.
    pub async fn recorded_at(&self) -> Result<Timestamp> {
        self.0.recorded_at()
    }

    /// When it last changed in the record.
    pub async fn updated_at(&self) -> Result<Timestamp> {
        self.0.updated_at()
    }

    /// What to call it.
    async fn title(&self) -> Result<&str> {
        Ok(&self.0.text()?.title)
    }

    /// What it holds, in a few sentences.
    async fn thesis(&self) -> Result<&str> {
        Ok(&self.0.text()?.thesis)
    }

    /// Who holds it, in words.
    async fn holder(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.holder.as_deref())
    }

    /// Who holds it, where that is an actor of the record.
    async fn holder_actor(&self) -> Result<Option<Actor>> {
        Ok(self.0.facts()?.holder.map(|id| Actor::at(&self.0.at, id)))
    }

    /// What it says of single relationships.
    async fn positions(&self) -> Result<Vec<Position>> {
        Position::of(&self.0.at, self.0.id, None)
    }

    /// When it was held.
    async fn as_of(&self) -> Result<Option<PartialDate>> {
        Ok(self.0.facts()?.as_of)
    }

    /// Where it is set out.
    async fn citations(&self) -> Result<Vec<Citation>> {
        Ok(citations(&self.0.at, &self.0.text()?.citations))
    }
}

/// What a viewpoint says of one relationship.
#[derive(SimpleObject)]
pub struct Position {
    /// The viewpoint.
    viewpoint: Viewpoint,
    /// The relationship.
    relationship: Relationship,
    /// Whether it agrees.
    stance: Stance,
    /// Why.
    argument: Option<String>,
    /// The alignment that it sees instead.
    alignment: Option<Alignment>,
    /// The tier that it sees instead.
    tier: Option<Tier>,
    /// The words that it uses instead.
    label: Option<String>,
}

impl Position {
    /// The positions of a viewpoint, or the one on a relationship, as far as the relationships are in
    /// the lists.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(
        at: &Snapshot,
        viewpoint: ViewpointId,
        on: Option<RelationshipId>,
    ) -> Result<Vec<Self>> {
        let holder = Viewpoint::at(at, viewpoint);
        let positions = holder.0.text()?.positions.iter();
        let shown = positions.filter(|position| {
            on.is_none_or(|on| position.relationship == on)
                && at.row::<RelationshipFacts>(position.relationship).is_some()
        });
        let position = |position: &crate::model::Position| Self {
            viewpoint: Viewpoint::at(at, viewpoint),
            relationship: Relationship::at(at, position.relationship),
            stance: position.stance,
            argument: position.argument.clone(),
            alignment: position.alignment,
            tier: position.tier,
            label: position.label.clone(),
        };
        Ok(shown.map(position).collect())
    }
}
