//! What can be found by words: names, aliases, summaries, notes, sources and briefs.
//!
//! The index is kept beside the record and is never the truth: it says where to look, and what is found
//! is what the record says at the moment asked about. See `docs/decisions/0032-search.md`.

mod find;
mod follow;
mod highlight;
mod index;
mod question;
mod texts;
mod words;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::{Kind, RecordId, shorten};
use crate::snapshot::Snapshot;

use super::ReadError;
use super::page::{Asked, LARGEST, USUAL};

pub use follow::Search;
pub use highlight::{Highlight, Piece};
pub use index::IndexError;

use find::Believer;
use index::{Index, discard};

/// The longest question, in bytes.
const LONGEST: usize = 500;
/// How deep one can page into what is found.
const DEEPEST: usize = 1_000;

/// A page of what was found.
#[derive(Debug)]
pub struct Found {
    /// The best first.
    pub hits: Vec<Hit>,
    /// Whether there is more.
    pub has_next: bool,
    /// Whether there is something before this page.
    pub has_previous: bool,
    /// The newest revision that was searched.
    pub indexed: u32,
}

/// A record that was found.
#[derive(Debug)]
pub struct Hit {
    /// The record.
    pub record: RecordId,
    /// How well it fits, to be compared within one answer.
    pub score: f32,
    /// Why it was found.
    pub highlights: Vec<Highlight>,
    /// Where it stands.
    pub cursor: String,
}

/// Finds the records that fit some words at a moment, the best first.
///
/// # Errors
/// When the question or the page cannot be, or there is no index to ask.
pub fn search(
    search: &Search,
    at: &Snapshot,
    text: &str,
    kinds: &[Kind],
    asked: &Asked,
) -> Result<Found, ReadError> {
    if text.len() > LONGEST {
        return Err(ReadError::BadArgument(format!(
            "a query has at most {LONGEST} bytes; this one has {}",
            text.len()
        )));
    }
    let (from, to) = window(asked)?;
    let kept = search.kept();
    // Whoever keeps the index may have had no time yet to throw it away.
    let Some(ready) = kept.ready.filter(|ready| !ready.is_redacted(at)) else {
        return match kept.failure {
            Some(failure) => Err(ReadError::NoIndex(failure)),
            None => Ok(Found {
                hits: Vec::new(),
                has_next: false,
                has_previous: from > 0,
                indexed: 0,
            }),
        };
    };
    let believer = Believer::new(at, kinds);
    let everything = Believer::new(at, &[]);
    let question = question::read(&ready, text, kinds, &everything)?;
    let (best, marks) = match question {
        Some(question) => {
            let best = find::best(&ready, &*question.query, &believer, to + 1)?;
            (best, question.marks)
        }
        None => (Vec::new(), question::Marks::default()),
    };
    let shown = best.iter().enumerate().take(to).skip(from);
    let hits = shown.map(|(place, one)| {
        let record = at.record_at(one.record, at.revision())?;
        Ok(Hit {
            record: one.record,
            score: one.score,
            highlights: record
                .map_or_else(Vec::new, |record| highlight::highlights(&record, &marks)),
            cursor: cursor(place),
        })
    });
    Ok(Found {
        hits: hits.collect::<Result<_, ReadError>>()?,
        has_next: best.len() > to,
        has_previous: from > 0,
        indexed: ready.revision,
    })
}

/// Makes the index in a folder anew, up to a moment. `told` hears of revisions that are in it. Gives the
/// newest of them.
///
/// # Errors
/// When the folder cannot be used or the log cannot be read.
pub fn rebuild(folder: &Path, at: &Snapshot, mut told: impl FnMut(u32)) -> Result<u32, IndexError> {
    discard(folder)?;
    let mut index = Index::open(folder, at)?;
    index.follow(at, |ready| {
        told(ready.revision);
        true
    })?;
    Ok(index.revision())
}

/// From which place on, and up to which.
fn window(asked: &Asked) -> Result<(usize, usize), ReadError> {
    let first = match asked.first {
        None => USUAL,
        Some(first) => usize::try_from(first)
            .ok()
            .filter(|first| *first <= LARGEST)
            .ok_or_else(|| {
                ReadError::BadPage(format!("first must be from 0 to {LARGEST}; it is {first}"))
            })?,
    };
    let from = match asked.after.as_deref() {
        None => 0,
        Some(text) => place(text).ok_or_else(|| ReadError::BadCursor(shorten(text)))? + 1,
    };
    if from + first > DEEPEST {
        return Err(ReadError::BadPage(format!(
            "only the best {DEEPEST} can be paged through; say more of what you look for"
        )));
    }
    Ok((from, from + first))
}

fn cursor(place: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("hit {place}"))
}

fn place(cursor: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let place = text.strip_prefix("hit ")?.parse().ok()?;
    (place < DEEPEST).then_some(place)
}
