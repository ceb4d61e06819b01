//! Making two actors one.

use async_graphql::{ID, InputObject, Result, SimpleObject};
use foedera_macros::{Fields, object};

use crate::graphql::actor::ActorPayload;
use crate::graphql::kit::connection::Listed as _;
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::Wish;
use crate::graphql::kit::payload::carry_out;
use crate::graphql::quality::RelationshipPair;
use crate::graphql::relationship::Relationship;
use crate::ledger::Committed;
use crate::ledger::command::Edit;
use crate::model::{Change, RelationshipId, TypedId as _};
use crate::read::duplicate;

/// Two actors that are one.
#[derive(Clone, Debug, InputObject)]
pub struct MergeActorsInput {
    /// The actor that is to become part of the other: its id or slug.
    pub duplicate: ID,
    /// The actor that stays: its id or slug.
    pub survivor: ID,
    /// Why.
    pub reason: Option<String>,
    /// The version of the duplicate that you saw. If the record has changed since, nothing is done,
    /// and a CONFLICT is told.
    pub expected_version: Option<u32>,
    /// The message of the revision; the reason if nothing is given.
    pub message: Option<String>,
    /// A key of your own choice that makes a retry safe.
    pub idempotency_key: Option<String>,
    /// Only check, and tell in `changes` what would change.
    pub dry_run: Option<bool>,
}

impl MergeActorsInput {
    fn edit(self) -> (Edit, Wish) {
        let wish = Wish {
            message: self.message.or_else(|| self.reason.clone()),
            idempotency_key: self.idempotency_key,
            dry_run: self.dry_run.unwrap_or(false),
        };
        let edit = Edit::Merge {
            duplicate: self.duplicate.0,
            survivor: self.survivor.0,
            expected: self.expected_version,
            reason: self.reason,
        };
        (edit, wish)
    }
}

/// What a merge leaves for you to look at.
#[derive(SimpleObject, Fields)]
pub struct MergeReport {
    /// Relationships between the two, which were retired: nobody has one with itself.
    self_relations: Vec<Relationship>,
    /// Relationships of the survivor that look like an older one now: the same ends and kind, in
    /// opposition to the same actors, and periods that can overlap. Nothing was done about them.
    duplicates: Vec<RelationshipPair>,
}

impl MergeReport {
    /// What the merge that was committed leaves; none if it was no merge.
    pub fn of(committed: &Committed) -> Option<Self> {
        let mut changes = committed.changes.iter();
        let into = changes.find_map(|change| match change {
            Change::Merged { into, .. } => Some(*into),
            _ => None,
        })?;
        let at = &committed.snapshot;
        let retired = committed.changes.iter().filter_map(|change| match change {
            Change::Retired { id, .. } => RelationshipId::narrow(*id).ok(),
            _ => None,
        });
        Some(Self {
            self_relations: retired.map(|id| Relationship::at(at, id)).collect(),
            duplicates: duplicate::relationships(at, Some(into))
                .into_iter()
                .map(|pair| RelationshipPair::at(at, pair))
                .collect(),
        })
    }
}

/// The mutation that makes two actors one.
#[derive(Default)]
pub struct MergeWrites;

#[object]
impl MergeWrites {
    /// Makes an actor part of another: they are one. Its relationships, notes, viewpoints and briefs,
    /// its names, identifiers and slugs go to the survivor, and its id and slug lead there from now
    /// on. What was said of it before can still be read under its id at an earlier moment.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn merge_actors(
        &self,
        ask: &Ask,
        #[graphql(desc = "The two, and why.")] input: MergeActorsInput,
    ) -> Result<ActorPayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }
}
