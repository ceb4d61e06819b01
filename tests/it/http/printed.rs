//! Documents at addresses: a brief, the relationships of an actor.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Answer, get, read};
use crate::support::{TestApp, agent};

/// The Iran record, for what does not change it.
static IRAN: LazyLock<TestApp> = LazyLock::new(|| TestApp::iran("2026-03-10"));

fn page(path: &str) -> Answer {
    get(&IRAN, path, "*/*")
}

fn ok(path: &str) -> Answer {
    let answer = page(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer
}

#[test]
fn the_whole_answer_comes_as_html_markdown_and_json() {
    let brief = |form: &str| ok(&format!("/briefs/iran-allies.{form}"));
    let (html, markdown, json) = (brief("html"), brief("md"), brief("json"));
    assert_eq!(html.kind, "text/html; charset=utf-8");
    assert_eq!(markdown.kind, "text/markdown; charset=utf-8");
    assert!(
        html.header("content-security-policy")
            .contains("default-src 'none'")
    );
    let data = IRAN.query("{ brief(slug: \"iran-allies\") { summary disclaimer sections { title relationships(first: 50) { nodes { from { name } to { name } } } } viewpoints { title thesis } notes(first: 100) { nodes { headline asOf } } } }");
    let told = json.json();
    assert_eq!(told["summary"], data["brief"]["summary"]);
    for (section, own) in told["sections"]
        .as_array()
        .unwrap()
        .iter()
        .zip(data["brief"]["sections"].as_array().unwrap())
    {
        assert_eq!(section["title"], own["title"]);
        let ties = own["relationships"]["nodes"].as_array().unwrap();
        let rows = section["rows"].as_array().unwrap();
        assert_eq!(rows.len(), ties.len());
        for (row, tie) in rows.iter().zip(ties) {
            assert!([&tie["from"]["name"], &tie["to"]["name"]].contains(&&row["counterpart"]));
            assert_ne!(row["citations"], json!([]), "{row}");
        }
    }
    assert_eq!(told["sections"].as_array().unwrap().len(), 3);
    assert_eq!(told["viewpoints"].as_array().unwrap().len(), 2);
    let headlines = |list: &Value| -> Vec<Value> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|note| note["headline"].clone())
            .collect()
    };
    assert_eq!(
        headlines(&told["notes"]),
        headlines(&data["brief"]["notes"]["nodes"])
    );
    for text in [&html.body, &markdown.body] {
        for part in [
            "Core partners",
            "Hezbollah",
            "closest non-state ally",
            "since 1982",
            "Iran is isolated",
            "Chabahar",
            "since about 2007",
            "As of 2026-03-10, revision 1",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }
    // Each number leads to a source that is listed.
    for number in html.body.split("href=\"#").skip(1) {
        let id = number.split('"').next().unwrap();
        assert!(html.body.contains(&format!("<li id=\"{id}\">")), "{id}");
    }
}

#[test]
fn the_moment_and_the_filter_are_in_the_address() {
    let rows = |query: &str| {
        let csv = ok(&format!("/actors/iran/relationships.csv?{query}")).body;
        csv.lines()
            .skip(1)
            .map(|line| line.split(',').nth(1).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let core = |on: &str| rows(&format!("tier=CORE&validOn={on}"));
    assert!(core("2024-12-08").contains(&"syria-assad".to_owned()));
    assert!(!core("2024-12-09").contains(&"syria-assad".to_owned()));
    assert_eq!(
        rows("revision=1&validOn=2026").len(),
        rows("validOn=2026").len()
    );
    let asked = |filter: &str| {
        IRAN.query(&format!("{{ actor(slug: \"iran\") {{ relationships(filter: {{ {filter} }}) {{ totalCount }} }} }}"))["actor"]["relationships"]["totalCount"].as_u64().unwrap() as usize
    };
    for (query, filter) in [
        ("", ""),
        ("kind=SPONSORSHIP,ALLIANCE", "kind: [SPONSORSHIP, ALLIANCE]"),
        (
            "period=ALL&domain=WEAPONS",
            "period: ALL, domain: [WEAPONS]",
        ),
        (
            "counterpart=russia,china",
            "counterpart: {slug: [\"russia\", \"china\"]}",
        ),
        (
            "contested=true&assertion=AFFIRMED",
            "contested: true, assertion: [AFFIRMED]",
        ),
        ("staleDays=30&role=FROM", "staleDays: 30, role: FROM"),
        (
            "filter=%7B%22not%22%3A%7B%22tier%22%3A%5B%22CORE%22%5D%7D%7D&period=ALL",
            "period: ALL, not: {tier: [CORE]}",
        ),
    ] {
        assert_eq!(rows(query).len(), asked(filter), "{query}");
    }
    let lens = ok("/briefs/iran-allies.md?through=isolated").body;
    assert!(lens.contains("as the viewpoint «Iran is isolated» reads it"));
}

#[test]
fn what_an_address_cannot_mean_is_told() {
    for (path, status, told) in [
        ("/briefs/nothing.html", 404, "no brief"),
        (
            "/briefs/iran-allies.pdf",
            404,
            "SLUG.html, SLUG.md and SLUG.json",
        ),
        ("/actors/nobody/relationships.md", 404, "no actor"),
        (
            "/actors/iran/relationships.pdf",
            404,
            ".csv, .jsonld and .xlsx",
        ),
        (
            "/actors/iran/relationships.csv?tier=NONSENSE",
            400,
            "expected one of `CORE`",
        ),
        (
            "/actors/iran/relationships.csv?nonsense=1",
            400,
            "there is no parameter",
        ),
        (
            "/actors/iran/relationships.csv?tier=CORE&tier=VARYING",
            400,
            "given twice",
        ),
        (
            "/actors/iran/relationships.csv?staleDays=many",
            400,
            "invalid type",
        ),
        (
            "/actors/iran/relationships.csv?source=actor_1",
            400,
            "the id of an actor",
        ),
        (
            "/briefs/iran-allies.html?tier=CORE",
            400,
            "there is no parameter",
        ),
        ("/briefs/iran-allies.html?validOn=yesterday", 400, "validOn"),
        (
            "/briefs/iran-allies.html?knownAt=2999-01-01T00:00:00Z",
            400,
            "future",
        ),
        ("/briefs/iran-allies.html?revision=9", 400, "not there yet"),
        ("/briefs/iran-allies.html?revision=0", 404, "no brief"),
        (
            "/briefs/iran-allies.html?through=nobody",
            400,
            "no viewpoint",
        ),
    ] {
        let answer = page(path);
        assert_eq!(
            (answer.status, answer.kind.as_str()),
            (status, "application/problem+json"),
            "{path}"
        );
        assert!(
            answer.json()["detail"].as_str().unwrap().contains(told),
            "{path}: {}",
            answer.body
        );
    }
}

#[test]
fn who_has_the_document_of_this_revision_and_day_is_spared_it() {
    let test = TestApp::iran("2026-03-10");
    let with = |path: &str, tag: &str| {
        let request = agent()
            .get(format!("{}{path}", test.url))
            .header("if-none-match", tag);
        read(request.call().unwrap())
    };
    let path = "/actors/iran/relationships.html";
    let first = with(path, "\"other\"");
    assert_eq!((first.status, first.header("foedera-revision")), (200, "1"));
    assert_eq!(first.header("cache-control"), "no-cache");
    let tag = first.header("etag").to_owned();
    let spared = with(path, &tag);
    assert_eq!((spared.status, spared.body.as_str()), (304, ""));
    assert_eq!(spared.header("etag"), tag);
    test.actor("somebody");
    let again = with(path, &tag);
    assert_eq!((again.status, again.header("foedera-revision")), (200, "2"));
    let fixed = with(
        &format!("{path}?revision=1&validOn=2026-03-10"),
        "\"other\"",
    );
    assert!(fixed.header("cache-control").contains("immutable"));
    assert_eq!(fixed.body, first.body);
}

#[test]
fn whatever_is_written_into_the_record_stays_text() {
    let test = TestApp::on("2026-03-10");
    let nasty = "<script>alert(1)</script> & \"quotes\" | `code` [x](javascript:y)";
    let actor = |slug: &str, name: &str| {
        test.done(
            "createActor",
            &json!({ "slug": slug, "name": name, "kind": "STATE", "summary": nasty }),
            "actor { id }",
        )
    };
    actor("a", nasty);
    actor("b", "=HYPERLINK(\"http://x\")");
    let source = test.done(
        "createSource",
        &json!({ "title": nasty, "url": "https://example.org/a?b=1&c=\"2\"" }),
        "source { id }",
    )["source"]["id"]
        .clone();
    let tie = json!({ "from": "a", "to": "b", "kind": "ALLIANCE", "alignment": "ALLY", "label": "-1+1, \"or\" so", "period": { "start": "2000" },
        "assertion": "ALLEGED", "areas": [{ "domain": "TRADE", "description": nasty }], "citations": [{ "source": source }] });
    test.done("createRelationship", &tie, "relationship { id }");
    let get = |form: &str| get(&test, &format!("/actors/a/relationships.{form}"), "*/*").body;
    let html = get("html");
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;alert(1)"));
    assert!(
        html.contains("href=\"https://example.org/a?b=1&amp;c=&quot;2&quot;\""),
        "{html}"
    );
    assert!(html.contains("(alleged)"));
    let markdown = get("md");
    // A sign behind a backslash stands for itself.
    let meant = markdown.replace(r"\<", "").replace(r"\]", "");
    assert!(
        markdown.contains("script")
            && !meant.contains("<script")
            && !meant.contains("](javascript")
    );
    let row = markdown
        .lines()
        .find(|line| line.contains("HYPERLINK"))
        .unwrap();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
    let csv = get("csv");
    assert!(csv.contains("'=HYPERLINK"), "{csv}");
    assert!(csv.contains("\"'-1+1, \"\"or\"\" so\""), "{csv}");
    let linked: Value = serde_json::from_str(&get("jsonld")).unwrap();
    let found = linked["@graph"].as_array().unwrap();
    assert_eq!(found.iter().filter(|one| one["name"] == nasty).count(), 2);
}

#[test]
fn a_workbook_is_one_and_a_former_slug_leads_to_it() {
    let test = TestApp::iran("2026-03-10");
    let id = test.query("{ actor(slug: \"turkey\") { id } }")["actor"]["id"].clone();
    test.done(
        "updateActor",
        &json!({ "id": id, "slug": "turkiye" }),
        "actor { id }",
    );
    let mut answer = agent()
        .get(format!("{}/actors/turkey/relationships.xlsx", test.url))
        .call()
        .unwrap();
    let bytes = answer.body_mut().read_to_vec().unwrap();
    assert!(bytes.starts_with(b"PK"));
    let names = String::from_utf8_lossy(&bytes).into_owned();
    assert!(names.contains("xl/worksheets/sheet1.xml") && names.contains("[Content_Types].xml"));
}
