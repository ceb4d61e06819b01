//! Questions about the whole web: chains between two actors, and whom several have in common.

use std::collections::{HashSet, VecDeque};

use crate::model::{ActorId, Kind, RelationshipFilter, RelationshipId, TypedId};
use crate::snapshot::Snapshot;
use crate::snapshot::facts::RelationshipFacts;

use super::{ReadError, filter, relationship};

/// The longest chain that can be asked for.
pub const LONGEST: i32 = 8;
/// The most chains that can be asked for.
pub const MOST: i32 = 50;

/// A chain of relationships from one actor to another, without going through anyone twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The actors in order, both ends included.
    pub actors: Vec<ActorId>,
    /// The relationship between each and the next; where a pair has several, the oldest in the record.
    pub relationships: Vec<RelationshipId>,
}

/// The shortest chains between two actors, shortest first, at most `first` of at most `longest` steps.
///
/// # Errors
/// When the bounds asked for are out of range.
pub fn paths(
    snapshot: &Snapshot,
    from: ActorId,
    to: ActorId,
    filter: &RelationshipFilter,
    longest: i32,
    first: i32,
) -> Result<Vec<Path>, ReadError> {
    let in_range = |name: &str, value: i32, most: i32| {
        usize::try_from(value)
            .ok()
            .filter(|_| (1..=most).contains(&value))
            .ok_or_else(|| {
                ReadError::BadArgument(format!("{name} must be from 1 to {most}; it is {value}"))
            })
    };
    let longest = in_range("maxLength", longest, LONGEST)?;
    let first = in_range("first", first, MOST)?;
    let wanted = filter::Relationships::for_list(filter, snapshot);
    let web = Web {
        snapshot,
        wanted: &wanted,
    };
    let mut found = Vec::new();
    if from == to {
        return Ok(found);
    }
    let mut reach = Reach::of(&web, to, longest / 2);
    // Lengths in turn, so that the shortest come first and nothing longer is walked than needed.
    for length in 1..=longest {
        if !reach.holds(from, length) {
            continue;
        }
        let mut walk = Walk {
            web: &web,
            reach: &mut reach,
            to,
            first,
            found: &mut found,
        };
        let mut begun = Path {
            actors: vec![from],
            relationships: Vec::new(),
        };
        walk.extend(&mut begun, length);
        if found.len() >= first {
            break;
        }
    }
    Ok(found)
}

/// The actors that have a relationship with every one of some actors, in the order of entry.
pub fn shared_counterparts(
    snapshot: &Snapshot,
    of: &[ActorId],
    filter: &RelationshipFilter,
) -> Vec<ActorId> {
    let counterparts = |actor: &ActorId| -> HashSet<ActorId> {
        relationship::of_actor(snapshot, *actor, filter)
            .into_iter()
            .filter_map(|id| {
                snapshot
                    .row::<RelationshipFacts>(id)?
                    .facts
                    .counterpart(*actor)
            })
            .collect()
    };
    let mut sets = of.iter().map(counterparts);
    let Some(mut shared) = sets.next() else {
        return Vec::new();
    };
    for set in sets {
        shared.retain(|actor| set.contains(actor));
    }
    let mut shared: Vec<_> = shared
        .into_iter()
        .filter(|actor| !of.contains(actor))
        .collect();
    shared.sort_unstable();
    shared
}

/// Whether a chain is followed from its beginning or from its end.
#[derive(Clone, Copy)]
enum Way {
    On,
    Back,
}

struct Web<'a> {
    snapshot: &'a Snapshot,
    wanted: &'a filter::Relationships,
}

impl Web<'_> {
    /// The steps that can be taken at an actor, in the order of entry; where a pair has several
    /// relationships, each is one. The filter is asked as of the actor that a step leaves: this one, or
    /// on the way back the neighbour.
    fn steps(
        &self,
        actor: ActorId,
        way: Way,
    ) -> impl Iterator<Item = (ActorId, RelationshipId)> + '_ {
        relationship::touching(self.snapshot, actor).filter_map(move |(id, facts)| {
            let other = facts.counterpart(actor)?;
            let leaving = match way {
                Way::On => actor,
                Way::Back => other,
            };
            let passes = self.wanted.holds(self.snapshot, id, facts, Some(leaving));
            passes.then_some((other, id))
        })
    }

    /// The oldest relationship by which a step leads from one actor to another, looked for among the
    /// relationships of whoever has fewer.
    fn step(&self, from: ActorId, to: ActorId) -> Option<RelationshipId> {
        let state = self.snapshot.state();
        let (at, way) = if state.count_ties(from) <= state.count_ties(to) {
            (from, Way::On)
        } else {
            (to, Way::Back)
        };
        let other = if at == from { to } else { from };
        let mut steps = self.steps(at, way).filter(|(found, _)| *found == other);
        steps.next().map(|(_, id)| id)
    }
}

/// No number of steps.
const UNKNOWN: u8 = u8::MAX;

/// Who is within so many steps of an end. Half of the way is walked back from the end beforehand; whether
/// somebody farther off is within reach is found by looking ahead, when it is asked.
struct Reach<'a> {
    web: &'a Web<'a>,
    /// How many steps are known to be enough, by the actor's number.
    enough: Vec<u8>,
    /// How many steps are known not to be.
    too_few: Vec<u8>,
    /// Up to how many steps `enough` tells all.
    sure: usize,
}

impl<'a> Reach<'a> {
    fn of(web: &'a Web<'a>, end: ActorId, sure: usize) -> Self {
        let actors = web.snapshot.state().count(Kind::Actor);
        let mut enough = vec![UNKNOWN; actors];
        let mut waiting = VecDeque::from([(end, 0)]);
        enough[end.index()] = 0;
        while let Some((actor, distance)) = waiting.pop_front() {
            if usize::from(distance) == sure {
                continue;
            }
            for (other, _) in web.steps(actor, Way::Back) {
                if enough[other.index()] == UNKNOWN {
                    enough[other.index()] = distance + 1;
                    waiting.push_back((other, distance + 1));
                }
            }
        }
        Self {
            web,
            enough,
            too_few: vec![0; actors],
            sure,
        }
    }

    /// Whether somebody is within so many steps.
    fn holds(&mut self, actor: ActorId, left: usize) -> bool {
        let place = actor.index();
        if usize::from(self.enough[place]) <= left {
            return true;
        }
        if left <= self.sure.max(self.too_few[place].into()) {
            return false;
        }
        let web = self.web;
        let mut steps = web.steps(actor, Way::On);
        let found = steps.any(|(other, _)| self.holds(other, left - 1));
        let told = if found {
            &mut self.enough
        } else {
            &mut self.too_few
        };
        // At most `LONGEST`.
        told[place] = left as u8;
        found
    }
}

struct Walk<'a, 'b> {
    web: &'a Web<'a>,
    reach: &'b mut Reach<'a>,
    to: ActorId,
    first: usize,
    found: &'b mut Vec<Path>,
}

impl Walk<'_, '_> {
    /// Adds the chains of exactly `left` more steps that go on from a path.
    fn extend(&mut self, path: &mut Path, left: usize) {
        let Some(here) = path.actors.last().copied() else {
            return;
        };
        if left == 1 {
            if let Some(relationship) = self.web.step(here, self.to) {
                let mut whole = path.clone();
                whole.actors.push(self.to);
                whole.relationships.push(relationship);
                self.found.push(whole);
            }
            return;
        }
        let web = self.web;
        let mut seen = HashSet::new();
        for (other, relationship) in web.steps(here, Way::On) {
            if self.found.len() >= self.first {
                return;
            }
            let leads_on = other != self.to && self.reach.holds(other, left - 1);
            if leads_on && !path.actors.contains(&other) && seen.insert(other) {
                path.actors.push(other);
                path.relationships.push(relationship);
                self.extend(path, left - 1);
                path.actors.pop();
                path.relationships.pop();
            }
        }
    }
}

/// Reads actors by slug or id, telling which are not there.
///
/// # Errors
/// When one is not an actor of the record.
pub fn actors(snapshot: &Snapshot, names: &[String]) -> Result<Vec<ActorId>, ReadError> {
    names
        .iter()
        .map(|name| {
            super::actor::named(snapshot, name)?.ok_or_else(|| {
                let name = crate::model::shorten(name);
                ReadError::BadArgument(format!("there is no actor {name:?}"))
            })
        })
        .collect()
}
