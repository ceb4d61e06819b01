//! `foedera import` and `foedera mapping`.

mod report;
mod upload;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::config::DataArgs;
use crate::transfer::import::Format as Reader;
use crate::transfer::intake::{Report, Wishes};
use crate::transfer::table::{self, Data};
use crate::transfer::{fixture, wikidata};

use super::progress::Progress;
use super::server::{Server, ServerArgs};

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
    server: ServerArgs,
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
    let given = mapping_of(args)?;
    let mapping = given.as_ref().map(|(name, text)| (&**name, &**text));
    let format = args.format.to_possible_value();
    let format = format.as_ref().map_or("", |format| format.get_name());
    let reader = Reader::named(format, mapping)?;
    let table = matches!(reader, Reader::Table(_));
    ensure!(table || !args.strict, "--strict is for tables");
    let path = format!("/admin/import/{format}?{}", asked(args));
    if let Some(Server { url, bearer }) = args.server.find(&path)? {
        ensure!(
            !args.files.iter().any(|file| super::is_dash(file)),
            "give --server files by name"
        );
        let began = std::time::Instant::now();
        let done = upload::send(&url, &bearer, mapping, &args.files)?;
        return told(args, &done, began.elapsed().as_secs_f64());
    }
    let data = args.files.iter().map(|file| open(file));
    let data = data.collect::<Result<Vec<_>>>()?;
    let app = super::open(&args.place.directory()?)?;
    let own = (reader.author(), named(args));
    let wishes = Wishes {
        author: args.author.as_ref().unwrap_or(&own.0),
        message: args.message.as_ref().unwrap_or(&own.1),
        dry_run: args.dry_run,
        retire_missing: args.retire_missing,
    };
    let mut progress = Progress::new("rows read");
    let mut count = |what, count| progress.of(what, count);
    let done = reader.import(&app.ledger, &data, wishes, args.strict, &mut count);
    let seconds = progress.finish();
    app.close();
    told(args, &done?, seconds)
}

/// Prints the report, and writes it where it is wanted.
fn told(args: &ImportArgs, done: &Report, seconds: f64) -> Result<()> {
    if let Some(path) = &args.report {
        let file =
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        serde_json::to_writer_pretty(file, done)?;
    }
    report::print(done, seconds);
    ensure!(
        done.records.any() || done.not_taken.count == 0,
        "not one row could be taken"
    );
    Ok(())
}

/// The wishes as the query of an address.
fn asked(args: &ImportArgs) -> String {
    let flags = [
        ("dryRun", args.dry_run),
        ("strict", args.strict),
        ("retireMissing", args.retire_missing),
    ];
    let flags = flags.iter().filter(|(_, given)| *given);
    let mut asked: Vec<_> = flags.map(|(name, _)| format!("{name}=true")).collect();
    let texts = [
        ("author", args.author.as_ref()),
        ("message", args.message.as_ref()),
    ];
    for (name, text) in texts {
        let text = text.map(|text| format!("{name}={}", escaped(text)));
        asked.extend(text);
    }
    asked.join("&")
}

/// A text as a part of an address.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
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

/// The name and the text of the mapping that is given; none for a format that has its own.
fn mapping_of(args: &ImportArgs) -> Result<Option<(String, String)>> {
    let Some(path) = &args.mapping else {
        ensure!(
            args.format != Format::Table,
            "import table needs --mapping FILE; see docs/mappings.md"
        );
        return Ok(None);
    };
    let name = path.display().to_string();
    if let Some(text) = table::shipped(&name) {
        return Ok(Some((name, text.to_owned())));
    }
    let text = std::fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read the mapping {name}"))?;
    Ok(Some((name, text)))
}

fn open(path: &Path) -> Result<Data> {
    if super::is_dash(path) {
        let data = Data::stream("the standard input", std::io::stdin());
        return data.context("cannot keep what the standard input brings");
    }
    Data::file(path).with_context(|| format!("cannot read {}", path.display()))
}

fn run_fixture(args: &ImportArgs) -> Result<()> {
    let only = [
        (args.mapping.is_some(), "--mapping"),
        (args.dry_run, "--dry-run"),
        (args.strict, "--strict"),
        (args.retire_missing, "--retire-missing"),
        (args.report.is_some(), "--report"),
        (args.server.given(), "--server"),
    ];
    if let Some((_, flag)) = only.iter().find(|(given, _)| *given) {
        bail!("{flag} is for tables; a fixture is taken as it is");
    }
    let [path] = args.files.as_slice() else {
        bail!("one fixture at a time");
    };
    let file: Box<dyn Read> = if super::is_dash(path) {
        Box::new(std::io::stdin())
    } else {
        let file = File::open(path);
        Box::new(file.with_context(|| format!("cannot read {}", path.display()))?)
    };
    let data = args.place.directory()?;
    let app = super::open(&data)?;
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
    Ok(())
}
