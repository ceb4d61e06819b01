//! What the texts of a command refer to: ids, slugs, keys, and the names that it gives itself.

use crate::ledger::problem::ProblemCode;
use crate::model::id::IdError;
use crate::model::{ActorId, Kind, RecordId, TypedId, shorten};
use crate::snapshot::Facts as _;
use crate::snapshot::facts::ActorFacts;

use super::Plan;

impl Plan {
    /// Remembers what `#name` stands for.
    pub(super) fn name(&mut self, name: &str, id: Option<RecordId>) {
        if name.is_empty() || name.starts_with('#') {
            let message = "write ref without #, such as \"hormuz\"; refer to it as \"#hormuz\"";
            self.problem("ref", ProblemCode::Invalid, message);
        } else if self.names.insert(name.to_owned(), id).is_some() {
            let message = format!("ref {:?} is given twice", shorten(name));
            self.problem("ref", ProblemCode::Duplicate, message);
        }
    }

    pub(super) fn check_version(
        &mut self,
        id: RecordId,
        expected: Option<u32>,
        found: Option<u32>,
    ) {
        if let (Some(expected), Some(found)) = (expected, found)
            && expected != found
        {
            let message = format!(
                "{id} is at version {found}, and {expected} was expected; read it again and decide anew"
            );
            self.problem("expectedVersion", ProblemCode::Conflict, message);
        }
    }

    /// Reads a reference to a record that is in the lists.
    pub(super) fn resolve<I: TypedId>(&mut self, field: &'static str, text: &str) -> Option<I> {
        self.within(field, |plan| plan.resolve_here(text))
    }

    /// The same, with the problems reported at the present path.
    pub(super) fn resolve_here<I: TypedId>(&mut self, text: &str) -> Option<I> {
        if let Some(id) = self.met.get(text).filter(|id| id.kind == I::KIND) {
            return I::narrow(*id).ok();
        }
        let id = match self.look_up(text, I::KIND) {
            Ok(id) => self.survivor(id?),
            Err((code, message)) => {
                self.problem_here(code, message);
                return None;
            }
        };
        match I::narrow(id) {
            Ok(typed) if self.is_retired(id) == Some(false) => {
                self.met.insert(text.to_owned(), id);
                Some(typed)
            }
            Ok(typed) if self.bringing_back && self.is_retired(id).is_some() => Some(typed),
            Ok(_) => {
                let (code, message) = if self.is_retired(id).is_some() {
                    (
                        ProblemCode::Retired,
                        format!("{id} is retired; restore it first"),
                    )
                } else {
                    (ProblemCode::NotFound, format!("there is no {id}"))
                };
                self.problem_here(code, message);
                None
            }
            Err(error) => {
                self.problem_here(ProblemCode::WrongKind, error.to_string());
                None
            }
        }
    }

    /// The id that a text stands for. `Ok(None)` where the problem has been reported elsewhere.
    pub(super) fn look_up(
        &self,
        text: &str,
        kind: Kind,
    ) -> Result<Option<RecordId>, (ProblemCode, String)> {
        if let Some(name) = text.strip_prefix('#') {
            return self.names.get(name).copied().ok_or_else(|| {
                let message = format!(
                    "nothing that was created before in this update has the ref {:?}",
                    shorten(name)
                );
                (ProblemCode::NotFound, message)
            });
        }
        if text.contains('_') {
            return text
                .parse()
                .map(Some)
                .map_err(|error: IdError| (ProblemCode::Invalid, error.to_string()));
        }
        let number = self.state.find(kind, text);
        number
            .map(|number| Some(RecordId { kind, number }))
            .ok_or_else(|| {
                let what = kind.prefix();
                (
                    ProblemCode::NotFound,
                    format!("there is no {what} {:?}", shorten(text)),
                )
            })
    }

    /// The record that an id leads to: for an actor that became part of another one, that other.
    pub(super) fn survivor(&self, mut id: RecordId) -> RecordId {
        while let Some(into) = self.merged_into(id) {
            id = into.into();
        }
        id
    }

    pub(super) fn merged_into(&self, id: RecordId) -> Option<ActorId> {
        let id = ActorId::narrow(id).ok().filter(|_| id.number > 0)?;
        ActorFacts::table(&self.state).newest(id)?.facts.merged_into
    }

    /// Whether a record is out of the lists; none where there is no such record.
    pub(super) fn is_retired(&self, id: RecordId) -> Option<bool> {
        Some(self.state.version(id, u32::MAX)?.retired)
    }

    /// The revision that last changed a record.
    pub(super) fn version(&self, id: RecordId) -> Option<u32> {
        Some(self.state.version(id, u32::MAX)?.number)
    }
}
