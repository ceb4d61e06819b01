//! The examples of the guides, run as they stand: each section in its order, against the Iran record.
//!
//! An example is a block of GraphQL, or a document that the text names, with the JSON behind it up to the
//! next heading: an object with `data` or `errors` is the answer, any other the variables. In an answer `…` at the end of a text stands for the rest of it, alone for any value, and as the last
//! entry of a list for further entries. An example without an answer must bring no errors.

use std::path::Path;

use foedera::ledger::verify::verify;
use serde_json::{Value, json};

use crate::support::{TOKEN, TestApp};

/// An example, and where it stands.
struct Example {
    line: usize,
    /// The line of the section's heading.
    section: usize,
    query: String,
    variables: Value,
    answer: Option<Value>,
}

fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A part of a guide that matters here, and its line.
enum Part {
    /// A heading, which ends what comes before, and how deep it is.
    Heading(usize),
    /// A block: its language, and what is inside.
    Block(String, String),
    /// A document in `docs/queries` that the text or a shell command names.
    Document(String),
}

fn parts(text: &str) -> Vec<(usize, Part)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let document = line.split("queries/").nth(1);
        let document = document.and_then(|rest| rest.split_once(".graphql"));
        if let Some((name, _)) = document {
            found.push((
                number,
                Part::Document(format!("docs/queries/{name}.graphql")),
            ));
        }
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((language.trim().to_owned(), String::new())),
            (Some(_), Some(_)) => {
                let block = open
                    .take()
                    .map(|(language, inside)| Part::Block(language, inside));
                found.extend(block.map(|block| (number, block)));
            }
            (Some((_, inside)), None) => *inside += &format!("{line}\n"),
            (None, None) if line.starts_with('#') => {
                let depth = line.bytes().take_while(|byte| *byte == b'#').count();
                found.push((number, Part::Heading(depth)));
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

fn examples(text: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut current: Option<Example> = None;
    let mut section = 0;
    for (line, part) in parts(text) {
        let query = match part {
            Part::Heading(depth) => {
                if depth <= 2 {
                    section = line;
                }
                None
            }
            // Subscriptions want another transport.
            Part::Block(language, inside) if language == "graphql" => {
                Some(inside).filter(|inside| !inside.starts_with("subscription"))
            }
            Part::Document(path) => Some(self::text(&path)),
            Part::Block(language, inside) => {
                if let (Some(example), "json") = (&mut current, &*language) {
                    let json: Value = serde_json::from_str(&inside)
                        .unwrap_or_else(|error| panic!("the block up to line {line}: {error}"));
                    if json.get("data").or(json.get("errors")).is_some() {
                        example.answer = Some(json);
                    } else {
                        example.variables = json;
                    }
                }
                continue;
            }
        };
        found.extend(current.take());
        current = query.map(|query| Example {
            line,
            section,
            query,
            variables: json!({}),
            answer: None,
        });
    }
    found.extend(current);
    found
}

/// Where an answer is not the one that is written down.
fn differs(path: &str, found: &Value, written: &Value) -> Option<String> {
    let same = match (found, written) {
        (Value::String(found), Value::String(written)) => match written.strip_suffix('…') {
            Some(beginning) => found.starts_with(beginning),
            None => found == written,
        },
        (_, Value::String(written)) => written == "…",
        (Value::Array(found), Value::Array(written)) => {
            let open = written.last().is_some_and(|last| last == "…");
            let told = &written[..written.len() - usize::from(open)];
            if (open && found.len() > told.len()) || (!open && found.len() == told.len()) {
                let mut pairs = found.iter().zip(told).enumerate();
                return pairs.find_map(|(at, (found, told))| {
                    differs(&format!("{path}[{at}]"), found, told)
                });
            }
            false
        }
        (Value::Object(found), Value::Object(written)) => {
            if found.keys().eq(written.keys()) {
                let mut fields = written.iter();
                return fields.find_map(|(name, told)| {
                    differs(&format!("{path}.{name}"), &found[name], told)
                });
            }
            false
        }
        _ => found == written,
    };
    (!same).then(|| format!("{path} is {found:#}"))
}

/// Runs the examples of a guide.
fn run(path: &str) {
    let examples = examples(&text(path));
    assert!(!examples.is_empty(), "{path} has no examples");
    for section in examples.chunk_by(|one, next| one.section == next.section) {
        let test = TestApp::iran("2026-03-10");
        for example in section {
            let Example {
                line,
                query,
                variables,
                answer,
                ..
            } = example;
            let found = test.post(
                &json!({ "query": query, "variables": variables }),
                Some(TOKEN),
            );
            let wrong = match answer {
                Some(answer) => differs("the answer", &found, answer),
                None if found.get("errors").is_none() && told(&found).is_empty() => None,
                None => Some(format!("{found:#}")),
            };
            assert!(
                wrong.is_none(),
                "{path}, line {line}: {}",
                wrong.unwrap_or_default()
            );
        }
        verify(test.app.ledger.log(), |_| {}).unwrap();
    }
}

/// The user errors in an answer.
fn told(answer: &Value) -> Vec<&Value> {
    let payloads = answer["data"]
        .as_object()
        .into_iter()
        .flat_map(|data| data.values());
    payloads
        .filter_map(|payload| payload["userErrors"].as_array())
        .flatten()
        .collect()
}

#[test]
fn the_readme_says_what_is_so() {
    run("README.md");
}

#[test]
fn the_guides_say_what_is_so() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut guides: Vec<_> = names
        .map(|name| format!("docs/{}", name.to_str().unwrap()))
        .filter(|path| path.ends_with(".md") && text(path).contains("```graphql"))
        .collect();
    guides.sort_unstable();
    for known in ["docs/editors.md", "docs/frontend.md", "docs/readers.md"] {
        assert!(
            guides.contains(&known.to_owned()),
            "{known} has no examples"
        );
    }
    guides.iter().for_each(|path| run(path));
}

#[test]
fn an_answer_is_matched_as_it_is_written() {
    let found = json!({ "a": [1, 2, 3], "b": "Alpha and Beta", "c": null });
    for right in [
        json!({ "a": [1, 2, 3], "b": "Alpha and Beta", "c": null }),
        json!({ "a": [1, "…"], "b": "Alpha…", "c": "…" }),
    ] {
        assert_eq!(differs("", &found, &right), None);
    }
    for wrong in [
        json!({ "a": [1, 2], "b": "…", "c": null }),
        json!({ "a": [1, 2, 3, "…"], "b": "…", "c": null }),
        json!({ "a": "…", "b": "Beta…", "c": null }),
        json!({ "a": "…", "b": "…" }),
        json!({ "b": "…", "a": "…", "c": null }),
    ] {
        assert!(differs("", &found, &wrong).is_some(), "{wrong}");
    }
}
