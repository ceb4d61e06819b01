//! What one row says, record by record.

use crate::ledger::draft::{
    ActorDraft, AliasDraft, AreaDraft, CitationDraft, NoteDraft, Patch, RelationshipDraft,
    SourceDraft,
};
use crate::model::{Coding, Identifier, Obligation};
use crate::snapshot::fold_name;
use crate::transfer::intake::{Fault, Match};

use super::draw::{Draw, Drawn, DrawnActor, holds};
use super::mapping::{
    ActorRule, AliasRule, AreaRule, CitationRule, CodingRule, NoteRule, RelationshipRule,
    SourceRule,
};
use super::template::Template;

impl Draw<'_, '_> {
    pub(super) fn source(&mut self, rule: &SourceRule) -> Result<Option<SourceDraft>, Fault> {
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

    pub(super) fn actor(&mut self, rule: &ActorRule) -> Result<Option<DrawnActor>, Fault> {
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

    pub(super) fn note(&mut self, rule: &NoteRule, drawn: &Drawn<'_>) -> Result<NoteDraft, Fault> {
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
