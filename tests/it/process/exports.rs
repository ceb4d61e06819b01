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

/// The rows of each table of a folder of CSV files, without the names of the columns.
fn tables(folder: &Path) -> HashMap<String, Vec<csv::StringRecord>> {
    let mut tables = HashMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut reader = csv::Reader::from_path(path).unwrap();
        tables.insert(name, reader.records().map(Result::unwrap).collect());
    }
    tables
}

#[test]
fn csv_files_hold_the_record_and_say_what_their_columns_mean() {
    let folder = IRAN.path().join("csv");
    let told = {
        let _one = ONE.lock().unwrap();
        succeed(&["export", "csv", folder.to_str().unwrap(), "--data", data()])
    };
    assert!(told.contains("Wrote revision 2"), "{told}");
    let tables = tables(&folder);
    let oman = tables["actors"].iter().find(|row| &row[1] == "oman");
    assert_eq!(
        &oman.unwrap()[4],
        "A go-between, \"trusted\" by both;\n<and> \\ & more"
    );
    assert_eq!(
        (tables["actors"].len(), tables["relationships"].len()),
        graph_counts()
    );
    assert_eq!(&tables["export"][0][0], "2");
    // The guide has the same dictionary.
    let guide =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exports.md")).unwrap();
    let mut columns: HashMap<&str, Vec<&str>> = HashMap::new();
    for row in &tables["columns"] {
        let (name, meaning) = match &row[2] {
            "" => (format!("`{}`", &row[1]), &row[3]),
            table => (format!("`{}` → `{table}`", &row[1]), &row[3]),
        };
        let line = format!("| `{}` | {name} | {meaning} |", &row[0]);
        assert!(guide.contains(&line), "the dictionary lacks {line}");
        columns.entry(&row[0]).or_default().push(&row[1]);
    }
    for name in tables.keys() {
        let file = fs::read_to_string(folder.join(format!("{name}.csv"))).unwrap();
        let first = file.split("\r\n").next().unwrap();
        assert_eq!(first, columns[name.as_str()].join(","), "{name}");
    }
    let _one = ONE.lock().unwrap();
    let told = fail(&["export", "csv", folder.to_str().unwrap(), "--data", data()]);
    assert!(told.contains("is there already"), "{told}");
    let told = fail(&["export", "sqlite", "-", "--data", data()]);
    assert!(told.contains("foedera export sqlite FILE"), "{told}");
}

fn count(database: &rusqlite::Connection, query: &str) -> i64 {
    database.query_row(query, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_database_is_whole_and_holds_the_same_tables() {
    let (folder, path) = (
        IRAN.path().join("tables"),
        IRAN.path().join("record.sqlite"),
    );
    {
        let _one = ONE.lock().unwrap();
        succeed(&["export", "csv", folder.to_str().unwrap(), "--data", data()]);
        let told = succeed(&["export", "sqlite", path.to_str().unwrap(), "--data", data()]);
        assert!(told.contains("Wrote revision 2"), "{told}");
    }
    let database = rusqlite::Connection::open(&path).unwrap();
    let text = |query: &str| -> String { database.query_row(query, [], |row| row.get(0)).unwrap() };
    assert_eq!(text("PRAGMA integrity_check"), "ok");
    let broken = "SELECT count(*) FROM pragma_foreign_key_check";
    assert_eq!(count(&database, broken), 0);
    let tables = tables(&folder);
    for (name, rows) in &tables {
        let query = format!("SELECT count(*) FROM \"{name}\"");
        assert_eq!(count(&database, &query), rows.len() as i64, "{name}");
    }
    let all = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    assert_eq!(count(&database, all), tables.len() as i64);
    let foreign = "SELECT count(*) FROM sqlite_master m, pragma_foreign_key_list(m.name) WHERE m.type = 'table'";
    assert!(count(&database, foreign) > 15);
    assert_eq!(
        text("SELECT summary FROM actors WHERE slug = 'oman'"),
        "A go-between, \"trusted\" by both;\n<and> \\ & more"
    );
    let nothing = |what: &str| {
        count(
            &database,
            &format!("SELECT count(*) FROM actors WHERE country {what}"),
        )
    };
    assert!(nothing("IS NULL") > 0 && nothing("= ''") == 0);
    let named = "SELECT count(*) FROM named WHERE fromName IS NOT NULL AND toName IS NOT NULL";
    assert_eq!(
        count(&database, named),
        tables["relationships"].len() as i64
    );
    // The four days of a period say what the API says.
    let _one = ONE.lock().unwrap();
    let server = Server::start(Path::new(data()));
    let query = "{ at(validOn: \"2019-06-30\") { relationships(first: 100, filter: { assertion: [AFFIRMED, ALLEGED, DENIED] }) {
        nodes { validity } } } }";
    let answer = server.post(query, &json!({}));
    let nodes = answer["data"]["at"]["relationships"]["nodes"].as_array();
    let said = |validity: &str| {
        let fitting = nodes
            .unwrap()
            .iter()
            .filter(|tie| tie["validity"] == validity);
        fitting.count() as i64
    };
    let certain = "certainFrom <= '2019-06-30' AND '2019-06-30' <= certainUntil";
    let possible = "possibleFrom <= '2019-06-30' AND '2019-06-30' <= possibleUntil";
    let where_ = |what: &str| {
        count(
            &database,
            &format!("SELECT count(*) FROM relationships WHERE {what}"),
        )
    };
    assert!(said("CERTAIN") > 10 && said("POSSIBLE") > 0);
    assert_eq!(where_(certain), said("CERTAIN"));
    assert_eq!(where_(possible), said("CERTAIN") + said("POSSIBLE"));
}

#[test]
fn tables_leave_out_what_is_said_of_retired_relationships() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data_name = data.to_str().unwrap();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/iran.json");
    succeed(&["import", "fixture", fixture, "--data", data_name]);
    let server = Server::start(&data);
    let query = "{ viewpoints(first: 1) { nodes { positions { relationship { id } } } } }";
    let answer = server.post(query, &json!({}));
    let id = &answer["data"]["viewpoints"]["nodes"][0]["positions"][0]["relationship"]["id"];
    let retire = "mutation($id: ID!) { retire(input: { id: $id }) { userErrors { message } } }";
    let answer = server.post(retire, &json!({ "id": id }));
    assert_eq!(
        answer["data"]["retire"]["userErrors"],
        json!([]),
        "{answer}"
    );
    assert_eq!(server.stop(), Some(0));
    let path = dir.path().join("record.sqlite");
    let output = foedera(&[
        "export",
        "sqlite",
        path.to_str().unwrap(),
        "--data",
        data_name,
    ]);
    assert!(
        text(&output.stderr).contains("2 positions on retired relationships"),
        "{}",
        text(&output.stderr)
    );
    let database = rusqlite::Connection::open(&path).unwrap();
    let broken = "SELECT count(*) FROM pragma_foreign_key_check";
    assert_eq!(count(&database, broken), 0);
}
