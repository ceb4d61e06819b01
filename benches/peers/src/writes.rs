//! Durable commits against what the disk can do, and what readers feel of them.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::client::Client;
use crate::figures::{Report, Series, number};
use crate::load::Load;
use crate::peers::{self, TOKEN};
use crate::questions::{self, Question};
use crate::server::Server;
use crate::world::{Numbers, Size};

pub const WRITE: &str = include_str!("../questions/write.graphql");

pub fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let server = peers::foedera(bench, &bench.data(), 0)?;
    let bodies = bench.dir.join("write.jsonl");
    questions::write(&bodies, WRITE, notes(bench.size).take(questions::REQUESTS))?;
    let mut disk = Series::default();
    let (mut one, mut many) = (Series::default(), Series::default());
    for _ in 0..bench.rounds {
        disk.0.push(syncs(&bench.dir, bench.seconds)?);
        one.0.push(commits(&server, &bodies, 1, bench.seconds)?);
        many.0.push(commits(&server, &bodies, 64, bench.seconds)?);
    }
    // Each beside the disk of its own round: the disk may be another a minute later.
    let shares = |series: &Series| {
        let rounds = series.0.iter().zip(&disk.0);
        Series(rounds.map(|(commits, disk)| commits / disk).collect())
    };
    let row = |what: &str, series: &Series| {
        let shares = shares(series);
        vec![
            what.to_owned(),
            number(series.median()),
            series.range(),
            number(shares.median()),
            shares.range(),
        ]
    };
    report.table(
        "Durable commits",
        &[
            "what",
            "a second",
            "least–most",
            "of the disk's",
            "least–most",
        ],
        &[
            row("the disk: 2 kB appended to a file, fdatasync, best quarter of a second of each round", &disk),
            row("commits (`createNote`), one at a time", &one),
            row("commits, 64 at once", &many),
        ],
    );
    let (alone, together) = (
        syncs_a_commit(&server, &bodies, 1)?,
        syncs_a_commit(&server, &bodies, 64)?,
    );
    report.say(&format!(
        "System calls that wait until data is on the disk (fsync, fdatasync, msync), counted by strace for each acknowledged commit: {} one at a time, {} with 64 at once. Without at least one a commit, or one for 64, commits do not do what the disk's row does, and no share of it is reached.",
        number(alone),
        number(together)
    ));
    // Who waits for a sync is not faster than one that does nothing else.
    let believable = shares(&one).median() <= 1.1;
    let mut aim = |what: &str, aim, unit, series: &Series, durable| {
        let void = match (durable, believable) {
            (false, _) => Some("not durable"),
            (true, false) => Some("the disk was disturbed"),
            (true, true) => None,
        };
        report.aim(what, true, aim, unit, shares(series).median());
        report.void(void);
    };
    aim(
        "commits, one at a time, against the disk",
        0.6,
        " of it",
        &one,
        alone >= 0.99,
    );
    aim(
        "commits, 64 at once, against the disk",
        2.5,
        " times it",
        &many,
        together >= 0.99 / 64.0,
    );
    reads_meanwhile(bench, &server, &bodies, report)
}

/// Notes to write, about actors by Zipf's law.
pub fn notes(size: Size) -> impl Iterator<Item = Value> {
    let mut numbers = Numbers(13);
    let sentence = "What was said was said before, and what was meant by it is known to few. ";
    (0..).map(move |n| {
        let actor = format!("actor-{}", numbers.skewed(size.actors));
        let day = 1 + numbers.below(28);
        json!({ "input": {
            "headline": format!("News number {n}"),
            "body": sentence.repeat(6),
            "asOf": format!("2026-01-{day:02}"),
            "actors": [actor],
            "tags": ["benchmark"],
        }})
    })
}

/// How often a second 2 kB can be appended to a file and be on the disk: in the best quarter of a
/// second of some seconds. Where others use the machine, the rest tells how long we wait for a core.
fn syncs(dir: &Path, seconds: u64) -> Result<f64> {
    let path = dir.join("syncs");
    let mut file = File::create(&path)?;
    let mut best = 0.0_f64;
    for _ in 0..seconds * 4 {
        let began = Instant::now();
        let mut count = 0.0;
        while began.elapsed() < Duration::from_millis(250) {
            file.write_all(&[7; 2_048])?;
            file.sync_data()?;
            count += 1.0;
        }
        best = best.max(count / began.elapsed().as_secs_f64());
    }
    drop(file);
    fs::remove_file(path)?;
    Ok(best)
}

/// Commits a second with so many writers at once, by the numbers of the revisions.
fn commits(server: &Server, bodies: &Path, writers: u32, seconds: u64) -> Result<f64> {
    let before = revision(server)?;
    let counted = writing(server, bodies, writers, seconds).run()?;
    let made = revision(server)? - before;
    // What was on its way at the end was made and not counted.
    ensure!(
        (0.0..=f64::from(writers)).contains(&(made - counted.requests)),
        "{} writes were answered, and {made} revisions made",
        counted.requests
    );
    Ok(counted.rate)
}

/// How many calls wait for the disk for each commit that is acknowledged. Not timed: strace slows it.
fn syncs_a_commit(server: &Server, bodies: &Path, writers: u32) -> Result<f64> {
    let before = revision(server)?;
    let calls = bodies.with_extension("strace");
    let mut strace = Command::new("strace")
        .args(["-f", "-e", "trace=fsync,fdatasync,msync", "-p"])
        .arg(server.id().to_string())
        .arg("-o")
        .arg(&calls)
        .stderr(Stdio::piped())
        .spawn()
        .context("strace cannot be started")?;
    // It says so once it is with all threads.
    let mut told = BufReader::new(strace.stderr.take().context("what strace says")?);
    let mut attached = String::new();
    told.read_line(&mut attached)?;
    ensure!(attached.contains("attached"), "strace says {attached}");
    let written = writing(server, bodies, writers, 2).run();
    let stopped = Command::new("kill")
        .args(["-INT", &strace.id().to_string()])
        .status();
    written?;
    stopped?;
    strace.wait()?;
    let commits = revision(server)? - before;
    ensure!(commits > 0.0, "nothing was committed under strace");
    let calls = fs::read_to_string(calls)?;
    let syncs = calls
        .lines()
        .filter(|line| line.contains("sync(") && !line.contains("resumed"));
    Ok(syncs.count() as f64 / commits)
}

fn revision(server: &Server) -> Result<f64> {
    let data = Client::connect(server.port, None)?.ask("{ latestRevision }", &Value::Null)?;
    data["latestRevision"].as_f64().context("a revision")
}

fn writing<'a>(server: &Server, bodies: &'a Path, writers: u32, seconds: u64) -> Load<'a> {
    Load {
        port: server.port,
        path: "/graphql",
        bodies,
        token: Some(TOKEN),
        connections: writers,
        seconds,
    }
}

/// Cards at a steady pace while others write.
fn reads_meanwhile(
    bench: &Bench,
    server: &Server,
    bodies: &Path,
    report: &mut Report,
) -> Result<()> {
    let cards = bench.dir.join("card-paced.jsonl");
    Question::named("card").write(&cards, bench.size, 2_000, None)?;
    let cards = fs::read_to_string(cards)?;
    let seconds = bench.seconds.max(3);
    paced(server, &cards, 1)?;
    let (mut idle, mut one, mut many, mut busy) = <(Paced, Paced, Paced, Paced)>::default();
    for _ in 0..bench.rounds {
        idle.add(&paced(server, &cards, seconds)?);
        for (writers, rounds) in [(1, &mut one), (64, &mut many)] {
            let running = writing(server, bodies, writers, seconds + 1).start()?;
            std::thread::sleep(Duration::from_millis(500));
            rounds.add(&paced(server, &cards, seconds)?);
            running.finish()?;
        }
        // A backup of the whole log goes out meanwhile, at most for so long.
        let running = writing(server, bodies, 64, seconds + 1).start()?;
        let backup = Client::connect(server.port, Some(TOKEN))?;
        let backup = std::thread::spawn(move || backup.drain("/admin/backup", 256 << 20));
        busy.add(&paced(server, &cards, seconds)?);
        running.finish()?;
        let sent = backup.join().ok().context("the backup is read")??;
        ensure!(sent > 0, "there was no backup");
    }
    report.table(
        &format!("Readers while others write: {PACE} cards a second over {READERS} connections"),
        &[
            "meanwhile",
            "median ms",
            "p99 ms",
            "least–most",
            "longest ms",
        ],
        &[
            idle.row("nothing"),
            one.row("1 writes, as fast as it is answered"),
            many.row("64 write, as fast as they are answered"),
            busy.row("64 write, and a backup is taken"),
        ],
    );
    let mut aim = |what: &str, rounds: &Paced| {
        let times = rounds.p99.0.iter().zip(&idle.p99.0);
        let times = Series(times.map(|(busy, idle)| busy / idle).collect());
        report.aim(what, false, 2.0, " times", times.median());
    };
    aim("readers' p99 while 1 writes, against idle", &one);
    aim("readers' p99 while 64 write, against idle", &many);
    Ok(())
}

/// What readers felt, round by round, in milliseconds.
#[derive(Default)]
struct Paced {
    median: Series,
    p99: Series,
    longest: Series,
}

impl Paced {
    fn add(&mut self, round: &Series) {
        self.median.0.push(round.median());
        self.p99.0.push(round.at(0.99));
        self.longest.0.push(round.most());
    }

    fn row(&self, what: &str) -> Vec<String> {
        vec![
            what.to_owned(),
            number(self.median.median()),
            number(self.p99.median()),
            self.p99.range(),
            number(self.longest.most()),
        ]
    }
}

const PACE: u32 = 500;
const READERS: u32 = 8;

/// Milliseconds from when each request was due until its answer was there: who waits for an answer
/// is late with the next, and that counts.
fn paced(server: &Server, cards: &str, seconds: u64) -> Result<Series> {
    let began = Instant::now() + Duration::from_millis(20);
    let until = began + Duration::from_secs(seconds);
    let read = |reader: u32| -> Result<Vec<f64>> {
        let mut client = Client::connect(server.port, None)?;
        let mut cards = cards.lines().cycle().skip(reader as usize * 200);
        let mut due = began + Duration::from_secs(1) * reader / PACE;
        let mut times = Vec::new();
        while due < until {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            client.post(cards.next().context("there are cards")?)?;
            times.push(due.elapsed().as_secs_f64() * 1e3);
            due += Duration::from_secs(1) * READERS / PACE;
        }
        Ok(times)
    };
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|reader| scope.spawn(move || read(reader)))
            .collect();
        let mut all = Series::default();
        for reader in readers {
            all.0
                .extend(reader.join().ok().context("a reader stopped")??);
        }
        Ok(all)
    })
}
