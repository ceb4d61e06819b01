//! Counts beside a list: how many of it have each value.

use crate::model::{Alignment, CooperationDomain, Formality, RelationshipKind, Tier};
use crate::snapshot::marks::{Marked, PLACES};

use super::relationship::OfActor;

/// How many relationships of a list have each value. Values that none has are left out.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    /// How many there are.
    pub total: usize,
    /// By kind.
    pub kind: Vec<(RelationshipKind, u32)>,
    /// By alignment.
    pub alignment: Vec<(Alignment, u32)>,
    /// By tier.
    pub tier: Vec<(Tier, u32)>,
    /// By formality.
    pub formality: Vec<(Formality, u32)>,
    /// By the domains of their areas; a relationship counts in each of its domains.
    pub domain: Vec<(CooperationDomain, u32)>,
}

/// Counts a list.
pub fn count(list: &OfActor) -> Facets {
    let mut total = 0;
    let mut tally = Tally([0; PLACES]);
    list.each(|tie| {
        total += 1;
        let places = tie.outline.marks.places();
        places.for_each(|place| tally.0[place as usize] += 1);
    });
    Facets {
        total,
        kind: tally.counts(),
        alignment: tally.counts(),
        tier: tally.counts(),
        formality: tally.counts(),
        domain: tally.counts(),
    }
}

/// How many have each mark.
struct Tally([u32; PLACES]);

impl Tally {
    fn counts<V: Marked>(&self) -> Vec<(V, u32)> {
        let counts = self.0[V::FIRST as usize..].iter();
        let counted = V::ALL.iter().copied().zip(counts.copied());
        counted.filter(|(_, count)| *count > 0).collect()
    }
}
