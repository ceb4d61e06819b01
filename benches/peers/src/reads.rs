//! The six queries, each answer carried out, beside the peers.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::bench::{Bench, Scale};
use crate::figures::{Report, Series, number};
use crate::growth;
use crate::load::{Counted, Load};
use crate::peers::{self, Peer};
use crate::questions::{QUESTIONS, Question, REQUESTS};
use crate::same;
use crate::server::Server;

const CONNECTIONS: u32 = 32;
/// For how many seconds each is asked before it is measured: at size M that long for each request to have come
/// once, and each record that they show to have been read from the disk.
const WARM_UP: u64 = 6;

/// Who is asked.
struct Asked {
    name: String,
    peer: Option<Peer>,
    server: Server,
    /// What it took before it was asked anything, in MiB.
    loaded: f64,
}

/// What was measured of one of them.
#[derive(Default)]
pub struct Rounds {
    pub rate: Series,
    pub median: Series,
    pub p99: Series,
    /// How much of its core the server used, in percent.
    pub busy: Series,
    /// Microseconds of its core that a request took.
    pub cost: Series,
}

impl Rounds {
    /// Measures once more.
    pub fn add(&mut self, server: &Server, load: &Load) -> Result<()> {
        let before = server.worked();
        let Counted {
            requests,
            rate,
            median,
            p99,
        } = load.run()?;
        let worked = server.worked() - before;
        self.rate.0.push(rate);
        self.median.0.push(median);
        self.p99.0.push(p99);
        self.busy.0.push(worked * 100.0 * rate / requests);
        self.cost.0.push(worked * 1e6 / requests);
        Ok(())
    }

    /// The cells of a table: rate, noise, times, core.
    pub fn cells(&self) -> Vec<String> {
        vec![
            number(self.rate.median()),
            self.rate.range(),
            number(self.median.median()),
            number(self.p99.median()),
            format!("{:.0} %", self.busy.median()),
            number(self.cost.median()),
        ]
    }
}

/// What the column of the core says.
pub const BOUND: &str = "Where a server used less than some 90 % of its core, it waited for the load or shared its core with others: its rate is not what it can do, and the processor time of a request is what to compare.";

pub const COLUMNS: [&str; 6] = [
    "requests/s",
    "least–most",
    "median ms",
    "p99 ms",
    "of its core",
    "µs of its core a request",
];

pub fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let mut asked = vec![ask(
        "Foedera",
        None,
        peers::foedera(bench, &bench.data(), 0)?,
    )];
    for peer in &bench.peers {
        eprintln!("  starting {}", peer.name());
        asked.push(ask(peer.name(), Some(*peer), peer.start(bench)?));
    }
    let sizes = compare(bench, &asked)?;
    let limit = peers::limit(&sizes)?;
    let mut rows = Vec::new();
    for (question, size) in QUESTIONS.iter().zip(sizes) {
        eprintln!("  {}", question.name);
        let path = format!("/{size}");
        let mut rounds: Vec<_> = asked.iter().map(|_| Rounds::default()).collect();
        let mut most = Rounds::default();
        // What is compiled while it runs, and what is read once and then kept, is so before it is measured.
        for asked in &asked {
            load(
                asked.server.port,
                "/graphql",
                &list(bench, question, asked.peer),
                bench.seconds.max(WARM_UP),
            )
            .run()?;
        }
        for _ in 0..bench.rounds {
            for (asked, rounds) in asked.iter().zip(&mut rounds) {
                let bodies = list(bench, question, asked.peer);
                let load = load(asked.server.port, "/graphql", &bodies, bench.seconds);
                rounds.add(&asked.server, &load)?;
            }
            let bodies = list(bench, question, None);
            most.add(&limit, &load(limit.port, &path, &bodies, bench.seconds))?;
        }
        let (ours, cost) = (rounds[0].rate.median(), rounds[0].cost.median());
        let names = asked.iter().map(|asked| asked.name.as_str());
        for (name, rounds) in names.zip(&rounds).chain([("limit: a fixed body", &most)]) {
            let mut row = vec![
                format!("{}, {} bytes", question.name, number(size as f64)),
                name.to_owned(),
            ];
            row.extend(rounds.cells());
            row.push(number(ours / rounds.rate.median()));
            row.push(number(rounds.cost.median() / cost));
            rows.push(row);
        }
        aims(question, &asked, &rounds, &most, report);
    }
    let abouts = QUESTIONS
        .iter()
        .map(|question| format!("`{}`: {}", question.name, question.about));
    report.say(&format!(
        "Every answer is carried out (`--answer-cache-mib 0`). {}. Bytes are those of the mean answer. {} answers of each query were compared before: byte for byte the same from Foedera, Mercurius and the vectors; the same values from PostGraphile.",
        abouts.collect::<Vec<_>>().join("; "),
        same::COMPARED
    ));
    let mut names = vec!["query", "server"];
    names.extend(COLUMNS);
    names.extend(["Foedera does … times as many", "at 1/… of the cost"]);
    report.say(BOUND);
    report.table("Reads, nothing kept", &names, &rows);
    let memory = asked.iter().map(|asked| {
        vec![
            asked.name.clone(),
            number(asked.loaded),
            number(asked.server.peak()),
        ]
    });
    report.table(
        "Memory",
        &["server", "MiB when ready", "MiB at most"],
        &memory.collect::<Vec<_>>(),
    );
    drop((asked, limit));
    if bench.scale != Scale::S {
        grown(bench, report)?;
    }
    Ok(())
}

fn ask(name: &str, peer: Option<Peer>, server: Server) -> Asked {
    Asked {
        name: name.to_owned(),
        peer,
        loaded: server.memory(),
        server,
    }
}

fn load<'a>(port: u16, path: &'a str, bodies: &'a Path, seconds: u64) -> Load<'a> {
    Load {
        port,
        path,
        bodies,
        token: None,
        connections: CONNECTIONS,
        seconds,
    }
}

/// Where the list of requests for somebody is.
fn list(bench: &Bench, question: &Question, peer: Option<Peer>) -> PathBuf {
    let schema = match peer {
        Some(Peer::PostGraphile) => "tables",
        _ => "record",
    };
    bench.dir.join(format!("{}-{schema}.jsonl", question.name))
}

/// Compares the answers of all, and gives back the mean size of each query's.
fn compare(bench: &Bench, asked: &[Asked]) -> Result<Vec<usize>> {
    let mut sizes = Vec::new();
    for question in &QUESTIONS {
        let mut ours = Vec::new();
        for Asked { peer, server, .. } in asked {
            let bodies = list(bench, question, *peer);
            if !bodies.exists() {
                question.write(&bodies, bench.size, REQUESTS, *peer)?;
            }
            let theirs = same::answers(server, &bodies)?;
            match peer {
                None => ours = theirs,
                Some(peer) => same::check(&ours, &theirs, *peer)?,
            }
        }
        let all: usize = ours.iter().map(Vec::len).sum();
        sizes.push(all / ours.len().max(1));
    }
    Ok(sizes)
}

fn aims(
    question: &Question,
    asked: &[Asked],
    rounds: &[Rounds],
    most: &Rounds,
    report: &mut Report,
) {
    let ours = rounds[0].rate.median();
    let mut aim = |who: &str, times: f64, theirs: &Rounds| {
        let what = format!("{}, cold, against {who}", question.name);
        report.aim(&what, true, times, " times", ours / theirs.rate.median());
        report.beside(theirs.cost.median() / rounds[0].cost.median());
    };
    for (asked, rounds) in asked.iter().zip(rounds) {
        let times = match (question.name, asked.peer) {
            ("card" | "deep", Some(Peer::PostGraphile)) => 50.0,
            ("card" | "deep", Some(_)) => 5.0,
            ("list" | "notes" | "filtered", Some(Peer::Mercurius)) => 3.0,
            _ => continue,
        };
        aim(&asked.name, times, rounds);
    }
    if question.name == "point" {
        aim("the limit", 0.8, most);
    }
}

/// How much dearer a card is here than in a small record, where what it shows is in memory.
fn grown(bench: &Bench, report: &mut Report) -> Result<()> {
    const FEW: usize = 500;
    let small = Scale::S.size();
    let data = bench.dir.join("small");
    growth::read_in(&bench.foedera, small, &data)?;
    let question = Question::named("card");
    let mut asked = Vec::new();
    for (name, size, data) in [("S", small, data), ("here", bench.size, bench.data())] {
        let bodies = bench.dir.join(format!("card-few-{name}.jsonl"));
        question.write(&bodies, size, FEW, None)?;
        let server = peers::foedera(bench, &data, 0)?;
        load(server.port, "/graphql", &bodies, bench.seconds).run()?;
        asked.push((server, bodies, Rounds::default()));
    }
    for _ in 0..bench.rounds {
        for (server, bodies, rounds) in &mut asked {
            rounds.add(
                server,
                &load(server.port, "/graphql", bodies, bench.seconds),
            )?;
        }
    }
    let rows = asked
        .iter()
        .zip(["in a record of size S", "in this record"]);
    let rows: Vec<_> = rows
        .map(|((.., rounds), name)| {
            let mut row = vec![name.to_owned()];
            row.extend(rounds.cells());
            row
        })
        .collect();
    let mut names = vec!["the same 500 cards"];
    names.extend(COLUMNS);
    report.table("Growth", &names, &rows);
    let cost = asked[0].2.rate.median() / asked[1].2.rate.median();
    report.aim(
        "card, cold, touched records in memory, against size S",
        false,
        1.5,
        " times its cost",
        cost,
    );
    Ok(())
}
