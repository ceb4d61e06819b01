//! Medians, tables, and the document that they go into.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::bench::{Bench, Scale};

/// Several measurements of one thing.
#[derive(Clone, Debug, Default)]
pub struct Series(pub Vec<f64>);

impl Series {
    /// The value below which a share of them lies.
    pub fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let place = (sorted.len() as f64 * share).ceil() as usize;
        let place = place.max(1) - 1;
        sorted.get(place).copied().unwrap_or(f64::NAN)
    }

    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    pub fn most(&self) -> f64 {
        self.at(1.0)
    }

    /// The least and the most.
    pub fn range(&self) -> String {
        format!("{}–{}", number(self.at(0.0)), number(self.most()))
    }
}

/// A number with as many digits as mean something.
pub fn number(value: f64) -> String {
    let digits = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        _ => 3,
    };
    let plain = format!("{value:.digits$}");
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// What is to be reached, and whether it was.
struct Aim {
    what: String,
    wanted: String,
    measured: String,
    verdict: String,
}

/// Everything that one run found.
pub struct Report {
    text: String,
    aims: Vec<Aim>,
}

impl Report {
    pub fn new(bench: &Bench) -> Self {
        let mut report = Self {
            text: String::new(),
            aims: Vec::new(),
        };
        let size = bench.size;
        report.say(&format!(
            "{} actors, {} relationships, {} notes, {} sources. {} rounds of {} s each. {}.",
            number(size.actors as f64),
            number(size.relationships as f64),
            number(size.actors as f64),
            number(size.sources() as f64),
            bench.rounds,
            bench.seconds,
            machine()
        ));
        let load = busy_with();
        if load > QUIET {
            report.say(&format!(
                "**The machine was not quiet** (load {} before the run): others used the cores and the disk meanwhile. Rates and times are too bad, ratios are uncertain, and an aim that is reached or missed by little says nothing. Processor time a request is the figure that suffers least.",
                number(load)
            ));
        }
        report
    }

    pub fn say(&mut self, paragraph: &str) {
        self.text.push_str(paragraph);
        self.text.push_str("\n\n");
    }

    /// A heading and a table under it.
    pub fn table(&mut self, heading: &str, names: &[&str], rows: &[Vec<String>]) {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let _ = write!(self.text, "#### {heading}\n\n{}", line(&names));
        self.text.push_str(&"|---".repeat(names.len()));
        self.text.push_str("|\n");
        self.text.extend(rows.iter().map(|row| line(row)));
        self.text.push('\n');
    }

    /// Something that is to be at least or at most so much.
    pub fn aim(&mut self, what: &str, least: bool, aim: f64, unit: &str, reached: f64) {
        let (bound, met) = if least {
            ("at least", reached >= aim)
        } else {
            ("at most", reached <= aim)
        };
        self.aims.push(Aim {
            what: what.to_owned(),
            wanted: format!("{bound} {}{unit}", number(aim)),
            measured: format!("{}{unit}", number(reached)),
            verdict: if met { "yes" } else { "no" }.to_owned(),
        });
    }

    /// The ratio of the last aim by processor time in place of rates.
    pub fn beside(&mut self, by_processor: f64) {
        if let Some(aim) = self.aims.last_mut() {
            let by_processor = number(by_processor);
            let _ = write!(aim.measured, "; {by_processor} by processor time");
        }
    }

    /// Says why the last aim cannot be judged by what was measured, where there is a reason.
    pub fn void(&mut self, why: Option<&str>) {
        if let (Some(aim), Some(why)) = (self.aims.last_mut(), why) {
            aim.verdict = format!("no: {why}");
        }
    }

    pub fn finish(mut self) -> String {
        let aims = std::mem::take(&mut self.aims);
        if !aims.is_empty() {
            let row = |aim: &Aim| {
                vec![
                    aim.what.clone(),
                    aim.wanted.clone(),
                    aim.measured.clone(),
                    aim.verdict.clone(),
                ]
            };
            let rows: Vec<_> = aims.iter().map(row).collect();
            self.table(
                "Aims",
                &["figure", "aimed for", "measured", "reached"],
                &rows,
            );
        }
        self.text
    }
}

/// The load above which a machine is not quiet.
const QUIET: f64 = 0.5;

/// How many processes ran or waited in the last minute.
fn busy_with() -> f64 {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().and_then(|load| load.parse().ok());
    load.unwrap_or(f64::NAN)
}

/// The date and the machine.
fn machine() -> String {
    let read = |path: &str, name: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.split(':').nth(1)).map(str::trim);
        value.unwrap_or("unknown").to_owned()
    };
    let told = |program: &str, given: &[&str]| {
        let out = std::process::Command::new(program).args(given).output();
        let out = out.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
        out.unwrap_or_default()
    };
    let memory = read("/proc/meminfo", "MemTotal");
    let memory = memory.split(' ').next().and_then(|kib| kib.parse().ok());
    format!(
        "{}, Linux {}, {} with {} cores and {} GiB",
        told("date", &["-u", "+%-d %B %Y"]),
        told("uname", &["-r"]),
        read("/proc/cpuinfo", "model name"),
        told("nproc", &["--all"]),
        number(memory.unwrap_or(f64::NAN) / f64::from(1 << 20))
    )
}

/// Puts the tables of one size into a document, between the comments that mark their place.
pub fn put_into(document: &Path, scale: Scale, text: &str) -> Result<()> {
    let (begin, end) = (
        format!("<!-- peers {scale:?} -->\n"),
        format!("<!-- end of peers {scale:?} -->"),
    );
    let old = fs::read_to_string(document)?;
    let (before, rest) = old
        .split_once(&begin)
        .with_context(|| format!("there is no line {}", begin.trim()))?;
    let (_, after) = rest
        .split_once(&end)
        .with_context(|| format!("there is no line {end}"))?;
    Ok(fs::write(
        document,
        format!("{before}{begin}\n{text}{end}{after}"),
    )?)
}
