//! What can the binary do?

/// Prints a line. Where nobody reads any more, that is no reason to stop.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::cli::write_out(&format!("{}\n", format_args!($($words)*)))
    };
}

mod backup;
mod diff;
mod doctor;
mod export;
mod import;
mod log;
mod progress;
mod serve;
mod server;
mod store;
mod token;
mod when;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::app::{App, Opening};
use crate::auth::Rules;
use crate::config::{CACHE_BYTES, DataArgs, ServeArgs};
use crate::ledger::Ledger;
use crate::model::Clock;
use crate::store::{StoreError, looks_empty, open_clean};

/// A dated, sourced, disputable record of who stands with whom, served as GraphQL.
///
/// Without a command it serves: `foedera` is `foedera serve`.
#[derive(Debug, Parser)]
#[command(name = "foedera", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the record over HTTP
    Serve(Box<ServeArgs>),
    /// Read files into the record
    ///
    /// The server must be stopped: one process at a time has the directory open. Up to 5,000 records are
    /// one revision, all or nothing; more are taken 5,000 at a time, and running the import again carries
    /// it on. Records that say the same already are left alone.
    Import(import::ImportArgs),
    /// Print a mapping that comes with the program, to begin one's own with, or list them
    Mapping(import::MappingArgs),
    /// Write the record in a format that others read
    ///
    /// The state at a revision, or with `jsonl` every version up to it. What a format cannot say is told,
    /// not dropped in silence. The server must be stopped.
    Export(export::ExportArgs),
    /// Print the revisions of the record, newest first
    ///
    /// Who changed what, when and why: of each revision the records that it changed, and of records
    /// that were there before the fields, before and after. The server must be stopped; of one that
    /// runs, ask `revisions` of the API.
    Log(log::LogArgs),
    /// Print how two moments differ
    ///
    /// Two days in the world by one state of the record: what began, ended and changed. Two states of
    /// the record by one day: what it learnt, corrected, took back and judges otherwise. Each with the
    /// notes and sources that explain it. The server must be stopped; of one that runs, ask `diff` of
    /// the API.
    Diff(diff::DiffArgs),
    /// Check the record: numbers, hashes, the fold, references
    ///
    /// Where something does not fit, the first place is told: the revision, and the change.
    Verify(DataArgs),
    /// Write the engine's files anew from the log, which gives back unused space, and the search index
    Reindex(DataArgs),
    /// Save the whole log, every revision of it, in one file
    Backup(backup::BackupArgs),
    /// Bring back the log from a backup
    ///
    /// Into an empty directory, or into a record that the backup goes on from.
    Restore(backup::RestoreArgs),
    /// Look whether a server could run like this: settings, data directory, certificate, keys
    ///
    /// It takes what `serve` takes. What stands in the way is a fault, and then the exit code is not
    /// zero; what is worth a look is a warning.
    Doctor(Box<ServeArgs>),
    /// Print the GraphQL schema
    Schema,
    /// Print the JSON Schema of the fixture format
    FixtureSchema,
    /// Give out, list and revoke access tokens; without a command, make a new admin token in place of
    /// the one made at the first start
    Token(token::TokenArgs),
}

/// What is said where the environment names a collector of traces and this program gives none.
#[cfg(not(feature = "otel"))]
const NO_TRACES: &str = "the variables of OpenTelemetry name a collector, and this program was built without traces; build it with --features otel";

/// Opens a data directory for a command that is not the server. Where an admin token is made for it, that
/// is told before anything can go wrong.
fn open(data: &Path) -> Result<App, StoreError> {
    let opening = Opening {
        data,
        cache_bytes: CACHE_BYTES,
        rules: Rules::default(),
        clock: Clock::System,
    };
    let (app, token) = App::open(&opening, |_| {})?;
    if let Some(token) = token {
        say!("The directory had no admin token; one was made, and is shown only now: {token}");
    }
    Ok(app)
}

/// Opens a data directory for a command that only reads the record: no token is made for it.
fn open_to_read(data: &Path) -> Result<Ledger, StoreError> {
    let store = Arc::new(open_clean(data)?);
    Ledger::open(store, CACHE_BYTES, Clock::System, |_| {})
}

/// The data directory of a command that needs a record there.
fn existing(place: &DataArgs) -> anyhow::Result<PathBuf> {
    let data = place.directory()?;
    anyhow::ensure!(
        !looks_empty(&data),
        "there is no record in {}",
        data.display()
    );
    Ok(data)
}

/// The file to read or write; a dash is the standard input or output.
fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn write_out(text: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Runs the program as the command line says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(args)) => serve::run(*args),
        Some(Command::Import(args)) => import::run(&args),
        Some(Command::Mapping(args)) => import::mapping(&args),
        Some(Command::Export(args)) => export::run(&args),
        Some(Command::Log(args)) => log::run(&args),
        Some(Command::Diff(args)) => diff::run(&args),
        Some(Command::Verify(args)) => store::verify(&args),
        Some(Command::Reindex(args)) => store::reindex(&args),
        Some(Command::Backup(args)) => backup::backup(&args),
        Some(Command::Restore(args)) => backup::restore(&args),
        Some(Command::Doctor(args)) => doctor::run(*args),
        Some(Command::Schema) => {
            write_out(&crate::graphql::sdl());
            Ok(())
        }
        Some(Command::FixtureSchema) => {
            write_out(&crate::transfer::fixture::schema());
            Ok(())
        }
        Some(Command::Token(args)) => token::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("foedera: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
