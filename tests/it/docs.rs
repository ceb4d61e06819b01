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
            // These want another transport.
            ("graphql", _) if inside.starts_with("subscription") => found.extend(current.take()),
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
        let wrong = match answer {
            Some(answer) => differs("the answer", &found, &answer),
            None if found.get("errors").is_none() && told(&found).is_empty() => None,
            None => Some(format!("{found:#}")),
        };
        assert!(
            wrong.is_none(),
            "{path}, line {line}: {}",
            wrong.unwrap_or_default()
        );
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
