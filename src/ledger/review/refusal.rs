//! What can be wrong with what is said of a proposal.

use crate::ledger::{Problem, ProblemCode, Refusal};

/// The longest comment or reason, in characters.
const LONGEST: usize = 5_000;

/// A text that somebody says, if it says something.
pub(super) fn said(field: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(problem(ProblemCode::Required, &[field], "it is empty"));
    }
    if text.chars().count() > LONGEST {
        let message = format!("it has more than {LONGEST} characters");
        return Err(problem(ProblemCode::TooLong, &[field], message));
    }
    Ok(text.to_owned())
}

pub(super) fn one_problem(
    code: ProblemCode,
    field: &[&str],
    message: impl Into<String>,
) -> Problem {
    let path = ["input"].iter().chain(field);
    Problem {
        code,
        path: path.map(|&segment| segment.to_owned()).collect(),
        message: message.into(),
    }
}

pub(super) fn problem(code: ProblemCode, field: &[&str], message: impl Into<String>) -> Refusal {
    Refusal::Problems(vec![one_problem(code, field, message)])
}
