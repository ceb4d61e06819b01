//! The engine panics where its files are damaged. That is expected, and told as an error.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use super::StoreError;

thread_local! {
    /// Whether a panic of this thread is expected, and will be told as an error.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Runs what may panic inside sled when its files are damaged, and makes a sentence of it.
pub(super) fn quietly<T>(
    doing: &str,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !EXPECTED.get() {
                usual(panic);
            }
        }));
    });
    EXPECTED.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    EXPECTED.set(false);
    outcome.unwrap_or_else(|_| {
        let what = format!("{doing} failed, because a file is not as it was written");
        Err(StoreError::Damaged(what))
    })
}
