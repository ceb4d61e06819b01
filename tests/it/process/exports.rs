//! The whole record in formats that others read.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Server, fail, foedera, succeed, text};

/// A directory with the Iran record, of which one actor has two versions.
static IRAN: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/iran.json");
    succeed(&[
        "import",
        "fixture",
        fixture,
        "--data",
        data.to_str().unwrap(),
    ]);
    let server = Server::start(&data);
    let id =
        server.post("{ actor(slug: \"oman\") { id } }", &json!({}))["data"]["actor"]["id"].clone();
    let update = "mutation($input: UpdateActorInput!) { updateActor(input: $input) { userErrors { message } } }";
    let summary = "A go-between, \"trusted\" by both;\n<and> \\ & more";
    let answer = server.post(
        update,
        &json!({ "input": { "id": id, "summary": summary } }),
    );
    assert_eq!(answer["data"]["updateActor"]["userErrors"], json!([]));
    assert_eq!(server.stop(), Some(0));
    dir
});

fn data() -> &'static str {
    static DATA: LazyLock<String> =
        LazyLock::new(|| IRAN.path().join("data").to_str().unwrap().to_owned());
    &DATA
}

/// One process at a time has a directory open.
static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// What goes to the standard output, and what is told beside it.
fn export(format: &str, more: &[&str]) -> (String, String) {
    let _one = ONE.lock().unwrap();
    let arguments = [&["export", format, "-", "--data", data()], more].concat();
    let output = foedera(&arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

/// Runs a script of Python over a file; none where Python has not what it needs.
fn python(script: &str, module: &str, file: &Path) -> Option<String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python)
        .args(["-c", &format!("import {module}")])
        .output();
    if !there.is_ok_and(|there| there.status.success()) {
        println!("SKIPPED: {python} has no module {module}; PYTHON names another one");
        return None;
    }
    let output = Command::new(&python)
        .args(["-c", script])
        .arg(file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    Some(text(&output.stdout).trim().to_owned())
}

fn file(name: &str, content: &str) -> std::path::PathBuf {
    let path = IRAN.path().join(name);
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn json_lines_hold_every_version_in_the_order_of_the_log() {
    let (lines, _) = export("jsonl", &[]);
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let oman: Vec<_> = lines
        .iter()
        .filter(|line| line["record"]["slug"] == "oman")
        .collect();
    assert_eq!(oman.len(), 2);
    assert_eq!(
        (&oman[0]["change"], &oman[1]["change"]),
        (&json!("CREATED"), &json!("UPDATED"))
    );
    assert_ne!(oman[0]["record"]["summary"], oman[1]["record"]["summary"]);
    assert!(lines.is_sorted_by_key(|line| line["revision"].as_u64()));
    let (first, _) = export("jsonl", &["--revision", "1"]);
    assert_eq!(first.lines().count(), lines.len() - 1);
    let _one = ONE.lock().unwrap();
    let told = fail(&["export", "jsonl", "-", "--revision", "9", "--data", data()]);
    assert!(told.contains("no revision 9; the newest is 2"), "{told}");
}

#[test]
fn linked_data_refers_only_to_what_is_in_it() {
    let (document, _) = export("jsonld", &[]);
    let document: Value = serde_json::from_str(&document).unwrap();
    let graph = document["@graph"].as_array().unwrap();
    let ids: HashSet<&str> = graph
        .iter()
        .map(|node| node["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), graph.len());
    let mut checked = 0;
    for node in graph {
        for name in ["from", "to", "derivedFrom", "about", "against", "holder"] {
            let one = &node[name];
            let several = one.as_array().cloned().unwrap_or_else(|| vec![one.clone()]);
            for reference in several.iter().filter_map(Value::as_str) {
                assert!(ids.contains(reference), "{node}");
                checked += 1;
            }
        }
    }
    assert!(checked > 200);
    let script = "import sys, rdflib; g = rdflib.Graph(); g.parse(sys.argv[1], format='json-ld'); print(len(set(g.subjects(rdflib.URIRef('urn:foedera:terms:from')))))";
    if let Some(count) = python(
        script,
        "rdflib",
        &file("record.jsonld", &document.to_string()),
    ) {
        let ties = graph
            .iter()
            .filter(|node| node.get("from").is_some())
            .count();
        assert_eq!(count, ties.to_string());
    }
}

#[test]
fn a_stix_bundle_is_whole_and_says_what_it_cannot_say() {
    let (bundle, told) = export("stix", &[]);
    let path = file("record.stix.json", &bundle);
    let bundle: Value = serde_json::from_str(&bundle).unwrap();
    let objects = bundle["objects"].as_array().unwrap();
    let ids: HashSet<&str> = objects
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), objects.len());
    for object in objects {
        let refs = object["object_refs"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let ends = [&object["source_ref"], &object["target_ref"]]
            .into_iter()
            .cloned();
        for reference in refs.into_iter().chain(ends).filter(|one| !one.is_null()) {
            assert!(ids.contains(reference.as_str().unwrap()), "{object}");
        }
        assert!(!object.to_string().contains("\"DENIED\""), "{object}");
    }
    let count = |sort: &str| objects.iter().filter(|one| one["type"] == sort).count();
    let (csv, _) = (graph_counts(), ());
    assert_eq!(count("identity"), csv.0 + 1);
    assert!(count("relationship") < csv.1 && count("relationship") > csv.1 - 20);
    assert!(count("note") > 5 && count("opinion") >= 2 && count("report") == 1);
    assert!(
        told.contains("relationships that a source denies") && told.contains("sources as objects"),
        "{told}"
    );
    assert_eq!(
        export("stix", &[]).0,
        fs::read_to_string(&path).unwrap(),
        "ids are not stable"
    );
    let script =
        "import sys, stix2; b = stix2.parse(open(sys.argv[1]).read()); print(len(b.objects))";
    if let Some(read) = python(script, "stix2", &path) {
        assert_eq!(read, objects.len().to_string());
    }
}

/// How many nodes and edges the graph has, by GraphML.
fn graph_counts() -> (usize, usize) {
    let (graph, _) = export("graphml", &[]);
    (
        graph.matches("<node ").count(),
        graph.matches("<edge ").count(),
    )
}

#[test]
fn the_graph_is_the_same_for_graphml_and_for_dot() {
    let (graph, told) = export("graphml", &[]);
    let named = |line: &str, name: &str| {
        line.split(&format!("{name}=\""))
            .nth(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
    };
    let nodes: HashSet<_> = graph
        .lines()
        .filter(|line| line.starts_with("<node"))
        .map(|line| named(line, "id").unwrap())
        .collect();
    let edges: Vec<_> = graph
        .lines()
        .filter(|line| line.starts_with("<edge"))
        .collect();
    for edge in &edges {
        assert!(
            nodes.contains(&named(edge, "source").unwrap())
                && nodes.contains(&named(edge, "target").unwrap())
        );
    }
    assert!(
        told.contains("viewpoints") && told.contains("briefs"),
        "{told}"
    );
    let (dot, _) = export("dot", &[]);
    assert_eq!(dot.matches("[label=").count(), nodes.len());
    assert_eq!(dot.matches(" -> ").count(), edges.len());
    let script = "import sys, xml.dom.minidom as m; d = m.parse(sys.argv[1]); print(len(d.getElementsByTagName('edge')))";
    if let Some(count) = python(script, "xml.dom.minidom", &file("record.graphml", &graph)) {
        assert_eq!(count, edges.len().to_string());
    }
}

/// The cells of a CSV file, by RFC 4180.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => cell.extend(signs.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    rows
}

#[test]
fn csv_files_hold_the_record_and_make_a_database() {
    let folder = IRAN.path().join("csv");
    let told = {
        let _one = ONE.lock().unwrap();
        succeed(&["export", "csv", folder.to_str().unwrap(), "--data", data()])
    };
    assert!(told.contains("Wrote revision 2"), "{told}");
    let table =
        |name: &str| cells(&fs::read_to_string(folder.join(format!("{name}.csv"))).unwrap());
    let dictionary =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exports.md")).unwrap();
    let mut counts = HashMap::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = name.strip_suffix(".csv") else {
            continue;
        };
        let rows = table(name);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{name}");
        for column in &rows[0] {
            assert!(
                dictionary.contains(&format!("`{column}`")),
                "{name}.{column} is not in the dictionary"
            );
        }
        assert!(dictionary.contains(&format!("`{name}.csv`")), "{name}");
        counts.insert(name.to_owned(), rows.len() - 1);
    }
    let oman = table("actors")
        .into_iter()
        .find(|row| row[1] == "oman")
        .unwrap();
    assert_eq!(
        oman[4],
        "A go-between, \"trusted\" by both;\n<and> \\ & more"
    );
    assert_eq!((counts["actors"], counts["relationships"]), graph_counts());
    let load = Command::new("sqlite3")
        .current_dir(&folder)
        .arg("record.db")
        .stdin(fs::File::open(folder.join("load.sql")).unwrap())
        .output();
    match load {
        Ok(output) => {
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{}",
                text(&output.stderr)
            );
            for (name, count) in &counts {
                let query = format!("select count(*) from \"{name}\"");
                let found = Command::new("sqlite3")
                    .current_dir(&folder)
                    .args(["record.db", &query])
                    .output()
                    .unwrap();
                assert_eq!(text(&found.stdout).trim(), count.to_string(), "{name}");
            }
        }
        Err(_) => println!("SKIPPED: there is no sqlite3 on this machine"),
    }
    let _one = ONE.lock().unwrap();
    let told = fail(&["export", "csv", folder.to_str().unwrap(), "--data", data()]);
    assert!(told.contains("is there already"), "{told}");
}
