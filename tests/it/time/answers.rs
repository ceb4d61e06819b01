//! What the fields of each record are to say at a moment, by their descriptions.

use foedera::model::{
    ActorId, Citation, ContextNote, CooperationArea, Kind, NoteId, Period, Position, Record,
    RecordId, Relationship, RelationshipId, SourceId, TypedId, Viewpoint, ViewpointId,
};
use serde_json::{Value, json};

use super::calendar::{Readings, days};
use super::model::{Moment, Version};

/// The fields that all answers hold, as a client asks for them.
pub const FRAGMENTS: &str = "
fragment Own on Recorded { id version recordedAt updatedAt history(first: 100) { totalCount nodes {
  kind reason revision { number } record { id } fields { path before after } snapshotBefore { revision } snapshotAfter { revision } } } }
fragment Times on Period { start end status observedUntil }
fragment Cited on Citation { source { id title } locator quote accessedOn }
fragment Area on CooperationArea { domain description period { ...Times } citations { ...Cited } }
fragment Ids on ContextNoteConnection { totalCount nodes { id } }
";

/// All fields of each kind of record.
pub const RECORDS: &str = "
fragment Said on Position { viewpoint { id } relationship { id } stance argument alignment tier label }
fragment Actor on Actor { ...Own slug name aliases { text language period { ...Times } } kind summary country
  active { ...Times } identifiers { scheme value }
  members(first: 100) { totalCount nodes { id } } memberOf(first: 100) { totalCount nodes { id } }
  viewpoints(first: 100) { totalCount nodes { id } } notes(first: 100) { ...Ids } }
fragment Tie on Relationship { ...Own from { id name } to { id name } kind against { id } symmetric assertion label alignment
  tier formality obligations summary period { ...Times } validity areas { ...Area } confidence citations { ...Cited }
  evidence { citations sources publishers grade } codings { scheme code label } contested positions { ...Said }
  recorded { alignment tier label } dissents { ...Said } notes(first: 100) { ...Ids } }
fragment View on Viewpoint { ...Own title thesis holder holderActor { id } positions { ...Said } asOf citations { ...Cited } }
fragment Note on ContextNote { ...Own headline body asOf author actors { id } relationships { id } tags citations { ...Cited }
  supersedes { id } revision { number } }
fragment Source on Source { ...Own title url publisher kind publishedOn reliability }
fragment Brief on Brief { ...Own slug question audience summary actors { id } viewpoints { id } disclaimer notes(first: 100) { ...Ids }
  sections { title introduction actor { id } relationships(first: 100) { totalCount nodes { id } } } }
";

/// The ids of some records, as a list of objects.
pub fn ids<I: Into<RecordId> + Copy>(ids: &[I]) -> Value {
    ids.iter()
        .map(|id| json!({ "id": (*id).into() as RecordId }))
        .collect()
}

/// A list that is on one page.
pub fn page<I: Into<RecordId> + Copy>(all: &[I]) -> Value {
    json!({ "totalCount": all.len(), "nodes": ids(all) })
}

/// The distinct sources that are cited for a relationship or one of its areas.
pub fn sources(tie: &Relationship) -> Vec<SourceId> {
    let areas = tie.areas.iter().flat_map(|area| &area.citations);
    let mut found: Vec<SourceId> = Vec::new();
    for citation in tie.citations.iter().chain(areas) {
        if !found.contains(&citation.source) {
            found.push(citation.source);
        }
    }
    found
}

fn times(period: &Period) -> Value {
    json!({ "start": period.start, "end": period.end, "status": period.status, "observedUntil": period.observed_until })
}

impl Moment<'_> {
    /// A record in the lists, with all its fields.
    pub fn record(self, id: RecordId) -> Value {
        let version = self.live(id).unwrap();
        let mut answer = self.own(version);
        let rest = match &version.record {
            Record::Actor(_) => self.actor(TypedId::from_number(id.number)),
            Record::Relationship(_) => self.relationship(TypedId::from_number(id.number)),
            Record::Viewpoint(view) => json!({
                "title": view.title, "thesis": view.thesis, "holder": view.holder, "asOf": view.as_of,
                "holderActor": view.holder_actor.map(|id| json!({ "id": id })),
                "positions": self.positions(|id, _| RecordId::from(id) == version.id),
                "citations": self.citations(&view.citations),
            }),
            Record::Note(note) => json!({
                "headline": note.headline, "body": note.body, "asOf": note.as_of, "author": note.author,
                "actors": ids(&note.actors), "tags": note.tags, "citations": self.citations(&note.citations),
                "relationships": ids(&self.listed(&note.relationships)),
                "supersedes": note.supersedes.filter(|id| self.live(*id).is_some()).map(|id| json!({ "id": id })),
                "revision": { "number": self.of.history(id, u32::MAX)[0].revision },
            }),
            Record::Source(source) => json!({
                "title": source.title, "url": source.url, "publisher": source.publisher, "kind": source.kind,
                "publishedOn": source.published_on, "reliability": source.reliability,
            }),
            Record::Brief(_) => self.brief(id),
        };
        answer
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        answer
    }

    /// What every record tells about itself.
    pub fn own(self, version: &Version) -> Value {
        let history = self.of.history(version.id, self.point.revision);
        let steps: Vec<_> = (0..history.len())
            .rev()
            .map(|place| super::history::step(&history, place))
            .collect();
        json!({
            "id": version.id,
            "version": version.revision,
            "recordedAt": self.of.committed_at(history[0].revision).to_string(),
            "updatedAt": self.of.committed_at(version.revision).to_string(),
            "history": { "totalCount": steps.len(), "nodes": steps },
        })
    }

    fn actor(self, id: ActorId) -> Value {
        let Some(Record::Actor(actor)) = self.live(id).map(|version| &version.record) else {
            panic!("{id}")
        };
        let aliases = actor.aliases.iter().map(|alias| {
            json!({ "text": alias.text, "language": alias.language, "period": alias.period.as_ref().map(times) })
        });
        let identifiers = actor
            .identifiers
            .iter()
            .map(|own| json!({ "scheme": own.scheme, "value": own.value }));
        // On the day: what holds then and is not denied.
        let memberships = |role: &str| {
            let ties = self.ties(&json!({ "kind": ["MEMBERSHIP"], "role": role }), Some(id));
            let mut others: Vec<_> = ties
                .into_iter()
                .map(|tie| self.counterpart(tie, id))
                .collect();
            others.sort_unstable();
            others.dedup();
            page(&others)
        };
        let speaks_of = |view: &Viewpoint| {
            view.holder_actor == Some(id)
                || view
                    .positions
                    .iter()
                    .filter_map(|position| self.tie(position.relationship))
                    .any(|tie| tie.from == id || tie.to == id)
        };
        json!({
            "slug": actor.slug, "name": actor.name, "kind": actor.kind, "summary": actor.summary,
            "country": actor.country, "active": times(&actor.active),
            "aliases": aliases.collect::<Vec<_>>(), "identifiers": identifiers.collect::<Vec<_>>(),
            "members": memberships("TO"), "memberOf": memberships("FROM"),
            "viewpoints": page(&self.views(speaks_of)),
            "notes": page(&self.notes(|note| note.actors.contains(&id))),
        })
    }

    fn relationship(self, id: RelationshipId) -> Value {
        let (tie, plain) = (self.tie(id).unwrap(), self.plain().tie(id).unwrap());
        let codings = tie
            .codings
            .iter()
            .map(|own| json!({ "scheme": own.scheme, "code": own.code, "label": own.label }));
        // Those that dispute it, or name another alignment, tier or label than is shown.
        let dissents = |view: ViewpointId, position: &Position| {
            position.relationship == id
                && Some(view) != self.point.through
                && (json!(position.stance) == "DISPUTES"
                    || position.alignment.is_some_and(|own| own != tie.alignment)
                    || position.tier.is_some_and(|own| Some(own) != tie.tier)
                    || position
                        .label
                        .as_ref()
                        .is_some_and(|own| Some(own) != tie.label.as_ref()))
        };
        json!({
            "from": self.name(tie.from), "to": self.name(tie.to), "kind": tie.kind, "against": ids(&tie.against),
            "symmetric": tie.symmetric, "assertion": tie.assertion, "label": tie.label, "alignment": tie.alignment,
            "tier": tie.tier, "formality": tie.formality, "obligations": tie.obligations, "summary": tie.summary,
            "period": times(&tie.period),
            "validity": Readings::of(&tie.period, self.asked()).validity(self.asked()),
            "areas": tie.areas.iter().map(|area| self.area(area)).collect::<Vec<_>>(),
            "confidence": tie.confidence, "citations": self.citations(&tie.citations),
            "evidence": self.evidence(&tie), "codings": codings.collect::<Vec<_>>(), "contested": self.contested(id),
            "positions": self.positions(|_, position| position.relationship == id),
            "recorded": { "alignment": plain.alignment, "tier": plain.tier, "label": plain.label },
            "dissents": self.positions(dissents),
            "notes": page(&self.notes(|note| note.relationships.contains(&id))),
        })
    }

    fn brief(self, id: RecordId) -> Value {
        let Some(Record::Brief(brief)) = self.live(id).map(|version| &version.record) else {
            panic!("{id}")
        };
        let sections = brief.sections.iter().map(|section| {
            let found = self.ties(&json!(section.filter), section.actor);
            let (pinned, others): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|id| section.order.contains(id));
            let first = section
                .order
                .iter()
                .filter(|id| pinned.contains(id))
                .copied();
            json!({
                "title": section.title, "introduction": section.introduction,
                "actor": section.actor.map(|id| json!({ "id": id })),
                "relationships": page(&first.chain(others).collect::<Vec<_>>()),
            })
        });
        json!({
            "slug": brief.slug, "question": brief.question, "audience": brief.audience, "summary": brief.summary,
            "actors": ids(&brief.actors), "viewpoints": ids(&self.listed(&brief.viewpoints)),
            "disclaimer": brief.disclaimer, "sections": sections.collect::<Vec<_>>(),
            "notes": page(&self.notes(|note| note.actors.iter().any(|actor| brief.actors.contains(actor)))),
        })
    }

    /// An actor by its id and name.
    fn name(self, id: ActorId) -> Value {
        let Record::Actor(actor) = &self.any(id).unwrap().record else {
            panic!("{id}")
        };
        json!({ "id": id, "name": actor.name })
    }

    pub fn area(self, area: &CooperationArea) -> Value {
        json!({
            "domain": area.domain, "description": area.description, "period": area.period.as_ref().map(times),
            "citations": self.citations(&area.citations),
        })
    }

    fn citations(self, citations: &[Citation]) -> Value {
        let citation = |citation: &Citation| {
            let Record::Source(source) = &self.any(citation.source).unwrap().record else {
                panic!("no source")
            };
            json!({
                "source": { "id": citation.source, "title": source.title }, "locator": citation.locator,
                "quote": citation.quote, "accessedOn": citation.accessed_on,
            })
        };
        citations.iter().map(citation).collect()
    }

    /// How well a relationship is sourced: a source without a publisher counts by itself.
    pub fn evidence(self, tie: &Relationship) -> Value {
        let (sources, areas) = (
            sources(tie),
            tie.areas.iter().map(|area| area.citations.len()),
        );
        let mut publishers: Vec<String> = sources
            .iter()
            .map(|id| {
                match &self.any(*id).unwrap().record {
                    Record::Source(source) => source
                        .publisher
                        .as_deref()
                        .map(|name| name.trim().to_lowercase()),
                    _ => None,
                }
                .unwrap_or_else(|| format!("unpublished: {id}"))
            })
            .collect();
        publishers.sort_unstable();
        publishers.dedup();
        let grade = ["UNCITED", "SINGLE_SOURCE", "CORROBORATED"][publishers.len().min(2)];
        json!({
            "citations": tie.citations.len() + areas.sum::<usize>(),
            "sources": sources.len(),
            "publishers": publishers.len(),
            "grade": grade,
        })
    }

    /// Whether a viewpoint in the lists disputes a relationship.
    pub fn contested(self, id: RelationshipId) -> bool {
        let disputes = |position: &Position| {
            position.relationship == id && json!(position.stance) == "DISPUTES"
        };
        !self
            .views(|view| view.positions.iter().any(disputes))
            .is_empty()
    }

    /// The actor at the other end.
    pub fn counterpart(self, id: RelationshipId, of: ActorId) -> ActorId {
        let tie = self.tie(id).unwrap();
        if tie.from == of { tie.to } else { tie.from }
    }

    /// Those that are in the lists.
    fn listed<I: Into<RecordId> + Copy>(self, ids: &[I]) -> Vec<I> {
        ids.iter()
            .copied()
            .filter(|id| self.live(*id).is_some())
            .collect()
    }

    /// The viewpoints in the lists that pass a test, in the order of entry.
    pub fn views(self, test: impl Fn(&Viewpoint) -> bool) -> Vec<ViewpointId> {
        let passes = |id: &ViewpointId| match &self.live(*id).unwrap().record {
            Record::Viewpoint(view) => test(view),
            _ => false,
        };
        self.all().into_iter().filter(passes).collect()
    }

    /// What viewpoints in the lists say of relationships in the lists, where it passes a test.
    pub fn positions(self, test: impl Fn(ViewpointId, &Position) -> bool) -> Value {
        let mut found = Vec::new();
        for id in self.all::<ViewpointId>() {
            let Record::Viewpoint(view) = &self.live(id).unwrap().record else {
                continue;
            };
            let shown = view
                .positions
                .iter()
                .filter(|own| self.live(own.relationship).is_some() && test(id, own));
            found.extend(shown.map(|own| {
                json!({
                    "viewpoint": { "id": id }, "relationship": { "id": own.relationship }, "stance": own.stance,
                    "argument": own.argument, "alignment": own.alignment, "tier": own.tier, "label": own.label,
                })
            }));
        }
        Value::Array(found)
    }

    /// The notes in the lists that pass a test, newest first by the first day of the date that they speak
    /// of, the younger in the record first where that is the same.
    pub fn notes(self, test: impl Fn(&ContextNote) -> bool) -> Vec<NoteId> {
        let note = |id: NoteId| match &self.live(id).unwrap().record {
            Record::Note(note) => note.clone(),
            _ => panic!("{id} is no note"),
        };
        let mut found: Vec<NoteId> = self
            .all()
            .into_iter()
            .filter(|id| test(&note(*id)))
            .collect();
        found.sort_by_key(|id| std::cmp::Reverse((note(*id).as_of.first_day(), *id)));
        found
    }

    /// A record of any kind that an id leads to, if it is in the lists.
    pub fn node(self, id: RecordId) -> Value {
        let id = match id.kind {
            Kind::Actor => self.survivor(TypedId::from_number(id.number)).into(),
            _ => id,
        };
        json!(self.live(id).map(|version| json!({ "id": version.id })))
    }

    /// The days of a note's date.
    pub fn speaks_of(self, id: NoteId) -> super::calendar::Days {
        match &self.live(id).unwrap().record {
            Record::Note(note) => days(note.as_of),
            _ => panic!("{id} is no note"),
        }
    }
}
