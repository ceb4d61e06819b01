//! What is told of an operation that is done.

use std::time::Instant;

use crate::graphql::execute::Prepared;
use crate::telemetry::{Finished, Operation};

use super::Site;

impl Site {
    /// Tells of an operation that was carried out, or could not be, since it began.
    pub(super) fn finished(
        &self,
        kind: Operation,
        prepared: Option<&Prepared>,
        failed: bool,
        began: Instant,
    ) {
        let done = Finished {
            kind,
            name: prepared.and_then(Prepared::name),
            cost: prepared.map(Prepared::cost),
            failed,
            took: began.elapsed(),
        };
        done.tell(&self.app.metrics, self.slow);
    }
}
