//! What one row says: the drafts that its mapping makes of it, or the first thing that is wrong with it.

use std::collections::BTreeMap;

use crate::ledger::draft::{
    ActorDraft, AliasDraft, AreaDraft, CitationDraft, NoteDraft, Patch, PeriodDraft,
    RelationshipDraft, SourceDraft,
};
use crate::model::{
    Coding, Identifier, Obligation, PartialDate, Period, PeriodStatus, Vocabulary, shorten,
};
use crate::snapshot::fold_name;
use crate::transfer::intake::{Fault, Match};

use super::check::unknown_code;
use super::date::Date;
use super::mapping::{
    ActorRule, AliasRule, AreaRule, CitationRule, CodingRule, Conditions, DateRule, Mapping,
    NoteRule, PeriodRule, RelationshipRule, SourceRule, Unreadable,
};
use super::rows::Row;
use super::template::{Template, Trouble};

/// What a row says.
#[derive(Default)]
pub(super) struct Drawn<'m> {
    /// By the name of the rule.
    pub(super) sources: BTreeMap<&'m str, SourceDraft>,
    pub(super) actors: BTreeMap<&'m str, DrawnActor>,
    /// With the names of rules in the place of references.
    pub(super) relationships: Vec<(usize, &'m RelationshipRule, RelationshipDraft)>,
    pub(super) notes: Vec<(&'m NoteRule, NoteDraft)>,
    /// Values that the row was taken without.
    pub(super) left_out: Vec<Fault>,
}

/// An actor that a row names.
pub(super) struct DrawnActor {
    pub(super) draft: ActorDraft,
    pub(super) by: Match,
    /// Whether it is made where nothing needs it.
    pub(super) alone: bool,
    /// What tells it from others in the table: its first identifier, or its name.
    pub(super) identity: String,
}

/// Reads one row.
pub(super) struct Draw<'m, 'r> {
    pub(super) mapping: &'m Mapping,
    pub(super) row: &'r Row,
    pub(super) left_out: Vec<Fault>,
}

/// Whether a row fulfils conditions.
pub(super) fn holds(conditions: &Conditions, row: &Row) -> bool {
    conditions.iter().all(|(column, wanted)| {
        let (given, raw) = (row.get(column), row.raw(column).unwrap_or_default());
        wanted.iter().any(|wanted| match wanted.as_str() {
            "*" => given.is_some(),
            "" => given.is_none(),
            wanted => match wanted.strip_prefix('!') {
                Some(other) => raw != other,
                None => raw == wanted,
            },
        })
    })
}

impl<'m> Draw<'m, '_> {
    /// What the row says.
    pub(super) fn all(mut self) -> Result<Drawn<'m>, Fault> {
        let mut drawn = Drawn::default();
        for (name, rule) in &self.mapping.source {
            if holds(&rule.when, self.row)
                && let Some(source) = self.source(rule)?
            {
                drawn.sources.insert(name, source);
            }
        }
        for (name, rule) in &self.mapping.actor {
            if holds(&rule.when, self.row)
                && let Some(actor) = self.actor(rule)?
            {
                drawn.actors.insert(name, actor);
            }
        }
        for (index, rule) in self.mapping.relationship.values().enumerate() {
            if holds(&rule.when, self.row) {
                let relationship = self.relationship(rule, &drawn)?;
                drawn.relationships.push((index, rule, relationship));
            }
        }
        for rule in self.mapping.note.values() {
            if holds(&rule.when, self.row) {
                let note = self.note(rule, &drawn)?;
                drawn.notes.push((rule, note));
            }
        }
        drawn.left_out = self.left_out;
        Ok(drawn)
    }

    fn fault(&self, column: Option<String>, why: impl Into<String>) -> Fault {
        Fault {
            place: self.row.place.clone(),
            column,
            why: why.into(),
        }
    }

    fn trouble(&self, trouble: Trouble) -> Fault {
        self.fault(Some(trouble.column), trouble.why)
    }

    fn text(&self, template: &Template) -> Result<Option<String>, Fault> {
        let read = template.read(self.row, &self.mapping.lookup);
        read.map_err(|trouble| self.trouble(trouble))
    }

    fn optional(&self, template: Option<&Template>) -> Result<Patch<String>, Fault> {
        let text = template.map(|template| self.text(template)).transpose()?;
        Ok(text.flatten().into())
    }

    fn required(&self, field: &str, template: &Template) -> Result<String, Fault> {
        self.text(template)?.ok_or_else(|| {
            self.fault(
                template.first_column(),
                format!("it says nothing, and {field} needs it"),
            )
        })
    }

    /// A key: what a template gives in lower-case letters, digits and hyphens.
    fn key(&self, template: &Template) -> Result<String, Fault> {
        let text = self.required("key", template)?;
        let key = slug::slugify(&text);
        if key.is_empty() {
            let why = format!(
                "{:?} holds nothing that a key can be made of",
                shorten(&text)
            );
            return Err(self.fault(template.first_column(), why));
        }
        Ok(key)
    }

    fn code<V: Vocabulary>(&self, template: &Template) -> Result<Option<V>, Fault> {
        let Some(code) = self.text(template)? else {
            return Ok(None);
        };
        V::from_code(&code)
            .map(Some)
            .ok_or_else(|| self.fault(template.first_column(), unknown_code::<V>(&code)))
    }

    fn optional_code<V: Vocabulary>(&self, template: Option<&Template>) -> Result<Patch<V>, Fault> {
        let code = template.map(|template| self.code(template)).transpose()?;
        Ok(code.flatten().into())
    }

    fn required_code<V: Vocabulary>(
        &self,
        field: &str,
        template: &Template,
    ) -> Result<Patch<V>, Fault> {
        match self.code(template)? {
            Some(code) => Ok(Patch::Set(code)),
            None => Err(self.fault(
                template.first_column(),
                format!("it says nothing, and {field} needs it"),
            )),
        }
    }

    /// A date; where it cannot be read, the row is refused or taken without it.
    pub(super) fn date(&mut self, rule: Option<&DateRule>) -> Result<Date, Fault> {
        let Some(rule) = rule else {
            return Ok(Date::None);
        };
        let read = rule.read(self.row, &self.mapping.lookup, &self.mapping.table.open);
        match (read, rule.unreadable()) {
            (Ok(date), _) => Ok(date),
            (Err(trouble), Unreadable::Reject) => Err(self.trouble(trouble)),
            (Err(trouble), Unreadable::LeaveOut) => {
                let fault = self.trouble(trouble);
                self.left_out.push(fault);
                Ok(Date::None)
            }
        }
    }

    fn given(&mut self, rule: Option<&DateRule>) -> Result<Option<PartialDate>, Fault> {
        Ok(self.date(rule)?.given())
    }

    /// A period. Where its end is what the table writes for "still so", it is ongoing; without an end or
    /// a status nothing is known of its end.
    fn period(&mut self, rule: &PeriodRule) -> Result<Option<PeriodDraft>, Fault> {
        let start = self.given(rule.start.as_ref())?;
        let end = self.date(rule.end.as_ref())?;
        let observed_until = self.given(rule.observed_until.as_ref())?;
        let status = rule.status.as_ref().map(|status| self.code(status));
        let status = match (status.transpose()?.flatten(), end) {
            (Some(status), _) => status,
            (None, Date::Open) => PeriodStatus::Ongoing,
            (None, Date::On(_)) => PeriodStatus::Ended,
            (None, Date::None) if observed_until.is_some() => PeriodStatus::Censored,
            (None, Date::None) => PeriodStatus::Unknown,
        };
        let period = Period {
            start,
            end: end.given(),
            status,
            observed_until,
        };
        if period == Period::default() {
            return Ok(None);
        }
        let Some(error) = period.check().into_iter().next() else {
            return Ok(Some(period.into()));
        };
        let at = match error.field() {
            "end" => rule.end.as_ref(),
            _ => rule.observed_until.as_ref(),
        };
        let column = at.and_then(|rule| {
            let templates = rule.templates();
            templates.first().and_then(|first| first.first_column())
        });
        let fault = self.fault(column, error.to_string());
        if at.is_none_or(|rule| rule.unreadable() == Unreadable::Reject) {
            return Err(fault);
        }
        self.left_out.push(fault);
        Ok(Some(PeriodDraft {
            start,
            end: None,
            status: Some(PeriodStatus::Unknown),
            observed_until: None,
        }))
    }

    fn source(&mut self, rule: &SourceRule) -> Result<Option<SourceDraft>, Fault> {
        // Where the row says nothing of it, there is no such source.
        if self.text(&rule.key)?.is_none() || self.text(&rule.title)?.is_none() {
            return Ok(None);
        }
        Ok(Some(SourceDraft {
            key: Patch::Set(self.key(&rule.key)?),
            title: Patch::Set(self.required("title", &rule.title)?),
            url: self.optional(rule.url.as_ref())?,
            publisher: self.optional(rule.publisher.as_ref())?,
            kind: self.optional_code(rule.kind.as_ref())?,
            published_on: self.given(rule.published_on.as_ref())?.into(),
            reliability: self.optional_code(rule.reliability.as_ref())?,
        }))
    }

    fn actor(&mut self, rule: &ActorRule) -> Result<Option<DrawnActor>, Fault> {
        let Some(name) = self.text(&rule.name)? else {
            return Ok(None);
        };
        let mut identifiers: Vec<Identifier> = Vec::new();
        for identifier in &rule.identifiers {
            let scheme = self.text(&identifier.scheme)?;
            if let (Some(scheme), Some(value)) = (scheme, self.text(&identifier.value)?) {
                let identifier = Identifier { scheme, value };
                if !identifiers.contains(&identifier) {
                    identifiers.push(identifier);
                }
            }
        }
        let identity = match identifiers.first() {
            Some(first) => format!("{}\0{}", first.scheme, first.value),
            None if rule.by == Match::Identifier => {
                let column = rule
                    .identifiers
                    .first()
                    .and_then(|first| first.value.first_column());
                return Err(self.fault(
                    column,
                    "it says nothing, and the actor is known by it alone",
                ));
            }
            None => fold_name(&name),
        };
        let active = match &rule.active {
            Some(active) => self.period(active)?,
            None => None,
        };
        let draft = ActorDraft {
            slug: self.optional(rule.slug.as_ref())?,
            former_slugs: Patch::Keep,
            aliases: Patch::Set(self.aliases(&rule.aliases, &name)?),
            name: Patch::Set(name),
            kind: self.required_code("kind", &rule.kind)?,
            summary: self.optional(rule.summary.as_ref())?,
            country: self.optional(rule.country.as_ref())?,
            active: active.into(),
            identifiers: Patch::Set(identifiers),
        };
        Ok(Some(DrawnActor {
            draft,
            by: rule.by,
            alone: rule.alone,
            identity,
        }))
    }

    fn aliases(&self, rules: &[AliasRule], name: &str) -> Result<Vec<AliasDraft>, Fault> {
        let mut seen = vec![fold_name(name)];
        let mut aliases = Vec::new();
        for rule in rules {
            let (text, language, split) = match rule {
                AliasRule::Text(text) => (text, None, None),
                AliasRule::Whole(whole) => {
                    (&whole.text, whole.language.as_ref(), whole.split.as_deref())
                }
            };
            let Some(text) = self.text(text)? else {
                continue;
            };
            let language = language.map(|language| self.text(language)).transpose()?;
            let parts: Vec<_> = match split {
                Some(mark) => text.split(mark).collect(),
                None => vec![text.as_str()],
            };
            for part in parts.into_iter().map(str::trim) {
                let folded = fold_name(part);
                if !folded.is_empty() && !seen.contains(&folded) {
                    seen.push(folded);
                    aliases.push(AliasDraft {
                        text: part.to_owned(),
                        language: language.clone().flatten(),
                        period: None,
                    });
                }
            }
        }
        Ok(aliases)
    }

    fn end(&self, name: &str, drawn: &Drawn<'_>) -> Result<Patch<String>, Fault> {
        if drawn.actors.contains_key(name) {
            return Ok(Patch::Set(name.to_owned()));
        }
        let rule = self.mapping.actor.get(name);
        let column = rule.and_then(|rule| rule.name.first_column());
        Err(self.fault(column, format!("the row names no {name}")))
    }

    /// A relationship. Its references are names of rules.
    pub(super) fn relationship(
        &mut self,
        rule: &RelationshipRule,
        drawn: &Drawn<'_>,
    ) -> Result<RelationshipDraft, Fault> {
        let known = |name: &&String| drawn.actors.contains_key(name.as_str());
        let (from, to) = (self.end(&rule.from, drawn)?, self.end(&rule.to, drawn)?);
        let identity = |name: &str| drawn.actors.get(name).map(|actor| &actor.identity);
        if identity(&rule.from) == identity(&rule.to) {
            let (from, to) = (&rule.from, &rule.to);
            let why =
                format!("{from} and {to} are the same; a relationship links two different actors");
            return Err(self.fault(self.mapping.actor[to].name.first_column(), why));
        }
        let period = match &rule.period {
            Some(period) => self.period(period)?,
            None => None,
        };
        let mut areas = Vec::new();
        for area in &rule.areas {
            if holds(&area.when, self.row) {
                areas.extend(self.area(area, drawn)?);
            }
        }
        let mut codings = Vec::new();
        for coding in &rule.codings {
            if holds(&coding.when, self.row) {
                codings.extend(self.coding(coding)?);
            }
        }
        let mut obligations = Vec::new();
        for obligation in &rule.obligations {
            obligations.extend(self.code::<Obligation>(obligation)?);
        }
        Ok(RelationshipDraft {
            key: Patch::Set(self.key(&rule.key)?),
            from,
            to,
            kind: self.required_code("kind", &rule.kind)?,
            against: Patch::Set(rule.against.iter().filter(known).cloned().collect()),
            symmetric: rule.symmetric.into(),
            assertion: self.optional_code(rule.assertion.as_ref())?,
            label: self.optional(rule.label.as_ref())?,
            alignment: self.required_code("alignment", &rule.alignment)?,
            tier: self.optional_code(rule.tier.as_ref())?,
            formality: self.optional_code(rule.formality.as_ref())?,
            obligations: Patch::Set(obligations),
            summary: self.optional(rule.summary.as_ref())?,
            period: period.into(),
            areas: Patch::Set(areas),
            confidence: self.optional_code(rule.confidence.as_ref())?,
            citations: Patch::Set(self.citations(&rule.citations, drawn)?),
            codings: Patch::Set(codings),
        })
    }

    pub(super) fn area(
        &mut self,
        rule: &AreaRule,
        drawn: &Drawn<'_>,
    ) -> Result<Option<AreaDraft>, Fault> {
        let Some(domain) = self.code(&rule.domain)? else {
            return Ok(None);
        };
        Ok(Some(AreaDraft {
            domain,
            description: self.required("description", &rule.description)?,
            period: None,
            citations: self.citations(&rule.citations, drawn)?,
        }))
    }

    pub(super) fn coding(&self, rule: &CodingRule) -> Result<Option<Coding>, Fault> {
        let scheme = self.required("scheme", &rule.scheme)?;
        let Some(code) = self.text(&rule.code)? else {
            return Ok(None);
        };
        let label = rule.label.as_ref().map(|label| self.text(label));
        Ok(Some(Coding {
            scheme,
            code,
            label: label.transpose()?.flatten(),
        }))
    }

    /// Citations of the sources that the row names.
    fn citations(
        &mut self,
        rules: &[CitationRule],
        drawn: &Drawn<'_>,
    ) -> Result<Vec<CitationDraft>, Fault> {
        let mut citations = Vec::new();
        for rule in rules {
            let source = drawn.sources.get(rule.source.as_str());
            let Some(key) = source.and_then(|source| source.key.given()) else {
                continue;
            };
            let text = |template: &Option<Template>| {
                let template = template.as_ref();
                Ok::<_, Fault>(template.map(|text| self.text(text)).transpose()?.flatten())
            };
            let (locator, quote) = (text(&rule.locator)?, text(&rule.quote)?);
            citations.push(CitationDraft {
                source: key.to_owned(),
                locator,
                quote,
                accessed_on: self.given(rule.accessed_on.as_ref())?,
            });
        }
        Ok(citations)
    }

    fn note(&mut self, rule: &NoteRule, drawn: &Drawn<'_>) -> Result<NoteDraft, Fault> {
        let known = |name: &&String| drawn.actors.contains_key(name.as_str());
        let Some(as_of) = self.given(Some(&rule.as_of))? else {
            let templates = rule.as_of.templates();
            let column = templates.first().and_then(|first| first.first_column());
            return Err(self.fault(column, "it says nothing, and asOf needs it"));
        };
        let mut tags = Vec::new();
        for tag in &rule.tags {
            tags.extend(self.text(tag)?);
        }
        Ok(NoteDraft {
            key: Patch::Set(self.key(&rule.key)?),
            headline: Patch::Set(self.required("headline", &rule.headline)?),
            body: Patch::Set(self.required("body", &rule.body)?),
            as_of: Patch::Set(as_of),
            author: Patch::Keep,
            actors: Patch::Set(rule.actors.iter().filter(known).cloned().collect()),
            relationships: Patch::Keep,
            tags: Patch::Set(tags),
            citations: Patch::Set(self.citations(&rule.citations, drawn)?),
            supersedes: Patch::Keep,
        })
    }
}
