//! `foedera import` and `foedera mapping`.

mod report;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum};

use crate::config::DataArgs;
use crate::ledger::Ledger;
use crate::transfer::fixture;
use crate::transfer::intake::{Report, Wishes};
use crate::transfer::table::{self, Data, Mapping};
use crate::transfer::{stix, wikidata};

use super::progress::Progress;

#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    /// The format of the files, or the name of a mapping that comes with the program
    format: Format,
    /// The files; - reads the standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How the rows of a table become records: a file, or the name of a mapping that comes with the program.
    /// For wikidata, a map of properties
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Only tell what would change
    #[arg(long)]
    dry_run: bool,
    /// Import nothing where a row cannot be taken
    #[arg(long)]
    strict: bool,
    /// Take relationships of an earlier import of the same data that are no longer in the files out of the lists
    #[arg(long)]
    retire_missing: bool,
    /// Write the whole report to a file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Whom the revisions name as their author [default: import, and the name of the mapping or format]
    #[arg(long)]
    author: Option<String>,
    /// Why: the message of the revisions [default: the name of the file]
    #[arg(long)]
    message: Option<String>,
    #[command(flatten)]
    place: DataArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Foedera's own format, as `export` writes it
    Fixture,
    /// A table, read by the mapping that `--mapping` gives
    Table,
    /// UCDP External Support Dataset 18.1
    UcdpEsd,
    /// Parties of treaties in the GGO data of manytreaties
    Manytreaties,
    /// The code list of countrycode
    CountryCodes,
    /// GDELT events: subject, CAMEO code, object, time
    GdeltEvents,
    /// STIX 2.0 or 2.1 bundles
    Stix,
    /// Entities of Wikidata as JSON
    Wikidata,
}

impl Format {
    /// The mapping that it stands for.
    fn mapping(self) -> Option<&'static str> {
        match self {
            Self::UcdpEsd => Some("ucdp-esd"),
            Self::Manytreaties => Some("manytreaties"),
            Self::CountryCodes => Some("country-codes"),
            Self::GdeltEvents => Some("gdelt-events"),
            Self::Fixture | Self::Table | Self::Stix | Self::Wikidata => None,
        }
    }
}

#[derive(Args, Debug)]
pub(super) struct MappingArgs {
    /// Which; without it, all are listed
    name: Option<String>,
}

/// Prints a mapping that comes with the program, or which there are.
pub(super) fn mapping(args: &MappingArgs) -> Result<()> {
    if args.name.as_deref() == Some("wikidata") {
        super::write_out(wikidata::SHIPPED);
        return Ok(());
    }
    let Some(name) = &args.name else {
        for (name, text) in table::SHIPPED {
            let mapping = table::read_mapping(name, text)?;
            say!("{name}: {}", mapping.about.unwrap_or_default().trim());
        }
        say!("wikidata: Which properties of Wikidata are relationships.");
        return Ok(());
    };
    let text = table::shipped(name)
        .with_context(|| format!("there is no mapping {name:?}; foedera mapping lists them"))?;
    super::write_out(text);
    Ok(())
}

pub(super) fn run(args: &ImportArgs) -> Result<()> {
    if args.format == Format::Fixture {
        return run_fixture(args);
    }
    let data = args.files.iter().map(|file| open(file));
    let data = data.collect::<Result<Vec<_>>>()?;
    if args.format == Format::Stix {
        only_for_tables(args, "a bundle")?;
        return take(args, "import stix", |ledger, wishes, progress| {
            let told = |count| progress.of("records", count);
            Ok(stix::import(ledger, &data, wishes, told)?)
        });
    }
    if args.format == Format::Wikidata {
        ensure!(!args.strict, "--strict is for tables");
        let properties = properties_of(args)?;
        return take(args, "import wikidata", |ledger, wishes, progress| {
            let told = |count| progress.of("records", count);
            Ok(wikidata::import(ledger, &properties, &data, wishes, told)?)
        });
    }
    let mapping = mapping_of(args)?;
    let author = format!("import {}", mapping.name);
    take(args, &author, |ledger, wishes, progress| {
        let mut told = |what, count| progress.of(what, count);
        Ok(table::import(
            ledger,
            &mapping,
            &data,
            wishes,
            args.strict,
            &mut told,
        )?)
    })
}

/// Opens the record, imports, closes it, and tells what came of it.
fn take(
    args: &ImportArgs,
    author: &str,
    import: impl FnOnce(&Ledger, Wishes<'_>, &mut Progress) -> Result<Report>,
) -> Result<()> {
    let (app, token) = super::open(&args.place.directory()?)?;
    let message = args.message.clone().unwrap_or_else(|| named(args));
    let wishes = Wishes {
        author: args.author.as_deref().unwrap_or(author),
        message: &message,
        dry_run: args.dry_run,
        retire_missing: args.retire_missing,
    };
    let mut progress = Progress::new("rows read");
    let done = import(&app.ledger, wishes, &mut progress);
    let seconds = progress.finish();
    app.close();
    let done = done?;
    if let Some(path) = &args.report {
        let file =
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        serde_json::to_writer_pretty(file, &done)?;
    }
    report::print(&done, seconds);
    if let Some(token) = token {
        say!("The directory is new. Its admin token, shown only now: {token}");
    }
    ensure!(
        done.records.any() || done.not_taken.count == 0,
        "not one row could be taken"
    );
    Ok(())
}

fn named(args: &ImportArgs) -> String {
    let files: Vec<_> = args
        .files
        .iter()
        .map(|file| {
            file.file_name()
                .unwrap_or(file.as_os_str())
                .to_string_lossy()
        })
        .collect();
    format!("Import of {}", files.join(", "))
}

fn mapping_of(args: &ImportArgs) -> Result<Mapping> {
    let shipped = match (args.format.mapping(), &args.mapping) {
        (Some(name), None) => Some((name, table::shipped(name))),
        (Some(name), Some(_)) => {
            anyhow::bail!("{name} has a mapping already; leave --mapping out, or import table")
        }
        (None, None) => anyhow::bail!("import table needs --mapping FILE; see docs/mappings.md"),
        (None, Some(path)) => path.to_str().map(|name| (name, table::shipped(name))),
    };
    if let Some((name, Some(text))) = shipped {
        return Ok(table::read_mapping(name, text)?);
    }
    let path = args.mapping.as_deref().unwrap_or(Path::new(""));
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the mapping {}", path.display()))?;
    Ok(table::read_mapping(&path.display().to_string(), &text)?)
}

/// The map of properties: the one that comes with the program, or that of a file.
fn properties_of(args: &ImportArgs) -> Result<wikidata::Properties> {
    let (name, text) = match &args.mapping {
        None => ("wikidata".to_owned(), wikidata::SHIPPED.to_owned()),
        Some(path) => {
            let text = std::fs::read_to_string(path);
            let text = text.with_context(|| format!("cannot read the mapping {}", path.display()));
            (path.display().to_string(), text?)
        }
    };
    wikidata::Properties::read(&text)
        .map_err(|why| anyhow::anyhow!("the map of properties {name} is wrong: {why}"))
}

fn open(path: &Path) -> Result<Data> {
    if super::is_dash(path) {
        let data = Data::stream("the standard input", std::io::stdin());
        return data.context("cannot keep what the standard input brings");
    }
    Data::file(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Refuses what only tables have.
fn only_for_tables(args: &ImportArgs, what: &str) -> Result<()> {
    for (given, flag) in [
        (args.mapping.is_some(), "--mapping"),
        (args.strict, "--strict"),
    ] {
        ensure!(!given, "{flag} is for tables; {what} is read as it is");
    }
    Ok(())
}

fn run_fixture(args: &ImportArgs) -> Result<()> {
    let only = [
        (args.mapping.is_some(), "--mapping"),
        (args.dry_run, "--dry-run"),
        (args.strict, "--strict"),
        (args.retire_missing, "--retire-missing"),
        (args.report.is_some(), "--report"),
    ];
    if let Some((_, flag)) = only.iter().find(|(given, _)| *given) {
        anyhow::bail!("{flag} is for tables; a fixture is taken as it is");
    }
    let [path] = args.files.as_slice() else {
        anyhow::bail!("one fixture at a time");
    };
    let file: Box<dyn Read> = if super::is_dash(path) {
        Box::new(std::io::stdin())
    } else {
        let file = File::open(path);
        Box::new(file.with_context(|| format!("cannot read {}", path.display()))?)
    };
    let data = args.place.directory()?;
    let (app, token) = super::open(&data)?;
    let name = || format!("Import of {}", path.display());
    let message = args.message.clone().unwrap_or_else(name);
    let author = args.author.as_deref().unwrap_or("import");
    let mut progress = Progress::new("records");
    let read = fixture::import(&app.ledger, file, author, &message, |count| {
        progress.at(count);
    });
    let seconds = progress.finish();
    app.close();
    let report = read?;
    if report.changes == 0 {
        say!(
            "{} records read; the record says all that already, nothing was changed.",
            report.records
        );
    } else {
        say!(
            "{} records read, {} changes in {} revisions, in {seconds:.1} s ({:.0} records/s).",
            report.records,
            report.changes,
            report.revisions,
            report.records as f64 / seconds.max(1e-9),
        );
    }
    if let Some(token) = token {
        say!("The directory is new. Its admin token, shown only now: {token}");
    }
    Ok(())
}
