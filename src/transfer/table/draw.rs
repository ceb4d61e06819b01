//! What one row says: the drafts that its mapping makes of it, or the first thing that is wrong with it.

use std::collections::BTreeMap;

use crate::ledger::draft::{
    ActorDraft, NoteDraft, Patch, PeriodDraft, RelationshipDraft, SourceDraft,
};
use crate::model::{PartialDate, Period, PeriodStatus, Vocabulary, shorten};
use crate::transfer::intake::{Fault, Match};

use super::check::unknown_code;
use super::date::Date;
use super::mapping::{
    Conditions, DateRule, Mapping, NoteRule, PeriodRule, RelationshipRule, Unreadable,
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

    pub(super) fn fault(&self, column: Option<String>, why: impl Into<String>) -> Fault {
        Fault {
            place: self.row.place.clone(),
            column,
            why: why.into(),
        }
    }

    fn trouble(&self, trouble: Trouble) -> Fault {
        self.fault(Some(trouble.column), trouble.why)
    }

    pub(super) fn text(&self, template: &Template) -> Result<Option<String>, Fault> {
        let read = template.read(self.row, &self.mapping.lookup);
        read.map_err(|trouble| self.trouble(trouble))
    }

    pub(super) fn optional(&self, template: Option<&Template>) -> Result<Patch<String>, Fault> {
        let text = template.map(|template| self.text(template)).transpose()?;
        Ok(text.flatten().into())
    }

    pub(super) fn required(&self, field: &str, template: &Template) -> Result<String, Fault> {
        self.text(template)?.ok_or_else(|| {
            self.fault(
                template.first_column(),
                format!("it says nothing, and {field} needs it"),
            )
        })
    }

    /// A key: what a template gives in lower-case letters, digits and hyphens.
    pub(super) fn key(&self, template: &Template) -> Result<String, Fault> {
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

    pub(super) fn code<V: Vocabulary>(&self, template: &Template) -> Result<Option<V>, Fault> {
        let Some(code) = self.text(template)? else {
            return Ok(None);
        };
        V::from_code(&code)
            .map(Some)
            .ok_or_else(|| self.fault(template.first_column(), unknown_code::<V>(&code)))
    }

    pub(super) fn optional_code<V: Vocabulary>(
        &self,
        template: Option<&Template>,
    ) -> Result<Patch<V>, Fault> {
        let code = template.map(|template| self.code(template)).transpose()?;
        Ok(code.flatten().into())
    }

    pub(super) fn required_code<V: Vocabulary>(
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

    pub(super) fn given(&mut self, rule: Option<&DateRule>) -> Result<Option<PartialDate>, Fault> {
        Ok(self.date(rule)?.given())
    }

    /// A period. Where its end is what the table writes for "still so", it is ongoing; without an end or
    /// a status nothing is known of its end.
    pub(super) fn period(&mut self, rule: &PeriodRule) -> Result<Option<PeriodDraft>, Fault> {
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
}
