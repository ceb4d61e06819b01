//! Context notes in the API.

mod filter;
mod object;
mod reads;
mod writes;

pub use filter::{NoteFilter, NoteOrder};
pub use object::ContextNote;
pub use reads::NoteReads;
pub use writes::{CreateNoteInput, NotePayload, NoteWrites, UpdateNoteInput};
