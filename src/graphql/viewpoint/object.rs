//! The types `Viewpoint` and `Position`.

use async_graphql::{ID, Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::actor::Actor;
use crate::graphql::diff::{Difference, versions_between};
use crate::graphql::kit::connection::{Connection, Listed as _};
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::object::record_object;
use crate::graphql::moment::MomentInput;
use crate::graphql::record::history;
use crate::graphql::relationship::{Citation, Relationship, citations};
use crate::graphql::revision::Change;
use crate::model::{Alignment, PartialDate, RelationshipId, Stance, Tier, Timestamp, ViewpointId};
use crate::read::viewpoint;
use crate::snapshot::facts::{RelationshipFacts, ViewpointFacts};
use crate::snapshot::{Lens, Snapshot};

record_object! {
    /// A viewpoint of an answer.
    Viewpoint, ViewpointFacts, ViewpointId
}

/// A reading of the facts that somebody holds.
#[object]
impl Viewpoint {
    /// Its id: opaque, and the same for ever.
    pub fn id(&self) -> ID {
        self.0.global_id()
    }

    /// The revision that last changed it. Give it as `expectedVersion` when you change it.
    pub fn version(&self) -> Result<u32> {
        self.0.version()
    }

    /// When it first entered the record.
    pub fn recorded_at(&self) -> Result<Timestamp> {
        self.0.recorded_at()
    }

    /// When it last changed in the record.
    pub fn updated_at(&self) -> Result<Timestamp> {
        self.0.updated_at()
    }

    /// What each revision did to it, newest first.
    pub fn history(
        &self,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Change>> {
        history(&self.0.at, self.0.id.into(), first, after)
    }

    /// How each revision between two moments changed it, in order.
    fn versions_between(
        &self,
        ask: &Ask,
        #[graphql(desc = "The earlier moment.")] from: MomentInput,
        #[graphql(desc = "The later moment.")] to: MomentInput,
        #[graphql(desc = "So many from the front; at most 100, usually 20.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<Connection<Difference>> {
        let (at, id) = (&self.0.at, self.0.id.into());
        versions_between(at, ask.now(), id, (from, to), (first, after))
    }

    /// What to call it.
    fn title(&self) -> Result<&str> {
        Ok(&self.0.text()?.title)
    }

    /// What it holds, in a few sentences.
    fn thesis(&self) -> Result<&str> {
        Ok(&self.0.text()?.thesis)
    }

    /// Who holds it, in words.
    fn holder(&self) -> Result<Option<&str>> {
        Ok(self.0.text()?.holder.as_deref())
    }

    /// Who holds it, where that is an actor of the record.
    fn holder_actor(&self) -> Result<Option<Actor>> {
        Ok(self.0.facts()?.holder.map(|id| Actor::at(&self.0.at, id)))
    }

    /// What it says of single relationships.
    fn positions(&self) -> Result<Vec<Position>> {
        Position::of(&self.0.at, self.0.id, None)
    }

    /// When it was held.
    fn as_of(&self) -> Result<Option<PartialDate>> {
        Ok(self.0.facts()?.as_of)
    }

    /// Where it is set out.
    fn citations(&self) -> Result<Vec<Citation<'_>>> {
        Ok(citations(&self.0.at, &self.0.text()?.citations))
    }
}

/// What a reader sees of a relationship: its alignment, tier and label.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject, Fields)]
pub struct Reading {
    /// Where the two stand towards each other.
    pub alignment: Alignment,
    /// How much it weighs.
    pub tier: Option<Tier>,
    /// The plain words for it.
    pub label: Option<String>,
}

impl Reading {
    /// What the record itself says.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn recorded(at: &Snapshot, id: RelationshipId) -> Result<Self> {
        Self::shown(&at.through(None), id)
    }

    /// What is shown at a moment, through its lens if it has one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn shown(at: &Snapshot, id: RelationshipId) -> Result<Self> {
        let tie = Relationship::at(at, id);
        Ok(Self {
            alignment: tie.0.facts()?.alignment(),
            tier: tie.0.facts()?.tier(),
            label: viewpoint::label(at, id)?,
        })
    }
}

/// What two viewpoints read differently.
#[derive(SimpleObject, Fields)]
pub struct ViewpointDifference {
    /// The relationship.
    relationship: Relationship,
    /// What the record itself says.
    recorded: Reading,
    /// What the first viewpoint reads.
    a: Reading,
    /// What the second viewpoint reads.
    b: Reading,
    /// What the first viewpoint says of it; null where it says nothing.
    position_a: Option<Position>,
    /// What the second viewpoint says of it; null where it says nothing.
    position_b: Option<Position>,
}

impl ViewpointDifference {
    /// The difference on one relationship, where each lens is a moment through a viewpoint.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn on(a: &Snapshot, b: &Snapshot, id: RelationshipId) -> Result<Self> {
        let plain = a.through(None);
        let position = |at: &Snapshot| {
            let viewpoint = at.lens().map(Lens::viewpoint);
            let positions = viewpoint.map(|holder| Position::of(&plain, holder, Some(id)));
            Ok::<_, async_graphql::Error>(positions.transpose()?.and_then(|mut all| all.pop()))
        };
        Ok(Self {
            relationship: Relationship::at(&plain, id),
            recorded: Reading::shown(&plain, id)?,
            a: Reading::shown(a, id)?,
            b: Reading::shown(b, id)?,
            position_a: position(a)?,
            position_b: position(b)?,
        })
    }
}

/// What a viewpoint says of one relationship.
#[derive(SimpleObject, Fields)]
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
    /// Whether it disputes a relationship, or reads it otherwise than it is shown.
    pub fn dissents_from(&self, shown: &Reading) -> bool {
        let differs = |own: bool, given: bool| given && !own;
        self.viewpoint.0.at.lens().map(Lens::viewpoint) != Some(self.viewpoint.0.id)
            && (self.stance == Stance::Disputes
                || differs(
                    self.alignment == Some(shown.alignment),
                    self.alignment.is_some(),
                )
                || differs(self.tier == shown.tier, self.tier.is_some())
                || differs(self.label == shown.label, self.label.is_some()))
    }

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
