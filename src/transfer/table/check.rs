//! What is wrong with a mapping whatever the rows say, and which columns it needs.

use std::collections::BTreeSet;

use crate::model::{
    ActorKind, Alignment, Assertion, Confidence, CooperationDomain, Formality, Obligation,
    PeriodStatus, RelationshipKind, Reliability, SourceKind, Tier, Vocabulary, shorten,
};

use super::mapping::{
    ActorRule, AliasRule, CitationRule, Conditions, DateRule, FORMAT, Mapping, NoteRule,
    PeriodRule, RelationshipRule, SourceRule,
};
use super::rows::Header;
use super::template::Template;

/// The most areas, and the most codings, of one rule.
const MOST: usize = 64;

/// Why a text is not a mapping.
#[derive(Debug, thiserror::Error)]
#[error("the mapping {name} is wrong: {why}")]
pub struct MappingError {
    /// What it is called.
    pub name: String,
    /// What is wrong, and what to do.
    pub why: String,
}

/// Reads a mapping.
///
/// # Errors
/// When it is none: all that is wrong with it, or where it is not TOML.
pub fn read(name: &str, text: &str) -> Result<Mapping, MappingError> {
    let fail = |why: String| MappingError {
        name: name.to_owned(),
        why,
    };
    let mapping: Mapping = toml::from_str(text).map_err(|error| fail(error.to_string()))?;
    let mut found = Checker::default();
    found.mapping(&mapping);
    if found.wrong.is_empty() {
        Ok(mapping)
    } else {
        Err(fail(found.wrong.join("\n  ")))
    }
}

/// The columns that a mapping names and a table does not have.
pub(super) fn missing_columns(mapping: &Mapping, header: &Header) -> Vec<String> {
    let mut found = Checker::default();
    found.mapping(mapping);
    let columns = found.columns.into_iter();
    columns
        .filter(|column| !column.starts_with('#') && !header.has(column))
        .collect()
}

#[derive(Default)]
struct Checker {
    wrong: Vec<String>,
    columns: BTreeSet<String>,
    lookups: BTreeSet<String>,
}

impl Checker {
    fn say(&mut self, at: &str, why: impl std::fmt::Display) {
        self.wrong.push(format!("{at}: {why}"));
    }

    fn mapping(&mut self, mapping: &Mapping) {
        if mapping.format != FORMAT {
            let format = shorten(&mapping.format);
            self.say(
                "format",
                format!("{format:?} is not read here; write {FORMAT:?}"),
            );
        }
        if slug::slugify(&mapping.name) != mapping.name {
            self.say("name", "write lower-case letters, digits and hyphens");
        }
        let empty = mapping.source.is_empty()
            && mapping.actor.is_empty()
            && mapping.relationship.is_empty()
            && mapping.note.is_empty();
        if empty {
            self.say(
                "mapping",
                "it makes nothing; give [actor.…], [relationship.…], [source.…] or [note.…]",
            );
        }
        let table = &mapping.table;
        let wrong = [
            table.separator("").err(),
            table.quote().err(),
            table.encoding().err(),
        ];
        self.wrong.extend(wrong.into_iter().flatten());
        self.conditions(&mapping.only);
        for (name, rule) in &mapping.source {
            self.source(&format!("source.{name}"), rule);
        }
        for (name, rule) in &mapping.actor {
            self.actor(&format!("actor.{name}"), rule);
        }
        for (name, rule) in &mapping.relationship {
            self.relationship(&format!("relationship.{name}"), rule, mapping);
        }
        for (name, rule) in &mapping.note {
            self.note(&format!("note.{name}"), rule, mapping);
        }
        let unknown: Vec<_> = self
            .lookups
            .iter()
            .filter(|list| !mapping.lookup.contains_key(*list))
            .cloned()
            .collect();
        for list in unknown {
            self.say("lookup", format!("there is no [lookup.{list}]"));
        }
    }

    fn conditions(&mut self, conditions: &Conditions) {
        self.columns.extend(conditions.keys().cloned());
    }

    fn text(&mut self, template: &Template) {
        self.columns.extend(template.columns().map(str::to_owned));
        self.lookups.extend(template.lookups().map(str::to_owned));
    }

    fn texts<'a>(&mut self, templates: impl IntoIterator<Item = &'a Option<Template>>) {
        for template in templates.into_iter().flatten() {
            self.text(template);
        }
    }

    fn code<V: Vocabulary>(&mut self, at: &str, template: &Template) {
        self.text(template);
        if let Some(code) = template.constant()
            && V::from_code(code).is_none()
        {
            self.say(at, unknown_code::<V>(code));
        }
    }

    fn codes<V: Vocabulary>(&mut self, at: &str, template: Option<&Template>) {
        if let Some(template) = template {
            self.code::<V>(at, template);
        }
    }

    fn date(&mut self, at: &str, rule: &DateRule) {
        if let Err(why) = rule.check() {
            self.say(at, why);
        }
        for template in rule.templates() {
            self.text(template);
        }
    }

    fn period(&mut self, at: &str, rule: Option<&PeriodRule>) {
        let Some(rule) = rule else {
            return;
        };
        for (field, date) in [
            ("start", &rule.start),
            ("end", &rule.end),
            ("observedUntil", &rule.observed_until),
        ] {
            if let Some(date) = date {
                self.date(&format!("{at}.{field}"), date);
            }
        }
        self.codes::<PeriodStatus>(&format!("{at}.status"), rule.status.as_ref());
    }

    fn source(&mut self, at: &str, rule: &SourceRule) {
        self.conditions(&rule.when);
        self.text(&rule.key);
        self.text(&rule.title);
        self.texts([&rule.url, &rule.publisher]);
        self.codes::<SourceKind>(&format!("{at}.kind"), rule.kind.as_ref());
        self.codes::<Reliability>(&format!("{at}.reliability"), rule.reliability.as_ref());
        if let Some(date) = &rule.published_on {
            self.date(&format!("{at}.publishedOn"), date);
        }
    }

    fn actor(&mut self, at: &str, rule: &ActorRule) {
        self.conditions(&rule.when);
        self.text(&rule.name);
        self.texts([&rule.slug, &rule.country, &rule.summary]);
        self.code::<ActorKind>(&format!("{at}.kind"), &rule.kind);
        for alias in &rule.aliases {
            match alias {
                AliasRule::Text(text) => self.text(text),
                AliasRule::Whole(whole) => {
                    self.text(&whole.text);
                    self.texts([&whole.language]);
                    if whole.split.as_deref() == Some("") {
                        self.say(&format!("{at}.aliases"), "split is empty");
                    }
                }
            }
        }
        for identifier in &rule.identifiers {
            self.text(&identifier.scheme);
            self.text(&identifier.value);
        }
        if rule.by == crate::transfer::intake::Match::Identifier && rule.identifiers.is_empty() {
            self.say(at, "match = \"identifier\" needs identifiers");
        }
        self.period(&format!("{at}.active"), rule.active.as_ref());
    }

    fn relationship(&mut self, at: &str, rule: &RelationshipRule, mapping: &Mapping) {
        self.conditions(&rule.when);
        self.text(&rule.key);
        let ends = [&rule.from, &rule.to].into_iter().chain(&rule.against);
        self.actors(at, ends, mapping);
        self.code::<RelationshipKind>(&format!("{at}.kind"), &rule.kind);
        self.code::<Alignment>(&format!("{at}.alignment"), &rule.alignment);
        self.codes::<Assertion>(&format!("{at}.assertion"), rule.assertion.as_ref());
        self.codes::<Tier>(&format!("{at}.tier"), rule.tier.as_ref());
        self.codes::<Formality>(&format!("{at}.formality"), rule.formality.as_ref());
        self.codes::<Confidence>(&format!("{at}.confidence"), rule.confidence.as_ref());
        for obligation in &rule.obligations {
            self.code::<Obligation>(&format!("{at}.obligations"), obligation);
        }
        self.texts([&rule.label, &rule.summary]);
        self.period(&format!("{at}.period"), rule.period.as_ref());
        if rule.areas.len() > MOST || rule.codings.len() > MOST {
            self.say(at, format!("at most {MOST} areas and {MOST} codings"));
        }
        for area in &rule.areas {
            self.conditions(&area.when);
            self.code::<CooperationDomain>(&format!("{at}.areas"), &area.domain);
            self.text(&area.description);
            self.citations(at, &area.citations, mapping);
        }
        for coding in &rule.codings {
            self.conditions(&coding.when);
            self.text(&coding.scheme);
            self.text(&coding.code);
            self.texts([&coding.label]);
        }
        self.citations(at, &rule.citations, mapping);
        if let Some(fold) = &rule.fold {
            self.date(&format!("{at}.fold.on"), &fold.on);
            if rule.period.is_some() {
                self.say(at, "give either period or fold: a fold makes the period");
            }
            let until = fold.until.as_ref().map(Template::constant);
            let is_date = |text: &str| super::fold::Unit::read(text).is_ok();
            if until.is_some_and(|until| !until.is_some_and(is_date)) {
                self.say(
                    at,
                    "fold.until must be a year, a month or a day, without a column",
                );
            }
        }
    }

    fn note(&mut self, at: &str, rule: &NoteRule, mapping: &Mapping) {
        self.conditions(&rule.when);
        self.text(&rule.key);
        self.text(&rule.headline);
        self.text(&rule.body);
        self.date(&format!("{at}.asOf"), &rule.as_of);
        self.actors(at, &rule.actors, mapping);
        for tag in &rule.tags {
            self.text(tag);
        }
        self.citations(at, &rule.citations, mapping);
    }

    fn actors<'a>(
        &mut self,
        at: &str,
        names: impl IntoIterator<Item = &'a String>,
        mapping: &Mapping,
    ) {
        for name in names {
            if !mapping.actor.contains_key(name) {
                self.say(at, format!("there is no [actor.{name}]"));
            }
        }
    }

    fn citations(&mut self, at: &str, rules: &[CitationRule], mapping: &Mapping) {
        for rule in rules {
            let source = &rule.source;
            if !mapping.source.contains_key(source) {
                self.say(at, format!("there is no [source.{source}]"));
            }
            self.texts([&rule.locator, &rule.quote]);
            if let Some(date) = &rule.accessed_on {
                self.date(&format!("{at}.citations.accessedOn"), date);
            }
        }
    }
}

/// That a text is no code of a vocabulary, and which there are.
pub(super) fn unknown_code<V: Vocabulary>(code: &str) -> String {
    let codes: Vec<_> = V::ALL.iter().map(|value| value.code()).collect();
    format!(
        "{:?} is no {}; known are {}",
        shorten(code),
        V::NAME,
        codes.join(", ")
    )
}
