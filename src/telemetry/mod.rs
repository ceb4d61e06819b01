//! What the program tells about itself while it runs: logs and metrics.

mod metrics;
mod names;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use crate::config::LogFormat;

pub use metrics::{Counts, Metrics, OpenStream, Operation};

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
