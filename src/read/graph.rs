//! Questions about the whole web: chains between two actors, and whom several have in common.

use std::collections::HashSet;
use std::convert::Infallible;
use std::ops::ControlFlow;

use crate::model::{ActorId, Kind, RelationshipFilter, RelationshipId, TypedId};
use crate::snapshot::Snapshot;

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
    let mut reach = Reach::of(&web, to);
    // Lengths in turn, so that the shortest come first and nothing longer is walked than needed.
    for length in 1..=longest {
        reach.widen(length / 2);
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
        let others = relationship::counterparts(snapshot, *actor, filter);
        others.into_iter().collect()
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
    /// Shows the steps that can be taken at an actor, in the order of entry, until it is told to stop; where
    /// a pair has several relationships, each is one. The filter is asked as of the actor that a step leaves:
    /// this one, or on the way back the neighbour.
    fn steps<B>(
        &self,
        actor: ActorId,
        way: Way,
        mut see: impl FnMut(ActorId, RelationshipId) -> ControlFlow<B>,
    ) -> Option<B> {
        let steps = self.snapshot.each_tie(actor, |tie| {
            let leaving = match way {
                Way::On => actor,
                Way::Back => tie.other,
            };
            if self.wanted.takes(self.snapshot, actor, tie, leaving) {
                see(tie.other, tie.id)?;
            }
            ControlFlow::Continue(())
        });
        steps.break_value()
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
        self.steps(at, way, |found, id| {
            if found == other {
                ControlFlow::Break(id)
            } else {
                ControlFlow::Continue(())
            }
        })
    }
}

/// What is known of how far an actor is from an end.
#[derive(Clone, Copy)]
struct Distance {
    /// How many steps it is away, if it was come by on the way back.
    exact: u8,
    /// How many steps are known to be enough.
    enough: u8,
    /// How many steps are known not to be.
    too_few: u8,
}

impl Distance {
    const UNKNOWN: Self = Self {
        exact: u8::MAX,
        enough: u8::MAX,
        too_few: 0,
    };
}

/// Who is within so many steps of an end. Half of the way is walked back from the end beforehand; whether
/// somebody farther off is within reach is found by looking ahead, when it is asked.
struct Reach<'a> {
    web: &'a Web<'a>,
    /// By the actor's number.
    distances: Vec<Distance>,
    /// How far back was walked.
    walked: usize,
    /// Those who are just as far away.
    rim: Vec<ActorId>,
}

impl<'a> Reach<'a> {
    fn of(web: &'a Web<'a>, end: ActorId) -> Self {
        let actors = web.snapshot.state().count(Kind::Actor);
        let mut distances = vec![Distance::UNKNOWN; actors];
        distances[end.index()].exact = 0;
        Self {
            web,
            distances,
            walked: 0,
            rim: vec![end],
        }
    }

    /// Walks back from the end, up to so many steps.
    fn widen(&mut self, steps: usize) {
        while self.walked < steps {
            self.walked += 1;
            for actor in std::mem::take(&mut self.rim) {
                let None = self.web.steps(actor, Way::Back, |other, _| {
                    let distance = &mut self.distances[other.index()];
                    if distance.exact == Distance::UNKNOWN.exact {
                        // At most `LONGEST`.
                        distance.exact = self.walked as u8;
                        self.rim.push(other);
                    }
                    ControlFlow::<Infallible>::Continue(())
                });
            }
        }
    }

    /// Whether somebody is within so many steps.
    fn holds(&mut self, actor: ActorId, left: usize) -> bool {
        let known = self.distances[actor.index()];
        if usize::from(known.exact.min(known.enough)) <= left {
            return true;
        }
        if left <= self.walked.max(known.too_few.into()) {
            return false;
        }
        let web = self.web;
        let found = web.steps(actor, Way::On, |other, _| {
            if self.holds(other, left - 1) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let found = found.is_some();
        let distance = &mut self.distances[actor.index()];
        // At most `LONGEST`.
        if found {
            distance.enough = left as u8;
        } else {
            distance.too_few = left as u8;
        }
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
        web.steps(here, Way::On, |other, relationship| {
            if self.found.len() >= self.first {
                return ControlFlow::Break(());
            }
            let leads_on = other != self.to && self.reach.holds(other, left - 1);
            if leads_on && !path.actors.contains(&other) && seen.insert(other) {
                path.actors.push(other);
                path.relationships.push(relationship);
                self.extend(path, left - 1);
                path.actors.pop();
                path.relationships.pop();
            }
            ControlFlow::Continue(())
        });
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
