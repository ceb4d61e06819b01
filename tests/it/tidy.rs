//! The rules of the house, as tests.

use std::fs;
use std::path::{Path, PathBuf};

pub fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(path) = waiting.pop() {
        for entry in fs::read_dir(path).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

/// The modules in the order in which `lib.rs` names them.
fn order() -> Vec<String> {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let lines = lib.lines().filter_map(|line| line.strip_prefix("pub mod "));
    lines
        .map(|name| name.trim_end_matches(';').to_owned())
        .collect()
}

#[test]
fn the_modules_stand_in_the_order_of_the_design() {
    assert_eq!(
        order().join(" · "),
        "background · config · telemetry · model · store · snapshot · read · ledger · auth · transfer · app · graphql · http · cli"
    );
}

#[test]
fn a_module_imports_only_from_those_before_it() {
    let order = order();
    let place = |name: &str| order.iter().position(|own| own == name);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let inside = path.strip_prefix(&root).unwrap();
        let first = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap();
        let Some(own) = place(first.trim_end_matches(".rs")) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for part in code.split("crate::").skip(1) {
                let name: String = part
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if place(&name).is_some_and(|other| other > own) {
                    wrong.push(format!("{}:{} names {name}", inside.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_one_file_names_sled() {
    let names: Vec<_> = sources("src")
        .into_iter()
        .filter(|(_, text)| text.contains("sled::"))
        .map(|(path, _)| path.file_name().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["engine.rs"]);
}

#[test]
fn no_file_is_longer_than_four_hundred_lines_without_a_reason() {
    // Lists of words and of fields, which are longer than they are hard to read.
    let excused = [
        "vocabulary.rs",
        "shape.rs",
        "import.rs",
        "vectors/schema.rs",
    ];
    let long: Vec<_> = ["src", "tests", "benches"]
        .into_iter()
        .flat_map(sources)
        .filter(|(path, _)| !excused.iter().any(|name| path.ends_with(name)))
        .map(|(path, text)| (text.lines().count(), path))
        .filter(|(lines, _)| *lines > 420)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn nothing_but_the_command_line_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let printing: Vec<_> = sources("src")
        .into_iter()
        .filter(|(path, _)| !path.starts_with(root.join("cli")))
        .filter(|(_, text)| text.contains("println!"))
        .collect();
    assert!(printing.is_empty(), "{printing:#?}");
}
