//! Operations by the names that clients give them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// The most names that are told apart. Clients choose them, and may choose as many as they like.
const MOST: usize = 100;
/// The longest name that is told.
const LONGEST: usize = 60;
/// What all others are counted as. It is no name that GraphQL allows.
const OTHERS: &str = "(other)";
const UNNAMED: &str = "(unnamed)";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NameLabel {
    name: Arc<str>,
}

/// How long operations took, by name. The first hundred names are told apart.
pub(super) struct Names {
    known: RwLock<HashMap<Arc<str>, Histogram>>,
    unnamed: Histogram,
    others: Histogram,
    seconds: Family<NameLabel, Histogram>,
}

impl Default for Names {
    fn default() -> Self {
        // From 1 ms to 16 s.
        let make: fn() -> Histogram = || Histogram::new(exponential_buckets(0.001, 4.0, 8));
        let seconds = Family::new_with_constructor(make);
        let [unnamed, others] = [UNNAMED, OTHERS]
            .map(|name| seconds.get_or_create_owned(&NameLabel { name: name.into() }));
        Self {
            known: RwLock::default(),
            unnamed,
            others,
            seconds,
        }
    }
}

impl Names {
    pub(super) fn observe(&self, name: Option<&str>, took: Duration) {
        let took = took.as_secs_f64();
        let Some(name) = name else {
            return self.unnamed.observe(took);
        };
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(name) {
            return known.observe(took);
        }
        let full = known.len() >= MOST;
        drop(known);
        if full || name.len() > LONGEST {
            return self.others.observe(took);
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            return self.others.observe(took);
        }
        let name = Arc::<str>::from(name);
        let label = NameLabel { name: name.clone() };
        let made = || self.seconds.get_or_create_owned(&label);
        known.entry(name).or_insert_with(made).observe(took);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "named_operation_duration_seconds",
            "How long GraphQL operations took, by the first hundred names that clients gave them",
            self.seconds.clone(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many operations were counted under each name.
    fn counted(names: &Names) -> HashMap<String, u64> {
        let mut registry = Registry::default();
        names.register(&mut registry);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        let counts = text.lines().filter_map(|line| {
            let (_, rest) = line.split_once("_count{name=\"")?;
            let (name, count) = rest.split_once("\"} ")?;
            Some((name.to_owned(), count.parse().unwrap()))
        });
        counts.collect()
    }

    #[test]
    fn a_hundred_names_are_told_apart_and_the_rest_is_one() {
        let names = Names::default();
        for _ in 0..2 {
            for n in 0..10_000 {
                names.observe(Some(&format!("name{n}")), Duration::from_millis(1));
            }
            names.observe(None, Duration::from_millis(1));
        }
        let counted = counted(&names);
        assert_eq!(counted.len(), MOST + 2);
        assert_eq!(counted["name7"], 2);
        assert_eq!(counted[UNNAMED], 2);
        assert_eq!(counted[OTHERS], 2 * (10_000 - MOST as u64));
    }

    #[test]
    fn a_name_that_is_too_long_is_not_told() {
        let names = Names::default();
        names.observe(Some(&"x".repeat(LONGEST + 1)), Duration::from_millis(1));
        assert_eq!(counted(&names)[OTHERS], 1);
    }
}
