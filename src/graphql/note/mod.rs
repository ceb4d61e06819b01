//! Context notes in the API.

mod filter;
mod list;
mod object;
mod reads;
mod writes;

pub use filter::{NoteFilter, NoteOrder};
pub use list::newest_first;
pub use object::ContextNote;
pub use reads::NoteReads;
pub use writes::{CreateNoteInput, NotePayload, NoteWrites, UpdateNoteInput};
