//! What is told of an operation that is done.

use std::time::Duration;

use crate::telemetry::Operation;

use super::Site;

impl Site {
    /// Counts an operation and logs it; one that was slow is logged as a warning. `name` is the one that
    /// the document gives it.
    pub(super) fn finished(
        &self,
        kind: Operation,
        name: Option<&str>,
        failed: bool,
        took: Duration,
    ) {
        self.app.metrics.observe(kind, failed, took);
        self.app.metrics.observe_named(name, took);
        let (name, millis) = (name.unwrap_or(""), took.as_secs_f64() * 1e3);
        let slow = self.slow.is_some_and(|slow| took >= slow);
        if slow {
            tracing::warn!(operation = name, ?kind, failed, millis, "a slow operation");
        } else {
            tracing::debug!(operation = name, ?kind, failed, millis, "an operation");
        }
    }
}
