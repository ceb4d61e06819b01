//! The record at every moment, held against a naive model: a plain list of versions without an index.
//!
//! A case is a history made at random by commands, and a moment of it with questions. Every answer must
//! be the one that the model finds by walking its list. The model follows the guide for readers and the
//! descriptions of the fields; it shares the words of the record with the program, and no rule.

mod answers;
mod backup;
mod calendar;
mod differences;
mod drafts;
mod filters;
mod found;
mod histories;
mod history;
mod lists;
mod model;
mod reads;

use std::sync::atomic::Ordering;

use foedera::model::{PartialDate, Timestamp, ViewpointId};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::support::TestApp;
use model::{Naive, Point};

/// Which moment: as far as it can be said before there is a history.
#[derive(Clone, Debug)]
struct When {
    valid_on: Option<PartialDate>,
    known: Known,
    through: Option<Index>,
}

#[derive(Clone, Debug)]
enum Known {
    Now,
    Revision(Index),
    /// So many milliseconds before or after a commit.
    Around(Index, i64),
}

fn when() -> BoxedStrategy<When> {
    let beside = prop_oneof![
        Just(-1i64),
        Just(0),
        Just(1),
        -9_000_000_000..9_000_000_000i64
    ];
    let known = prop_oneof![
        1 => Just(Known::Now),
        3 => any::<Index>().prop_map(Known::Revision),
        3 => (any::<Index>(), beside).prop_map(|(commit, beside)| Known::Around(commit, beside)),
    ];
    (
        prop::option::weighted(0.8, calendar::date()),
        known,
        prop::option::of(any::<Index>()),
    )
        .prop_map(|(valid_on, known, through)| When {
            valid_on,
            known,
            through,
        })
        .boxed()
}

/// A history that was made, and what is known of it by plain means.
struct Case {
    test: TestApp,
    now: Timestamp,
    naive: Naive,
}

impl Case {
    fn of(steps: &[histories::Step]) -> Self {
        let (test, hand) = histories::live(steps);
        let naive = Naive::of(test.app.ledger.log());
        Self {
            now: Timestamp(hand.load(Ordering::Relaxed)),
            test,
            naive,
        }
    }

    /// The arguments of a moment, and what they come to.
    fn moment(&self, when: &When) -> (Value, Point) {
        let newest = self.naive.newest();
        let (known, revision, known_at) = match &when.known {
            Known::Now => (json!({}), newest, self.naive.committed_at(newest)),
            Known::Revision(index) => {
                let revision = index.index(newest as usize + 1) as u32;
                (
                    json!({ "revision": revision }),
                    revision,
                    self.naive.committed_at(revision),
                )
            }
            Known::Around(index, beside) => {
                let commit = &self.naive.commits[index.index(newest as usize)];
                let instant = Timestamp((commit.at.0 + beside).min(self.now.0));
                let known = self
                    .naive
                    .commits
                    .iter()
                    .filter(|commit| commit.at <= instant);
                (
                    json!({ "knownAt": instant.to_string() }),
                    known.count() as u32,
                    instant,
                )
            }
        };
        let today = PartialDate::from(self.now.day());
        let mut point = Point {
            revision,
            known_at,
            valid_on: when.valid_on.unwrap_or(today),
            through: None,
        };
        let mut arguments = known;
        if let Some(valid_on) = when.valid_on {
            arguments["validOn"] = json!(valid_on);
        }
        let views: Vec<ViewpointId> = self.naive.at(point).all();
        if let Some(index) = &when.through
            && !views.is_empty()
        {
            point.through = Some(views[index.index(views.len())]);
            arguments["through"] = json!(point.through);
        }
        (arguments, point)
    }

    /// Asks, and holds the answer against the one that is wanted.
    fn hold(&self, query: &str, variables: Value, wanted: &Value) -> Result<(), TestCaseError> {
        let mut answer = self.test.query_with(query, variables);
        calm(&mut answer);
        let mut apart = Vec::new();
        compare("", &answer, wanted, &mut apart);
        prop_assert!(apart.is_empty(), "{}", apart.join("\n"));
        Ok(())
    }
}

/// Brings the fields of changes into one order: theirs means nothing.
fn calm(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(calm),
        Value::Array(items) => {
            items.iter_mut().for_each(calm);
            if items.first().is_some_and(|first| !first["path"].is_null()) {
                *value = history::sorted(std::mem::take(items));
            }
        }
        _ => {}
    }
}

/// Where an answer is not the one that is wanted.
fn compare(path: &str, found: &Value, wanted: &Value, apart: &mut Vec<String>) {
    match (found, wanted) {
        (Value::Object(a), Value::Object(b)) => {
            let names = a
                .keys()
                .chain(b.keys().filter(|name| !a.contains_key(*name)));
            names.for_each(|name| {
                compare(
                    &format!("{path}.{name}"),
                    &found[name],
                    &wanted[name],
                    apart,
                )
            });
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            (0..a.len()).for_each(|at| compare(&format!("{path}[{at}]"), &a[at], &b[at], apart));
        }
        _ if found != wanted => {
            apart.push(format!("{path}: {found} was answered, {wanted} is wanted"))
        }
        _ => {}
    }
}

/// How much is tried. The long run has a command of its own; the suite takes a short one.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        max_shrink_iters: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

const CASES: u32 = 500;
const MANY_CASES: u32 = 10_000;

proptest! {
    #![proptest_config(config(CASES))]

    #[test]
    fn every_field_at_every_moment_is_what_a_plain_list_of_versions_says(
        steps in histories::steps(40), when in when(), asked in reads::asked(),
    ) {
        reads::hold(&Case::of(&steps), &when, &asked)?;
    }

    #[test]
    fn every_difference_and_every_history_is_what_a_plain_list_of_versions_says(
        steps in histories::steps(40), asked in differences::asked(),
    ) {
        differences::hold(&Case::of(&steps), &asked)?;
    }
}

proptest! {
    #![proptest_config(config(MANY_CASES))]

    #[test]
    #[ignore = "takes minutes: cargo test --locked --test it time::ten_thousand -- --ignored"]
    fn ten_thousand_moments_are_what_a_plain_list_of_versions_says(
        steps in histories::steps(40), when in when(), asked in reads::asked(),
    ) {
        reads::hold(&Case::of(&steps), &when, &asked)?;
    }

    #[test]
    #[ignore = "takes minutes: cargo test --locked --test it time::ten_thousand -- --ignored"]
    fn ten_thousand_differences_are_what_a_plain_list_of_versions_says(
        steps in histories::steps(40), asked in differences::asked(),
    ) {
        differences::hold(&Case::of(&steps), &asked)?;
    }
}
