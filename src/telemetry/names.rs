//! Operations by the names that clients give them.

use std::collections::HashSet;
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
    known: RwLock<HashSet<Arc<str>>>,
    seconds: Family<NameLabel, Histogram>,
}

impl Default for Names {
    fn default() -> Self {
        // From 1 ms to 16 s.
        let make: fn() -> Histogram = || Histogram::new(exponential_buckets(0.001, 4.0, 8));
        Self {
            known: RwLock::default(),
            seconds: Family::new_with_constructor(make),
        }
    }
}

impl Names {
    pub(super) fn observe(&self, name: Option<&str>, took: Duration) {
        let name = self.known(name);
        let label = NameLabel { name };
        self.seconds
            .get_or_create(&label)
            .observe(took.as_secs_f64());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "named_operation_duration_seconds",
            "How long GraphQL operations took, by the first hundred names that clients gave them",
            self.seconds.clone(),
        );
    }

    /// The name by which an operation is counted.
    fn known(&self, name: Option<&str>) -> Arc<str> {
        let Some(name) = name else {
            return UNNAMED.into();
        };
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(name) {
            return known.clone();
        }
        let full = known.len() >= MOST;
        drop(known);
        if full || name.len() > LONGEST {
            return OTHERS.into();
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            return OTHERS.into();
        }
        let name = Arc::<str>::from(name);
        known.insert(name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_names_are_told_apart_and_the_rest_is_one() {
        let names = Names::default();
        for n in 0..10_000 {
            names.observe(Some(&format!("name{n}")), Duration::from_millis(1));
        }
        assert_eq!(&*names.known(Some("name7")), "name7");
        assert_eq!(&*names.known(Some("name7000")), OTHERS);
        assert_eq!(&*names.known(None), UNNAMED);
        let mut registry = Registry::default();
        names.register(&mut registry);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        let series = text.lines().filter(|line| line.contains("_count{"));
        assert_eq!(series.count(), MOST + 1);
    }

    #[test]
    fn a_name_that_is_too_long_is_not_told() {
        let names = Names::default();
        assert_eq!(&*names.known(Some(&"x".repeat(LONGEST + 1))), OTHERS);
    }
}
