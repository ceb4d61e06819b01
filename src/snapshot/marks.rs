//! What a relationship is, as a set: a bit for each value of each vocabulary.
//!
//! Lists are filtered and counted by these. Whether a relationship passes is one comparison of two words,
//! whatever is asked of how many vocabularies.

use serde::{Deserialize, Serialize};

use crate::model::{
    Alignment, Assertion, Confidence, CooperationDomain, Formality, Relationship, RelationshipKind,
    Tier, Vocabulary,
};

/// Some values of the vocabularies that a relationship is described by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks(u64);

/// A vocabulary whose values have marks.
pub trait Marked: Vocabulary {
    /// The place of the first of them.
    const FIRST: u32;
    /// The place behind the last of them.
    const END: u32 = Self::FIRST + Self::ALL.len() as u32;
}

/// Gives vocabularies their places, one behind the other.
macro_rules! marked {
    ($first:expr;) => {
        /// The first place that no vocabulary has.
        const REST: u32 = $first;
    };
    ($first:expr; $vocabulary:ident $($others:ident)*) => {
        impl Marked for $vocabulary {
            const FIRST: u32 = $first;
        }
        marked!(<$vocabulary as Marked>::END; $($others)*);
    };
}

marked!(0; CooperationDomain RelationshipKind Alignment Tier Formality Assertion Confidence);

/// How many places there are.
pub const PLACES: usize = 64;

impl Marks {
    /// That no tier is given.
    pub const NO_TIER: Self = Self(1 << REST);
    /// That no confidence is given.
    pub const NO_CONFIDENCE: Self = Self(1 << (REST + 1));
    /// That an area has no citation of its own.
    pub const UNCITED: Self = Self(1 << (REST + 2));
    /// That an area has a period of its own.
    pub const OWN_PERIOD: Self = Self(1 << (REST + 3));

    /// The mark of a value.
    pub fn of<V: Marked>(value: V) -> Self {
        Self(1 << (V::FIRST + value.index()))
    }

    /// The marks of some values.
    pub fn some<V: Marked>(values: &[V]) -> Self {
        values
            .iter()
            .fold(Self::default(), |marks, value| marks.and(Self::of(*value)))
    }

    /// The marks of all values of a vocabulary.
    pub fn all<V: Marked>() -> Self {
        Self((1 << V::END) - (1 << V::FIRST))
    }

    /// These and others.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These without others.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether one of these is among others.
    pub fn meets(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether all of others are among these.
    pub fn holds(self, others: Self) -> bool {
        others.without(self) == Self::default()
    }

    /// The values of a vocabulary that are marked.
    pub fn values<V: Marked>(self) -> impl Iterator<Item = V> {
        let own = Self(self.0 & Self::all::<V>().0);
        let value = |place: u32| V::ALL.get((place - V::FIRST) as usize).copied();
        own.places().filter_map(value)
    }

    /// The value of a vocabulary that is marked, where one is.
    pub fn value<V: Marked>(self) -> Option<V> {
        self.values().next()
    }

    /// The same with one value of a vocabulary in place of another.
    #[must_use]
    pub fn with<V: Marked>(self, value: V) -> Self {
        self.without(Self::all::<V>()).and(Self::of(value))
    }

    /// The places of all marks.
    pub fn places(self) -> impl Iterator<Item = u32> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let place = (left != 0).then(|| left.trailing_zeros())?;
            left &= left - 1;
            Some(place)
        })
    }
}

impl From<&Relationship> for Marks {
    fn from(relationship: &Relationship) -> Self {
        let areas = &relationship.areas;
        let domains: Vec<_> = areas.iter().map(|area| area.domain).collect();
        let flag = |mark: Self, is_so: bool| if is_so { mark } else { Self::default() };
        Self::some(&domains)
            .and(Self::of(relationship.kind))
            .and(Self::of(relationship.alignment))
            .and(relationship.tier.map_or(Self::NO_TIER, Self::of))
            .and(Self::of(relationship.formality))
            .and(Self::of(relationship.assertion))
            .and(
                relationship
                    .confidence
                    .map_or(Self::NO_CONFIDENCE, Self::of),
            )
            .and(flag(
                Self::UNCITED,
                areas.iter().any(|area| area.citations.is_empty()),
            ))
            .and(flag(
                Self::OWN_PERIOD,
                areas.iter().any(|area| area.period.is_some()),
            ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_a_mark_of_its_own() {
        let all = [
            Marks::all::<CooperationDomain>(),
            Marks::all::<RelationshipKind>(),
            Marks::all::<Alignment>(),
            Marks::all::<Tier>(),
            Marks::all::<Formality>(),
            Marks::all::<Assertion>(),
            Marks::all::<Confidence>(),
            Marks::NO_TIER,
            Marks::NO_CONFIDENCE,
            Marks::UNCITED,
            Marks::OWN_PERIOD,
        ];
        let together = all.into_iter().fold(Marks::default(), |sum, marks| {
            assert!(!sum.meets(marks), "{marks:?} has places of others");
            sum.and(marks)
        });
        assert_eq!(together.places().count(), (REST + 4) as usize);
        for domain in CooperationDomain::ALL {
            assert_eq!(Marks::of(*domain).value(), Some(*domain));
        }
    }

    #[test]
    fn one_value_takes_the_place_of_another() {
        let marks = Marks::of(Alignment::Ally).and(Marks::NO_TIER);
        let other = marks.with(Alignment::Adversary);
        assert_eq!(other.value(), Some(Alignment::Adversary));
        assert_eq!(other.value::<Tier>(), None);
        assert!(other.holds(Marks::NO_TIER) && !other.holds(marks));
        assert!(other.meets(marks) && !other.meets(Marks::UNCITED));
    }
}
