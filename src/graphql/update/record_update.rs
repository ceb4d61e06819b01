//! A news update: a note and everything that the news changes, in one revision.

use async_graphql::{InputObject, OneofObject, Result};
use foedera_macros::object;

use crate::graphql::actor::{CreateActorInput, UpdateActorInput};
use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::Wish;
use crate::graphql::kit::payload::{Outcome, UserError, act, payload};
use crate::graphql::note::{ContextNote, CreateNoteInput};
use crate::graphql::relationship::{
    CreateRelationshipInput, EndRelationshipInput, UpdateRelationshipInput,
};
use crate::graphql::source::CreateSourceInput;
use crate::graphql::update::RetireInput;
use crate::graphql::viewpoint::{CreateViewpointInput, UpdateViewpointInput};
use crate::ledger::ProblemCode;
use crate::ledger::command::{Action, Edit};

/// A news update.
#[derive(Clone, Debug, InputObject)]
pub struct RecordUpdateInput {
    /// The note that tells the news. It can be about what the changes create.
    pub note: CreateNoteInput,
    /// What the news changes, in order. A create may carry `ref: "name"`, and whatever comes after it
    /// can refer to the new record as `"#name"`.
    pub changes: Option<Vec<ChangeInput>>,
    /// Why: the message of the revision.
    pub message: Option<String>,
    /// A key of your own choice that makes a retry safe: the same key with the same input is carried
    /// out once, and answered with what it did then.
    pub idempotency_key: Option<String>,
    /// Only check, and tell in `changes` what would change.
    pub dry_run: Option<bool>,
}

/// One change that the news brings about: exactly one of these.
#[derive(Clone, Debug, OneofObject)]
pub enum ChangeInput {
    /// Adds an actor.
    CreateActor(CreateActorInput),
    /// Changes an actor.
    UpdateActor(UpdateActorInput),
    /// Adds a relationship.
    CreateRelationship(CreateRelationshipInput),
    /// Changes a relationship.
    UpdateRelationship(UpdateRelationshipInput),
    /// Ends a relationship.
    EndRelationship(EndRelationshipInput),
    /// Adds a source.
    CreateSource(CreateSourceInput),
    /// Adds a viewpoint.
    CreateViewpoint(CreateViewpointInput),
    /// Changes a viewpoint.
    UpdateViewpoint(UpdateViewpointInput),
    /// Takes a record out of the lists.
    Retire(RetireInput),
}

impl ChangeInput {
    fn edit(self) -> (Edit, Wish) {
        match self {
            Self::CreateActor(input) => input.edit(),
            Self::UpdateActor(input) => input.edit(),
            Self::CreateRelationship(input) => input.edit(),
            Self::UpdateRelationship(input) => input.edit(),
            Self::EndRelationship(input) => input.edit(),
            Self::CreateSource(input) => input.edit(),
            Self::CreateViewpoint(input) => input.edit(),
            Self::UpdateViewpoint(input) => input.edit(),
            Self::Retire(input) => input.edit(),
        }
    }
}

impl RecordUpdateInput {
    /// The action, or what is wrong with the input: the parts of an update have no message, key or
    /// dry run of their own, and to ignore them would be to promise what is not done.
    fn read(self) -> Result<(Action, Wish), Vec<UserError>> {
        let wish = Wish {
            message: self.message,
            idempotency_key: self.idempotency_key,
            dry_run: self.dry_run.unwrap_or(false),
        };
        let mut errors = Vec::new();
        let mut own = |path: Vec<String>, part: &Wish| {
            if !part.is_empty() {
                errors.push(UserError {
                    code: ProblemCode::Invalid,
                    message:
                        "give message, idempotencyKey and dryRun on the update, not on its parts"
                            .to_owned(),
                    path,
                });
            }
        };
        let (note, note_wish) = self.note.edit();
        own(["input", "note"].map(str::to_owned).into(), &note_wish);
        let mut changes = Vec::new();
        for (index, change) in self.changes.unwrap_or_default().into_iter().enumerate() {
            let retires = matches!(change, ChangeInput::Retire(_));
            let (edit, mut part) = change.edit();
            if retires {
                // The reason of a retirement doubles as a message where it stands alone.
                part.message = None;
            }
            let path = ["input", "changes", &index.to_string(), edit.name()];
            own(path.map(str::to_owned).into(), &part);
            changes.push(edit);
        }
        match note {
            Edit::Note(_, note) if errors.is_empty() => {
                Ok((Action::Update { note, changes }, wish))
            }
            _ => Err(errors),
        }
    }
}

payload! {
    /// What became of a news update.
    RecordUpdatePayload {
        /// The note. Null where there are user errors.
        note: ContextNote = ContextNote::subject,
    }
}

/// The mutation that records news.
#[derive(Default)]
pub struct UpdateWrites;

#[object]
impl UpdateWrites {
    /// Records a news update: a note and any number of changes, all of it in one revision or nothing.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn record_update(
        &self,
        ask: &Ask,
        #[graphql(desc = "The note and the changes.")] input: RecordUpdateInput,
    ) -> Result<RecordUpdatePayload> {
        ask.contributor()?;
        match input.read() {
            Ok((action, wish)) => Ok(act(ask, action, wish).await?.into()),
            Err(errors) => Ok(Outcome::Problems(errors).into()),
        }
    }
}
