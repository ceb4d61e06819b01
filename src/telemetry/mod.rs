//! What the program tells about itself while it runs: logs, metrics and, with the feature `otel`, traces.

mod metrics;
mod names;
#[cfg(feature = "otel")]
pub mod traces;
#[cfg(not(feature = "otel"))]
#[path = "no_traces.rs"]
pub mod traces;

use std::time::Duration;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use crate::config::LogFormat;

pub use metrics::{Counts, Metrics, OpenStream, Operation};

/// An operation that is done.
#[derive(Clone, Copy, Debug)]
pub struct Finished<'a> {
    /// What sort of operation it was.
    pub kind: Operation,
    /// The name that the document gives it.
    pub name: Option<&'a str>,
    /// What it cost, by the estimate, where it came so far that there was one.
    pub cost: Option<u64>,
    /// Whether the answer has errors.
    pub failed: bool,
    /// How long it took.
    pub took: Duration,
}

impl Finished<'_> {
    /// Counts it, logs it, and puts it into the trace in which it happened. One that took at least so
    /// long as `slow` is logged as a warning.
    pub fn tell(&self, metrics: &Metrics, slow: Option<Duration>) {
        let Self {
            kind,
            name,
            cost,
            failed,
            took,
        } = *self;
        metrics.observe(kind, failed, took);
        metrics.observe_named(name, took);
        traces::operation(self);
        let (operation, millis) = (name.unwrap_or(""), took.as_secs_f64() * 1e3);
        if slow.is_some_and(|slow| took >= slow) {
            tracing::warn!(operation, ?kind, cost, failed, millis, "a slow operation");
        } else {
            tracing::debug!(operation, ?kind, cost, failed, millis, "an operation");
        }
    }
}

/// Whether the environment names a collector of traces, by the variables of OpenTelemetry.
pub fn is_collector_named() -> bool {
    let set = |name: &str| std::env::var(name).unwrap_or_default();
    let off = set("OTEL_SDK_DISABLED").eq_ignore_ascii_case("true")
        || set("OTEL_TRACES_EXPORTER").eq_ignore_ascii_case("none");
    let names = [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    ];
    !off && names.into_iter().any(|name| !set(name).is_empty())
}

/// Why logging cannot begin.
#[derive(Debug, thiserror::Error)]
#[error(
    "{filter:?} is no log filter ({problem}); write a level, such as info, or targets, such as foedera=debug,info"
)]
pub struct TelemetryError {
    filter: String,
    problem: String,
}

/// Whether a log filter can be read.
///
/// # Errors
/// When it cannot.
pub fn check(filter: &str) -> Result<(), TelemetryError> {
    parse(filter).map(|_| ())
}

fn parse(filter: &str) -> Result<EnvFilter, TelemetryError> {
    EnvFilter::try_new(filter).map_err(|error| TelemetryError {
        filter: filter.to_owned(),
        problem: error.to_string(),
    })
}

/// Begins to log to the standard error stream.
///
/// # Errors
/// When the filter cannot be read.
pub fn init(filter: &str, format: LogFormat) -> Result<(), TelemetryError> {
    let parsed = parse(filter)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_writer(BoxMakeWriter::new(std::io::stderr))
        .with_target(false);
    // A second call, as in tests, changes nothing.
    let _ = match format {
        LogFormat::Text => builder
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    Ok(())
}
