//! A large import, and what it leaves: `cargo bench --bench bulk -- [RELATIONSHIPS] [ACTORS]`.
//!
//! Generates a record (Zipf-like degrees, one area and one or two citations a relationship), pipes
//! it into `foedera import fixture -`, then starts the server on it. Prints a Markdown table.
#![allow(
    missing_docs,
    clippy::cast_sign_loss,
    clippy::doc_markdown,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for developers, which may stop where something is wrong"
)]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_foedera");
const SOURCES: usize = 1_000;

/// A small generator of numbers that look random and are the same every time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// Small numbers far more often than large ones.
    fn skewed(&mut self, bound: usize) -> usize {
        let unit = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((bound as f64).powf(unit) as usize)
            .saturating_sub(1)
            .min(bound - 1)
    }
}

fn generate(out: &mut impl Write, relationships: usize, actors: usize) -> std::io::Result<()> {
    let mut numbers = Numbers(42);
    write!(out, "{{\"format\": \"foedera-fixture/1\",\n\"actors\": [")?;
    for n in 0..actors {
        let comma = if n == 0 { "" } else { "," };
        let kind = ["STATE", "ARMED_GROUP", "INTERNATIONAL_ORGANIZATION"][n % 3];
        write!(
            out,
            "{comma}\n{{\"slug\":\"actor-{n}\",\"name\":\"Actor {n}\",\"kind\":\"{kind}\",\"summary\":\"One of many who stand with each other.\"}}"
        )?;
    }
    write!(out, "],\n\"sources\": [")?;
    for n in 0..SOURCES {
        let comma = if n == 0 { "" } else { "," };
        write!(
            out,
            "{comma}\n{{\"key\":\"source-{n}\",\"title\":\"Report {n}\",\"publisher\":\"Publisher {}\",\"kind\":\"NEWS\",\"reliability\":\"B\"}}",
            n % 100
        )?;
    }
    write!(out, "],\n\"relationships\": [")?;
    let kinds = [
        "ALLIANCE",
        "SPONSORSHIP",
        "PRAGMATIC_PARTNERSHIP",
        "RIVALRY",
    ];
    let alignments = ["ALLY", "PARTNER", "MIXED", "RIVAL"];
    let domains = ["WEAPONS", "TRADE", "ENERGY", "DIPLOMACY", "TRAINING"];
    let mut line = String::new();
    for n in 0..relationships {
        let from = numbers.skewed(actors);
        let to = (from + 1 + numbers.below(actors - 1)) % actors;
        let (start, length) = (1950 + numbers.below(76), numbers.below(40));
        let end = match numbers.below(3) {
            0 => format!(",\"end\":\"{}\",\"status\":\"ENDED\"", start + length),
            _ => ",\"status\":\"ONGOING\"".to_owned(),
        };
        let (kind, alignment, domain) = (
            kinds[numbers.below(4)],
            alignments[numbers.below(4)],
            domains[numbers.below(5)],
        );
        let (first, second) = (numbers.below(SOURCES), numbers.below(SOURCES));
        line.clear();
        let comma = if n == 0 { "" } else { "," };
        write!(
            line,
            "{comma}\n{{\"from\":\"actor-{from}\",\"to\":\"actor-{to}\",\"kind\":\"{kind}\",\"label\":\"tie number {n}\",\"alignment\":\"{alignment}\",\"summary\":\"What the two of them do together, and why, told in one sentence.\",\"period\":{{\"start\":\"{start}\"{end}}},\"areas\":[{{\"domain\":\"{domain}\",\"description\":\"Deliveries, visits and talks.\",\"citations\":[{{\"source\":\"source-{second}\"}}]}}],\"citations\":[{{\"source\":\"source-{first}\",\"locator\":\"page {}\"}}]}}",
            n % 300
        )
        .unwrap();
        out.write_all(line.as_bytes())?;
    }
    out.write_all(b"]}\n")
}

/// A figure of `/proc/PID/status` in KiB.
fn status(child: &Child, name: &str) -> u64 {
    let path = format!("/proc/{}/status", child.id());
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

fn size(path: &Path) -> u64 {
    let entries = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            if path.is_dir() {
                size(&path)
            } else {
                path.metadata().unwrap().len()
            }
        })
        .sum()
}

fn main() {
    let given: Vec<usize> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let relationships = given.first().copied().unwrap_or(1_000_000);
    let actors = given.get(1).copied().unwrap_or(100_000);
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");

    let began = Instant::now();
    let mut import = Command::new(BINARY)
        .args(["import", "fixture", "-", "--data"])
        .arg(&data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = BufWriter::with_capacity(1 << 20, import.stdin.take().unwrap());
    generate(&mut pipe, relationships, actors)
        .and_then(|()| pipe.flush())
        .expect("the import reads to the end");
    drop(pipe);
    let mut peak = 0;
    let done = loop {
        peak = peak.max(status(&import, "VmHWM"));
        if let Some(done) = import.try_wait().unwrap() {
            break done;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(done.success(), "the import failed");
    let took = began.elapsed().as_secs_f64();
    let disk = size(&data);

    let began = Instant::now();
    let mut server = Command::new(BINARY)
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "error",
            "--data",
        ])
        .arg(&data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let _ready = lines
        .map_while(Result::ok)
        .find(|line| line.contains("Ctrl-C"))
        .expect("the server starts");
    let start = began.elapsed().as_secs_f64();
    let resident = status(&server, "VmRSS");
    server.kill().unwrap();
    server.wait().unwrap();

    let each = |bytes: f64| bytes / relationships as f64;
    println!("| figure | value |\n|---|---|");
    println!("| relationships / actors | {relationships} / {actors} |");
    println!(
        "| import | {took:.1} s, {:.0} records/s |",
        (relationships + actors + SOURCES) as f64 / took
    );
    println!("| peak memory of the import | {} MiB |", peak >> 10);
    println!(
        "| disk | {} MiB, {:.0} bytes a relationship |",
        disk >> 20,
        each(disk as f64)
    );
    println!("| start to ready | {start:.1} s |");
    println!(
        "| memory of the server after the start | {} MiB, {:.0} bytes a relationship |",
        resident >> 10,
        each(resident as f64 * 1024.0)
    );
}
