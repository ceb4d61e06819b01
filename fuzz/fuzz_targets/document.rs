//! A GraphQL document.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use foedera::graphql::execute::{Executor, Question};
use foedera::graphql::kit::guard::Limits;
use libfuzzer_sys::fuzz_target;

static EXECUTOR: LazyLock<Executor> =
    LazyLock::new(|| Executor::new(Limits::default(), Duration::from_secs(5)));

fuzz_target!(|query: String| {
    let question = Question {
        query,
        operation_name: None,
        variables: serde_json::Map::new(),
    };
    if let Err(faults) = EXECUTOR.prepare(question) {
        assert!(!faults.is_empty());
    }
});
