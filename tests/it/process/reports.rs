//! What `foedera log` and `foedera diff` print.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{BINARY, Server, fail, succeed};

const FIXTURE: &str = r#"{ "format": "foedera-fixture/1",
    "actors": [
        { "slug": "a", "name": "Arcadia", "kind": "STATE" },
        { "slug": "b", "name": "Boeotia", "kind": "STATE" },
        { "slug": "c", "name": "Corinth", "kind": "STATE" } ],
    "sources": [{ "key": "report", "title": "A report", "kind": "BOOK", "reliability": "B" }],
    "relationships": [
        { "key": "pact", "from": "a", "to": "b", "kind": "ALLIANCE", "alignment": "ALLY", "period": { "start": "2000", "status": "ONGOING" } } ] }"#;

/// A record with a small history; the numbers of its revisions are those of the comments.
fn record(dir: &Path) -> PathBuf {
    let (data, file) = (dir.join("data"), dir.join("league.json"));
    std::fs::write(&file, FIXTURE).unwrap();
    let arguments = [
        "import",
        "fixture",
        file.to_str().unwrap(),
        "--message",
        "The\u{1b}[31m league\nand its pact",
        "--author",
        "herodotus",
    ];
    // 1
    succeed(&[&arguments[..], &["--data", data.to_str().unwrap()]].concat());
    let server = Server::start(&data);
    let done = |name: &str, input: Value| {
        let mut kind = name.to_owned();
        kind[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {kind}Input!) {{ {name}(input: $input) {{ userErrors {{ message path }} }} }}"
        );
        let answer = server.post(&query, &json!({ "input": input }));
        assert_eq!(answer["data"][name]["userErrors"], json!([]), "{answer:#}");
    };
    // 2
    done(
        "recordUpdate",
        json!({
            "message": "The pact ends",
            "note": { "headline": "Boeotia leaves the league", "body": "Text", "asOf": "2025-01", "relationships": ["relationship_1"] },
            "changes": [
                { "endRelationship": { "id": "relationship_1", "end": "2025-01", "citations": [{ "source": "source_1", "locator": "p. 3" }] } },
                { "createRelationship": { "from": "b", "to": "c", "kind": "SPONSORSHIP", "alignment": "ALLY", "label": "ships for Corinth", "period": { "start": "2025-02" } } },
            ],
        }),
    );
    // 3
    done(
        "updateActor",
        json!({ "id": "actor_1", "name": "Arcady", "aliases": [{ "text": "Arcadia" }], "summary": "Hills.\nGoats." }),
    );
    // 4
    done(
        "retire",
        json!({ "id": "relationship_2", "reason": "no ships were seen" }),
    );
    // 5
    done(
        "mergeActors",
        json!({ "duplicate": "c", "survivor": "b", "reason": "one city", "message": "a tidy map" }),
    );
    // 6
    done(
        "redact",
        json!({ "id": "note_1", "reason": "a court order" }),
    );
    assert_eq!(server.stop(), Some(0));
    data
}

fn run(verb: &str, data: &Path, arguments: &[&str]) -> String {
    succeed(&[&[verb, "--data", data.to_str().unwrap()], arguments].concat())
}

/// The objects of JSON Lines.
fn objects(text: &str) -> Vec<Value> {
    let object =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(object).collect()
}

/// The text with each instant of a commit replaced: the real binary has a real clock.
fn timeless(text: &str) -> String {
    let line = |line: &str| match line.split(", ").collect::<Vec<_>>()[..] {
        [revision, instant, author] if revision.starts_with("revision ") => {
            assert!(
                instant.starts_with("20") && instant.ends_with('Z'),
                "{instant}"
            );
            format!("{revision}, TIME, {author}\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

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

#[test]
fn the_diff_of_two_days_says_what_happened_in_the_world() {
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path());
    let text = run(
        "diff",
        &data,
        &[
            "--from",
            "2024-06-01",
            "--to",
            "2025-06-01",
            "--to-revision",
            "3",
            "--from-revision",
            "3",
        ],
    );
    assert_eq!(
        text,
        "\
From 2024-06-01 (revision 3) to 2025-06-01 (revision 3): 2 relationships differ.

STARTED: It began in the world between the two moments.

    Boeotia → Corinth: ships for Corinth (relationship_2)
        since 2025-02

ENDED: It ended in the world between the two moments.

    Arcady ↔ Boeotia: alliance (relationship_1)
        2000 to 2025-01
        note of 2025-01: [redacted] (note_1)
        sources: A report
"
    );
    let none = run(
        "diff",
        &data,
        &["--from", "2010-06-01", "--to", "2011-06-01"],
    );
    assert_eq!(
        none,
        "From 2010-06-01 (revision 6) to 2011-06-01 (revision 6): nothing differs.\n"
    );
}

#[test]
fn the_diff_of_two_states_of_the_record_says_what_became_of_what_it_said() {
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path());
    let on = ["--from", "2026-01-01", "--to", "2026-01-01"];
    let text = run(
        "diff",
        &data,
        &[&on[..], &["--from-revision", "1"]].concat(),
    );
    assert_eq!(
        text,
        "\
From 2026-01-01 (revision 1) to 2026-01-01 (revision 6): 1 relationship differs.

CORRECTED: What the record says of the facts or their sources was corrected or completed.

    Arcady ↔ Boeotia: alliance (relationship_1)
        2000 to 2025-01
        period.end: nothing → 2025-01
        period.status: ONGOING → ENDED
        citations: + source A report (source_1), locator p. 3
        note of 2025-01: [redacted] (note_1)
        sources: A report
        in revision 2
"
    );
    let retracted = run(
        "diff",
        &data,
        &[
            &on[..],
            &["--from-revision", "3", "--kind", "retracted", "--json"],
        ]
        .concat(),
    );
    let lines = objects(&retracted);
    assert_eq!(
        lines,
        [json!({
            "kinds": ["RETRACTED"],
            "record": "relationship_2",
            "name": "Boeotia → Corinth: ships for Corinth",
            "from": { "id": "actor_2", "name": "Boeotia" },
            "to": { "id": "actor_3", "name": "Corinth" },
            "relationship": "SPONSORSHIP",
            "period": { "start": "2025-02", "end": null, "status": "ONGOING", "observedUntil": null },
            "fields": [],
            "areasStarted": [],
            "areasEnded": [],
            "notes": [],
            "sources": [],
            "revisions": [4],
        })]
    );
}

#[test]
fn the_diff_of_the_seed_shows_the_years_2024_and_2025() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    succeed(&[
        "import",
        "fixture",
        "fixtures/iran.json",
        "--data",
        data.to_str().unwrap(),
    ]);
    let years = [
        "--from",
        "2024-01-01",
        "--to",
        "2026-01-01",
        "--actor",
        "iran",
    ];
    let text = run("diff", &data, &years);
    let place = |part: &str| {
        text.find(part)
            .unwrap_or_else(|| panic!("{part} is not in {text}"))
    };
    let (started, ended, changed) = (place("\nSTARTED"), place("\nENDED"), place("\nCHANGED"));
    let treaty = place("note of 2025-01-17: Iran and Russia sign a treaty");
    let syria = place("Iran ↔ Syrian government under Assad");
    let chabahar = place("began: INFRASTRUCTURE, A ten-year contract");
    assert!(
        started < treaty
            && treaty < ended
            && ended < syria
            && syria < changed
            && changed < chabahar
    );
    let lines = objects(&run(
        "diff",
        &data,
        &[&years[..], &["--json", "--kind", "ended"]].concat(),
    ));
    let syria = lines.iter().find(|line| {
        line["from"]["name"] == "Syrian government under Assad"
            || line["to"]["name"] == "Syrian government under Assad"
    });
    let syria = syria.unwrap();
    assert_eq!(syria["period"]["end"], "2024-12-08");
    assert_eq!(syria["notes"][0]["headline"], "The Assad government falls");
}

#[test]
fn moments_that_cannot_be_compared_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let data = record(dir.path());
    let told = |arguments: &[&str]| {
        fail(&[&["diff", "--data", data.to_str().unwrap()], arguments].concat())
    };
    assert!(told(&[]).contains("--from"));
    assert!(told(&["--from", "2026", "--to", "2025"]).contains("must not be later"));
    assert!(told(&["--from-revision", "9"]).contains("the newest is 6"));
    assert!(
        told(&["--from-revision", "1", "--known-from", "2026"]).contains("cannot be used with")
    );
    assert!(told(&["--known-to", "2999"]).contains("lies in the future"));
    assert!(told(&["--from", "2020", "--actor", "atlantis"]).contains("no actor \"atlantis\""));
    assert!(told(&["--from", "2020", "--kind", "vanished"]).contains("RETRACTED"));
    // A day that is not over yet is as good as now, and before the first revision nothing was known.
    let today = timeless(&run(
        "diff",
        &data,
        &["--known-from", "2001", "--from", "2024", "--to", "2024"],
    ));
    assert!(
        today.contains("(revision 0) to 2024 (revision 6)"),
        "{today}"
    );
}
