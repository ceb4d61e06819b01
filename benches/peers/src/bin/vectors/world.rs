//! The record as it lies in memory: vectors of structs that refer to each other by place.

use std::collections::HashMap;
use std::io::BufRead;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use async_graphql::Enum;
use serde::Deserialize;

macro_rules! words {
    ($($name:ident { $($word:ident)+ })+) => {$(
        #[derive(Clone, Copy, PartialEq, Eq, Enum, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($word),+ }
    )+};
}

words! {
    ActorKind { State Government ArmedGroup PoliticalMovement Coalition InternationalOrganization Person Other }
    RelationshipKind { Alliance Sponsorship StrategicPartnership PragmaticPartnership Alignment Influence Mediation Membership Rivalry Conflict Other }
    Alignment { Ally Partner Mixed Neutral Rival Adversary }
    Tier { Core MajorPower Varying }
    Formality { Treaty Agreement Informal Unknown }
    Domain { Military Weapons Training Funding Intelligence Territory Logistics Trade Energy Diplomacy SanctionsRelief Infrastructure Technology Security Religion Ideology Other }
    Confidence { High Moderate Low }
    PeriodStatus { Ongoing Ended Censored Unknown }
    Reliability { A B C D E F }
}

#[derive(Deserialize)]
pub struct Actor {
    pub slug: String,
    pub name: String,
    pub kind: ActorKind,
    pub summary: Option<String>,
    /// The places of its relationships, in the order of entry.
    #[serde(skip)]
    pub ties: Vec<u32>,
    /// The places of the notes about it, newest first.
    #[serde(skip)]
    pub notes: Vec<u32>,
}

#[derive(Deserialize)]
pub struct Source {
    pub title: String,
    pub publisher: Option<String>,
    pub reliability: Reliability,
}

pub struct Citation {
    pub source: u32,
    pub locator: Option<String>,
}

pub struct Area {
    pub domain: Domain,
    pub description: String,
    pub citations: Vec<Citation>,
}

#[derive(Deserialize)]
pub struct Period {
    pub start: Option<String>,
    pub end: Option<String>,
    pub status: PeriodStatus,
}

/// The days on which a period can hold, and those on which it surely does, as numbers such as 20241208.
pub struct Span {
    pub possible: (u32, u32),
    pub certain: (u32, u32),
}

pub struct Relationship {
    pub from: u32,
    pub to: u32,
    pub kind: RelationshipKind,
    pub alignment: Alignment,
    pub tier: Option<Tier>,
    pub formality: Formality,
    pub label: Option<String>,
    pub summary: Option<String>,
    pub confidence: Option<Confidence>,
    pub period: Period,
    pub span: Span,
    pub areas: Vec<Area>,
    pub citations: Vec<Citation>,
}

pub struct Note {
    pub headline: String,
    pub body: String,
    pub as_of: String,
    pub author: String,
    pub tags: Vec<String>,
    pub actors: Vec<u32>,
    pub citations: Vec<Citation>,
}

#[derive(Default)]
pub struct World {
    pub actors: Vec<Actor>,
    pub slugs: HashMap<String, u32>,
    pub sources: Vec<Source>,
    pub relationships: Vec<Relationship>,
    pub notes: Vec<Note>,
}

/// A line of the file.
#[derive(Deserialize)]
struct Line<T>(
    #[allow(dead_code, reason = "the section is known")] String,
    T,
);

#[derive(Deserialize)]
struct WrittenCitation {
    source: String,
    locator: Option<String>,
}

#[derive(Deserialize)]
struct WrittenArea {
    domain: Domain,
    description: String,
    citations: Vec<WrittenCitation>,
}

#[derive(Deserialize)]
struct WrittenRelationship {
    from: String,
    to: String,
    kind: RelationshipKind,
    alignment: Alignment,
    tier: Option<Tier>,
    formality: Formality,
    label: Option<String>,
    summary: Option<String>,
    confidence: Option<Confidence>,
    period: Period,
    areas: Vec<WrittenArea>,
    citations: Vec<WrittenCitation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenNote {
    headline: String,
    body: String,
    as_of: String,
    author: String,
    tags: Vec<String>,
    actors: Vec<String>,
    citations: Vec<WrittenCitation>,
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

impl World {
    /// Reads JSON Lines, each `["section",{…}]`.
    pub fn read(lines: impl BufRead) -> Result<Self> {
        let mut world = Self::default();
        let mut sources = HashMap::new();
        for line in lines.lines() {
            let line = line?;
            let section = line.split('"').nth(1).context("a section is missing")?;
            match section {
                "actors" => {
                    let Line(_, actor) = serde_json::from_str::<Line<Actor>>(&line)?;
                    let place = world.actors.len() as u32;
                    world.slugs.insert(actor.slug.clone(), place);
                    world.actors.push(actor);
                }
                "sources" => {
                    let Line(_, Key { key }) = serde_json::from_str(&line)?;
                    let Line(_, source) = serde_json::from_str(&line)?;
                    sources.insert(key, world.sources.len() as u32);
                    world.sources.push(source);
                }
                "relationships" => {
                    let Line(_, written) = serde_json::from_str(&line)?;
                    world.add_relationship(written, &sources)?;
                }
                _ => {
                    let Line(_, written) = serde_json::from_str(&line)?;
                    world.add_note(written, &sources)?;
                }
            }
        }
        let notes = &world.notes;
        for actor in &mut world.actors {
            let newest = |place: &u32| (&notes[*place as usize].as_of, *place);
            actor.notes.sort_by(|a, b| newest(b).cmp(&newest(a)));
        }
        Ok(world)
    }

    fn place(&self, slug: &str) -> Result<u32> {
        let place = self.slugs.get(slug).copied();
        place.with_context(|| format!("there is no {slug}"))
    }

    fn add_relationship(
        &mut self,
        written: WrittenRelationship,
        sources: &HashMap<String, u32>,
    ) -> Result<()> {
        let area = |area: WrittenArea| {
            Ok(Area {
                domain: area.domain,
                description: area.description,
                citations: citations(area.citations, sources)?,
            })
        };
        let relationship = Relationship {
            from: self.place(&written.from)?,
            to: self.place(&written.to)?,
            kind: written.kind,
            alignment: written.alignment,
            tier: written.tier,
            formality: written.formality,
            label: written.label,
            summary: written.summary,
            confidence: written.confidence,
            span: span(&written.period)?,
            period: written.period,
            areas: written.areas.into_iter().map(area).collect::<Result<_>>()?,
            citations: citations(written.citations, sources)?,
        };
        let place = self.relationships.len() as u32;
        for end in [relationship.from, relationship.to] {
            self.actors[end as usize].ties.push(place);
        }
        self.relationships.push(relationship);
        Ok(())
    }

    fn add_note(&mut self, written: WrittenNote, sources: &HashMap<String, u32>) -> Result<()> {
        let actors = written.actors.iter().map(|slug| self.place(slug));
        let note = Note {
            actors: actors.collect::<Result<_>>()?,
            citations: citations(written.citations, sources)?,
            headline: written.headline,
            body: written.body,
            as_of: written.as_of,
            author: written.author,
            tags: written.tags,
        };
        let place = self.notes.len() as u32;
        for actor in &note.actors {
            self.actors[*actor as usize].notes.push(place);
        }
        self.notes.push(note);
        Ok(())
    }
}

fn citations(
    written: Vec<WrittenCitation>,
    sources: &HashMap<String, u32>,
) -> Result<Vec<Citation>> {
    let citation = |written: WrittenCitation| {
        let source = sources.get(&written.source).copied();
        Ok(Citation {
            source: source.with_context(|| format!("there is no {}", written.source))?,
            locator: written.locator,
        })
    };
    written.into_iter().map(citation).collect()
}

/// The first and the last day of a date such as 2024, 2024-12 or 2024-12-08.
pub fn days(date: &str) -> Result<(u32, u32)> {
    let digits: u32 = date.replace('-', "").parse()?;
    Ok(match date.len() {
        4 => (digits * 10_000 + 101, digits * 10_000 + 1231),
        7 => (digits * 100 + 1, digits * 100 + 31),
        _ => (digits, digits),
    })
}

fn span(period: &Period) -> Result<Span> {
    let start = period.start.as_deref().map(days).transpose()?;
    let end = period.end.as_deref().map(days).transpose()?;
    let (start, end) = (start.unwrap_or((0, 0)), end.unwrap_or((u32::MAX, u32::MAX)));
    Ok(Span {
        possible: (start.0, end.1),
        certain: (start.1, end.0),
    })
}

/// Today's date by UTC, as a number.
#[expect(
    clippy::disallowed_methods,
    reason = "a server of its own, with no clock but this"
)]
pub fn today() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = since.map_or(0, |since| since.as_secs() / 86_400);
    // Years of the Gregorian calendar that begin in March, in cycles of 400 years.
    let days = days + 719_468;
    let (cycle, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * march + 2) / 5 + 1, (march + 2) % 12 + 1);
    let year = cycle * 400 + year + u64::from(month <= 2);
    (year * 10_000 + month * 100 + day) as u32
}
