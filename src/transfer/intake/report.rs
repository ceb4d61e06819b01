//! What an import did, and what it did not take and why.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::shorten;

/// The most entries of a list that are kept; all are counted.
const KEPT: usize = 10_000;

/// Where something stands in what is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub file: Arc<str>,
    /// The line on which it begins, from 1; none where the format has no lines that people count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What the file itself calls it: the id of an object, of a statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Box<str>>,
}

impl Place {
    /// A line of a file.
    pub fn line(file: &Arc<str>, line: u64) -> Self {
        Self {
            file: file.clone(),
            line: Some(line),
            item: None,
        }
    }

    /// Something in a file that has a name of its own.
    pub fn item(file: &Arc<str>, item: &str) -> Self {
        Self {
            file: file.clone(),
            line: None,
            item: Some(item.into()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(item) = &self.item {
            write!(f, ", {}", shorten(item))?;
        }
        Ok(())
    }
}

/// Something that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// In which column, or which field of the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Why it was not taken, and what to do.
    pub why: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.why)
    }
}

/// An actor that was found in the record, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// What the import calls it.
    pub name: String,
    /// The slug of the actor of the record.
    pub actor: String,
    /// By what it was found.
    pub by: String,
}

impl fmt::Display for Matched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, by {}", self.name, self.actor, self.by)
    }
}

/// A new actor that may be one of the record, for an editor to judge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// What the import calls it.
    pub name: String,
    /// The slug under which it is new in the record.
    pub slug: String,
    /// The slug of the actor that it may be.
    pub actor: String,
    /// How much alike they are, from 0 to 1.
    pub score: f64,
    /// What is alike.
    pub why: String,
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}) may be {}: {:.2}, {}",
            self.name, self.slug, self.actor, self.score, self.why
        )
    }
}

/// A record that the import would have changed, and somebody else has changed before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Its id.
    pub id: String,
    /// Its key or slug.
    pub key: String,
    /// Who changed it last.
    pub author: String,
    /// In which revision.
    pub revision: u32,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id,
            key,
            author,
            revision,
        } = self;
        write!(
            f,
            "{key} ({id}): changed by {author} in revision {revision}"
        )
    }
}

/// So many objects of a sort that have no place in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What they are.
    pub what: String,
    /// Why they have none.
    pub why: String,
    /// How many there are.
    pub count: u64,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.count, self.what, self.why)
    }
}

/// A list of which the first entries are kept and all are counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List<T> {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub first: Vec<T>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            count: 0,
            first: Vec::new(),
        }
    }
}

impl<T> List<T> {
    pub(crate) fn push(&mut self, entry: T) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(entry);
        }
    }
}

/// How many records of a kind an import says something of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are the kinds of records")]
pub struct Counts {
    pub sources: u64,
    pub actors: u64,
    pub relationships: u64,
    pub notes: u64,
    pub viewpoints: u64,
}

impl Counts {
    /// How many records of whatever kind.
    pub fn total(self) -> u64 {
        self.sources + self.actors + self.relationships + self.notes + self.viewpoints
    }

    /// Whether there are any.
    pub fn any(self) -> bool {
        self.total() > 0
    }
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Whether nothing was written, whatever the rest says.
    pub dry_run: bool,
    /// How many rows or objects were read.
    pub read: u64,
    /// What was read, counted by sorts that the format knows.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub tally: std::collections::BTreeMap<String, u64>,
    /// How many of them are not asked for.
    pub passed_over: u64,
    /// How many say what an earlier one has said.
    pub repeated: u64,
    /// What it says something of, kind by kind.
    pub records: Counts,
    /// How many records were made.
    pub created: u64,
    /// How many were changed.
    pub updated: u64,
    /// How many were taken out of the lists, or brought back.
    pub retired: u64,
    /// How many revisions that took.
    pub revisions: u32,
    /// Rows and objects that were not taken.
    pub not_taken: List<Fault>,
    /// What has no place in the record, sort by sort.
    pub account: Vec<Account>,
    /// Values that were left out of records that were taken.
    pub left_out: List<Fault>,
    /// Actors that were found in the record.
    pub matched: List<Matched>,
    /// New actors that may be some of the record.
    pub near: List<Near>,
    /// Records that others have changed, and that were left as they are.
    pub kept: List<Left>,
    /// Relationships of an earlier import that are no longer in the file.
    pub gone: List<String>,
    /// What there is to mend in what was imported.
    pub quality: Option<super::quality::Quality>,
}

impl Report {
    /// Whether it changed nothing, or would change nothing.
    pub fn unchanged(&self) -> bool {
        self.created + self.updated + self.retired == 0
    }
}
