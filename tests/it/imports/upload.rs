//! Imports while the server runs.

use std::process::Command;

use serde_json::{Value, json};

use super::relationships;
use crate::process::{BINARY, text};
use crate::support::{TOKEN, TestApp, agent};

const MAPPING: &str = r#"
format = "foedera-mapping/1"
name = "ties"
[actor.a]
name = "{a}"
kind = "STATE"
[actor.b]
name = "{b}"
kind = "STATE"
[relationship.tie]
key = "ties-{a}-{b}"
from = "a"
to = "b"
kind = "{kind}"
alignment = "ALLY"
"#;

const TABLE: &str = "a,b,kind\nArcadia,Boeotia,ALLIANCE\nArcadia,Chalcis,FRIENDSHIP\n";

/// Posts a form of some fields to an address; the status and the answer.
fn post(
    test: &TestApp,
    path: &str,
    token: Option<&str>,
    fields: &[(&str, &str, &str)],
) -> (u16, Value) {
    let part = |(field, file, text): &(&str, &str, &str)| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file}\"\r\n\r\n{text}\r\n"
        )
    };
    let body: String = fields
        .iter()
        .map(part)
        .chain(["--x--\r\n".to_owned()])
        .collect();
    send(test, path, token, &body)
}

fn send(test: &TestApp, path: &str, token: Option<&str>, body: &str) -> (u16, Value) {
    let mut request = agent()
        .post(format!("{}/admin/import/{path}", test.url))
        .header("content-type", "multipart/form-data; boundary=x");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut answer = request.send(body).unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    (
        answer.status().as_u16(),
        serde_json::from_str(&text).unwrap_or(Value::Null),
    )
}

#[test]
fn an_admin_uploads_a_table_and_others_do_not() {
    let test = TestApp::empty();
    let form = [("mapping", "m.toml", MAPPING), ("data", "t.csv", TABLE)];
    for token in [None, Some("wrong")] {
        assert_eq!(post(&test, "table", token, &form).0, 401);
    }
    let (status, tried) = post(&test, "table?dryRun=true", Some(TOKEN), &form);
    assert_eq!(
        (status, &tried["created"], test.app.ledger.revision()),
        (200, &json!(3), 0)
    );
    let (status, report) = post(&test, "table?message=by%20hand", Some(TOKEN), &form);
    assert_eq!(
        (status, &report["created"], &report["revisions"]),
        (200, &json!(3), &json!(1))
    );
    assert_eq!(report["notTaken"]["first"][0]["line"], 3);
    assert_eq!(report["notTaken"]["first"][0]["file"], "t.csv");
    assert_eq!(relationships(&test).len(), 1);
    let revision = test.query("{ revision(number: 1) { author message } }");
    assert_eq!(
        revision["revision"],
        json!({ "author": "import ties", "message": "by hand" })
    );
    let (status, again) = post(&test, "table", Some(TOKEN), &form);
    assert_eq!(
        (status, &again["created"], &again["updated"]),
        (200, &json!(0), &json!(0))
    );
}

#[test]
fn an_upload_that_is_wrong_or_breaks_off_leaves_no_trace() {
    let test = TestApp::empty();
    let data = ("data", "t.csv", TABLE);
    for (path, form, wanted, why) in [
        ("table", vec![data], 422, "a table needs a mapping"),
        (
            "nothing",
            vec![data],
            422,
            "there is no format \"nothing\"; known are table, stix, wikidata, ucdp-esd",
        ),
        (
            "stix",
            vec![("mapping", "m", MAPPING), data],
            422,
            "stix is read as it is",
        ),
        ("stix", vec![data], 422, "it is no STIX bundle"),
        (
            "ucdp-esd",
            vec![data],
            422,
            "names columns that it does not have",
        ),
        (
            "table",
            vec![("mapping", "m.toml", "x"), data],
            422,
            "the mapping m.toml is wrong",
        ),
        (
            "table?strict=true",
            vec![("mapping", "m", MAPPING), data],
            422,
            "1 rows cannot be taken",
        ),
        (
            "table",
            vec![("mapping", "m", MAPPING)],
            400,
            "no field data",
        ),
        (
            "table",
            vec![("other", "m", MAPPING)],
            400,
            "fields besides data and mapping",
        ),
    ] {
        let (status, answer) = post(&test, path, Some(TOKEN), &form);
        let detail = answer["detail"].as_str().unwrap_or_default();
        assert!(
            status == wanted && detail.contains(why),
            "{status} {answer}"
        );
    }
    let cut =
        "--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"t.csv\"\r\n\r\na,b,ki";
    let (status, answer) = send(&test, "country-codes", Some(TOKEN), cut);
    assert!(
        status == 400 && answer["detail"].as_str().unwrap().contains("broke off"),
        "{answer}"
    );
    assert_eq!(test.app.ledger.revision(), 0);
}

#[test]
fn the_command_line_imports_through_a_server_as_it_does_into_a_directory() {
    let test = TestApp::empty();
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (mapping, table) = (write("m.toml", MAPPING), write("t.csv", TABLE));
    let run = |token: &str, more: &[&str]| {
        let arguments = [
            "import",
            "table",
            "--mapping",
            &mapping,
            &table,
            "--server",
            &test.url,
        ];
        let output = Command::new(BINARY)
            .args(arguments.iter().chain(more))
            .env("FOEDERA_ADMIN_TOKEN", token)
            .output()
            .unwrap();
        (
            output.status.success(),
            text(&output.stdout) + &text(&output.stderr),
        )
    };
    let (done, told) = run("wrong", &[]);
    assert!(!done && told.contains("the server refused"), "{told}");
    let (done, told) = run(TOKEN, &["--author", "Eve & co", "--message", "why? = so"]);
    assert!(
        done && told.contains("3 made") && told.contains("1 not taken:\n  t.csv, line 3, kind"),
        "{told}"
    );
    let revision = test.query("{ revision(number: 1) { author message } }");
    assert_eq!(
        revision["revision"],
        json!({ "author": "Eve & co", "message": "why? = so" })
    );
    let (done, told) = run(TOKEN, &["--author", "Eve & co"]);
    assert!(done && told.contains("nothing changed"), "{told}");
    let (done, told) = run(TOKEN, &["--strict"]);
    assert!(!done && told.contains("1 rows cannot be taken"), "{told}");
}
