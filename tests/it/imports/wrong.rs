//! Mappings that are wrong, and what the command line says of imports that are.

use foedera::transfer::table;

use super::broken::{GOOD, HEAD, MAPPING};
use crate::process::{fail, succeed};

#[test]
fn every_mapping_that_is_wrong_is_told_with_what_to_do() {
    for (wrong, why) in [
        ("name = \"x\"", "missing field `format`"),
        (
            "format = \"foedera-mapping/2\"\nname = \"x\"",
            "is not read here; write \"foedera-mapping/1\"",
        ),
        (
            "format = \"foedera-mapping/1\"\nname = \"X y\"",
            "name: write lower-case letters",
        ),
        (
            "format = \"foedera-mapping/1\"\nname = \"x\"",
            "it makes nothing",
        ),
        (
            "format = \"foedera-mapping/1\"\nname = \"x\"\n[tabel]",
            "unknown field `tabel`",
        ),
        ("[[[", "TOML parse error"),
        (
            "format = \"foedera-mapping/1\"\nname = \"x\"\n[table]\nseparator = \"¦\"",
            "[table] separator is \"¦\"; it must be one character of ASCII",
        ),
        (
            "format = \"foedera-mapping/1\"\nname = \"x\"\n[table]\nencoding = \"latin-one\"",
            "[table] encoding: there is no \"latin-one\"",
        ),
    ] {
        let told = table::read_mapping("m.toml", wrong)
            .unwrap_err()
            .to_string();
        assert!(
            told.contains(why) && told.contains("the mapping m.toml is wrong"),
            "{told}"
        );
    }
    for (old, new, why) in [
        (
            "from = \"a\"",
            "from = \"c\"",
            "relationship.tie: there is no [actor.c]",
        ),
        (
            "source = \"data\"",
            "source = \"date\"",
            "there is no [source.date]",
        ),
        (
            "lookup:kind}",
            "lookup:kinds}",
            "there is no [lookup.kinds]",
        ),
        (
            "lookup:kind}",
            "lokup:kind}",
            "there is no function \"lokup:kind\"; known are lookup:LIST",
        ),
        ("\"{a}\"", "\"{a\"", "a { is not closed in \"{a\""),
        (
            "\"ALLY\"",
            "\"FRIEND\"",
            "relationship.tie.alignment: \"FRIEND\" is no Alignment; known are ALLY, PARTNER",
        ),
        (
            "start = \"{start}\"",
            "start = { day = \"{start}\" }",
            "relationship.tie.period.start: a date needs text or year",
        ),
        (
            "start = \"{start}\"",
            "start = { text = \"{start}\", order = \"DDM\" }",
            "write YMD, DMY",
        ),
        ("start = \"{start}\"", "start = 1990", "a date: a template"),
        (
            "period = {",
            "fold = { on = \"{start}\" }\nperiod = {",
            "give either period or fold",
        ),
    ] {
        let told = table::read_mapping("m.toml", &MAPPING.replacen(old, new, 1))
            .unwrap_err()
            .to_string();
        assert!(told.contains(why), "{told}");
    }
}

/// The path of a file with a text.
fn written(dir: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_command_line_tells_what_is_wrong_with_a_file_once() {
    let dir = tempfile::tempdir().unwrap();
    let (mapping, table) = (
        written(&dir, "m.toml", MAPPING),
        written(&dir, "t.csv", "a,b\n"),
    );
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let told = fail(&[
        "import",
        "table",
        "--mapping",
        &mapping,
        &table,
        "--data",
        data,
    ]);
    assert_eq!(told.matches("t.csv").count(), 1, "{told}");
    assert_eq!(told.matches("nothing was imported").count(), 1, "{told}");
}

#[test]
fn the_command_line_reports_and_with_strict_takes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mapping = written(&dir, "m.toml", MAPPING);
    let table = written(
        &dir,
        "t.csv",
        &format!("{HEAD}{GOOD}Chalcis,Delos,9,1990,1999\n"),
    );
    let report = dir.path().join("report.json");
    let data = dir.path().join("data");
    let (data, report) = (data.to_str().unwrap(), report.to_str().unwrap());
    let told = fail(&[
        "import",
        "table",
        "--mapping",
        &mapping,
        &table,
        "--data",
        data,
        "--strict",
    ]);
    assert!(
        told.contains("1 rows cannot be taken")
            && told.contains("line 3, kind")
            && told.contains("nothing was imported"),
        "{told}"
    );
    let told = succeed(&[
        "import",
        "table",
        "--mapping",
        &mapping,
        &table,
        "--data",
        data,
        "--report",
        report,
    ]);
    assert!(
        told.contains("1 not taken:\n  t.csv, line 3, kind: the code \"9\""),
        "{told}"
    );
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!(json["notTaken"]["first"][0]["line"], 3);
    assert_eq!(json["notTaken"]["first"][0]["column"], "kind");
    assert_eq!(json["created"], 4);
    for (arguments, why) in [
        (
            vec!["import", "table", &table],
            "import table needs --mapping FILE",
        ),
        (
            vec!["import", "table", "--mapping", "nowhere.toml", &table],
            "cannot read the mapping nowhere.toml",
        ),
        (
            vec!["import", "table", "--mapping", &mapping, "nowhere.csv"],
            "cannot read nowhere.csv",
        ),
        (
            vec!["import", "ucdp-esd", "--mapping", &mapping, &table],
            "ucdp-esd is read as it is; leave the mapping out",
        ),
        (
            vec!["import", "fixture", "--dry-run", &table],
            "--dry-run is for tables",
        ),
        (
            vec!["mapping", "nothing"],
            "there is no mapping \"nothing\"",
        ),
    ] {
        let place = if arguments[0] == "mapping" {
            vec![]
        } else {
            vec!["--data", data]
        };
        let told = fail(&[arguments, place].concat());
        assert!(told.contains(why), "{told}");
    }
}
