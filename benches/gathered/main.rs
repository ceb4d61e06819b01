//! Other people's data, all of it on one server: `cargo bench --bench gathered`.
//!
//! Imports the Iran record, the code list of countries, UCDP ESD, parties of treaties and entities of
//! Wikidata by the program, and ATT&CK and a part of GDELT through the server while it runs; then all of
//! it again. Starts the server with its index of searches and without, and searches for what the data
//! themselves say, spelt right and wrong. Prints Markdown tables.
//!
//! The data sets are read where `FOEDERA_SHARED_DATA` says, or beside the project in `../shared/data`.
#![allow(
    missing_docs,
    clippy::cast_sign_loss,
    clippy::doc_markdown,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for developers, which may stop where something is wrong"
)]

#[path = "../common/figures.rs"]
mod figures;
#[allow(
    dead_code,
    reason = "shared with other benchmarks, which use all of it"
)]
#[path = "../common/process.rs"]
mod process;
mod questions;
#[path = "../common/served.rs"]
mod served;
#[allow(
    dead_code,
    reason = "shared with other benchmarks, which use all of it"
)]
#[path = "../common/world.rs"]
mod world;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use figures::{at, spread, spreads};
use process::{size, status};
use questions::Corpus;
use serde_json::{Value, json};
use served::{BINARY, Served, TOKEN};
use world::Numbers;

/// How often each question is put.
const ROUNDS: usize = 3;

/// Data, how it is called and read, and whether the server takes it while it runs.
struct Set {
    name: &'static str,
    format: &'static str,
    files: &'static [&'static str],
    through_server: bool,
}

const SETS: [Set; 6] = [
    Set {
        name: "countrycode",
        format: "country-codes",
        files: &["country-codes/countrycode_codelist.csv"],
        through_server: false,
    },
    Set {
        name: "UCDP ESD 18.1",
        format: "ucdp-esd",
        files: &["ucdp-esd-18.1/ucdp-esd-ty-181.csv.xz"],
        through_server: false,
    },
    Set {
        name: "manytreaties, parties_GGO",
        format: "manytreaties",
        files: &["manytreaties/parties_GGO.csv.xz"],
        through_server: false,
    },
    Set {
        name: "Wikidata, six items",
        format: "wikidata",
        files: &[
            "wikidata-entities/Q8646.json",
            "wikidata-entities/Q1299.json",
            "wikidata-entities/Q20145.json",
            "wikidata-entities/Q33281.json",
            "wikidata-entities/Q494290.json",
            "wikidata-entities/Q16231742.json",
        ],
        through_server: false,
    },
    Set {
        name: "ATT&CK, enterprise",
        format: "stix",
        files: &["mitre-attack-stix/enterprise-attack.bundle.json.xz"],
        through_server: true,
    },
    Set {
        name: "GDELT, a part",
        format: "gdelt-events",
        files: &["tkg-gdelt-part/decoded_named_events.tsv.xz"],
        through_server: true,
    },
];

fn main() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("FOEDERA_SHARED_DATA").map_or(beside, PathBuf::from);
    let mut files = SETS
        .iter()
        .flat_map(|set| set.files)
        .map(|file| folder.join(file));
    if let Some(absent) = files.find(|file| !file.exists()) {
        println!(
            "SKIPPED: nothing was measured. There is no {}; set FOEDERA_SHARED_DATA to the folder of the shared data.",
            absent.display()
        );
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    println!(
        "Load before the run: {}",
        std::fs::read_to_string("/proc/loadavg")
            .unwrap_or_default()
            .trim()
    );
    let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/iran.json");
    assert!(
        foedera(&data)
            .args(["import", "fixture", seed])
            .output()
            .unwrap()
            .status
            .success()
    );
    let first = imports(dir.path(), &data, &folder);
    let again = imports(dir.path(), &data, &folder);
    println!(
        "\n| data | read | records | s | read/s | records/s | revisions | peak memory | again: s | changed |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for ((set, first), again) in SETS.iter().zip(&first).zip(&again) {
        first.print(set, again);
    }
    starts(&data);
    let server = Served::start(&data);
    server.until_searched(|server| read(server, "iran"));
    let corpus = Corpus::of(&server);
    sizes(&server, &data, &corpus);
    searches(&server, &corpus);
    println!(
        "\nAfter the searches the server takes {} MiB of memory, {} MiB of it its own, the rest pages of files.",
        status(server.id(), "VmRSS") >> 10,
        status(server.id(), "RssAnon") >> 10
    );
    server.stop();
}

fn foedera(data: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command
        .env("FOEDERA_DATA", data)
        .env("FOEDERA_ADMIN_TOKEN", TOKEN);
    command
}

/// What an import did, how long it took and how much memory.
struct Done {
    report: Value,
    seconds: f64,
    /// MiB; of the server, where it took the files.
    peak: u64,
}

impl Done {
    fn print(&self, set: &Set, again: &Self) {
        let number = |of: &Value| of.as_u64().unwrap_or(0);
        let report = &self.report;
        let records: u64 = report["records"]
            .as_object()
            .unwrap()
            .values()
            .map(number)
            .sum();
        let read = number(&report["read"]);
        let changed = ["created", "updated", "retired"].map(|what| number(&again.report[what]));
        println!(
            "| {}{} | {read} | {records} | {:.2} | {:.0} | {:.0} | {} | {} MiB | {:.2} | {} |",
            set.name,
            if set.through_server {
                ", through the server"
            } else {
                ""
            },
            self.seconds,
            read as f64 / self.seconds,
            records as f64 / self.seconds,
            report["revisions"],
            self.peak,
            again.seconds,
            changed.iter().sum::<u64>()
        );
    }
}

/// Imports everything: first what the program takes by itself, then what the server takes.
fn imports(dir: &Path, data: &Path, folder: &Path) -> Vec<Done> {
    let (alone, through): (Vec<_>, Vec<_>) = SETS.iter().partition(|set| !set.through_server);
    let mut done: Vec<_> = alone
        .iter()
        .map(|set| import(set, dir, data, folder, None))
        .collect();
    let server = Served::start(data);
    done.extend(
        through
            .iter()
            .map(|set| import(set, dir, data, folder, Some(&server))),
    );
    server.stop();
    done
}

fn import(set: &Set, dir: &Path, data: &Path, folder: &Path, server: Option<&Served>) -> Done {
    let report = dir.join("report.json");
    let mut command = foedera(data);
    command
        .args(["import", set.format])
        .arg("--report")
        .arg(&report);
    command.args(set.files.iter().map(|file| folder.join(file)));
    if let Some(server) = server {
        command.args(["--server", &server.url]);
    }
    let began = Instant::now();
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let watched = server.map_or(child.id(), Served::id);
    let mut peak = 0;
    let ended = loop {
        peak = peak.max(status(watched, "VmHWM"));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let seconds = began.elapsed().as_secs_f64();
    assert!(ended.success(), "{} was not imported", set.name);
    let report = std::fs::read(&report).unwrap();
    Done {
        report: serde_json::from_slice(&report).unwrap(),
        seconds,
        peak: peak >> 10,
    }
}

/// A card of an actor; the milliseconds that it took.
fn read(server: &Served, slug: &str) -> f64 {
    let query = "query($slug: String!) { actor(slug: $slug) { name relationships(first: 20) { edges {
        counterpart { name } node { kind alignment areas { domain } citations { source { title } } } } } } }";
    server.ask(query, &json!({ "slug": slug })).1
}

/// How long a start takes, with the index and without.
fn starts(data: &Path) {
    println!(
        "\n| start | s until ready | s until all is found | cards read meanwhile | median ms | p99 ms | most ms |"
    );
    println!("|---|---|---|---|---|---|---|");
    for kept in [true, false] {
        if !kept {
            std::fs::remove_dir_all(data.join("search")).unwrap();
        }
        let server = Served::start(data);
        let (searched, reads) = server.until_searched(|server| read(server, "iran"));
        println!(
            "| {} | {:.2} | {searched:.2} | {} | {:.2} | {:.2} | {:.2} |",
            if kept {
                "with its index of searches"
            } else {
                "without one"
            },
            server.start,
            reads.len(),
            at(&reads, 0.5),
            at(&reads, 0.99),
            at(&reads, 1.0)
        );
        server.stop();
    }
}

fn sizes(server: &Served, data: &Path, corpus: &Corpus) {
    println!("\n| figure | value |\n|---|---|");
    let query = "{ relationships(filter: { period: ALL, assertion: [AFFIRMED, ALLEGED, DENIED] }, first: 0) { totalCount }
        notes(first: 0) { totalCount } sources(first: 0) { totalCount } }";
    let counts = server.ask(query, &Value::Null).0;
    for what in ["relationships", "notes", "sources"] {
        println!("| {what} | {} |", counts[what]["totalCount"]);
    }
    println!("| actors | {} |", corpus.actors());
    let search = size(&data.join("search"));
    println!(
        "| disk, without the index of searches | {} MiB |",
        (size(data) - search) >> 20
    );
    println!("| disk, the index of searches | {} MiB |", search >> 20);
    println!(
        "| memory of the server, with all of the record read once | {} MiB, {} MiB of it its own |",
        status(server.id(), "VmRSS") >> 10,
        status(server.id(), "RssAnon") >> 10
    );
}

fn searches(server: &Served, corpus: &Corpus) {
    let query = "query($words: String!, $revision: Int) { at(revision: $revision) { search(query: $words, first: 10) { complete
        nodes { score record { __typename id ... on Actor { name slug } ... on ContextNote { headline } ... on Source { title }
            ... on Brief { question } ... on Viewpoint { title } ... on Relationship { label } }
          highlights { field pieces { text matches } } } } } }";
    let ask = |words: &str, revision: Option<u32>| {
        let (data, took) = server.ask(query, &json!({ "words": words, "revision": revision }));
        let found = data["at"]["search"]["nodes"].as_array().unwrap().len();
        (found, took)
    };
    let mut numbers = Numbers(1);
    let sets = corpus.questions(&mut numbers);
    spreads("search");
    let mut all = Vec::new();
    let mut first_time = Vec::new();
    let mut unfound = Vec::new();
    for set in &sets {
        let mut times = Vec::new();
        let mut found = 0;
        for round in 0..=ROUNDS {
            for words in &set.asked {
                let (hits, took) = ask(words, set.revision);
                if round == 0 {
                    first_time.push(took);
                    found += usize::from(hits > 0);
                } else {
                    times.push(took);
                }
            }
        }
        unfound.push(format!("{} of {} {}", found, set.asked.len(), set.what));
        spread(&format!("{}, such as `{}`", set.what, set.asked[0]), &times);
        all.extend(times);
    }
    spread("**all together**", &all);
    spread("each for the first time", &first_time);
    println!("\nSomething was found for {}.", unfound.join(", "));
    suggestions(server, corpus, &mut numbers);
}

/// Names, typed letter by letter.
fn suggestions(server: &Served, corpus: &Corpus, numbers: &mut Numbers) {
    let query = "query($words: String!) { search(query: $words, types: [ACTOR], first: 8) { nodes { record { ... on Actor { id name slug } } } } }";
    let mut by_length = vec![Vec::new(); 13];
    for name in corpus.names(200, numbers) {
        let mut typed = String::new();
        for (letter, times) in name.chars().zip(by_length.iter_mut().skip(1)) {
            typed.push(letter);
            times.push(server.ask(query, &json!({ "words": typed })).1);
        }
    }
    spreads("suggestions of actors, as a name is typed");
    for (what, lengths) in [
        ("the first letter", 1..2),
        ("the second", 2..3),
        ("the third", 3..4),
        ("the fourth to twelfth", 4..13),
    ] {
        spread(what, &by_length[lengths].concat());
    }
    spread("**all together**", &by_length.concat());
}
