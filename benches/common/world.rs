//! A made-up record of any size, the same for the same size: one JSON object a record, in the words of
//! the fixture format. Degrees follow Zipf's law: few actors have many relationships.

use std::fmt::Write as _;
use std::io::{self, Write};

/// How much of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Actors, and as many notes.
    pub actors: usize,
    /// Relationships.
    pub relationships: usize,
}

impl Size {
    /// Sources: one for a thousand relationships, and never fewer than a hundred.
    pub fn sources(self) -> usize {
        (self.relationships / 1_000).max(100)
    }

    /// All records together.
    pub fn records(self) -> usize {
        2 * self.actors + self.sources() + self.relationships
    }
}

/// A small generator of numbers that look random and are the same every time (`SplitMix64`).
pub struct Numbers(pub u64);

impl Numbers {
    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below a bound, each as often as the other.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.any() % bound as u64) as usize
    }

    /// A number below a bound by Zipf's law: small ones far more often than large ones.
    #[allow(clippy::cast_sign_loss, reason = "a power of a positive number")]
    pub fn skewed(&mut self, bound: usize) -> usize {
        let unit = (self.any() >> 11) as f64 / (1u64 << 53) as f64;
        ((bound as f64 + 1.0).powf(unit) as usize - 1).min(bound - 1)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

const SECTIONS: [&str; 4] = ["actors", "sources", "relationships", "notes"];

/// Writes it as a fixture.
pub fn write_fixture(out: &mut impl Write, size: Size) -> io::Result<()> {
    write!(out, "{{\"format\":\"foedera-fixture/1\"")?;
    let mut open = "";
    write(size, |section, record| {
        if section == open {
            return writeln!(out, ",").and_then(|()| out.write_all(record.as_bytes()));
        }
        let close = if open.is_empty() { "" } else { "]" };
        open = section;
        write!(out, "{close},\n\"{section}\":[\n{record}")
    })?;
    writeln!(out, "]}}")
}

/// Tells every record with its section of a fixture, those that others refer to first.
pub fn write(
    size: Size,
    mut tell: impl FnMut(&'static str, &str) -> io::Result<()>,
) -> io::Result<()> {
    let mut numbers = Numbers(42);
    let mut record = String::new();
    let counts = [size.actors, size.sources(), size.relationships, size.actors];
    for (section, count) in SECTIONS.into_iter().zip(counts) {
        for n in 0..count {
            record.clear();
            let written = match section {
                "actors" => actor(&mut record, &mut numbers, n),
                "sources" => source(&mut record, &mut numbers, n),
                "relationships" => relationship(&mut record, &mut numbers, n, size),
                _ => note(&mut record, &mut numbers, n, size),
            };
            written.map_err(io::Error::other)?;
            tell(section, &record)?;
        }
    }
    Ok(())
}

const WHO: [&str; 8] = [
    "The ministries of both",
    "Their general staffs",
    "Two joint committees",
    "Traders on either side",
    "Officers on exchange",
    "A standing commission",
    "The heads of both",
    "Envoys with full powers",
];
const WHAT: [&str; 8] = [
    "meet twice a year to go through what was agreed and what was left open",
    "keep lists of what is delivered, by whom, and what it is to be used for",
    "speak for one another where only one of them is heard",
    "settle what is owed in kind, and count the rest towards next year",
    "share what they learn about those who stand against either of them",
    "plan exercises together, and say afterwards that they went well",
    "renew the terms each spring unless one of the two objects in time",
    "deny in public what their own papers describe at some length",
];
const DOMAINS: [&str; 12] = [
    "MILITARY",
    "WEAPONS",
    "TRAINING",
    "FUNDING",
    "INTELLIGENCE",
    "LOGISTICS",
    "TRADE",
    "ENERGY",
    "DIPLOMACY",
    "INFRASTRUCTURE",
    "TECHNOLOGY",
    "SECURITY",
];

fn actor(out: &mut String, numbers: &mut Numbers, n: usize) -> std::fmt::Result {
    let kind = numbers.pick(&[
        "STATE",
        "ARMED_GROUP",
        "INTERNATIONAL_ORGANIZATION",
        "COALITION",
    ]);
    let (who, what) = (numbers.pick(&WHO), numbers.pick(&WHAT));
    write!(
        out,
        "{{\"slug\":\"actor-{n}\",\"name\":\"Actor {n}\",\"kind\":\"{kind}\",\"summary\":\"{who} {what}.\"}}"
    )
}

fn source(out: &mut String, numbers: &mut Numbers, n: usize) -> std::fmt::Result {
    let kind = numbers.pick(&["NEWS", "GOVERNMENT", "ACADEMIC", "THINK_TANK", "TREATY"]);
    let reliability = numbers.pick(&["A", "B", "C", "D"]);
    let publisher = numbers.below(100);
    write!(
        out,
        "{{\"key\":\"source-{n}\",\"title\":\"Report {n} on who stands with whom\",\"publisher\":\"Publisher {publisher}\",\"kind\":\"{kind}\",\"reliability\":\"{reliability}\"}}"
    )
}

fn relationship(out: &mut String, numbers: &mut Numbers, n: usize, size: Size) -> std::fmt::Result {
    let from = numbers.skewed(size.actors);
    let other = match numbers.below(3) {
        0 => numbers.below(size.actors),
        _ => numbers.skewed(size.actors),
    };
    let to = if other == from {
        (from + 1) % size.actors
    } else {
        other
    };
    let kind = numbers.pick(&[
        "ALLIANCE",
        "SPONSORSHIP",
        "STRATEGIC_PARTNERSHIP",
        "PRAGMATIC_PARTNERSHIP",
        "INFLUENCE",
        "RIVALRY",
    ]);
    let alignment = numbers.pick(&["ALLY", "ALLY", "PARTNER", "MIXED", "NEUTRAL", "RIVAL"]);
    let (who, what) = (numbers.pick(&WHO), numbers.pick(&WHAT));
    write!(
        out,
        "{{\"from\":\"actor-{from}\",\"to\":\"actor-{to}\",\"kind\":\"{kind}\",\"label\":\"tie number {n}\",\"alignment\":\"{alignment}\""
    )?;
    if numbers.below(2) == 0 {
        let tier = numbers.pick(&["CORE", "MAJOR_POWER", "VARYING"]);
        write!(out, ",\"tier\":\"{tier}\"")?;
    }
    let formality = numbers.pick(&["TREATY", "AGREEMENT", "INFORMAL"]);
    write!(
        out,
        ",\"formality\":\"{formality}\",\"summary\":\"{who} {what}.\",\"period\":{{\"start\":\""
    )?;
    let start = 1950 + numbers.below(75);
    date(out, numbers, start)?;
    match numbers.below(4) {
        0 => {
            out.push_str("\",\"end\":\"");
            let end = start + 1 + numbers.below(40);
            date(out, numbers, end)?;
            out.push_str("\",\"status\":\"ENDED\"}");
        }
        _ => out.push_str("\",\"status\":\"ONGOING\"}"),
    }
    out.push_str(",\"areas\":[");
    for area in 0..=numbers.below(2) {
        let (comma, domain) = (comma(area), numbers.pick(&DOMAINS));
        let (who, what) = (numbers.pick(&WHO), numbers.pick(&WHAT));
        write!(
            out,
            "{comma}{{\"domain\":\"{domain}\",\"description\":\"{who} {what}.\",\"citations\":["
        )?;
        citation(out, numbers, size)?;
        out.push_str("]}");
    }
    let confidence = numbers.pick(&["HIGH", "MODERATE", "LOW"]);
    write!(out, "],\"confidence\":\"{confidence}\",\"citations\":[")?;
    for at in 0..=numbers.below(2) {
        out.push_str(comma(at));
        citation(out, numbers, size)?;
    }
    out.push_str("]}");
    Ok(())
}

fn note(out: &mut String, numbers: &mut Numbers, n: usize, size: Size) -> std::fmt::Result {
    let (first, second) = (numbers.skewed(size.actors), numbers.skewed(size.actors));
    let (year, month, day) = (
        2000 + numbers.below(26),
        1 + numbers.below(12),
        1 + numbers.below(28),
    );
    write!(
        out,
        "{{\"headline\":\"What became known in note {n}\",\"body\":\""
    )?;
    for sentence in 0..4 {
        let space = if sentence == 0 { "" } else { " " };
        let (who, what) = (numbers.pick(&WHO), numbers.pick(&WHAT));
        write!(out, "{space}{who} {what}.")?;
    }
    let author = numbers.below(20);
    write!(
        out,
        "\",\"asOf\":\"{year}-{month:02}-{day:02}\",\"author\":\"Editor {author}\",\"actors\":[\"actor-{first}\""
    )?;
    if second != first {
        write!(out, ",\"actor-{second}\"")?;
    }
    let tag = numbers.pick(&["summit", "delivery", "statement", "exercise"]);
    write!(out, "],\"tags\":[\"{tag}\"],\"citations\":[")?;
    citation(out, numbers, size)?;
    out.push_str("]}");
    Ok(())
}

fn citation(out: &mut String, numbers: &mut Numbers, size: Size) -> std::fmt::Result {
    let (source, page) = (numbers.below(size.sources()), numbers.below(300));
    write!(
        out,
        "{{\"source\":\"source-{source}\",\"locator\":\"page {page}\"}}"
    )
}

/// A date as exact as its source: a year, a month or a day.
fn date(out: &mut String, numbers: &mut Numbers, year: usize) -> std::fmt::Result {
    let (month, day) = (1 + numbers.below(12), 1 + numbers.below(28));
    match numbers.below(3) {
        0 => write!(out, "{year}"),
        1 => write!(out, "{year}-{month:02}"),
        _ => write!(out, "{year}-{month:02}-{day:02}"),
    }
}

fn comma(at: usize) -> &'static str {
    if at == 0 { "" } else { "," }
}
