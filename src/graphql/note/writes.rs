//! Creating and updating context notes.

use async_graphql::{ID, Result};
use foedera_macros::object;

use crate::graphql::kit::context::Ask;
use crate::graphql::kit::input::{CitationInput, inputs};
use crate::graphql::kit::payload::{carry_out, payload};
use crate::graphql::note::ContextNote;
use crate::ledger::draft::NoteDraft;
use crate::model::PartialDate;

inputs! {
    /// A new context note.
    create CreateNoteInput;
    /// Changes to a context note: a field that is absent stays as it is, null empties it.
    update UpdateNoteInput;
    Note(NoteDraft);
    required {
        /// The news in one line.
        headline: String,
        /// The text.
        body: String,
        /// The day, month or year that it speaks of.
        as_of: PartialDate,
    }
    optional {
        /// The actors that it is about: ids or slugs, or `"#name"` for those created in the same
        /// update.
        actors: Vec<ID>,
        /// The relationships that it is about: ids, or `"#name"`.
        relationships: Vec<ID>,
        /// Free labels.
        tags: Vec<String>,
        /// What supports it. An update replaces the whole list.
        citations: Vec<CitationInput>,
        /// The note that this one replaces.
        supersedes: ID,
    }
}

payload! {
    /// What became of a mutation of a context note.
    NotePayload {
        /// The note as it is now. Null where there are user errors.
        note: ContextNote = ContextNote::subject,
    }
}

/// The mutations of context notes.
#[derive(Default)]
pub struct NoteWrites;

#[object]
impl NoteWrites {
    /// Adds a context note. For news that changes something else too, use `recordUpdate`.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn create_note(
        &self,
        ask: &Ask,
        #[graphql(desc = "The new note.")] input: CreateNoteInput,
    ) -> Result<NotePayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }

    /// Changes a context note.
    ///
    /// Needs the role EDITOR; by a CONTRIBUTOR it is proposed.
    async fn update_note(
        &self,
        ask: &Ask,
        #[graphql(desc = "Which note, and what to change.")] input: UpdateNoteInput,
    ) -> Result<NotePayload> {
        ask.contributor()?;
        Ok(carry_out(ask, input.edit()).await?.into())
    }
}
