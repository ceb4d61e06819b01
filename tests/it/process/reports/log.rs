//! What `foedera log` prints.

use std::process::{Command, Stdio};

use serde_json::json;

use super::{objects, record, run, timeless};
use crate::process::{BINARY, Server, fail, succeed};

const LOG: &str = "\
revision 6, TIME, by admin
    a court order

    redacted note [redacted] (note_1)

revision 5, TIME, by admin
    a tidy map

    updated  actor Boeotia (actor_2)
        formerSlugs: + c
        aliases: + text Corinth
    merged   actor Corinth (actor_3) into Boeotia (actor_2): one city

revision 4, TIME, by admin
    no ships were seen

    retired  relationship Boeotia → Corinth: ships for Corinth (relationship_2)

revision 3, TIME, by admin

    updated  actor Arcady (actor_1)
        name: Arcadia → Arcady
        aliases: + text Arcadia
        summary: nothing → Hills. Goats.

revision 2, TIME, by admin
    The pact ends

    updated  relationship Arcadia ↔ Boeotia: alliance (relationship_1)
        period.end: nothing → 2025-01
        period.status: ONGOING → ENDED
        citations: + source A report (source_1), locator p. 3
    created  relationship Boeotia → Corinth: ships for Corinth (relationship_2)
    created  note [redacted] (note_1)

revision 1, TIME, by herodotus
    The[31m league
    and its pact

    created  actor Arcadia (actor_1)
    created  actor Boeotia (actor_2)
    created  actor Corinth (actor_3)
    created  source A report (source_1)
    created  relationship Arcadia ↔ Boeotia: alliance (relationship_1)
";

#[test]
fn the_log_tells_people_who_changed_what_when_and_why() {
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path());
    assert_eq!(timeless(&run("log", &data, &[])), LOG);
}

#[test]
fn the_log_as_json_lines_has_every_field_before_and_after() {
    let dir = tempfile::tempdir().unwrap();
    let lines = objects(&run("log", &record(dir.path()), &["--json"]));
    let numbers: Vec<_> = lines.iter().map(|line| &line["revision"]).collect();
    assert_eq!(json!(numbers), json!([6, 5, 4, 3, 2, 1]));
    for pair in lines.windows(2) {
        assert_eq!(pair[0]["previousHash"], pair[1]["hash"]);
    }
    assert_eq!(lines[4]["message"], "The pact ends");
    assert_eq!(
        lines[4]["changes"][0],
        json!({
            "kind": "UPDATED", "record": "relationship_1", "name": "Arcadia ↔ Boeotia: alliance", "reason": null, "into": null,
            "fields": [
                { "path": "period.end", "before": null, "after": "2025-01" },
                { "path": "period.status", "before": "ONGOING", "after": "ENDED" },
                { "path": "citations", "before": [], "after": [{ "source": "source_1", "locator": "p. 3", "quote": null, "accessedOn": null }] },
            ],
        })
    );
    assert_eq!(
        lines[1]["changes"][1],
        json!({ "kind": "MERGED", "record": "actor_3", "name": "Corinth", "reason": "one city", "into": "actor_2", "fields": [] })
    );
    let created = &lines[5]["changes"][0];
    assert_eq!(
        (&created["kind"], &created["name"]),
        (&json!("CREATED"), &json!("Arcadia"))
    );
    let slug = json!({ "path": "slug", "before": null, "after": "a" });
    assert!(
        created["fields"].as_array().unwrap().contains(&slug),
        "{created:#}"
    );
}

#[test]
fn the_log_is_narrowed_by_author_record_time_and_number() {
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path());
    let numbers = |arguments: &[&str]| {
        let lines = objects(&run("log", &data, &[&["--json"], arguments].concat()));
        let numbers: Vec<_> = lines.iter().map(|line| line["revision"].clone()).collect();
        json!(numbers)
    };
    assert_eq!(numbers(&["--author", "herodotus"]), json!([1]));
    assert_eq!(numbers(&["--author", "nobody"]), json!([]));
    assert_eq!(numbers(&["--touching", "relationship_2"]), json!([4, 2]));
    assert_eq!(numbers(&["--touching", "a"]), json!([3, 2, 1]));
    assert_eq!(numbers(&["--limit", "2"]), json!([6, 5]));
    assert_eq!(numbers(&["--author", "admin", "--limit", "1"]), json!([6]));
    let lines = objects(&run("log", &data, &["--json"]));
    let third = lines[3]["committedAt"].as_str().unwrap();
    let since = numbers(&["--since", third]);
    assert!(since.as_array().unwrap().contains(&json!(3)), "{since}");
    let until = numbers(&["--until", third]);
    assert_eq!(until.as_array().unwrap().last(), Some(&json!(1)));
    assert_eq!(numbers(&["--since", "2001"]), json!([6, 5, 4, 3, 2, 1]));
    assert_eq!(numbers(&["--until", "2001-01-01"]), json!([]));
    let data = data.to_str().unwrap();
    let told = fail(&["log", "--touching", "atlantis", "--data", data]);
    assert!(told.contains("no record \"atlantis\""), "{told}");
    let told = fail(&["log", "--since", "yesterday", "--data", data]);
    assert!(told.contains("2026-03-01"), "{told}");
}

#[test]
fn a_large_revision_is_cut_for_people_and_whole_for_programs() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    succeed(&[
        "import",
        "fixture",
        "fixtures/iran.json",
        "--data",
        data.to_str().unwrap(),
    ]);
    let text = run("log", &data, &[]);
    assert!(
        text.ends_with("    … and 194 more; --json shows all\n"),
        "{text}"
    );
    let lines = objects(&run("log", &data, &["--json"]));
    assert_eq!(lines[0]["changes"].as_array().unwrap().len(), 214);
}

#[test]
fn whoever_stops_reading_is_no_reason_to_fail() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    succeed(&[
        "import",
        "fixture",
        "fixtures/iran.json",
        "--data",
        data.to_str().unwrap(),
    ]);
    let mut child = Command::new(BINARY)
        .args(["log", "--json", "--data", data.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn a_directory_that_a_server_has_open_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    for arguments in [&["log"][..], &["diff", "--from", "2020"][..]] {
        let told = fail(&[arguments, &["--data", data.to_str().unwrap()]].concat());
        assert!(
            told.contains("is in use by another foedera process"),
            "{told}"
        );
    }
    assert_eq!(server.stop(), Some(0));
}
