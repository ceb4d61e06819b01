//! What the past costs: `cargo bench --bench at -- [RELATIONSHIPS] [ACTORS]`.
//!
//! Imports a made-up record (`common/world.rs`), then says nine times something else of a tenth of its
//! relationships, and asks the same of the newest revision, of one half-way back, and of the one before
//! the first of these changes. Answers are not kept. Prints two Markdown tables.
#![allow(
    missing_docs,
    clippy::cast_sign_loss,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    dead_code,
    reason = "a program for developers, which may stop where something is wrong; it takes what it needs of the common parts"
)]

#[path = "common/process.rs"]
mod process;
#[path = "common/server.rs"]
mod server;
#[path = "common/world.rs"]
mod world;

use std::io::{self, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use process::size;
use server::{Server, import};
use world::{Numbers, Size};

/// Every so many relationships one changes.
const ONE_IN: usize = 10;
/// How often it does, after it was entered.
const CHANGES: usize = 9;
/// How often everything is asked; the fastest round counts, for the machine is noisy.
const ROUNDS: usize = 7;

/// What is asked, and how many actors it is asked of in a round.
const QUESTIONS: [(&str, usize, &str); 4] = [
    (
        "card: an actor with 20 relationships, areas, citations",
        200,
        "actor(slug: $actor) { name relationships(first: 20) { totalCount edges { role counterpart { slug name }
           node { label kind alignment tier period { start end } areas { domain description }
             citations { locator source { title } } } } } }",
    ),
    (
        "deep: an actor, 20 counterparts, 10 of each",
        200,
        "actor(slug: $actor) { name relationships(first: 20) { edges { counterpart { name
           relationships(first: 10) { edges { counterpart { name } node { label } } } } } } }",
    ),
    (
        "facets of the best-connected actor",
        20,
        "actor(slug: \"actor-0\") { relationships { totalCount facets { kind { value count } tier { value count } } } }",
    ),
    (
        "a filter over the whole record",
        5,
        "relationships(filter: { kind: [ALLIANCE], tier: [CORE] }, first: 20) { totalCount nodes { label } }",
    ),
];

/// Writes the record as it is at first, or what is said otherwise of some relationships later.
fn write(out: &mut dyn Write, of: Size, change: usize) -> io::Result<()> {
    write!(out, "{{\"format\":\"foedera-fixture/1\"")?;
    let (mut open, mut n) = ("", 0);
    world::write(of, |section, record| {
        let mut text = record.to_owned();
        if section == "relationships" {
            n += 1;
            if n % ONE_IN == 0 {
                let rest = &record[1..];
                text = format!("{{\"key\":\"tie-{n}\",{rest}").replace(
                    "\"label\":\"tie number ",
                    &format!("\"label\":\"version {change} of tie number "),
                );
            }
        }
        if change > 0 && (section != "relationships" || n % ONE_IN > 0) {
            return Ok(());
        }
        if section == open {
            return write!(out, ",\n{text}");
        }
        let close = if open.is_empty() { "" } else { "]" };
        open = section;
        write!(out, "{close},\n\"{section}\":[\n{text}")
    })?;
    writeln!(out, "]}}")
}

/// Asks, and gives the answer's data.
fn ask(agent: &ureq::Agent, url: &str, body: &Value) -> Value {
    let sent = agent.post(url).header("content-type", "application/json");
    let text = sent
        .send(body.to_string())
        .unwrap()
        .body_mut()
        .read_to_string();
    let answer: Value = serde_json::from_str(&text.unwrap()).unwrap();
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

fn newest(server: &Server) -> u64 {
    let query = json!({ "query": "{ latestRevision }" });
    ask(&ureq::agent(), &server.url, &query)["latestRevision"]
        .as_u64()
        .unwrap()
}

/// The time of one question at each of some revisions, asked in turn: the mean of the fastest round.
fn measure(
    server: &Server,
    of: Size,
    (count, question): (usize, &str),
    revisions: &[u64],
) -> Vec<Duration> {
    let agent = ureq::agent();
    let parameter = if question.contains("$actor") {
        ", $actor: String!"
    } else {
        ""
    };
    let query = format!(
        "query($revision: Int{parameter}) {{ at(validOn: \"2020-06-01\", revision: $revision) {{ {question} }} }}"
    );
    let mut numbers = Numbers(7);
    let actors: Vec<String> = (0..count)
        .map(|_| format!("actor-{}", numbers.skewed(of.actors)))
        .collect();
    let mut best = vec![Duration::MAX; revisions.len()];
    // The first round warms the caches and does not count.
    for round in 0..=ROUNDS {
        for (revision, best) in revisions.iter().zip(&mut best) {
            let began = Instant::now();
            for actor in &actors {
                let mut variables = json!({ "revision": revision });
                if !parameter.is_empty() {
                    variables["actor"] = json!(actor);
                }
                ask(
                    &agent,
                    &server.url,
                    &json!({ "query": query, "variables": variables }),
                );
            }
            if round > 0 {
                *best = began.elapsed().min(*best);
            }
        }
    }
    best.into_iter().map(|best| best / count as u32).collect()
}

fn main() {
    let given: Vec<usize> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let of = Size {
        relationships: given.first().copied().unwrap_or(1_000_000),
        actors: given.get(1).copied().unwrap_or(100_000),
    };
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    import(&data, |out| write(out, of, 0));
    let (before, first) = {
        let server = Server::on(&data, &[]);
        (server.resident, newest(&server))
    };
    let disk = size(&data);
    for change in 1..=CHANGES {
        import(&data, |out| write(out, of, change));
    }
    // Room for the text of all that is asked, and no answer given twice.
    let server = Server::on(&data, &["--cache-mib", "512", "--answer-cache-mib", "0"]);
    let last = newest(&server);
    let versions = of.relationships / ONE_IN * CHANGES;

    println!("| figure | value |\n|---|---|");
    println!(
        "| relationships / actors | {} / {} |",
        of.relationships, of.actors
    );
    println!(
        "| later versions | {versions}, in revisions {} to {last} |",
        first + 1
    );
    println!(
        "| memory after the start, without and with them | {} MiB, {} MiB |",
        before >> 10,
        server.resident >> 10
    );
    let each = |bytes: u64| bytes as f64 / versions as f64;
    println!(
        "| memory of a version | {:.0} bytes |",
        each((server.resident - before.min(server.resident)) << 10)
    );
    println!(
        "| disk of a version | {:.0} bytes |",
        each(size(&data).saturating_sub(disk))
    );
    println!("| start to ready | {:.1} s |", server.start);
    println!(
        "\n| question | newest | half-way back | before the changes | ratio |\n|---|---|---|---|---|"
    );
    for (name, count, question) in QUESTIONS {
        let times = measure(
            &server,
            of,
            (count, question),
            &[last, u64::midpoint(first, last), first],
        );
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let worst = times[1..].iter().copied().map(micros).fold(0.0, f64::max) / micros(times[0]);
        println!(
            "| {name} | {:.0} µs | {:.0} µs | {:.0} µs | {worst:.2} |",
            micros(times[0]),
            micros(times[1]),
            micros(times[2]),
        );
    }
}
