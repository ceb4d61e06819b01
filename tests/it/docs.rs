//! The examples of the guides, run as they stand: each guide in its order, against the Iran record.
//!
//! An example is a block of GraphQL, or a shell command that sends the document in a file, with the
//! JSON behind it: an object with `data` or `errors` is the answer, any other the variables. In an
//! answer `…` at the end of a text stands for the rest of it, alone for any value, and as the last
//! entry of a list for further entries. An example without an answer must bring no errors.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{TOKEN, TestApp};

/// An example, and where it stands.
struct Example {
    line: usize,
    query: String,
    variables: Value,
    answer: Option<Value>,
}

fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The fenced blocks of a text: the line, the language and what is inside.
fn blocks(text: &str) -> Vec<(usize, &str, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, &str, String)> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((number + 1, language.trim(), String::new())),
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some((_, _, inside)), None) => *inside += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

fn examples(text: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let add = |line, query: String| Example {
        line,
        query,
        variables: json!({}),
        answer: None,
    };
    let mut current: Option<Example> = None;
    for (line, language, inside) in blocks(text) {
        let sent = inside
            .split("query@")
            .nth(1)
            .and_then(|rest| rest.split(['"', ' ', '\n']).next());
        match (language, sent) {
            ("graphql", _) => found.extend(current.replace(add(line, inside))),
            ("sh", Some(path)) => found.extend(current.replace(add(line, self::text(path)))),
            ("json", _) => {
                if let Some(example) = &mut current {
                    let json: Value = serde_json::from_str(&inside)
                        .unwrap_or_else(|error| panic!("line {line}: {error}"));
                    if json.get("data").or(json.get("errors")).is_some() {
                        example.answer = Some(json);
                    } else {
                        example.variables = json;
                    }
                }
            }
            _ => {}
        }
    }
    found.extend(current);
    found
}

/// Whether an answer is the one that is written down.
fn matches(found: &Value, written: &Value) -> bool {
    match (found, written) {
        (Value::String(found), Value::String(written)) => match written.strip_suffix('…') {
            Some(beginning) => found.starts_with(beginning),
            None => found == written,
        },
        (_, Value::String(written)) => written == "…",
        (Value::Array(found), Value::Array(written)) => {
            let (written, open) = match written.split_last() {
                Some((last, written)) if last == "…" => (written, true),
                _ => (&written[..], false),
            };
            (if open {
                found.len() > written.len()
            } else {
                found.len() == written.len()
            }) && found
                .iter()
                .zip(written)
                .all(|(found, written)| matches(found, written))
        }
        (Value::Object(found), Value::Object(written)) => {
            found.keys().eq(written.keys())
                && written
                    .iter()
                    .all(|(name, value)| matches(&found[name], value))
        }
        _ => found == written,
    }
}

/// Runs the examples of a guide.
fn run(path: &str) {
    let examples = examples(&text(path));
    assert!(!examples.is_empty(), "{path} has no examples");
    let test = TestApp::iran("2026-03-10");
    for Example {
        line,
        query,
        variables,
        answer,
    } in examples
    {
        let found = test.post(
            &json!({ "query": query, "variables": variables }),
            Some(TOKEN),
        );
        match answer {
            Some(answer) => assert!(matches(&found, &answer), "{path}, line {line}: {found:#}"),
            None => assert!(
                found.get("errors").is_none() && told(&found).is_empty(),
                "{path}, line {line}: {found:#}"
            ),
        }
    }
    foedera::ledger::verify::verify(test.app.ledger.log(), |_| {}).unwrap();
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
fn the_guide_for_readers_says_what_is_so() {
    run("docs/readers.md");
}

#[test]
fn the_guide_for_editors_says_what_is_so() {
    run("docs/editors.md");
}

#[test]
fn the_guide_for_front_end_developers_says_what_is_so() {
    run("docs/frontend.md");
}

#[test]
fn the_readme_says_what_is_so() {
    run("README.md");
}

#[test]
fn an_answer_is_matched_as_it_is_written() {
    let found = json!({ "a": [1, 2, 3], "b": "Alpha and Beta", "c": null });
    for right in [
        json!({ "a": [1, 2, 3], "b": "Alpha and Beta", "c": null }),
        json!({ "a": [1, "…"], "b": "Alpha…", "c": "…" }),
    ] {
        assert!(matches(&found, &right), "{right}");
    }
    for wrong in [
        json!({ "a": [1, 2], "b": "…", "c": null }),
        json!({ "a": [1, 2, 3, "…"], "b": "…", "c": null }),
        json!({ "a": "…", "b": "Beta…", "c": null }),
        json!({ "a": "…", "b": "…" }),
        json!({ "b": "…", "a": "…", "c": null }),
    ] {
        assert!(!matches(&found, &wrong), "{wrong}");
    }
}
