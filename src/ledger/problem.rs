//! What a user can mend.

use crate::model::Vocabulary;

crate::model::vocabulary::vocabulary! {
    /// What is wrong with an input.
    ProblemCode {
        /// A value that must be given is missing or empty.
        Required = "REQUIRED",
        /// A value is not of the form that is wanted.
        Invalid = "INVALID",
        /// A text or a list is too long.
        TooLong = "TOO_LONG",
        /// There is no such record.
        NotFound = "NOT_FOUND",
        /// It is the id of another kind of record.
        WrongKind = "WRONG_KIND",
        /// The record is retired. Restore it first.
        Retired = "RETIRED",
        /// Another record has this slug or key.
        Taken = "TAKEN",
        /// The same thing is given twice.
        Duplicate = "DUPLICATE",
        /// The dates contradict each other or the status.
        InvalidPeriod = "INVALID_PERIOD",
        /// The record is not at the version that was expected. Read it again and decide anew.
        Conflict = "CONFLICT",
        /// Other records need this one.
        InUse = "IN_USE",
        /// The record is already in the state that was asked for.
        NoChange = "NO_CHANGE",
        /// The idempotency key was used for another command.
        KeyReused = "IDEMPOTENCY_KEY_REUSED",
        /// It is for somebody else to do.
        NotYours = "NOT_YOURS",
        /// There are too many of them already.
        TooMany = "TOO_MANY",
    }
}

/// One thing that is wrong with a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What sort of problem it is.
    pub code: ProblemCode,
    /// The way to the offending field.
    pub path: Vec<String>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// All problems as one text, a line each.
pub(super) fn sentence(problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        format!(
            "{}: {} ({})",
            problem.path.join("."),
            problem.message,
            problem.code.code()
        )
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}
