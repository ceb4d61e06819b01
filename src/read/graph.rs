//! Questions about the whole web: chains between two actors, and whom several have in common.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::model::{ActorId, RelationshipFilter, RelationshipId};
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
    let distances = web.distances(to, longest);
    let mut found = Vec::new();
    let Some(shortest) = distances.get(&from).copied().filter(|_| from != to) else {
        return Ok(found);
    };
    // Lengths in turn, so that the shortest come first and nothing longer is walked than needed.
    for length in shortest..=longest {
        let mut walk = Walk {
            web: &web,
            distances: &distances,
            to,
            first,
            found: &mut found,
        };
        walk.extend(
            &mut Path {
                actors: vec![from],
                relationships: Vec::new(),
            },
            length,
        );
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
    /// Each neighbour once, with the oldest relationship that leads to it. The filter is asked as of
    /// the actor that a step leaves: this one, or on the way back the neighbour.
    fn neighbours(&self, actor: ActorId, way: Way) -> Vec<(ActorId, RelationshipId)> {
        let mut seen = HashSet::new();
        relationship::touching(self.snapshot, actor)
            .filter_map(|(id, facts)| {
                let other = facts.counterpart(actor)?;
                let leaving = match way {
                    Way::On => actor,
                    Way::Back => other,
                };
                let passes = self.wanted.holds(self.snapshot, id, facts, Some(leaving));
                passes.then_some((other, id))
            })
            .filter(|(other, _)| seen.insert(*other))
            .collect()
    }

    /// How many steps each actor within reach is away from one.
    fn distances(&self, to: ActorId, longest: usize) -> HashMap<ActorId, usize> {
        let mut distances = HashMap::from([(to, 0)]);
        let mut waiting = VecDeque::from([(to, 0)]);
        while let Some((actor, distance)) = waiting.pop_front() {
            if distance == longest {
                continue;
            }
            for (other, _) in self.neighbours(actor, Way::Back) {
                distances.entry(other).or_insert_with(|| {
                    waiting.push_back((other, distance + 1));
                    distance + 1
                });
            }
        }
        distances
    }
}

struct Walk<'a> {
    web: &'a Web<'a>,
    distances: &'a HashMap<ActorId, usize>,
    to: ActorId,
    first: usize,
    found: &'a mut Vec<Path>,
}

impl Walk<'_> {
    /// Adds the chains of exactly `left` more steps that go on from a path.
    fn extend(&mut self, path: &mut Path, left: usize) {
        let Some(here) = path.actors.last().copied() else {
            return;
        };
        if here == self.to {
            if left == 0 {
                self.found.push(path.clone());
            }
            return;
        }
        for (other, relationship) in self.web.neighbours(here, Way::On) {
            let reachable = self
                .distances
                .get(&other)
                .is_some_and(|steps| *steps < left);
            if self.found.len() >= self.first {
                return;
            }
            if reachable && !path.actors.contains(&other) {
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
