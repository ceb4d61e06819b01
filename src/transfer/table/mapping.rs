//! The mapping language: how the rows of a table become sources, actors, relationships and notes.
//!
//! A mapping is a TOML file. Fields of records are named as in a fixture. `docs/mappings.md` is the manual.

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use serde::Deserialize;

use crate::model::shorten;
use crate::transfer::intake::Match;

use super::template::Template;

/// The name of the format.
pub const FORMAT: &str = "foedera-mapping/1";

/// A mapping, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Mapping {
    /// The format: foedera-mapping/1.
    pub format: String,
    /// What the import is called. The author of its revisions is `import NAME`.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub about: Option<String>,
    /// How the table is written.
    #[serde(default)]
    pub table: Table,
    /// Codes and what they mean, by the name of the list.
    #[serde(default)]
    pub lookup: BTreeMap<String, BTreeMap<String, String>>,
    /// Which rows are taken.
    #[serde(default, rename = "where")]
    pub only: Conditions,
    /// Where the claims come from.
    #[serde(default)]
    pub source: BTreeMap<String, SourceRule>,
    /// Who stands in a row.
    #[serde(default)]
    pub actor: BTreeMap<String, ActorRule>,
    /// What a row says of two of them.
    #[serde(default)]
    pub relationship: BTreeMap<String, RelationshipRule>,
    /// What a row tells besides.
    #[serde(default)]
    pub note: BTreeMap<String, NoteRule>,
}

/// How a table is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Table {
    separator: Option<String>,
    quote: Option<String>,
    encoding: Option<String>,
    /// Whether the first row names the columns.
    pub header: bool,
    /// The names of the columns of a table without a header.
    pub columns: Vec<String>,
    /// How many lines stand before the table.
    pub skip: u32,
    /// What a cell holds that says nothing. An empty one says nothing in any case.
    pub missing: Vec<String>,
    /// What a date is that means "still so".
    pub open: Vec<String>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            separator: None,
            quote: None,
            encoding: None,
            header: true,
            columns: Vec::new(),
            skip: 0,
            missing: Vec::new(),
            open: Vec::new(),
        }
    }
}

impl Table {
    /// What stands between two cells.
    pub(super) fn separator(&self, file: &str) -> Result<u8, String> {
        match self.separator.as_deref() {
            Some("tab" | "\t") => Ok(b'\t'),
            Some(text) => one_byte("separator", text),
            None => {
                let mut parts = file.split('.').skip(1);
                let tabs = parts.any(|part| {
                    part.eq_ignore_ascii_case("tsv") || part.eq_ignore_ascii_case("tab")
                });
                Ok(if tabs { b'\t' } else { b',' })
            }
        }
    }

    /// What stands around a cell that holds a separator; none where nothing does.
    pub(super) fn quote(&self) -> Result<Option<u8>, String> {
        match self.quote.as_deref() {
            None => Ok(Some(b'"')),
            Some("") => Ok(None),
            Some(text) => one_byte("quote", text).map(Some),
        }
    }

    pub(super) fn encoding(&self) -> Result<&'static Encoding, String> {
        let label = self.encoding.as_deref().unwrap_or("utf-8");
        Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            format!(
                "[table] encoding: there is no {:?}; utf-8, utf-16le, latin1 and windows-1252 are some that there are",
                shorten(label)
            )
        })
    }
}

fn one_byte(what: &str, text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err(format!(
            "[table] {what} is {:?}; it must be one character of ASCII",
            shorten(text)
        )),
    }
}

/// A value, or several of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a text or a list of texts")]
pub enum Some1<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T> Some1<T> {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
        .iter()
    }
}

/// What must stand in columns: all of it. `*` is anything, an empty text nothing, `!x` anything but x.
pub type Conditions = BTreeMap<String, Some1<String>>;

/// How a source is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SourceRule {
    pub key: Template,
    pub title: Template,
    pub url: Option<Template>,
    pub publisher: Option<Template>,
    pub kind: Option<Template>,
    pub published_on: Option<DateRule>,
    pub reliability: Option<Template>,
    #[serde(default)]
    pub when: Conditions,
}

/// How an actor is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ActorRule {
    pub name: Template,
    pub slug: Option<Template>,
    pub kind: Template,
    #[serde(default)]
    pub aliases: Vec<AliasRule>,
    #[serde(default)]
    pub identifiers: Vec<IdentifierRule>,
    pub country: Option<Template>,
    pub summary: Option<Template>,
    pub active: Option<PeriodRule>,
    #[serde(default, rename = "match")]
    pub by: Match,
    /// Whether it is made where no relationship and no note needs it.
    #[serde(default = "yes")]
    pub alone: bool,
    #[serde(default)]
    pub when: Conditions,
}

/// How another name is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a template, or a table with text, language and split"
)]
pub enum AliasRule {
    /// One name.
    Text(Template),
    /// One, or several in one cell.
    Whole(AliasWhole),
}

/// How another name is made, with all there is to say of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AliasWhole {
    pub text: Template,
    pub language: Option<Template>,
    /// What stands between several names.
    pub split: Option<String>,
}

/// How an identifier is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct IdentifierRule {
    pub scheme: Template,
    pub value: Template,
}

/// How a period is made.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct PeriodRule {
    pub start: Option<DateRule>,
    pub end: Option<DateRule>,
    pub observed_until: Option<DateRule>,
    pub status: Option<Template>,
}

/// How a date is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a date: a template, or a table with text or with year, month and day"
)]
pub enum DateRule {
    /// A text in the form of EDTF.
    Text(Template),
    /// The same, or in another order, or put together from columns.
    Whole(DateWhole),
}

/// How a date is made, with all there is to say of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DateWhole {
    /// The date as one text.
    pub text: Option<Template>,
    /// The order of its parts: letters of Y, M and D.
    pub order: Option<String>,
    /// The year.
    pub year: Option<Template>,
    /// The month.
    pub month: Option<Template>,
    /// The day.
    pub day: Option<Template>,
    /// What to do where it cannot be read.
    #[serde(default)]
    pub unreadable: Unreadable,
}

/// What to do with a value that cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unreadable {
    /// The row is not taken.
    #[default]
    Reject,
    /// The row is taken without it, and that is reported.
    LeaveOut,
}

/// How a relationship is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RelationshipRule {
    pub key: Template,
    /// What to do where two rows give the same key.
    #[serde(default)]
    pub repeats: Repeats,
    pub from: String,
    pub to: String,
    #[serde(default)]
    pub against: Vec<String>,
    pub kind: Template,
    pub symmetric: Option<bool>,
    pub assertion: Option<Template>,
    pub label: Option<Template>,
    pub alignment: Template,
    pub tier: Option<Template>,
    pub formality: Option<Template>,
    #[serde(default)]
    pub obligations: Vec<Template>,
    pub summary: Option<Template>,
    pub period: Option<PeriodRule>,
    #[serde(default)]
    pub areas: Vec<AreaRule>,
    pub confidence: Option<Template>,
    #[serde(default)]
    pub citations: Vec<CitationRule>,
    #[serde(default)]
    pub codings: Vec<CodingRule>,
    /// Whether rows are periods of one relationship rather than one each.
    pub fold: Option<FoldRule>,
    #[serde(default)]
    pub when: Conditions,
}

/// What to do where two rows give the same key and say different things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Repeats {
    /// The second is not taken.
    #[default]
    Reject,
    /// Both are taken; the second gets `-2` behind its key, and so on.
    Number,
}

/// How rows become periods.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FoldRule {
    /// What a row stands for: a year, a month or a day.
    pub on: DateRule,
    /// How far apart two of them can be and still be one period, in years, months or days.
    #[serde(default = "one")]
    pub gap: u32,
    /// Whether all is one period, however far apart.
    #[serde(default)]
    pub whole: bool,
    /// The fewest rows of a period.
    #[serde(default = "one")]
    pub least: u32,
    /// Until when the table sees what there is to see. Without it, until its last row.
    pub until: Option<Template>,
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

/// How an area of cooperation is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AreaRule {
    pub domain: Template,
    pub description: Template,
    #[serde(default)]
    pub citations: Vec<CitationRule>,
    #[serde(default)]
    pub when: Conditions,
}

/// How a citation is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CitationRule {
    pub source: String,
    pub locator: Option<Template>,
    pub quote: Option<Template>,
    pub accessed_on: Option<DateRule>,
}

/// How a source's own code is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CodingRule {
    pub scheme: Template,
    pub code: Template,
    pub label: Option<Template>,
    #[serde(default)]
    pub when: Conditions,
}

/// How a note is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NoteRule {
    pub key: Template,
    #[serde(default)]
    pub repeats: Repeats,
    pub headline: Template,
    pub body: Template,
    pub as_of: DateRule,
    #[serde(default)]
    pub actors: Vec<String>,
    #[serde(default)]
    pub tags: Vec<Template>,
    #[serde(default)]
    pub citations: Vec<CitationRule>,
    #[serde(default)]
    pub when: Conditions,
}
