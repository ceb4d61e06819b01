//! The naive model: a plain list of versions of whole records, no index, no cache, no fold.
//!
//! It is read off the committed changes. Whatever is asked of it is found by walking the list.

use foedera::model::{
    ActorId, Change, ChangeKind, Kind, PartialDate, Record, RecordId, Relationship, Timestamp,
    TypedId, Viewpoint, ViewpointId,
};
use foedera::store::Log;

use super::calendar::{Days, days};

/// Everything that was ever committed.
pub struct Naive {
    pub commits: Vec<Commit>,
    pub versions: Vec<Version>,
}

/// One revision.
pub struct Commit {
    pub number: u32,
    pub at: Timestamp,
    pub author: String,
    pub message: Option<String>,
    pub changes: Vec<Change>,
}

/// One record as one revision left it.
#[derive(Clone)]
pub struct Version {
    pub id: RecordId,
    pub revision: u32,
    pub record: Record,
    pub retired: bool,
    pub part_of: Option<ActorId>,
    /// What the revision did to it, in order.
    pub steps: Vec<(ChangeKind, Option<String>)>,
}

impl Naive {
    /// Reads a log.
    pub fn of(log: &dyn Log) -> Self {
        let mut naive = Self {
            commits: Vec::new(),
            versions: Vec::new(),
        };
        for entry in log.read(1) {
            let entry = entry.unwrap();
            let header = &entry.revision.header;
            let changes = entry.decode_changes().unwrap();
            for change in &changes {
                naive.take(header.number, change);
            }
            naive.commits.push(Commit {
                number: header.number,
                at: header.committed_at,
                author: header.author.clone(),
                message: header.message.clone(),
                changes,
            });
        }
        naive
    }

    fn take(&mut self, revision: u32, change: &Change) {
        let before = self.version(change.id(), u32::MAX).cloned();
        let mut version = match (before, change.record()) {
            (Some(before), _) => before,
            (None, Some(record)) => Version {
                id: change.id(),
                revision: 0,
                record: record.clone(),
                retired: false,
                part_of: None,
                steps: Vec::new(),
            },
            (None, None) => panic!("{change:?} is about nothing"),
        };
        let again = version.revision == revision;
        if !again {
            version.steps.clear();
        }
        version.revision = revision;
        version
            .steps
            .push((change.kind(), change.reason().map(str::to_owned)));
        match change {
            Change::Created { record, .. } | Change::Updated { record, .. } => {
                version.record = record.clone()
            }
            Change::Retired { .. } => version.retired = true,
            Change::Restored { .. } => (version.retired, version.part_of) = (false, None),
            Change::Merged { into, .. } => (version.retired, version.part_of) = (true, Some(*into)),
            Change::Redacted { .. } => {}
        }
        if again {
            self.versions
                .retain(|old| (old.id, old.revision) != (version.id, revision));
        }
        self.versions.push(version);
    }

    /// The version of a record at a revision.
    pub fn version(&self, id: RecordId, revision: u32) -> Option<&Version> {
        let known = self
            .versions
            .iter()
            .filter(|version| version.id == id && version.revision <= revision);
        known.max_by_key(|version| version.revision)
    }

    /// Every version of a record up to a revision, oldest first.
    pub fn history(&self, id: RecordId, revision: u32) -> Vec<&Version> {
        let mut known: Vec<_> = self
            .versions
            .iter()
            .filter(|version| version.id == id && version.revision <= revision)
            .collect();
        known.sort_by_key(|version| version.revision);
        known
    }

    /// When a revision was committed.
    pub fn committed_at(&self, revision: u32) -> Timestamp {
        let commit = self.commits.iter().find(|commit| commit.number == revision);
        commit.map_or(Timestamp(0), |commit| commit.at)
    }

    /// The newest revision.
    pub fn newest(&self) -> u32 {
        self.commits.len() as u32
    }

    /// The record as it was at a moment.
    pub fn at(&self, moment: Point) -> Moment<'_> {
        Moment {
            of: self,
            point: moment,
        }
    }
}

/// A moment, as far as it is known by numbers.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub revision: u32,
    pub known_at: Timestamp,
    pub valid_on: PartialDate,
    pub through: Option<ViewpointId>,
}

/// The record at a moment.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    pub of: &'a Naive,
    pub point: Point,
}

impl<'a> Moment<'a> {
    /// The days asked about.
    pub fn asked(self) -> Days {
        days(self.point.valid_on)
    }

    /// A record, in the lists or not.
    pub fn any(self, id: impl Into<RecordId>) -> Option<&'a Version> {
        self.of.version(id.into(), self.point.revision)
    }

    /// A record in the lists.
    pub fn live(self, id: impl Into<RecordId>) -> Option<&'a Version> {
        self.any(id).filter(|version| !version.retired)
    }

    /// The records of a kind in the lists, in the order of entry.
    pub fn all<I: TypedId>(self) -> Vec<I> {
        let ids = 1..=self
            .of
            .versions
            .iter()
            .map(|version| version.id.number)
            .max()
            .unwrap_or(0);
        ids.map(I::from_number)
            .filter(|id| self.live(*id).is_some())
            .collect()
    }

    /// A relationship in the lists, as it is read: through the viewpoint's eyes where it has its own.
    pub fn tie(self, id: impl Into<RecordId>) -> Option<Relationship> {
        let id = id.into();
        let Record::Relationship(tie) = &self.live(id)?.record else {
            return None;
        };
        let mut tie = Relationship::clone(tie);
        if let Some(view) = self.through()
            && let Some(position) = view
                .positions
                .iter()
                .find(|position| RecordId::from(position.relationship) == id)
        {
            tie.alignment = position.alignment.unwrap_or(tie.alignment);
            tie.tier = position.tier.or(tie.tier);
            tie.label = position.label.clone().or(tie.label);
        }
        Some(tie)
    }

    /// The viewpoint that the record is read through.
    pub fn through(self) -> Option<&'a Viewpoint> {
        match &self.live(self.point.through?)?.record {
            Record::Viewpoint(view) => Some(view),
            _ => None,
        }
    }

    /// The same moment as the record says itself.
    pub fn plain(self) -> Self {
        Self {
            point: Point {
                through: None,
                ..self.point
            },
            ..self
        }
    }

    /// The same moment as a viewpoint reads it.
    pub fn seen_through(self, view: ViewpointId) -> Self {
        Self {
            point: Point {
                through: Some(view),
                ..self.point
            },
            ..self
        }
    }

    /// The actor that an actor is part of, or itself.
    pub fn survivor(self, id: ActorId) -> ActorId {
        match self.any(id).and_then(|version| version.part_of) {
            Some(into) => self.survivor(into),
            None => id,
        }
    }

    /// What a slug leads to: the record of the kind that was the last to call it its own, now or before.
    pub fn named(self, kind: Kind, slug: &str) -> Option<RecordId> {
        let commits = self
            .of
            .commits
            .iter()
            .filter(|commit| commit.number <= self.point.revision);
        let changes = commits.flat_map(|commit| &commit.changes);
        let mut owners = changes.filter(|change| {
            change.record().is_some_and(|record| {
                record.kind() == kind
                    && (record.key() == Some(slug)
                        || record.former_keys().iter().any(|former| former == slug))
            })
        });
        owners.next_back().map(Change::id)
    }
}
