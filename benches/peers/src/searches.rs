//! What walks the record: paths, differences, facets of a hub. One request at a time, nothing kept.

use std::time::Instant;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::bench::{Bench, Scale};
use crate::client::Client;
use crate::figures::{Report, Series, number};
use crate::peers;
use crate::questions::body;
use crate::world::Numbers;

const PATHS: &str = include_str!("../questions/paths.graphql");
const DIFF: &str = include_str!("../questions/diff.graphql");
const FACETS: &str = include_str!("../questions/facets.graphql");

pub fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let server = peers::foedera(bench, &bench.data(), 0)?;
    let mut client = Client::connect(server.port, None)?;
    let mut numbers = Numbers(11);
    let actors = bench.size.actors;
    let mut any = || format!("actor-{}", numbers.below(actors));
    let pairs = (0..1_000).map(|_| json!({ "from": any(), "to": any() }));
    let paths = times(&mut client, PATHS, pairs.collect())?;

    let mut numbers = Numbers(12);
    let mut known = || format!("actor-{}", numbers.skewed(actors));
    let known = (0..500).map(|_| json!({ "actor": known() }));
    let diff = times(&mut client, DIFF, known.collect())?;

    let (hub, degree) = hub(&mut client)?;
    let facets = times(&mut client, FACETS, vec![json!({ "slug": hub }); 200])?;

    let rows = [
        (
            "`paths(maxLength: 4)` between two of all actors, each as often as the other"
                .to_owned(),
            &paths,
        ),
        (
            "`diff` of an actor over ten years, actors by Zipf's law".to_owned(),
            &diff,
        ),
        (
            format!("facets over {} relationships of one actor", number(degree)),
            &facets,
        ),
    ];
    let rows = rows.map(|(what, took)| {
        let mut row = vec![what];
        row.extend([took.median(), took.at(0.95), took.at(0.99), took.most()].map(number));
        row
    });
    report.table(
        "Searches",
        &[
            "query, one at a time",
            "median ms",
            "p95 ms",
            "p99 ms",
            "most ms",
        ],
        &rows,
    );
    // The aims are those of a record of size M.
    let small = (bench.scale == Scale::S).then_some("size S is too small to judge");
    let few = (degree < 5e4).then_some("too few to judge");
    let hub = format!("facets over {} relationships, p95", number(degree));
    for (what, aim, took, void) in [
        ("paths, p95", 10.0, &paths, small),
        ("diff over ten years, p95", 5.0, &diff, small),
        (hub.as_str(), 5.0, &facets, few),
    ] {
        report.aim(what, false, aim, " ms", took.at(0.95));
        report.void(void);
    }
    Ok(())
}

/// How long each takes in milliseconds. The first of them warm up and are not counted.
fn times(client: &mut Client, text: &str, asked: Vec<Value>) -> Result<Series> {
    const WARM_UP: usize = 20;
    let mut times = Series::default();
    for (at, variables) in asked.into_iter().enumerate() {
        let body = body(text, &variables);
        let began = Instant::now();
        let answer = client.post(&body)?;
        let took = began.elapsed();
        let wrong = answer.windows(8).any(|part| part == b"\"errors\"");
        anyhow::ensure!(!wrong, "the answer is {}", String::from_utf8_lossy(&answer));
        if at >= WARM_UP {
            times.0.push(took.as_secs_f64() * 1e3);
        }
    }
    Ok(times)
}

/// Of those with the most relationships the one whose number is nearest to 100,000.
fn hub(client: &mut Client) -> Result<(String, f64)> {
    let mut best = (String::new(), f64::INFINITY);
    for n in 0..10 {
        let slug = format!("actor-{n}");
        let data = client.ask(FACETS, &json!({ "slug": slug }))?;
        let ties = &data["actor"]["relationships"]["totalCount"];
        let ties = ties.as_f64().context("a number of relationships")?;
        if (ties - 1e5).abs() < (best.1 - 1e5).abs() {
            best = (slug, ties);
        }
    }
    Ok(best)
}
