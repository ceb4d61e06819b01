//! What is asked: six queries, and about whom. Everybody is asked the same in the same order.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use crate::peers::Peer;
use crate::world::{Numbers, Size};

/// How many requests a list holds before it begins again.
pub const REQUESTS: usize = 20_000;

pub struct Question {
    pub name: &'static str,
    pub about: &'static str,
    pub text: &'static str,
    /// The same for the schema that `PostGraphile` makes of tables.
    tables: &'static str,
}

macro_rules! question {
    ($name:literal, $about:literal) => {
        Question {
            name: $name,
            about: $about,
            text: include_str!(concat!("../questions/", $name, ".graphql")),
            tables: include_str!(concat!("../questions/postgraphile/", $name, ".graphql")),
        }
    };
}

pub const QUESTIONS: [Question; 6] = [
    question!("point", "one actor by its slug"),
    question!(
        "card",
        "an actor with 20 relationships, their areas, citations and counterparts"
    ),
    question!("deep", "an actor, 20 counterparts, 10 counterparts of each"),
    question!(
        "list",
        "20 relationships of an actor, how many there are, and facets"
    ),
    question!("notes", "the 10 latest notes about an actor"),
    question!(
        "filtered",
        "20 relationships of an actor on a day, of one alignment, and how many there are"
    ),
];

impl Question {
    pub fn named(name: &str) -> &'static Self {
        let found = QUESTIONS.iter().find(|question| question.name == name);
        found.unwrap_or(&QUESTIONS[0])
    }

    /// Writes a list of requests, a line each, about actors by Zipf's law.
    pub fn write(&self, path: &Path, size: Size, count: usize, peer: Option<Peer>) -> Result<()> {
        let text = match peer {
            Some(Peer::PostGraphile) => self.tables,
            _ => self.text,
        };
        let mut numbers = Numbers(7);
        let variables = (0..count).map(|_| self.variables(&mut numbers, size));
        write(path, text, variables)
    }

    fn variables(&self, numbers: &mut Numbers, size: Size) -> Value {
        let slug = format!("actor-{}", numbers.skewed(size.actors));
        if self.name != "filtered" {
            return json!({ "slug": slug });
        }
        let (year, month, day) = (
            1990 + numbers.below(36),
            1 + numbers.below(12),
            1 + numbers.below(28),
        );
        let alignment = ["ALLY", "PARTNER", "MIXED", "NEUTRAL", "RIVAL"][numbers.below(5)];
        json!({
            "slug": slug,
            "day": format!("{year}-{month:02}-{day:02}"),
            "alignment": [alignment],
        })
    }
}

/// Writes a list of requests: the body of each on a line.
pub fn write(path: &Path, text: &str, variables: impl Iterator<Item = Value>) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for variables in variables {
        writeln!(out, "{}", body(text, &variables))?;
    }
    Ok(out.flush()?)
}

/// The body of one request.
pub fn body(text: &str, variables: &Value) -> String {
    let query: Vec<_> = text.split_whitespace().collect();
    json!({ "query": query.join(" "), "variables": variables }).to_string()
}
