//! Counts beside a list: how many of it have each value.

use crate::model::{Alignment, CooperationDomain, Formality, RelationshipKind, Tier, Vocabulary};
use crate::snapshot::facts::Outline;

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
pub fn count(list: impl Iterator<Item = Outline>) -> Facets {
    let mut total = 0;
    let mut kind = Tally::default();
    let mut alignment = Tally::default();
    let mut tier = Tally::default();
    let mut formality = Tally::default();
    let mut domain = Tally::default();
    for outline in list {
        total += 1;
        kind.add(outline.kind);
        alignment.add(outline.alignment);
        outline.tier.into_iter().for_each(|value| tier.add(value));
        formality.add(outline.formality);
        outline.domains.iter().for_each(|value| domain.add(value));
    }
    Facets {
        total,
        kind: kind.counts(),
        alignment: alignment.counts(),
        tier: tier.counts(),
        formality: formality.counts(),
        domain: domain.counts(),
    }
}

/// Counts by value of one vocabulary; none has more than 32 values.
#[derive(Default)]
struct Tally([u32; 32]);

impl Tally {
    fn add(&mut self, value: impl Vocabulary) {
        self.0[value.index() as usize] += 1;
    }

    fn counts<V: Vocabulary>(&self) -> Vec<(V, u32)> {
        let counted = V::ALL
            .iter()
            .map(|value| (*value, self.0[value.index() as usize]));
        counted.filter(|(_, count)| *count > 0).collect()
    }
}
