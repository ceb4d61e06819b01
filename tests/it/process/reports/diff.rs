//! What `foedera diff` prints.

use serde_json::json;

use super::{objects, record, run, timeless};
use crate::process::{fail, succeed};

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
