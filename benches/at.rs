//! What a moment of the past costs: `cargo bench --bench at -- [RELATIONSHIPS] [ACTORS] [SHARE]`.
//!
//! Imports a made-up record (`common/world.rs`), gives every tenth relationship nine more versions, each
//! with another label and for a SHARE of them, 50 of a hundred, in another tier, and puts the same questions
//! to the newest revision, to one half-way through those versions and to the one before them, in turn. What
//! the versions take in memory is what a second process takes that does nothing but open the record, before
//! and after. Prints two Markdown tables.
#![allow(
    missing_docs,
    clippy::doc_markdown,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for developers, which may stop where something is wrong"
)]

#[allow(
    dead_code,
    reason = "shared with other benchmarks, which use all of it"
)]
#[path = "common/process.rs"]
mod process;
#[allow(
    dead_code,
    reason = "shared with other benchmarks, which use all of it"
)]
#[path = "common/world.rs"]
mod world;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use foedera::app::{App, Opening};
use foedera::auth::{Rules, Viewer};
use foedera::graphql::execute::{Executor, Question};
use foedera::graphql::kit::context::{Ask, Pinned};
use foedera::graphql::kit::guard::Limits;
use foedera::ledger::Action;
use foedera::ledger::command::{Edit, Target};
use foedera::ledger::draft::{Patch, RelationshipDraft};
use foedera::model::{Clock, RecordId, RelationshipId, Tier, TypedId as _, Vocabulary as _};
use foedera::transfer::fixture;
use serde_json::json;

use world::{Numbers, Size};

/// The one of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const VERSIONS: usize = 10;
const BATCH: usize = 5_000;
const ROUNDS: usize = 9;
/// What is asked of a moment, and how often in a round.
const QUESTIONS: [(&str, usize, &str); 6] = [
    (
        "a card: an actor with 20 relationships, areas, citations",
        400,
        "actor(slug: $slug) { id name kind relationships(first: 20) { totalCount edges { role counterpart { slug name }
    node { id kind alignment tier label summary period { start end status } validity
      areas { domain description } citations { locator source { title publisher } } } } } }",
    ),
    (
        "an actor, 20 counterparts, 10 of each",
        2_000,
        "actor(slug: $slug) { name relationships(first: 20) { edges { counterpart { name
    relationships(first: 10) { edges { counterpart { name } node { kind alignment } } } } } } }",
    ),
    (
        "the counts of an actor's relationships",
        400,
        "actor(slug: $slug) { relationships { totalCount facets { kind { value count } tier { value count } } } }",
    ),
    (
        "the ten latest notes about an actor",
        400,
        "actor(slug: $slug) { notes(first: 10) { nodes { headline asOf } } }",
    ),
    (
        "ways of up to four steps between two of all actors",
        40,
        "paths(from: $from, to: $to, maxLength: 4) { length actors { name } } actor(slug: $slug) { name }",
    ),
    (
        "a filter over the whole record",
        4,
        "relationships(filter: { kind: [ALLIANCE], tier: [CORE] }, first: 20) { totalCount nodes { label } } actor(slug: $slug) { name }",
    ),
];

/// What tells the second process to open a record and weigh itself.
const WEIGH: &str = "FOEDERA_BENCH_WEIGH";

fn main() {
    if let Some(dir) = std::env::var_os(WEIGH) {
        let app = open(Path::new(&dir));
        println!("{}", process::status(std::process::id(), "VmRSS"));
        app.close();
        return;
    }
    let given: Vec<usize> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let of = Size {
        relationships: given.first().copied().unwrap_or(1_000_000),
        actors: given.get(1).copied().unwrap_or(100_000),
    };
    let share = given.get(2).copied().unwrap_or(50);
    let dir = tempfile::tempdir().unwrap();
    let app = open(dir.path());
    import(&app, of);
    let then = app.ledger.snapshot().revision();
    app.close();
    let before = weigh(dir.path());
    let app = open(dir.path());
    let changes = versions(&app, of, share);
    app.close();
    let after = weigh(dir.path());
    let app = open(dir.path());
    let now = app.ledger.snapshot().revision();
    println!("| figure | value |\n|---|---|");
    println!(
        "| relationships / actors | {} / {} |",
        of.relationships, of.actors
    );
    println!("| further versions, of them with another tier too | {changes}, {share} % |");
    println!(
        "| memory of a process that opened the record, without and with them | {} MiB, {} MiB |",
        before >> 10,
        after >> 10
    );
    println!(
        "| memory for a version | {} bytes |",
        (after.saturating_sub(before) << 10) as usize / changes.max(1)
    );
    compare(&app, of, then, now);
}

fn open(dir: &Path) -> App {
    let opening = Opening {
        data: dir,
        cache_bytes: 1 << 30,
        rules: Rules::default(),
        clock: Clock::System,
    };
    App::open(&opening, |_| {}).unwrap().0
}

/// KiB that a process takes that has opened a record.
fn weigh(dir: &Path) -> u64 {
    let own = std::env::current_exe().unwrap();
    let told = Command::new(own).env(WEIGH, dir).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    told.trim().parse().unwrap()
}

fn import(app: &App, of: Size) {
    let mut file = tempfile::tempfile().unwrap();
    let mut out = std::io::BufWriter::with_capacity(1 << 20, &mut file);
    world::write_fixture(&mut out, of).unwrap();
    out.flush().unwrap();
    drop(out);
    std::io::Seek::rewind(&mut file).unwrap();
    fixture::import(&app.ledger, file, "bench", "made up", |_| {}).unwrap();
}

/// Gives every tenth relationship nine more versions, and to so many of a hundred of those another tier each
/// time; how many versions that makes.
fn versions(app: &App, of: Size, share: usize) -> usize {
    let mut count = 0;
    for version in 1..VERSIONS {
        let numbers: Vec<u32> = (1..=of.relationships as u32).step_by(10).collect();
        for some in numbers.chunks(BATCH) {
            let edit = |number: &u32| {
                let target = Target::Old {
                    id: RecordId::from(RelationshipId::from_number(*number)).to_string(),
                    expected: None,
                };
                let draft = RelationshipDraft {
                    label: Patch::Set(format!("version {version}")),
                    // Spread: 37 has no divisor in common with a hundred.
                    tier: if *number as usize / 10 * 37 % 100 < share {
                        Patch::Set(Tier::ALL[version % Tier::ALL.len()])
                    } else {
                        Patch::default()
                    },
                    ..RelationshipDraft::default()
                };
                Edit::Relationship(target, Box::new(draft))
            };
            let command = foedera::ledger::Command {
                approval: None,
                author: "bench".to_owned(),
                message: None,
                idempotency_key: None,
                dry_run: false,
                action: Action::Batch(some.iter().map(edit).collect()),
            };
            app.ledger.submit(command)().unwrap();
            count += some.len();
        }
    }
    count
}

/// Asks the same of three moments in turn, and prints how long each takes.
fn compare(app: &App, of: Size, then: u32, now: u32) {
    let executor = Executor::new(Limits::default(), Duration::from_secs(30));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let ask = Ask::new(app.clone(), Viewer::Anonymous, Pinned::newest(&app.ledger));
    let round = |(count, asked): (usize, &str), revision: u32, seed: u64| {
        let ends = if asked.contains("$from") {
            ", $from: String!, $to: String!"
        } else {
            ""
        };
        let query = format!(
            "query($slug: String!, $revision: Int{ends}) {{ at(revision: $revision) {{ {asked} }} }}"
        );
        let mut numbers = Numbers(seed);
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let mut anyone = || format!("actor-{}", numbers.below(of.actors));
            let (from, to) = (anyone(), anyone());
            let slug = format!("actor-{}", numbers.skewed(of.actors));
            let mut variables = json!({ "slug": slug, "revision": revision });
            if !ends.is_empty() {
                variables["from"] = from.into();
                variables["to"] = to.into();
            }
            let began = Instant::now();
            let question = Question {
                query: query.clone(),
                operation_name: None,
                variables: variables.as_object().unwrap().clone(),
            };
            let prepared = executor.prepare(question).unwrap();
            let answer = runtime.block_on(executor.execute(&prepared, &ask));
            times.push(began.elapsed().as_secs_f64() * 1e6);
            assert!(answer.is_whole() && answer.data.unwrap().json().len() > 30);
        }
        times
    };
    let mean = |times: &[f64]| times.iter().sum::<f64>() / times.len() as f64;
    let moments = [now, u32::midpoint(then, now), then];
    println!(
        "\n| question, mean µs | newest, {now} | p95 of it | {} | {then} | past to newest, of {ROUNDS} pairs |",
        moments[1]
    );
    println!("|---|---|---|---|---|---|");
    for (name, count, asked) in QUESTIONS {
        // Once each for the caches.
        for revision in moments {
            round((count, asked), revision, 0);
        }
        let mut times = [const { Vec::new() }; 3];
        let mut ratios = Vec::new();
        let mut each = Vec::new();
        for seed in 0..ROUNDS as u64 {
            let asked = moments.map(|revision| round((count, asked), revision, seed));
            each.extend_from_slice(&asked[0]);
            let [newest, half, past] = asked.map(|times| mean(&times));
            ratios.push(past / newest);
            times[0].push(newest);
            times[1].push(half);
            times[2].push(past);
        }
        let [newest, half, past] = times.map(median);
        let (least, most) = (fold(&ratios, f64::min), fold(&ratios, f64::max));
        println!(
            "| {name} | {newest:.1} | {:.1} | {half:.1} | {past:.1} | {:.2} ({least:.2} to {most:.2}) |",
            p95(each),
            median(ratios.clone())
        );
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn p95(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() * 95 / 100]
}

fn fold(figures: &[f64], choose: fn(f64, f64) -> f64) -> f64 {
    figures.iter().copied().reduce(choose).unwrap_or_default()
}
